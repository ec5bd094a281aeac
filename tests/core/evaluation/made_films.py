"""Films as a model might place them: unit vectors that lean one way, as language models' do, some of them equal."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.catalog import Catalog, Movie
from core.evaluation.neighbours import FilmVectors

GENRES = ("Action", "Comedy", "Drama", "Horror")


def unit(vectors: NDArray[np.floating]) -> NDArray[np.float32]:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def random_vectors(films: int, dimension: int = 16, seed: int = 0) -> NDArray[np.float32]:
    """Return unit vectors that lean one way; every fifth film is the same as the one before it."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(films, dimension)) + 0.5
    vectors[4::5] = vectors[3::5][: len(vectors[4::5])]
    return unit(vectors)


def ids_of(films: int) -> tuple[str, ...]:
    return tuple(f"m{number:05}" for number in range(films))


def placed(vectors: NDArray[np.float32]) -> FilmVectors:
    return FilmVectors(ids_of(len(vectors)), vectors)


def random_catalog(films: int, seed: int = 0) -> Catalog:
    """Return films of no, one or several genres; some belong to a franchise, some of those alone."""
    random = np.random.default_rng(seed)
    return Catalog(
        Movie(
            movie_id,
            f"Film {movie_id}",
            genres=tuple(genre for genre in GENRES if random.random() < 0.3),
            franchise=f"Series {random.integers(films // 3)}" if random.random() < 0.5 else "",
        )
        for movie_id in ids_of(films)
    )
