"""Writing a snapshot in the formats that search and training tools read."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from core.errors import LabelError
from core.files import write_jsonl, write_text
from core.judgments.snapshots import Snapshot, SnapshotRow
from core.judgments.types import Split

if TYPE_CHECKING:
    from core.catalog import Catalog

ExportFormat = Literal["trec", "beir", "triplets", "jsonl", "csv"]

# A spreadsheet runs a cell that begins so, in full width too, as a formula; an apostrophe before it makes it text
# (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def export_labels(snapshot: Snapshot, folder: str | Path, format: ExportFormat, catalog: Catalog) -> list[Path]:
    """Write the labels into ``folder`` and return the files written.

    * ``trec``: ``qrels.txt`` (query, 0, movie, grade) and ``queries.tsv`` with text and split.
    * ``beir``: ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/train.tsv``, ``dev.tsv``, ``test.tsv``.
    * ``triplets``: for each split ``pairs.<split>.jsonl`` (anchor, positive) and ``triplets.<split>.jsonl`` (anchor,
      positive, negative), as sentence-transformers reads them.
    * ``jsonl`` and ``csv``: one row a pair, unsure too; the CSV opens in a spreadsheet.

    Raises:
        LabelError: an unknown format, an id that the format cannot hold, or a labelled film that the catalogue lacks
            where its text is needed.
    """
    writer = WRITERS.get(format)
    if writer is None:
        raise LabelError(f"Labels cannot be exported as {format!r}; expected one of {', '.join(WRITERS)}.")
    return writer(snapshot, Path(folder), catalog)


def _write_trec(snapshot: Snapshot, folder: Path, catalog: Catalog) -> list[Path]:
    rows = [row for row in snapshot.rows if row.grade is not None]
    for row in rows:
        if len(row.movie_id.split()) != 1:
            raise LabelError(f"Movie id {row.movie_id!r} holds white space, which a TREC file cannot. Export as csv.")
    qrels = "".join(f"{row.query_id} 0 {row.movie_id} {row.grade}\n" for row in rows)
    queries = {row.query_id: row for row in rows}.values()
    fields = ("query_id", "text", "lang", "kind", "split")
    table = [fields, *([" ".join(str(getattr(row, field)).split()) for field in fields] for row in queries)]
    return [
        _text(folder / "qrels.txt", qrels),
        _text(folder / "queries.tsv", "".join("\t".join(cells) + "\n" for cells in table)),
    ]


def _write_beir(snapshot: Snapshot, folder: Path, catalog: Catalog) -> list[Path]:
    from core.catalog import document_text

    _refuse_absent(snapshot, catalog)
    # BEIR's evaluator drops a document that has the id of the query, so the two must not share any.
    prefix = "q:" if any(query_id in catalog for query_id in snapshot.queries()) else ""
    corpus = ({"_id": movie.movie_id, "title": "", "text": document_text(movie)} for movie in catalog.movies)
    queries = ({"_id": prefix + query_id, "text": text} for query_id, text in snapshot.queries().items())
    paths = [_jsonl(folder / "corpus.jsonl", corpus), _jsonl(folder / "queries.jsonl", queries)]
    for split in Split:
        lines = ["query-id\tcorpus-id\tscore\n"]
        for query_id, grades in snapshot.qrels(split).items():
            lines += [f"{prefix}{query_id}\t{movie_id}\t{grade}\n" for movie_id, grade in grades.items()]
        paths.append(_text(folder / "qrels" / f"{split}.tsv", "".join(lines)))
    return paths


def _write_triplets(snapshot: Snapshot, folder: Path, catalog: Catalog) -> list[Path]:
    from core.catalog import document_text

    _refuse_absent(snapshot, catalog)
    paths = []
    for split in Split:
        texts = snapshot.queries(split)
        pairs: list[dict[str, str]] = []
        triplets: list[dict[str, str]] = []
        for query_id, grades in snapshot.qrels(split).items():
            positives = [document_text(catalog[movie_id]) for movie_id, grade in grades.items() if grade > 0]
            negatives = [document_text(catalog[movie_id]) for movie_id, grade in grades.items() if grade <= 0]
            pairs += [{"anchor": texts[query_id], "positive": text} for text in positives]
            triplets += [
                {"anchor": texts[query_id], "positive": positive, "negative": negative}
                for positive, negative in _matched(positives, negatives)
            ]
        paths += [_jsonl(folder / f"pairs.{split}.jsonl", pairs)] if pairs else []
        paths += [_jsonl(folder / f"triplets.{split}.jsonl", triplets)] if triplets else []
    return paths


def _write_jsonl(snapshot: Snapshot, folder: Path, catalog: Catalog) -> list[Path]:
    return [_jsonl(folder / "labels.jsonl", (row.row() for row in snapshot.rows))]


def _write_csv(snapshot: Snapshot, folder: Path, catalog: Catalog) -> list[Path]:
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    columns = ("query_id", "text", "lang", "kind", "split", "movie_id", "title", "answer", "grade", "annotators")
    writer.writerow(columns)
    for row in snapshot.rows:
        values = _cells(row, catalog)
        writer.writerow([guarded(values[column]) for column in columns])
    # Excel reads UTF-8 only behind a byte order mark; without it Korean turns to rubbish.
    return [_text(folder / "labels.csv", "\ufeff" + table.getvalue())]


def guarded(cell: str) -> str:
    """Return a spreadsheet cell that is text whatever it begins with."""
    return f"'{cell}" if cell.lstrip(" ").startswith(FORMULA_STARTS) else cell


WRITERS: Mapping[str, Callable[[Snapshot, Path, Catalog], list[Path]]] = {
    "trec": _write_trec,
    "beir": _write_beir,
    "triplets": _write_triplets,
    "jsonl": _write_jsonl,
    "csv": _write_csv,
}


def _cells(row: SnapshotRow, catalog: Catalog) -> dict[str, str]:
    values: dict[str, object] = row.row() | {
        "title": catalog[row.movie_id].title if row.movie_id in catalog else "",
        "annotators": "; ".join(row.annotators),
    }
    return {name: "" if value is None else str(value) for name, value in values.items()}


def _matched(positives: list[str], negatives: list[str]) -> Iterator[tuple[str, str]]:
    # Each film at least once: the full product of a well-labelled query would drown all the others.
    if not positives or not negatives:
        return iter(())
    length = max(len(positives), len(negatives))
    return islice(zip(cycle(positives), cycle(negatives)), length)


def _refuse_absent(snapshot: Snapshot, catalog: Catalog) -> None:
    for row in snapshot.rows:
        if row.grade is not None and row.movie_id not in catalog:
            raise LabelError(
                f"Movie {row.movie_id!r} is labelled for query {row.query_id!r} but is not in the catalogue, so its "
                "text is unknown. Import the film, or export as trec, jsonl or csv."
            )


def _text(path: Path, text: str) -> Path:
    write_text(path, text)
    return path


def _jsonl(path: Path, rows: Iterable[object]) -> Path:
    write_jsonl(path, rows)
    return path
