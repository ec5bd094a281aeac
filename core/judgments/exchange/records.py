"""JSONL and CSV with one judgment a line.

``judgments.jsonl`` holds every annotator's own answer as it stands, with grade, note, time, id of the event and whether
it adjudicates, and every query with text, language, kind and split, those not yet judged too. Imported into an empty
store it gives the same judgments and the same snapshot. What it does not hold: answers that were changed or undone, and
what was on screen.

``labels.jsonl`` and ``labels.csv`` hold what the team says together: one line a pair, unsure too. They lose notes,
times, and an annotator's own grade where another gave a higher one; the CSV opens in a spreadsheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.files import write_jsonl
from core.judgments.exchange.problems import ProblemLog
from core.judgments.exchange.query_file import FieldError, query_from
from core.judgments.exchange.reading import records_of
from core.judgments.exchange.row import Row
from core.judgments.exchange.sources import SourceFile
from core.judgments.exchange.spreadsheet import unguarded, write_table
from core.judgments.grades import HIGHEST_GRADE
from core.judgments.types import Answer, Judgment, Query
from core.quoting import quoted

if TYPE_CHECKING:
    from core.catalog import Catalog
    from core.judgments.snapshots import Snapshot, SnapshotRow

COLUMNS = ("query_id", "text", "lang", "kind", "split", "movie_id", "title", "answer", "grade", "annotators")
SEPARATOR = "; "
NAMES = {
    "query_id": ("query_id", "query-id", "qid"),
    "text": ("text", "query"),
    "lang": ("lang", "language"),
    "kind": ("kind",),
    "split": ("split",),
    "movie_id": ("movie_id", "film_id", "doc_id", "docid"),
    "title": ("title", "film"),
    "answer": ("answer",),
    "grade": ("grade", "rating"),
    "annotators": ("annotators", "annotator"),
    "note": ("note",),
    "decided_at": ("decided_at",),
    "adjudicates": ("adjudicates",),
    "event_id": ("event_id",),
}
QUERY_FIELDS = ("query_id", "text", "lang", "kind", "split")


def write_judgments(judgments: Iterable[Judgment], queries: Iterable[Query], folder: Path) -> list[Path]:
    """Write ``judgments.jsonl``: every standing answer, then the queries that nobody has judged."""
    asked = {query.query_id: query for query in queries}
    rows: list[dict[str, Any]] = []
    judged = set()
    for judgment in judgments:
        judged.add(judgment.query_id)
        own = {field.name: getattr(judgment, field.name) for field in fields(judgment)}
        rows.append(_query_fields(asked[judgment.query_id]) | own)
    rows += [_query_fields(query) for query_id, query in asked.items() if query_id not in judged]
    path = folder / "judgments.jsonl"
    write_jsonl(path, rows)
    return [path]


def _query_fields(query: Query) -> dict[str, Any]:
    return {name: getattr(query, name) for name in QUERY_FIELDS}


def write_jsonl_labels(snapshot: Snapshot, folder: Path, catalog: Catalog) -> list[Path]:
    """Write ``labels.jsonl``: the rows of the snapshot."""
    path = folder / "labels.jsonl"
    write_jsonl(path, (row.row() for row in snapshot.rows))
    return [path]


def write_csv_labels(snapshot: Snapshot, folder: Path, catalog: Catalog) -> list[Path]:
    """Write ``labels.csv``: the rows of the snapshot with each film's title."""
    rows = ([_cells(row, catalog)[column] for column in COLUMNS] for row in snapshot.rows)
    return [write_table(folder / "labels.csv", COLUMNS, rows, for_excel=True)]


def _cells(row: SnapshotRow, catalog: Catalog) -> dict[str, str]:
    values: dict[str, object] = row.row() | {
        "title": catalog[row.movie_id].title if row.movie_id in catalog else "",
        "annotators": SEPARATOR.join(row.annotators),
    }
    return {name: "" if value is None else str(value) for name, value in values.items()}


def read_records(sources: Sequence[SourceFile], problems: ProblemLog) -> Iterator[Row]:
    """Yield the judgments of JSONL files and of CSV files with a header.

    A line names its query by id or text, its film by id or title, and its answer or grade; a line with nothing but a
    query adds the query. The file of a snapshot can be read too.
    """
    for source in sources:
        for number, record in records_of(source, problems):
            if "snapshot" in record and "rows" in record:
                continue  # the header of a snapshot
            if source.suffix != ".jsonl":
                record = {name: unguarded(cell) for name, cell in record.items()}
            values = _named(record)
            try:
                yield _row(source, number, values)
            except FieldError as reason:
                problems.note(source.name, number, str(reason), field=reason.field, value=reason.value)


def _named(record: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for field, names in NAMES.items():
        name = next((name for name in names if record.get(name) not in (None, "", [])), None)
        if name is not None:
            found[field] = record[name]
    # Empty says something of these two: that there is none.
    return found | {field: "" for field in ("lang", "note") if record.get(field) == ""}


def _row(source: SourceFile, number: int, values: dict[str, Any]) -> Row:
    exact = source.suffix == ".jsonl"
    query = query_from({name: values[name] for name in QUERY_FIELDS if name in values}, needs_text=False)
    if exact and values.get("lang") == "":
        query = replace(query, lang="")
    if not query.text and not query.query_id:
        raise FieldError("text", "", "the query is missing. Give text, query_id or both.")
    if not values.keys() & {"movie_id", "title", "answer", "grade"}:
        return Row(source.name, number, query)
    answer, grade = _answer(values)
    return Row(
        source.name,
        number,
        query,
        movie_id=_film(values, "movie_id"),
        film_text=_film(values, "title"),
        answer=answer,
        grade=grade,
        annotators=_annotators(values.get("annotators", ()), apart=not exact),
        note=_text(values, "note") if exact and "note" in values else _text(values, "note") or None,
        decided_at=_time(_text(values, "decided_at")),
        adjudicates=_flag(values.get("adjudicates", False)),
        event_id=_text(values, "event_id"),
    )


def _film(values: dict[str, Any], field: str) -> str:
    value = values.get(field, "")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    text = _text(values, field)
    if field == "title" and not text.strip() and not str(values.get("movie_id", "")).strip():
        raise FieldError("movie_id", "", "the film is missing. Give movie_id, or title.")
    return text


def _text(values: dict[str, Any], field: str) -> str:
    value = values.get(field, "")
    if not isinstance(value, str):
        raise FieldError(field, value, f"{field} is {quoted(value)}; expected text.")
    return value


def _answer(values: dict[str, Any]) -> tuple[Answer, int | None]:
    grade = _grade(values.get("grade"))
    if "answer" not in values:
        if grade is None:
            raise FieldError("answer", "", "the answer is missing. Give answer (positive, negative, unsure) or grade.")
        return (Answer.POSITIVE, min(grade, HIGHEST_GRADE)) if grade > 0 else (Answer.NEGATIVE, 0)
    try:
        answer = Answer(str(values["answer"]).strip().casefold())
    except ValueError:
        expected = ", ".join(Answer)
        message = f"answer is {quoted(values['answer'])}; expected one of {expected}."
        raise FieldError("answer", values["answer"], message) from None
    allowed = {Answer.POSITIVE: (None, 1, 2), Answer.NEGATIVE: (None, 0), Answer.UNSURE: (None,)}[answer]
    if grade not in allowed:
        expected = " or ".join(str(value) for value in allowed if value is not None) or "no grade"
        message = f"grade is {grade} for the answer {answer.value!r}; expected {expected}."
        raise FieldError("grade", grade, message)
    return answer, 0 if answer is Answer.NEGATIVE else grade


def _grade(value: Any) -> int | None:
    if value is None:
        return None
    try:
        if (isinstance(value, bool | float) and int(value) != value) or isinstance(value, bool):
            raise ValueError
        return int(value)
    except (TypeError, ValueError, OverflowError):
        message = f"grade is {quoted(value)}; expected a whole number, such as 0, 1 or 2."
        raise FieldError("grade", value, message) from None


def _annotators(value: Any, *, apart: bool) -> tuple[str, ...]:
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) and name.strip() for name in names):
        raise FieldError("annotators", value, f"annotators is {quoted(value)}; expected a name, or a list of names.")
    if apart:
        names = [name.strip() for cell in names for name in cell.split(SEPARATOR.strip()) if name.strip()]
    return tuple(dict.fromkeys(names))


def _flag(value: Any) -> bool:
    known = {"true": True, "false": False, True: True, False: False}
    key = value.strip().casefold() if isinstance(value, str) else value
    if not isinstance(key, str | bool) or key not in known:
        raise FieldError("adjudicates", value, f"adjudicates is {quoted(value)}; expected true or false.")
    return known[key]


def _time(text: str) -> str:
    """Return a time in UTC; one that is in UTC already stays as it is written."""
    if not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
        offset = moment.utcoffset()
        if offset is None:
            raise ValueError
        if not offset and text.endswith("+00:00"):
            return text
        return moment.astimezone(UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError):
        message = f"decided_at is {quoted(text)}; expected ISO 8601 with its offset, like 2026-01-31T09:30:00+00:00."
        raise FieldError("decided_at", text, message) from None
