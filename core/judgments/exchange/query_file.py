"""Reading queries from JSONL, TSV, CSV and TXT. Errors name file, line, field and value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from core.errors import LabelError
from core.judgments.exchange.problems import ProblemLog
from core.judgments.exchange.reading import DIALECTS, cells_of, lines_of, objects_of
from core.judgments.exchange.sources import SourceFile, read_source
from core.judgments.split import group_key, read_split
from core.judgments.types import NewQuery
from core.quoting import quoted

FIELDS = {
    "query_id": ("query_id", "_id", "id", "qid", "query-id"),
    "text": ("text", "query"),
    "lang": ("lang", "language"),
    "kind": ("kind",),
    "split": ("split",),
}


def read_queries(path: str | Path) -> list[NewQuery]:
    """Return the queries in a file, in its order.

    JSONL (``query_id``, ``text`` and, where known, ``lang``, ``kind``, ``split``; BEIR's ``_id`` too), TSV or CSV
    with such a header, TSV or CSV without one (id and text, or text alone), or TXT with one query a line.

    Raises:
        LabelError: naming file, line, field and value.
    """
    problems = ProblemLog()
    found = [query for _, query in query_lines(read_source(path), problems)]
    problems.refuse()
    if not found:
        raise LabelError(f"{path} holds no query.")
    return found


def query_lines(source: SourceFile, problems: ProblemLog) -> list[tuple[int, NewQuery]]:
    """Return (line, query) for every query of a file that can be read; the others are noted."""
    found: list[tuple[int, NewQuery]] = []
    seen: dict[str, tuple[int, NewQuery]] = {}
    for number, record in _records(source, problems):
        try:
            query = query_from(record)
        except FieldError as reason:
            problems.note(source.name, number, str(reason), field=reason.field, value=reason.value)
            continue
        first, other = seen.setdefault(query.query_id or "", (number, query))
        if query.query_id and group_key(other.text) != group_key(query.text):
            message = (
                f"query_id {quoted(query.query_id)} has been given to another text in line {first}. "
                "Give each query its own id."
            )
            problems.note(source.name, number, message, field="query_id", value=query.query_id)
            continue
        found.append((number, query))
    return found


class FieldError(ValueError):
    """One field does not hold what it should."""

    def __init__(self, field: str, value: object, message: str) -> None:
        super().__init__(message)
        self.field = field
        self.value = value


def query_from(record: dict[str, object], *, needs_text: bool = True) -> NewQuery:
    """Return the query that a record's fields make.

    Raises:
        FieldError: naming the field that does not hold what it should.
    """
    for field, value in record.items():
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise FieldError(field, value, f"{field} is {quoted(value)}; expected text.")
    values = {field: str(value).strip() for field, value in record.items()}
    if needs_text and not values.get("text"):
        raise FieldError("text", "", "text is missing or empty. Write what a viewer would ask.")
    query_id = values.get("query_id", "")
    if len(query_id.split()) > 1:
        raise FieldError("query_id", query_id, f"query_id is {quoted(query_id)}; expected one without white space.")
    try:
        split = read_split(values["split"]) if values.get("split") else None
    except LabelError as reason:
        raise FieldError("split", values["split"], str(reason)) from None
    lang = values.get("lang", "").lower().partition("-")[0]
    return NewQuery(values.get("text", ""), query_id or None, lang or None, values.get("kind", ""), split)


def _records(source: SourceFile, problems: ProblemLog) -> Iterable[tuple[int, dict[str, object]]]:
    if source.suffix == ".jsonl":
        return ((number, dict(query_fields(row.items()))) for number, row in objects_of(source, problems))
    if source.suffix in DIALECTS:
        return _table(source, problems)
    if source.suffix == ".txt":
        return ((number, {"text": line}) for number, line in lines_of(source, problems))
    message = "queries are read from .jsonl, .tsv, .csv and .txt files. Rename or convert it."
    problems.note(source.name, None, message)
    return ()


def query_fields(items: Iterable[tuple[str, object]]) -> Iterator[tuple[str, object]]:
    """Yield the fields of a query among the columns of a record, by the names that they go by."""
    given = {str(name).strip().lower(): value for name, value in items if value is not None}
    for field, names in FIELDS.items():
        for name in names:
            if name in given:
                yield field, given[name]
                break


def _table(source: SourceFile, problems: ProblemLog) -> Iterator[tuple[int, dict[str, object]]]:
    header: Sequence[str] | None = None
    for number, cells in cells_of(source, problems):
        if header is None:
            names = dict(query_fields((cell, cell) for cell in cells))
            if "text" in names:
                header = cells
                continue
            header = ("text",) if len(cells) == 1 else ("query_id", "text")
        if len(cells) != len(header):
            problems.note(source.name, number, f"expected {len(header)} columns, found {len(cells)}.")
            continue
        yield number, dict(query_fields(zip(header, cells, strict=True)))
