"""BEIR: a folder of ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/<split>.tsv``, or a zip archive of it.

Holds the team's grade of each pair that is decided, and each query's id, text and split. Loses who judged, notes,
unsure, and a query's language and kind. An import reads no corpus: the films are those of the catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.files import write_jsonl, write_text
from core.judgments.exchange.problems import ProblemLog
from core.judgments.exchange.query_file import query_lines
from core.judgments.exchange.row import Row
from core.judgments.exchange.sources import SourceFile
from core.judgments.exchange.trec import BEIR_HEADER, graded, is_qrels, qrel_rows
from core.judgments.types import NewQuery, Split

if TYPE_CHECKING:
    from core.catalog import Catalog
    from core.judgments.snapshots import Snapshot

# BEIR's evaluator drops a document that has the id of the query, so the two must not share any.
PREFIX = "q:"


def write_beir(snapshot: Snapshot, folder: Path, catalog: Catalog) -> list[Path]:
    """Write ``corpus.jsonl`` with the whole catalogue, ``queries.jsonl``, and a qrels file a split."""
    from core.catalog import document_text

    prefix = PREFIX if any(query_id in catalog for query_id in snapshot.queries()) else ""
    corpus = ({"_id": movie.movie_id, "title": "", "text": document_text(movie)} for movie in catalog.movies)
    queries = ({"_id": prefix + query_id, "text": text} for query_id, text in snapshot.queries().items())
    paths = [folder / "corpus.jsonl", folder / "queries.jsonl"]
    write_jsonl(paths[0], corpus)
    write_jsonl(paths[1], queries)
    for split in Split:
        lines = ["\t".join(BEIR_HEADER) + "\n"]
        for query_id, grades in snapshot.qrels(split).items():
            lines += [f"{prefix}{query_id}\t{movie_id}\t{grade}\n" for movie_id, grade in grades.items()]
        paths.append(folder / "qrels" / f"{split}.tsv")
        write_text(paths[-1], "".join(lines))
    return paths


def read_beir(sources: Sequence[SourceFile], problems: ProblemLog) -> Iterator[Row]:
    """Yield the judgments of qrels files, each query in the split that its file is named after."""
    qrels = [source for source in sources if is_qrels(source)]
    if not qrels:
        problems.note("", None, f"No file holds qrels under the header {' '.join(BEIR_HEADER)}. Add qrels/*.tsv.")
    queries = {
        query.query_id: query
        for source in sources
        if source not in qrels and source.suffix == ".jsonl"
        for _, query in query_lines(source, problems)
        if query.query_id
    }
    prefixed = bool(queries) and all(str(query_id).startswith(PREFIX) for query_id in queries)
    for source in qrels:
        split = source.split
        for row in qrel_rows(source, problems):
            query = queries.get(row.query_id, NewQuery("", row.query_id))
            query = replace(query, split=split or query.split)
            if prefixed:
                query = replace(query, query_id=row.query_id.removeprefix(PREFIX))
            yield graded(row, query)
