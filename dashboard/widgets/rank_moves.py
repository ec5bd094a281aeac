"""Rankings of one query beside one another: which films moved, came in, or were left out against the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from dashboard.strings import t

TOP = 10
DEPTH = 100


class Change(StrEnum):
    """What became of a film from the first top ten to another."""

    UP = "up"
    DOWN = "down"
    SAME = "same"
    NEW = "new"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Place:
    """A film in one of the top tens: its rank there, and on the other side, ``None`` beyond what was ranked."""

    movie_id: str
    rank: int
    other: int | None
    change: Change


def places(base: Sequence[str], tuned: Sequence[str]) -> tuple[list[Place], list[Place]]:
    """Return the top ten of either ranking with what became of each film."""
    base_ranks = {movie_id: rank for rank, movie_id in enumerate(base, start=1)}
    tuned_ranks = {movie_id: rank for rank, movie_id in enumerate(tuned, start=1)}

    def place(movie_id: str, rank: int, other: int | None) -> Place:
        return Place(movie_id, rank, other, change(base_ranks.get(movie_id), tuned_ranks.get(movie_id)))

    return (
        [place(movie_id, rank, tuned_ranks.get(movie_id)) for movie_id, rank in list(base_ranks.items())[:TOP]],
        [place(movie_id, rank, base_ranks.get(movie_id)) for movie_id, rank in list(tuned_ranks.items())[:TOP]],
    )


def left_out(first: Sequence[str], others: Sequence[Sequence[str]]) -> dict[str, dict[int, Place]]:
    """Return by film of the first top ten which of the others, by number from 0, left it out of theirs.

    >>> {film: list(by) for film, by in left_out(["a", "b"], [["b"], ["c", "b"]]).items()}
    {'a': [0, 1]}
    """
    found: dict[str, dict[int, Place]] = {}
    for number, other in enumerate(others):
        for place in places(first, other)[0]:
            if place.change is Change.LEFT_OUT:
                found.setdefault(place.movie_id, {})[number] = place
    return found


def change(before: int | None, after: int | None) -> Change:
    """Return what it means to go from one rank to another; at least one of them is in a top ten.

    >>> change(12, 3), change(3, 1)
    (<Change.NEW: 'new'>, <Change.UP: 'up'>)
    """
    if before is None or before > TOP:
        return Change.NEW
    if after is None or after > TOP:
        return Change.LEFT_OUT
    return Change.SAME if after == before else Change.UP if after < before else Change.DOWN


def move_text(place: Place) -> str:
    """Return what became of a film in words."""
    if place.change in (Change.NEW, Change.LEFT_OUT):
        if place.other is None:
            return t(f"compare.{place.change}_beyond", depth=DEPTH)
        return t(f"compare.{place.change}", rank=place.other)
    return t(f"compare.{place.change}", steps=abs(place.rank - (place.other or place.rank)))
