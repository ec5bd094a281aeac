"""Writing labels in the formats that search and training tools read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import LabelError
from core.judgments.exchange.beir import write_beir
from core.judgments.exchange.detect import ExchangeFormat
from core.judgments.exchange.quepid import write_book, write_case
from core.judgments.exchange.records import write_csv_labels, write_jsonl_labels, write_judgments
from core.judgments.exchange.trec import write_trec
from core.judgments.exchange.tuples import write_pairs, write_triplets, write_tuples
from core.judgments.snapshots import Snapshot
from core.judgments.types import Judgment, Query
from core.quoting import quoted

if TYPE_CHECKING:
    from core.catalog import Catalog

ExportFormat = ExchangeFormat
TEXT_FORMATS: Mapping[str, Callable[..., list[Path]]] = {
    "pairs": write_pairs,
    "triplets": write_triplets,
    "tuples": write_tuples,
}
WRITERS: Mapping[str, Callable[[Snapshot, Path, Catalog], list[Path]]] = {
    "trec": write_trec,
    "beir": write_beir,
    **TEXT_FORMATS,
    "jsonl": write_jsonl_labels,
    "csv": write_csv_labels,
    "quepid": write_case,
}
# Formats that hold every annotator's own answers.
JUDGMENT_WRITERS: Mapping[str, Callable[[Sequence[Judgment], Sequence[Query], Path], list[Path]]] = {
    "jsonl": write_judgments,
    "quepid": write_book,
}
NEED_TEXTS = ("beir", *TEXT_FORMATS)
HOLD_UNSURE = ("jsonl", "csv")


def export_labels(
    snapshot: Snapshot, folder: str | Path, format: ExportFormat, catalog: Catalog, *, as_csv: bool = False
) -> list[Path]:
    """Write what the team says together into ``folder`` and return the files written.

    * ``trec``: ``qrels.txt`` (query, 0, movie, grade) and ``queries.tsv`` with text and split.
    * ``beir``: ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/train.tsv``, ``dev.tsv``, ``test.tsv``.
    * ``pairs``, ``triplets``, ``tuples``: texts for sentence-transformers, a file a split (anchor, positive, and
      negative or negative_1 to negative_n); triplets bring pairs along. As JSONL, or as CSV with ``as_csv``.
    * ``jsonl`` and ``csv``: one row a pair, unsure too; the CSV opens in a spreadsheet.
    * ``quepid``: ``case.csv`` (query, docid, rating).

    Raises:
        LabelError: an unknown format, an id that the format cannot hold, a labelled film that the catalogue lacks
            where its text is needed, or no label that the format could hold.
    """
    writer = WRITERS.get(format)
    if writer is None:
        raise LabelError(f"Labels cannot be exported as {quoted(format)}; expected one of {', '.join(WRITERS)}.")
    if format not in HOLD_UNSURE and all(row.grade is None for row in snapshot.rows):
        raise LabelError(f"Every answer is unsure, which {format} cannot hold. Label more films, or export as jsonl.")
    if format in NEED_TEXTS:
        _refuse_absent(snapshot, catalog)
    if format in TEXT_FORMATS:
        return TEXT_FORMATS[format](snapshot, Path(folder), catalog, as_csv=as_csv)
    return writer(snapshot, Path(folder), catalog)


def export_judgments(
    judgments: Sequence[Judgment], queries: Sequence[Query], folder: str | Path, format: ExportFormat
) -> list[Path]:
    """Write every annotator's own answers into ``folder`` and return the files written.

    Pairs answered both ways are no hindrance.

    * ``jsonl``: ``judgments.jsonl``, which loses nothing of what stands.
    * ``quepid``: ``book.csv``, with a column a judge.

    Raises:
        LabelError: there is no judgment, or the format has no annotators or cannot hold any of them.
    """
    if not judgments:
        raise LabelError("There are no labels yet. Label some films, or import judgments, before exporting.")
    writer = JUDGMENT_WRITERS.get(format)
    if writer is None:
        raise LabelError(f"{quoted(format)} holds no annotators; expected {' or '.join(JUDGMENT_WRITERS)}.")
    return writer(judgments, queries, Path(folder))


def _refuse_absent(snapshot: Snapshot, catalog: Catalog) -> None:
    for row in snapshot.rows:
        if row.grade is not None and row.movie_id not in catalog:
            raise LabelError(
                f"Movie {quoted(row.movie_id)} is labelled for query {quoted(row.query_id)} but is not in the "
                "catalogue, so its text is unknown. Import the film, or export as trec, jsonl or csv."
            )
