"""Reading CSV, TSV, JSON, JSON Lines and Parquet into one plain table of rows and columns."""

from __future__ import annotations

import csv
import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.catalog.encoding import CODECS, detect_encoding
from core.errors import CatalogError
from core.fingerprint import CHUNK_BYTES

MAX_FILE_BYTES = 2 * 1024**3
# The csv module gives up at 131,072 characters, which the crew column of a TMDB export exceeds.
MAX_CSV_CELL = 10_000_000
DELIMITERS = (",", "\t", ";", "|")
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
    """A file's rows, each with the number under which the user finds it.

    The number counts a header as row 1 (as a spreadsheet does), the lines of JSON Lines, and the entries of a JSON
    array or a Parquet file, from 1. ``encoding`` is empty for Parquet.
    """

    format: str
    encoding: str
    columns: tuple[str, ...]
    rows: tuple[NumberedRow, ...]


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
        return _table(path, format, "", _parquet_rows(path))
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


def _table(path: Path, format: str, encoding: str, rows: list[NumberedRow]) -> Table:
    if not rows:
        raise CatalogError(f"{path}: the file holds no film.")
    columns: dict[str, None] = {}
    for _, row in rows:
        columns.update(dict.fromkeys(row))
    return Table(format, encoding, tuple(columns), tuple(rows))


def _delimited_table(path: Path, format: str, encoding: str, known_columns: Callable[[Iterable[str]], int]) -> Table:
    with path.open(encoding=CODECS[encoding], newline="") as file:
        first_line = next((line for line in file if line.strip()), "")
    headers = {delimiter: next(csv.reader([first_line], delimiter=delimiter), []) for delimiter in DELIMITERS}
    delimiter = max(headers, key=lambda one: (known_columns(headers[one]), len(headers[one])))
    format = {"\t": "TSV", ",": "CSV"}.get(delimiter, format)
    try:
        records = _records(path, encoding, delimiter, csv.QUOTE_MINIMAL)
    except CatalogError:
        if delimiter != "\t":
            raise
        # Many TSV exports do not quote at all; there a quotation mark is an ordinary character.
        records = _records(path, encoding, delimiter, csv.QUOTE_NONE)
    return _table(path, format, encoding, _rows_under_header(path, records))


def _records(path: Path, encoding: str, delimiter: str, quoting: Any) -> list[list[str]]:
    csv.field_size_limit(MAX_CSV_CELL)
    records: list[list[str]] = []
    with path.open(encoding=CODECS[encoding], newline="") as file:
        try:
            records.extend(csv.reader(file, delimiter=delimiter, quoting=quoting, strict=True))
        except csv.Error as reason:
            raise CatalogError(
                f"{path}, row {len(records) + 1}: {reason}. A quotation mark is probably not closed or not doubled."
            ) from reason
    return records


def _rows_under_header(path: Path, records: list[list[str]]) -> list[NumberedRow]:
    numbered = [(number, record) for number, record in enumerate(records, start=1) if any(record)]
    if not numbered:
        raise CatalogError(f"{path}: the file is empty.")
    header = [name.strip() or f"column {place}" for place, name in enumerate(numbered[0][1], start=1)]
    for name in header:
        if header.count(name) > 1:
            raise CatalogError(f"{path}: two columns are called '{name}'. Rename one of them.")
    rows = []
    for number, record in numbered[1:]:
        if len(record) != len(header):
            raise CatalogError(
                f"{path}, row {number}: {len(record)} cells under {len(header)} columns; "
                "a delimiter or a quotation mark is missing or too many."
            )
        rows.append((number, dict(zip(header, record, strict=True))))
    return rows


def _json_table(path: Path, format: str, encoding: str) -> Table:
    text = path.read_text(encoding=CODECS[encoding])
    if format == "JSON":
        try:
            return _table(path, format, encoding, list(enumerate(_films_within(json.loads(text), path), start=1)))
        except json.JSONDecodeError as reason:
            # Several objects one after the other are JSON Lines under another ending.
            if not reason.msg.startswith("Extra data"):
                raise CatalogError(f"{path}, line {reason.lineno}: not JSON ({reason.msg}).") from reason
        except (RecursionError, ValueError) as reason:
            raise CatalogError(f"{path}: not readable as JSON ({reason}).") from reason
    return _table(path, "JSONL", encoding, _json_lines(text, path))


def _json_lines(text: str, path: Path) -> list[NumberedRow]:
    rows: list[NumberedRow] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (RecursionError, ValueError) as reason:
            raise CatalogError(f"{path}, line {number}: not JSON ({reason}).") from reason
        if not isinstance(value, dict):
            raise CatalogError(f"{path}, line {number}: expected one JSON object, found {type(value).__name__}.")
        rows.append((number, value))
    return rows


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


def _parquet_rows(path: Path) -> list[NumberedRow]:
    import pyarrow
    import pyarrow.parquet

    try:
        table = pyarrow.parquet.read_table(path)
    except (pyarrow.ArrowException, OSError) as reason:
        raise CatalogError(f"{path}: not readable as Parquet ({reason}).") from reason
    return list(enumerate(table.to_pylist(), start=1))
