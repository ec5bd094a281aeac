"""The starter set: films, queries and judgments that Reelign ships, so that every page shows something at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.catalog import Catalog, movie_from_row, save_catalog
from core.errors import CatalogError, LabelError
from core.files import read_jsonl
from core.judgments import NewQuery, QrelRow, Split
from core.workspace import REPOSITORY, Workspace

if TYPE_CHECKING:
    from core.judgments import LabelStore

STARTER = REPOSITORY / "labels" / "starter"
STARTER_ANNOTATOR = "starter"


def load_starter(workspace: Workspace, store: LabelStore, folder: Path = STARTER) -> bool:
    """Copy the starter set into a workspace that has no catalogue; return whether it was copied.

    The judgments are the annotator "starter"'s. The catalogue is written last, so that a copying that was cut off is
    made again, and adds nothing twice. A database with queries of its own is a team's, whatever folder it is reached
    from, and gets nothing.

    Raises:
        CatalogError, LabelError: a file of the starter set is missing or damaged (file and line are named).
    """
    if workspace.catalog.exists():
        return False
    catalog, queries = read_starter_movies(folder), read_starter_queries(folder)
    if {query.query_id for query in store.queries()} - {query.query_id for query in queries}:
        return False
    store.add_queries(queries)
    store.import_judgments(read_starter_judgments(folder), STARTER_ANNOTATOR, known_movies=catalog.ids)
    save_catalog(catalog, workspace)
    return True


def read_starter_movies(folder: Path = STARTER) -> Catalog:
    """Return the films of the starter set."""
    path = folder / "movies.jsonl"
    return Catalog(movie_from_row(row, f"{path}, line {line}") for line, row in read_jsonl(path, CatalogError))


def read_starter_queries(folder: Path = STARTER) -> list[NewQuery]:
    """Return the queries of the starter set, each with its id, language, kind and split."""
    path = folder / "queries.jsonl"
    queries = []
    for line, row in read_jsonl(path, LabelError):
        try:
            split = Split(row["split"])
            queries.append(NewQuery(row["text"], row["query_id"], row["lang"], row["kind"], split))
        except (KeyError, ValueError) as reason:
            raise LabelError(f"{path}, line {line}: not a starter query ({reason}).") from reason
    return queries


def read_starter_judgments(folder: Path = STARTER) -> list[QrelRow]:
    """Return the judgments of the starter set: grade 2 or 1 for a positive, 0 for a negative."""
    path = folder / "judgments.jsonl"
    rows = []
    for line, row in read_jsonl(path, LabelError):
        try:
            grade = {("positive", 2): 2, ("positive", 1): 1, ("negative", 0): 0}[row["answer"], row["grade"]]
            rows.append(QrelRow(line, row["query_id"], row["movie_id"], grade, str(path)))
        except (KeyError, TypeError) as reason:
            raise LabelError(f"{path}, line {line}: not a starter judgment ({reason}).") from reason
    return rows
