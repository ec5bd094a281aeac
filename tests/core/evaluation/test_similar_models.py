"""From model names to the figures of similar films, with real (if tiny) models and the real index."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.catalog import Catalog, Movie, document_text, save_catalog
from core.errors import EvaluationError
from core.evaluation.neighbours import FilmVectors, nearest
from core.evaluation.similar_models import compare_similarity, film_vectors, has_vectors
from core.models.loading import load_embedder
from core.search import open_searcher
from core.workspace import Workspace

WORDS = ["space", "love", "war", "ghost", "heist", "train", "robot", "summer"]
MOVIES = [Movie(f"m{n:02}", f"{WORDS[n % 8]} {WORDS[(n + n // 8 + 1) % 8]}", genres=(WORDS[n % 8],)) for n in range(48)]
QUERIES = {f"q{number}": f"a film of {word}" for number, word in enumerate(WORDS)}
QRELS = {f"q{n}": {m.movie_id: int(word in m.title) for m in MOVIES} for n, word in enumerate(WORDS)}


@pytest.fixture
def models(workspace: Workspace, tiny_folder: Callable[[str], Path]) -> tuple[str, str]:
    save_catalog(Catalog(MOVIES), workspace)
    return str(tiny_folder("bert")), str(tiny_folder("llama"))


def test_alignment_is_that_of_the_judged_pairs_one_by_one(workspace: Workspace, models: tuple[str, str]) -> None:
    gone = {**QRELS, "q0": {**QRELS["q0"], "gone": 2}}
    found = compare_similarity(*models, workspace, queries=QUERIES, qrels=gone, device="cpu")
    pairs = [(query, movie) for query, grades in QRELS.items() for movie in MOVIES if grades[movie.movie_id]]
    for name, side in zip(models, ("base", "tuned"), strict=True):
        embedder = load_embedder(name, workspace, device="cpu")
        queries = embedder.encode([QUERIES[query] for query, _ in pairs], "query").astype(float)
        films = embedder.encode([document_text(movie) for _, movie in pairs], "document")
        expected = ((queries - films) ** 2).sum(axis=1).mean()
        assert getattr(found.figures["alignment"], side) == pytest.approx(expected, abs=1e-6)
    assert found.figures["alignment"].count == len(pairs)
    assert set(found.figures) == {"genre_purity", "alignment", "uniformity"}


def test_without_labels_there_is_no_alignment(workspace: Workspace, models: tuple[str, str]) -> None:
    found = compare_similarity(*models, workspace, queries={}, qrels={}, device="cpu")
    assert set(found.figures) == {"genre_purity", "uniformity"}


def test_neighbours_are_what_the_index_finds_for_the_films_own_vector(
    workspace: Workspace, models: tuple[str, str]
) -> None:
    searcher = open_searcher(models[0], Catalog(MOVIES), workspace, device="cpu")
    films = film_vectors(searcher)
    assert isinstance(films, FilmVectors) and np.shares_memory(films.vectors, searcher.index.vectors)
    for movie_id in films.ids[:5]:
        hits = searcher.index.search(films.vectors[[films.row(movie_id)]], 11)[0]
        assert [hit.movie_id for hit in hits if hit.movie_id != movie_id][:10] == [
            hit.movie_id for hit in nearest(films, movie_id)
        ]


@pytest.mark.parametrize("name", ["bm25", "e5-small+bm25"])
def test_search_by_words_has_no_vectors_and_is_refused(workspace: Workspace, name: str) -> None:
    assert not has_vectors(name) and has_vectors("e5-small")
    with pytest.raises(EvaluationError, match="searches by words"):
        compare_similarity("e5-small", name, workspace, queries={}, qrels={})
