"""Which films to judge for a query: the union of what several systems found, with the systems hidden.

Labels drawn from one system alone favour that system: two equal retrievers judged on the results of one seem far
apart. So every system adds its best, and the order tells the curator nothing about who proposed what.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from core.fingerprint import fingerprint


@dataclass(frozen=True, slots=True)
class Candidate:
    """A film to judge, the systems that proposed it, and the best rank (from 1) that one of them gave it."""

    movie_id: str
    sources: tuple[str, ...]
    rank: int


def blind_pool(
    query_id: str,
    rankings: Mapping[str, Sequence[str]],
    judged: Collection[str],
    *,
    depth: int = 10,
    seed: str,
) -> list[Candidate]:
    """Return the films in the top ``depth`` of any ranking that are not in ``judged``, shuffled.

    The order depends on seed, query and film alone (each film has its place by a hash), so it is the same after a
    restart, and judging or adding films leaves the order of the others as it was.
    """
    ranks: dict[str, dict[str, int]] = {}
    for source, movie_ids in rankings.items():
        for rank, movie_id in enumerate(movie_ids[:depth], start=1):
            ranks.setdefault(movie_id, {}).setdefault(source, rank)
    candidates = [
        Candidate(movie_id, tuple(sorted(by_source)), min(by_source.values()))
        for movie_id, by_source in ranks.items()
        if movie_id not in judged
    ]
    return sorted(candidates, key=lambda candidate: fingerprint([seed, query_id, candidate.movie_id]))
