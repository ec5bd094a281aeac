"""From model names to the figures of ``similarity``: load, index, encode, measure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.catalog import load_catalog
from core.errors import EvaluationError
from core.evaluation.geometry import pair_distances
from core.evaluation.measures import Qrels
from core.evaluation.neighbours import FilmVectors
from core.evaluation.similarity import Figure, Similarity, align, compare_films, measure_films
from core.retrievers import FUSED, LEXICAL
from core.search import Searcher, open_searcher
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.models.embedder import Progress


def compare_similarity(
    base: str,
    tuned: str,
    workspace: Workspace,
    *,
    queries: Mapping[str, str],
    qrels: Qrels,
    device: str = "auto",
    progress: Progress | None = None,
) -> Similarity:
    """Measure how similar films lie under two models.

    Args:
        base, tuned: names as ``open_searcher`` takes them.
        queries: the text of each query, of one split only, for alignment.
        qrels: the grade of each judged film, for each query; may be empty, and there is no alignment then.
        progress: called with (texts encoded, texts to encode), for each model and side from the start.

    Raises:
        EvaluationError: one of them has no vectors.
        CatalogError, ModelError, SearchIndexError, ConfigError: catalogue, model or device cannot be used.
    """
    for name in (base, tuned):
        check_has_vectors(name)
    catalog = load_catalog(workspace)
    searchers = [open_searcher(name, catalog, workspace, device=device, progress=progress) for name in (base, tuned)]
    films = [film_vectors(searcher) for searcher in searchers]
    return compare_films(
        films[0],
        films[1],
        (measure_films(films[0], catalog), measure_films(films[1], catalog)),
        align_models(searchers[0], searchers[1], queries, qrels, progress),
    )


def has_vectors(name: str) -> bool:
    """Tell whether a retriever is a model, so that its films have places: search by words gives them none."""
    return name != LEXICAL and not name.endswith(FUSED)


def check_has_vectors(name: str) -> None:
    """Refuse a retriever that is no model.

    Raises:
        EvaluationError: it is search by words, or a fusion with it.
    """
    if not has_vectors(name):
        raise EvaluationError(f"'{name}' searches by words, which gives films no place near each other. Name a model.")


def film_vectors(searcher: Searcher) -> FilmVectors:
    """Return the films as a model places them."""
    return FilmVectors(searcher.index.ids, searcher.index.vectors)


def align_models(
    base: Searcher, tuned: Searcher, queries: Mapping[str, str], qrels: Qrels, progress: Progress | None = None
) -> Figure | None:
    """Compare how near queries lie to the films that were judged positive for them; ``None`` without any.

    A film that was judged and is no longer in the catalogue is passed over.
    """
    known = set(base.index.ids)
    pairs = [
        (query_id, movie_id)
        for query_id, grades in qrels.items()
        for movie_id, grade in grades.items()
        if grade >= 1 and query_id in queries and movie_id in known
    ]
    if not pairs:
        return None
    asked = list(dict.fromkeys(query_id for query_id, _ in pairs))
    rows = {query_id: row for row, query_id in enumerate(asked)}
    distances = []
    for searcher in (base, tuned):
        films = film_vectors(searcher)
        encoded = searcher.embedder.encode([queries[query_id] for query_id in asked], "query", progress=progress)
        distances.append(
            pair_distances(
                encoded[[rows[query_id] for query_id, _ in pairs]],
                films.vectors[[films.row(movie_id) for _, movie_id in pairs]],
            )
        )
    return align(distances[0], distances[1], [query_id for query_id, _ in pairs])
