"""Reading queries and qrels from the formats that search teams have. Errors name file, line, field and value."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from core.errors import LabelError
from core.files import read_jsonl
from core.judgments.split import group_key, read_split
from core.judgments.types import NewQuery, QrelRow

FIELDS = {
    "query_id": ("query_id", "_id", "id", "qid", "query-id"),
    "text": ("text", "query"),
    "lang": ("lang", "language"),
    "kind": ("kind",),
    "split": ("split",),
}
BEIR_HEADER = ("query-id", "corpus-id", "score")


class PlainTabs(csv.Dialect):
    """Plain text between tabs: a quotation mark belongs to the query."""

    delimiter = "\t"
    quoting = csv.QUOTE_NONE
    lineterminator = "\n"


DIALECTS: dict[str, type[csv.Dialect]] = {".tsv": PlainTabs, ".csv": csv.excel}


def read_queries(path: str | Path) -> list[NewQuery]:
    """Return the queries in a file, in its order.

    JSONL (``query_id``, ``text`` and, where known, ``lang``, ``kind``, ``split``; BEIR's ``_id`` too), TSV or CSV
    with such a header, TSV or CSV without one (id and text, or text alone), or TXT with one query a line.

    Raises:
        LabelError: naming file, line, field and value.
    """
    path = Path(path)
    suffix = path.suffix.lower()
    records: Iterable[tuple[int, dict[str, object]]]
    if suffix == ".jsonl":
        records = ((number, dict(_fields(row.items()))) for number, row in read_jsonl(path, LabelError))
    elif suffix in DIALECTS:
        records = _table(path, DIALECTS[suffix])
    elif suffix == ".txt":
        records = ((number, {"text": line}) for number, line in _lines(path))
    else:
        raise LabelError(f"{path}: queries are read from .jsonl, .tsv, .csv and .txt files. Rename or convert it.")
    queries: list[NewQuery] = []
    seen: dict[str, tuple[int, NewQuery]] = {}
    for number, record in records:
        query = _query(f"{path}, line {number}", record)
        first, other = seen.setdefault(query.query_id or "", (number, query))
        if query.query_id and group_key(other.text) != group_key(query.text):
            raise LabelError(
                f"{path}, line {number}: query_id {query.query_id!r} has been given to another text in line {first}. "
                "Give each query its own id."
            )
        queries.append(query)
    if not queries:
        raise LabelError(f"{path} holds no query.")
    return queries


def read_qrels(path: str | Path) -> list[QrelRow]:
    """Return the rows of a qrels file, in its order.

    TREC's four columns (query, iteration, document, grade; between tabs or spaces), or BEIR's three under its header.

    Raises:
        LabelError: naming file, line, field and value.
    """
    path = Path(path)
    rows: list[QrelRow] = []
    expected = 4
    for number, line in _lines(path):
        columns = line.split("\t") if "\t" in line else line.split()
        columns = [column.strip() for column in columns]
        if not rows and tuple(columns) == BEIR_HEADER:
            expected = len(BEIR_HEADER)
            continue
        place = f"{path}, line {number}"
        if len(columns) != expected or not all(columns):
            raise LabelError(
                f"{place}: expected {expected} columns (query id, {'0, ' if expected == 4 else ''}movie id, grade), "
                f"found {len(columns)}: {line!r}."
            )
        rows.append(QrelRow(number, columns[0], columns[-2], _grade(place, columns[-1]), str(path)))
    if not rows:
        raise LabelError(f"{path} holds no judgment.")
    return rows


def _grade(place: str, value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise LabelError(f"{place}: grade is {value!r}; expected a whole number, such as 0, 1 or 2.") from None


def _query(place: str, record: dict[str, object]) -> NewQuery:
    for field, value in record.items():
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise LabelError(f"{place}: {field} is {value!r}; expected text.")
    values = {field: str(value).strip() for field, value in record.items()}
    if not values.get("text"):
        raise LabelError(f"{place}: text is missing or empty. Write what a viewer would ask.")
    query_id = values.get("query_id", "")
    if len(query_id.split()) > 1:
        raise LabelError(f"{place}: query_id is {query_id!r}; expected one without white space.")
    try:
        split = read_split(values["split"]) if values.get("split") else None
    except LabelError as reason:
        raise LabelError(f"{place}: {reason}") from None
    lang = values.get("lang", "").lower().partition("-")[0]
    return NewQuery(values["text"], query_id or None, lang or None, values.get("kind", ""), split)


def _fields(items: Iterable[tuple[str, object]]) -> Iterator[tuple[str, object]]:
    given = {str(name).strip().lower(): value for name, value in items if value is not None}
    for field, names in FIELDS.items():
        for name in names:
            if name in given:
                yield field, given[name]
                break


def _table(path: Path, dialect: type[csv.Dialect]) -> Iterator[tuple[int, dict[str, object]]]:
    header: Sequence[str] | None = None
    for number, cells in _cells(path, dialect):
        if header is None:
            names = dict(_fields((cell, cell) for cell in cells))
            if "text" in names:
                header = cells
                continue
            header = ("text",) if len(cells) == 1 else ("query_id", "text")
        if len(cells) != len(header):
            raise LabelError(f"{path}, line {number}: expected {len(header)} columns, found {len(cells)}.")
        yield number, dict(_fields(zip(header, cells, strict=True)))


def _cells(path: Path, dialect: type[csv.Dialect]) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(_text(path), newline=""), dialect, strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as reason:
        raise LabelError(f"{path}, line {reader.line_num}: not a proper table ({reason}).") from reason


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(io.StringIO(_text(path), newline=None), start=1):
        if line.strip():
            yield number, line.rstrip("\n")


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as reason:
        raise LabelError(f"{path}: cannot be read ({reason.strerror}).") from reason
    except UnicodeDecodeError as reason:
        raise LabelError(
            f"{path}: not UTF-8 ({reason.reason} at byte {reason.start}). Save it as UTF-8; in Excel, as 'CSV UTF-8'."
        ) from reason
