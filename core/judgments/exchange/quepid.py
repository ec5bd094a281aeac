"""Quepid's CSV, as its Case and Book pages export it.

A case has the columns ``query,docid,rating``; a query without ratings stands alone on its line. It holds what the team
says together. A book has ``query,docid`` and then a column a judge, empty where the judge has not rated the document.
It holds every annotator's own answer, and neither unsure nor adjudicated ones. Both lose query ids, kinds, splits and
notes, and both are read and written here. A rating of 0 is negative and one above it positive; 2 and more count 2.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import LabelError
from core.judgments.exchange.problems import ProblemLog
from core.judgments.exchange.reading import cells_of
from core.judgments.exchange.row import Row
from core.judgments.exchange.sources import SourceFile
from core.judgments.exchange.spreadsheet import unguarded, write_table
from core.judgments.grades import HIGHEST_GRADE
from core.judgments.types import Answer, Judgment, NewQuery, Query
from core.quoting import quoted

if TYPE_CHECKING:
    from core.catalog import Catalog
    from core.judgments.snapshots import Snapshot

PAIR = ("query", "docid")
RATING = "rating"


def write_case(snapshot: Snapshot, folder: Path, catalog: Catalog) -> list[Path]:
    """Write ``case.csv``."""
    rows = ((row.text, row.movie_id, str(row.grade)) for row in snapshot.rows if row.grade is not None)
    return [write_table(folder / "case.csv", (*PAIR, RATING), rows)]


def write_book(judgments: Iterable[Judgment], queries: Iterable[Query], folder: Path) -> list[Path]:
    """Write ``book.csv``.

    Raises:
        LabelError: every answer is unsure or adjudicates.
    """
    texts = {query.query_id: query.text for query in queries}
    own = [judgment for judgment in judgments if not judgment.adjudicates and judgment.grade is not None]
    if not own:
        raise LabelError(
            "A book holds no answers that are unsure or adjudicate, and there are no others. Export as jsonl."
        )
    judges = sorted({judgment.annotator for judgment in own})
    ratings: dict[tuple[str, str], dict[str, str]] = {}
    for judgment in own:
        pair = (judgment.query_id, judgment.movie_id)
        ratings.setdefault(pair, {})[judgment.annotator] = str(judgment.grade)
    rows = (
        [texts[query_id], movie_id, *(given.get(judge, "") for judge in judges)]
        for (query_id, movie_id), given in ratings.items()
    )
    return [write_table(folder / "book.csv", (*PAIR, *judges), rows)]


def is_quepid(header: Sequence[str]) -> bool:
    """Tell whether a table's header is one of Quepid's."""
    return tuple(cell.strip().lower() for cell in header[:2]) == PAIR


def read_quepid(sources: Sequence[SourceFile], problems: ProblemLog) -> Iterator[Row]:
    """Yield the judgments of cases and books; a book's judges are the annotators."""
    for source in sources:
        header: list[str] | None = None
        for number, cells in cells_of(source, problems):
            cells = [unguarded(cell).strip() for cell in cells]
            if header is None:
                if not is_quepid(cells):
                    message = f"expected a header that begins with {','.join(PAIR)}; found {','.join(cells)}."
                    problems.note(source.name, number, message, value=",".join(cells))
                    break
                header = cells
                continue
            yield from _rows(source, number, header, cells, problems)


def _rows(source: SourceFile, number: int, header: list[str], cells: list[str], problems: ProblemLog) -> Iterator[Row]:
    query = NewQuery(cells[0])
    if not query.text:
        problems.note(source.name, number, "query is empty. Write what was searched for.", field="query")
    elif len(cells) == 1 or not any(cells[1:]):
        yield Row(source.name, number, query)
    elif len(cells) != len(header):
        problems.note(source.name, number, f"expected {len(header)} columns, found {len(cells)}.")
    elif not cells[1]:
        problems.note(source.name, number, "docid is empty. Write the film's id.", field="docid")
    elif not any(cells[2:]):
        yield Row(source.name, number, query)
    else:
        is_case = [name.lower() for name in header[2:]] == [RATING]
        for judge, rating in zip(header[2:], cells[2:], strict=True):
            grade = _grade(rating)
            if not rating:
                continue
            if grade is None:
                message = f"rating is {quoted(rating)}; expected a number, such as 0, 1 or 2."
                problems.note(source.name, number, message, field=judge, value=rating)
                continue
            answer = Answer.POSITIVE if grade else Answer.NEGATIVE
            annotators = () if is_case else (judge,)
            yield Row(source.name, number, query, cells[1], answer=answer, grade=grade, annotators=annotators)


def _grade(rating: str) -> int | None:
    """Return the grade of a rating, which Quepid keeps as a decimal number; None where it is no number."""
    try:
        value = float(rating)
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    return 0 if value <= 0 else 1 if value < HIGHEST_GRADE else HIGHEST_GRADE
