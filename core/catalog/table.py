"""Reading CSV, TSV, JSON, JSON Lines and Parquet as one plain table of rows and columns.

CSV, TSV and JSON Lines are read row by row, twice: first to see that all of the file can be read and which columns it
has. JSON and Parquet are held whole, within bounds.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.catalog.delimited import MAX_COLUMNS, MAX_ROW, SHOWN_NAME, read_delimited
from core.catalog.encoding import CODECS, detect_encoding
from core.catalog.parquet import read_parquet
from core.errors import CatalogError
from core.fingerprint import CHUNK_BYTES
from core.json_text import parse_json

MAX_FILE_BYTES = 2 * 1024**3
# A JSON document is read in one piece, which takes many times its size.
MAX_JSON_BYTES = 256 * 1024**2
HALF_CHARACTER = re.compile("[\ud800-\udfff]")
FORMATS = {
    ".csv": "CSV",
    ".tsv": "TSV",
    ".tab": "TSV",
    ".txt": "CSV",
    ".json": "JSON",
    ".jsonl": "JSONL",
    ".ndjson": "JSONL",
    ".parquet": "Parquet",
    ".pq": "Parquet",
}

NumberedRow = tuple[int, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Table:
    """A file's rows, ``count`` of them; ``rows`` reads them, each with the number under which the user finds it.

    The number counts a header as row 1 (as a spreadsheet does), the lines of JSON Lines, and the entries of a JSON
    array or a Parquet file, from 1. ``encoding`` is empty for Parquet.
    """

    format: str
    encoding: str
    columns: tuple[str, ...]
    count: int
    rows: Callable[[], Iterator[NumberedRow]]


def read_table(path: Path, known_columns: Callable[[Iterable[str]], int]) -> Table:
    """Read a file in the format that its ending names.

    ``known_columns`` says how many of some column names mean something: the delimiter is the one whose header reads
    best.

    Raises:
        CatalogError: the file is missing, over 2 GB, empty, of another format, badly encoded or malformed.
    """
    _check_file(path)
    format = FORMATS.get(path.suffix.lower())
    if format is None:
        raise CatalogError(
            f"{path}: '{path.suffix or 'no ending'}' is not a format that can be imported. "
            f"Save it as one of {', '.join(FORMATS)}."
        )
    if format == "Parquet":
        return _held_table(path, format, "", read_parquet(path))
    encoding = detect_encoding(path)
    if format in ("JSON", "JSONL"):
        return _json_table(path, format, encoding)
    return _delimited_table(path, format, encoding, known_columns)


def _check_file(path: Path) -> None:
    if not path.is_file():
        raise CatalogError(f"{path}: no such file.")
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            blank = size < CHUNK_BYTES and not file.read().removeprefix(BOM_UTF8).strip()
    except OSError as reason:
        raise CatalogError(f"{path}: cannot be read ({reason.strerror}).") from reason
    if blank:
        raise CatalogError(f"{path}: the file is empty.")
    if size > MAX_FILE_BYTES:
        raise CatalogError(f"{path}: {size:,} bytes; files over {MAX_FILE_BYTES:,} bytes are not read. Split it.")


def _held_table(path: Path, format: str, encoding: str, rows: list[NumberedRow]) -> Table:
    return _table(path, format, encoding, lambda: iter(rows))


def _table(path: Path, format: str, encoding: str, rows: Callable[[], Iterator[NumberedRow]]) -> Table:
    columns: dict[str, None] = {}
    count = 0
    for number, row in rows():
        count += 1
        columns.update(dict.fromkeys(row))
        if len(columns) > MAX_COLUMNS:
            raise CatalogError(f"{path}, row {number}: over {MAX_COLUMNS:,} columns. Keep those of films.")
    if not count:
        raise CatalogError(f"{path}: the file holds no film.")
    for name in columns:
        if HALF_CHARACTER.search(name):
            raise CatalogError(f"{path}: the column name {name[:SHOWN_NAME]!r} holds half a character. Rename it.")
    return Table(format, encoding, tuple(columns), count, rows)


def _delimited_table(path: Path, format: str, encoding: str, known_columns: Callable[[Iterable[str]], int]) -> Table:
    delimiter, rows = read_delimited(path, CODECS[encoding], known_columns)
    return _table(path, {"\t": "TSV", ",": "CSV"}.get(delimiter, format), encoding, rows)


def _json_table(path: Path, format: str, encoding: str) -> Table:
    if format == "JSON" and (size := path.stat().st_size) > MAX_JSON_BYTES:
        raise CatalogError(
            f"{path}: {size:,} bytes of JSON; at most {MAX_JSON_BYTES:,} are read at once. Save it as JSON Lines."
        )
    if format == "JSON":
        try:
            whole = parse_json(path.read_text(encoding=CODECS[encoding]))
            return _held_table(path, format, encoding, list(enumerate(_films_within(whole, path), start=1)))
        except json.JSONDecodeError as reason:
            # Several objects one after the other are JSON Lines under another ending.
            if not reason.msg.startswith("Extra data"):
                raise CatalogError(f"{path}, line {reason.lineno}: not JSON ({reason.msg}).") from reason
        except ValueError as reason:
            raise CatalogError(f"{path}: not readable as JSON ({reason}).") from reason
    return _table(path, "JSONL", encoding, lambda: _json_lines(path, CODECS[encoding]))


def _json_lines(path: Path, codec: str) -> Iterator[NumberedRow]:
    with path.open(encoding=codec) as file:
        for number, line in enumerate(iter(lambda: file.readline(MAX_ROW + 2), ""), start=1):
            if not line.strip():
                continue
            if len(line.removesuffix("\n")) > MAX_ROW:
                raise CatalogError(f"{path}, line {number}: over {MAX_ROW:,} characters. Write one film a line.")
            try:
                value = parse_json(line)
            except ValueError as reason:
                raise CatalogError(f"{path}, line {number}: not JSON ({reason}).") from reason
            if not isinstance(value, dict):
                raise CatalogError(f"{path}, line {number}: expected one JSON object, found {type(value).__name__}.")
            yield number, value


def _films_within(value: Any, path: Path) -> list[dict[str, Any]]:
    """Return an array's objects, or those of the one array that an object holds (as API answers do)."""
    while isinstance(value, dict):
        arrays: list[Any] = [item for item in value.values() if isinstance(item, list)]
        inside = arrays or [item for item in value.values() if isinstance(item, dict)]
        if len(inside) != 1:
            raise CatalogError(f"{path}: expected an array of films, or an object that holds exactly one array.")
        value = inside[0]
        # KMDb wraps its films once more: {"Data": [{"Result": [...]}]}.
        if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict) and "Result" in value[0]:
            value = value[0]["Result"]
    if not isinstance(value, list):
        raise CatalogError(f"{path}: expected an array of films, found {type(value).__name__}.")
    for number, item in enumerate(value, start=1):
        if not isinstance(item, dict):
            raise CatalogError(f"{path}, entry {number}: expected an object, found {item!r:.60}.")
    return value
