"""What sentence-transformers trains on: pairs, triplets and n-tuples of texts, a file a split, as JSONL or CSV.

Columns ``anchor`` and ``positive``, then ``negative`` or ``negative_1`` to ``negative_n``. Holds which films suit a
query and which do not, as texts. Loses ids, grades, who judged, notes and unsure; pairs lose the negatives too,
triplets and n-tuples each query that lacks a film of either sort. An import finds the film by its text or title.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import LabelError
from core.files import write_jsonl
from core.judgments.exchange.problems import ProblemLog
from core.judgments.exchange.query_file import FieldError, query_from
from core.judgments.exchange.reading import records_of
from core.judgments.exchange.row import Row
from core.judgments.exchange.sources import SourceFile
from core.judgments.exchange.spreadsheet import unguarded, write_table
from core.judgments.types import Answer, Split
from core.quoting import quoted

if TYPE_CHECKING:
    from core.catalog import Catalog
    from core.judgments.snapshots import Snapshot

ANCHORS = ("anchor", "query")
POSITIVES = ("positive", "answer")
NEGATIVE = re.compile(r"negative(?:_(\d+))?")
# More columns would repeat the negatives of the queries that have few.
MOST_NEGATIVES = 5

TextRow = dict[str, str]
Maker = Callable[[str, list[str], list[str]], list[TextRow]]


def write_pairs(snapshot: Snapshot, folder: Path, catalog: Catalog, *, as_csv: bool = False) -> list[Path]:
    """Write ``pairs.<split>``: a row for each positive film."""
    return _write(snapshot, folder, catalog, {"pairs": pairs}, as_csv=as_csv)


def write_triplets(snapshot: Snapshot, folder: Path, catalog: Catalog, *, as_csv: bool = False) -> list[Path]:
    """Write ``pairs.<split>`` and ``triplets.<split>``, in which every film of a query stands at least once."""
    return _write(snapshot, folder, catalog, {"pairs": pairs, "triplets": triplets}, as_csv=as_csv)


def write_tuples(snapshot: Snapshot, folder: Path, catalog: Catalog, *, as_csv: bool = False) -> list[Path]:
    """Write ``tuples.<split>``, every row with as many negatives as any query has, at most ``MOST_NEGATIVES``."""
    counts = [sum(grade <= 0 for grade in grades.values()) for grades in snapshot.qrels().values()]
    width = min(MOST_NEGATIVES, max(counts, default=0))

    def make(anchor: str, positives: list[str], negatives: list[str]) -> list[TextRow]:
        return tuples(anchor, positives, negatives, width)

    return _write(snapshot, folder, catalog, {"tuples": make}, as_csv=as_csv)


def pairs(anchor: str, positives: list[str], negatives: list[str]) -> list[TextRow]:
    """Return a row for each positive."""
    return [{"anchor": anchor, "positive": positive} for positive in positives]


def triplets(anchor: str, positives: list[str], negatives: list[str]) -> list[TextRow]:
    """Return rows in which each text stands at least once.

    The full product of a well-labelled query would drown all the others.
    """
    if not positives or not negatives:
        return []
    length = max(len(positives), len(negatives))
    matched = islice(zip(cycle(positives), cycle(negatives), strict=False), length)
    return [{"anchor": anchor, "positive": positive, "negative": negative} for positive, negative in matched]


def tuples(anchor: str, positives: list[str], negatives: list[str], width: int) -> list[TextRow]:
    """Return rows of one positive and ``width`` negatives in which each text stands at least once.

    Every row must have the same columns, so a query with too few negatives repeats them.
    """
    if not positives or not negatives:
        return []
    length = max(len(positives), -(-len(negatives) // width))
    one, many = cycle(positives), cycle(negatives)
    return [
        {"anchor": anchor, "positive": next(one)} | {f"negative_{n}": next(many) for n in range(1, width + 1)}
        for _ in range(length)
    ]


def _write(snapshot: Snapshot, folder: Path, catalog: Catalog, kinds: dict[str, Maker], *, as_csv: bool) -> list[Path]:
    from core.catalog import document_text

    texts = snapshot.queries()
    paths: list[Path] = []
    for split in Split:
        found: dict[str, list[TextRow]] = {name: [] for name in kinds}
        for query_id, grades in snapshot.qrels(split).items():
            positives = [document_text(catalog[movie_id]) for movie_id, grade in grades.items() if grade > 0]
            negatives = [document_text(catalog[movie_id]) for movie_id, grade in grades.items() if grade <= 0]
            for name, make in kinds.items():
                found[name] += make(texts[query_id], positives, negatives)
        for name, rows in found.items():
            if not rows:
                continue
            path = folder / f"{name}.{split}.{'csv' if as_csv else 'jsonl'}"
            if as_csv:
                write_table(path, list(rows[0]), (list(row.values()) for row in rows))
            else:
                write_jsonl(path, rows)
            paths.append(path)
    if not paths:
        raise LabelError(
            f"No query has the films that {' and '.join(kinds)} need: one judged positive"
            + (", and one judged negative for the same query" if "pairs" not in kinds else "")
            + ". Label more films, or export as jsonl or csv."
        )
    return paths


def read_tuples(sources: Sequence[SourceFile], problems: ProblemLog) -> Iterator[Row]:
    """Yield the judgments that rows of texts stand for; a file named after a split puts its queries there."""
    for source in sources:
        for number, record in records_of(source, problems):
            if source.suffix != ".jsonl":
                record = {name: unguarded(cell) for name, cell in record.items()}
            try:
                yield from _rows(source, number, record)
            except FieldError as reason:
                problems.note(source.name, number, str(reason), field=reason.field, value=reason.value)


def columns_of(names: Sequence[str]) -> tuple[str, str, list[str]] | None:
    """Return which columns hold anchor, positive and negatives, None where they are no such columns."""
    anchor = next((name for name in ANCHORS if name in names), None)
    positive = next((name for name in POSITIVES if name in names), None)
    negatives = [name for name in names if NEGATIVE.fullmatch(name)]
    if anchor is None or positive is None or ((anchor, positive) == ("query", "answer") and not negatives):
        return None
    return anchor, positive, negatives


def _rows(source: SourceFile, number: int, record: dict[str, Any]) -> Iterator[Row]:
    columns = columns_of(list(record))
    if columns is None:
        found = ", ".join(record) or "none"
        raise FieldError("anchor", "", f"expected anchor, positive and perhaps negative; the columns are {found}.")
    anchor, positive, negatives = columns
    for name in (anchor, positive, *negatives):
        if not isinstance(record[name], str) or not record[name].strip():
            raise FieldError(name, record[name], f"{name} is {quoted(record[name])}; expected text.")
    query = query_from({"text": record[anchor], **({"split": source.split.value} if source.split else {})})
    yield Row(source.name, number, query, film_text=record[positive], answer=Answer.POSITIVE)
    for name in negatives:
        yield Row(source.name, number, query, film_text=record[name], answer=Answer.NEGATIVE, grade=0)
