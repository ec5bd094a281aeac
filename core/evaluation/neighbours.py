"""The films that lie nearest to a film under a model, and what tuning changed about them.

Everything is exact and works on unit vectors, so that a similarity is a cosine. Equal similarities are ordered by id,
and a film is never among its own neighbours.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.errors import EvaluationError
from core.index import Hit

NEIGHBOURS = 10
TIE = 1e-5  # similarities of single precision closer than this may be of equal films
BLOCK_ROWS = 256
BLOCK_SCORES = 2**24  # similarities held at once: 64 MB

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class FilmVectors:
    """The films of a catalogue as a model places them: ids in ascending order, and one unit vector each."""

    ids: tuple[str, ...]
    vectors: NDArray[np.float32]

    def __post_init__(self) -> None:
        """Check that the rows are in the order of their ids.

        Raises:
            EvaluationError: they are not, or ids and vectors do not fit.
        """
        if len(self.ids) != len(self.vectors):
            raise EvaluationError(f"{len(self.ids)} film ids for {len(self.vectors)} vectors; expected one each.")
        for one, following in zip(self.ids, self.ids[1:], strict=False):
            if one >= following:
                raise EvaluationError(
                    f"Film '{following}' comes after '{one}'; expected distinct ids in ascending order."
                )

    def __len__(self) -> int:
        return len(self.ids)

    def row(self, movie_id: str) -> int:
        """Return where a film stands.

        Raises:
            EvaluationError: it is not among these films.
        """
        place = bisect_left(self.ids, movie_id)
        if place == len(self.ids) or self.ids[place] != movie_id:
            raise EvaluationError(f"No film has the id '{movie_id}'. Look it up on the Catalogue page.")
        return place


@dataclass(frozen=True, slots=True)
class NeighbourChange:
    """The nearest films of one film under a base and a tuned model, nearest first.

    ``ranks`` gives the rank under the base and under the tuned model of every film that is in either list.
    """

    movie_id: str
    base: tuple[Hit, ...]
    tuned: tuple[Hit, ...]
    ranks: dict[str, tuple[int, int]]

    @property
    def entered(self) -> tuple[str, ...]:
        """The films that are near under the tuned model only, nearest first."""
        return _beyond(self.tuned, self.base)

    @property
    def left(self) -> tuple[str, ...]:
        """The films that are near under the base only, nearest first."""
        return _beyond(self.base, self.tuned)

    @property
    def moved(self) -> dict[str, int]:
        """How many places each film that is near under both came nearer; negative when it went away."""
        steps = {hit.movie_id: self.ranks[hit.movie_id] for hit in self.tuned}
        entered = set(self.entered)
        return {film: old - new for film, (old, new) in steps.items() if film not in entered and old != new}


def _beyond(hits: tuple[Hit, ...], others: tuple[Hit, ...]) -> tuple[str, ...]:
    known = {hit.movie_id for hit in others}
    return tuple(hit.movie_id for hit in hits if hit.movie_id not in known)


def nearest(films: FilmVectors, movie_id: str, k: int = NEIGHBOURS) -> tuple[Hit, ...]:
    """Return the ``k`` films nearest to a film, nearest first; fewer where there are fewer others.

    Raises:
        EvaluationError: the film is not among them.
    """
    row = films.row(movie_id)
    scores = similarities(films.vectors, row)
    return _hits(films, scores, _by_similarity(scores, row), k)


def compare_neighbours(base: FilmVectors, tuned: FilmVectors, movie_id: str, k: int = NEIGHBOURS) -> NeighbourChange:
    """Return the ``k`` nearest films of a film under both models.

    Raises:
        EvaluationError: the models know different films, or not this one.
    """
    check_same_films(base, tuned)
    row = base.row(movie_id)
    sides = [similarities(films.vectors, row) for films in (base, tuned)]
    orders = [_by_similarity(scores, row) for scores in sides]
    base_hits, tuned_hits = (_hits(base, scores, order, k) for scores, order in zip(sides, orders, strict=True))
    places = [_places(order) for order in orders]
    near = {hit.movie_id: base.row(hit.movie_id) for hit in (*base_hits, *tuned_hits)}
    ranks = {film: (int(places[0][at]) + 1, int(places[1][at]) + 1) for film, at in near.items()}
    return NeighbourChange(movie_id, base_hits, tuned_hits, ranks)


def check_same_films(base: FilmVectors, tuned: FilmVectors) -> None:
    """Refuse two models that were not asked about the same films.

    Raises:
        EvaluationError: one of the catalogues is another.
    """
    if base.ids != tuned.ids:
        raise EvaluationError(
            f"The base knows {len(base)} films and the tuned model {len(tuned)}, and they are not the same. "
            "Index one catalogue with both models."
        )


def similarities(vectors: NDArray[np.float32], row: int) -> NDArray[np.float32]:
    """Return the cosine of one film with every film; equal films get equal values, wherever they stand."""
    one = vectors[row].astype(np.float64)
    return np.concatenate([_exact(vectors[rows], one) for rows in blocks(len(vectors), 8_192)])


def nearest_rows(vectors: NDArray[np.float32], rows: Rows, k: int = NEIGHBOURS) -> Rows:
    """Return the rows of the ``k`` nearest films of each film in ``rows``, (len(rows), k), nearest first.

    Rows stand for films in the order of their ids. A matrix product proposes all films that may be among them, and
    these are measured again one by one in double precision. Where there are no ``k`` others, there are fewer columns.
    """
    films = len(vectors)
    k = min(k, films - 1)
    found = np.empty((len(rows), max(k, 0)), np.int64)
    if k < 1:
        return found
    for place in blocks(len(rows), max(1, min(BLOCK_ROWS, BLOCK_SCORES // films))):
        found[place] = _nearest_of_block(vectors, rows[place], k)
    return found


def _nearest_of_block(vectors: NDArray[np.float32], block: Rows, k: int) -> Rows:
    films = len(vectors)
    scores = vectors[block] @ vectors.T
    scores[np.arange(len(block)), block] = -np.inf
    border = np.partition(scores, films - k, axis=1)[:, films - k] - TIE
    found = np.empty((len(block), k), np.int64)
    for at, row in enumerate(block):
        proposed = np.flatnonzero(scores[at] >= border[at])
        exact = _exact(vectors[proposed], vectors[row].astype(np.float64))
        found[at] = proposed[np.argsort(-exact, kind="stable")[:k]]
    return found


def blocks(count: int, size: int) -> Iterator[slice]:
    """Yield slices of at most ``size`` that cover ``count`` rows."""
    for start in range(0, count, size):
        yield slice(start, min(start + size, count))


def _exact(vectors: NDArray[np.float32], one: NDArray[np.float64]) -> NDArray[np.float32]:
    cosines: NDArray[np.float32] = (vectors * one).sum(axis=-1).astype(np.float32)
    return cosines


def _by_similarity(scores: NDArray[np.float32], row: int) -> Rows:
    """Return all rows but ``row``, the most similar first, equal ones in their order."""
    order: Rows = np.argsort(-scores, kind="stable")
    others: Rows = order[order != row]
    return others


def _places(order: Rows) -> Rows:
    places = np.empty(len(order) + 1, np.int64)
    places[order] = np.arange(len(order))
    return places


def _hits(films: FilmVectors, scores: NDArray[np.float32], order: Rows, k: int) -> tuple[Hit, ...]:
    return tuple(Hit(films.ids[row], float(scores[row]), rank) for rank, row in enumerate(order[:k], start=1))
