"""Films with texts that a careless export would stumble over, random unit vectors for them, and queries."""

from __future__ import annotations

import numpy as np
import pytest
from handover_films import unit_vectors

from core.catalog import Catalog, Movie
from core.index import MovieIndex

FILMS, DIMENSION, QUERIES = 300, 24, 20
HOSTILE = (
    "'); DROP TABLE films; --",
    "\\.",
    "a\ttab, a\nline, a\r\nline, a \\n and a \\",
    '"quoted" {json} $$ %s',
    "\\u0000 in words, \x01 and \u2028",
    "괴물 🎬",
)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    films = [
        Movie(f"m{number:03d}", f"Film {number}", year=1950 + number % 70, genres=("drama", "horror")[: number % 3])
        for number in range(FILMS - len(HOSTILE))
    ]
    films += [
        Movie(f"h{number}'\\\t\"", text, overview=text, cast=(text, "b"), director_ko=("봉준호",))
        for number, text in enumerate(HOSTILE)
    ]
    return Catalog(films)


@pytest.fixture(scope="session")
def index(catalog: Catalog) -> MovieIndex:
    return MovieIndex(catalog.ids, unit_vectors(len(catalog), DIMENSION), "0" * 64)


@pytest.fixture(scope="session")
def queries() -> np.ndarray:
    return unit_vectors(QUERIES, DIMENSION, seed=1)


@pytest.fixture(scope="session")
def found(index: MovieIndex, queries: np.ndarray) -> list[list[str]]:
    """The ten best films of each query, by Reelign's exact search."""
    return [[hit.movie_id for hit in hits] for hits in index.search(queries, 10)]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a few hundred films be several batches."""
    from core.handover import rows

    monkeypatch.setattr(rows, "BATCH_BYTES", 400_000)
