"""Which films to judge for a query: the union of what several systems found, with the systems hidden.

Labels drawn from one system alone favour that system: two equal retrievers judged on the results of one seem far
apart. So every system adds its best, as many as every other, and the order tells the curator nothing about who
proposed what. A few films of the whole catalogue join them by lot, so that what no system finds is judged too.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from core.fingerprint import fingerprint

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEXICAL = "lexical"  # the system that searches by words
MINED = "mined"  # the system that proposes what a training mined as negatives
RANDOM = "random"  # the lot

WORD_DIGITS = 16  # hex digits of 64 bits


@dataclass(frozen=True, slots=True)
class Candidate:
    """A film to judge, the systems that proposed it, and the best rank (from 1) that one of them gave it.

    A film that came by lot alone has rank 0.
    """

    movie_id: str
    sources: tuple[str, ...]
    rank: int


class RandomFilms:
    """The films of a catalogue in an order of their own for each query: that of a hash of (query, film).

    It is the same for every curator and after every restart, and a film that joins the catalogue leaves the order of
    the others as it was. The more films are drawn for a query, the further down that one order they reach.
    """

    def __init__(self, movie_ids: Iterable[str]) -> None:
        self._ids = tuple(movie_ids)
        self._drawn: dict[str, tuple[str, ...]] = {}

    def first(self, query_id: str, count: int) -> tuple[str, ...]:
        """Return the first ``count`` films of a query's order."""
        count = min(count, len(self._ids))
        drawn = self._drawn.get(query_id, ())
        if len(drawn) < count:
            drawn = self._drawn[query_id] = self._draw(query_id, max(count, 2 * len(drawn)))
        return drawn[:count]

    def _draw(self, query_id: str, count: int) -> tuple[str, ...]:
        import numpy as np

        # A sha256 for every pair would take seconds for a thousand queries; one for each film and each query, mixed
        # as in SplitMix64 (Steele, Lea and Flood 2014), takes a millisecond a query.
        mixed = self._hashes ^ np.uint64(int(fingerprint([RANDOM, query_id])[:WORD_DIGITS], 16))
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(31)
        return tuple(self._ids[row] for row in np.argsort(mixed, kind="stable")[:count])

    @cached_property
    def _hashes(self) -> NDArray[np.uint64]:
        import numpy as np

        return np.array([int(fingerprint(movie_id)[:WORD_DIGITS], 16) for movie_id in self._ids], np.uint64)


def random_count(proposed: int, share: float) -> int:
    """Return how many films come by lot beside ``proposed`` others, so that they are ``share`` of all, rounded up."""
    return math.ceil(round(proposed * share / (1 - share), 9))


def propose(rankings: Mapping[str, Sequence[str]], *, depth: int, drawn: Iterable[str] = ()) -> dict[str, Candidate]:
    """Return by id the films in the top ``depth`` of any ranking and those ``drawn`` by lot, with their sources."""
    ranks: dict[str, dict[str, int]] = {}
    for source, movie_ids in rankings.items():
        for rank, movie_id in enumerate(movie_ids[:depth], start=1):
            ranks.setdefault(movie_id, {}).setdefault(source, rank)
    found = {
        movie_id: Candidate(movie_id, tuple(sorted(by_source)), min(by_source.values()))
        for movie_id, by_source in ranks.items()
    }
    for movie_id in drawn:
        known = found.get(movie_id, Candidate(movie_id, (), 0))
        found[movie_id] = Candidate(movie_id, tuple(sorted({*known.sources, RANDOM})), known.rank)
    return found


def shuffled(query_id: str, candidates: Iterable[Candidate], seed: str) -> list[Candidate]:
    """Return the candidates in an order that depends on seed, query and film alone.

    Each film has its place by a hash, so the order is the same after a restart, and judging or adding films leaves
    the order of the others as it was.
    """
    return sorted(candidates, key=lambda candidate: fingerprint([seed, query_id, candidate.movie_id]))
