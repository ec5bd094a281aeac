"""Who is given what: how many people judge a query, which films are still asked, and whom a query is offered to.

One person a query is the cheapest; a share of the queries is judged by two, so that agreement can be measured. All
of it follows from what is on record, so every curator's browser comes to the same answer.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable

from core.fingerprint import fingerprint
from core.judgments.by_query import QueryJudgments

HASH_RANGE = 16**64
NOBODY: frozenset[str] = frozenset()


def places(query_id: str, overlap: float) -> int:
    """Return how many people judge a query: 2 for the share ``overlap`` of all queries, by a hash of the id, else 1."""
    return 2 if int(fingerprint(["overlap", query_id]), 16) / HASH_RANGE < overlap else 1


def settled(films: Iterable[str], own: Container[str], judged: QueryJudgments, annotator: str, wanted: int) -> set[str]:
    """Return the films that ``annotator`` is not asked about (again).

    Those of their ``own`` answers, those adjudicated, and those that ``wanted`` others have decided. An *unsure* of
    somebody else decides nothing, so a second person is asked.
    """
    return {
        movie_id
        for movie_id in films
        if movie_id in own
        or movie_id in judged.adjudicated
        or len(judged.decided.get(movie_id, NOBODY) - {annotator}) >= wanted
    }


def touched(films: Iterable[str], own: Container[str], judged: QueryJudgments, annotator: str) -> set[str]:
    """Return the films that anybody has judged, or was unsure of; ``own`` holds those of ``annotator``."""
    others = [answers for name, answers in judged.own.items() if name != annotator]
    return {
        movie_id
        for movie_id in films
        if movie_id in own or movie_id in judged.adjudicated or any(movie_id in answers for answers in others)
    }


def has_room(
    pool: Collection[str], judged: QueryJudgments, annotator: str, holders: Iterable[str], wanted: int
) -> bool:
    """Return whether a query is offered to ``annotator``: fewer than ``wanted`` others hold it or decided its pool."""
    through = {one for one in judged.own if all(one in judged.decided.get(movie_id, NOBODY) for movie_id in pool)}
    return len((through | set(holders)) - {annotator}) < wanted
