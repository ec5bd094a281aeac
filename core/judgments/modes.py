"""What labelling is for at the moment: each mode picks films of a query, and says in which order they come.

Labels that follow one aim alone are no sample of anything, so the films by lot stay in every mode.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from core.fingerprint import fingerprint
from core.judgments.pool import MINED, Candidate, propose, shuffled

Rankings = Mapping[str, Sequence[str]]  # the films of each system, best first, by its name

GAP_DEPTH = 10  # the measures look at the top ten
HASH_RANGE = 16**64


class Mode(StrEnum):
    """What the queue is after.

    ``FILL`` finishes queries: everything that any system proposes. ``DISAGREE`` asks about films that base and tuned
    rank apart, ``HARD`` about films that a training mined as negatives, ``GAPS`` about films in either model's top
    ten that nobody has judged.
    """

    FILL = "fill"
    DISAGREE = "disagree"
    HARD = "hard"
    GAPS = "gaps"


def films_of(mode: Mode, rankings: Rankings, models: Sequence[str], depth: int) -> list[str]:
    """Return the films of a query that a mode is about, those it asks first in front.

    ``models`` names base and tuned, or the base alone: then nobody disagrees. A mode whose rankings are not there is
    about no film.
    """
    if mode is Mode.HARD:
        return list(rankings.get(MINED, ())[:depth])
    if mode is Mode.DISAGREE:
        apart = rank_differences(rankings, models, depth)
        return sorted((movie_id for movie_id in apart if apart[movie_id]), key=lambda one: (-apart[one], one))
    names, deepest = (models, GAP_DEPTH) if mode is Mode.GAPS else (rankings, depth)
    return list(dict.fromkeys(movie_id for name in names for movie_id in rankings.get(name, ())[:deepest]))


def rank_differences(rankings: Rankings, models: Sequence[str], depth: int) -> dict[str, int]:
    """Return how many ranks apart base and tuned place each film in the top ``depth`` of either.

    A film that a model has not found stands just behind all that it has. Nothing unless both models have a ranking.
    """
    if len(models) != 2 or any(name not in rankings for name in models):
        return {}
    base, tuned = (rankings[name] for name in models)
    ranks = [{movie_id: rank for rank, movie_id in enumerate(found, start=1)} for found in (base, tuned)]
    top = {*base[:depth], *tuned[:depth]}
    return {one: abs(ranks[0].get(one, len(base) + 1) - ranks[1].get(one, len(tuned) + 1)) for one in top}


def list_distance(one: Sequence[str], other: Sequence[str]) -> float:
    """Return how far apart two top lists are, from 0 (equal) to 1 (nothing in common), the first places most.

    One minus the average overlap: the mean, over all depths, of the share that the lists have in common down to that
    depth (Fagin, Kumar and Sivakumar 2003, "Comparing top k lists").
    """
    depth = max(len(one), len(other))
    if not depth:
        return 0.0
    seen: list[set[str]] = [set(), set()]
    total = 0.0
    for place in range(depth):
        for films, found in zip((one, other), seen, strict=True):
            found.update(films[place : place + 1])
        total += len(seen[0] & seen[1]) / (place + 1)
    return 1 - total / depth


def candidates_of(
    mode: Mode, rankings: Rankings, films: Iterable[str], drawn: Iterable[str], depth: int
) -> dict[str, Candidate]:
    """Return by id the ``films`` a mode is about and those ``drawn`` by lot, with every system that proposes them."""
    drawn = list(drawn)
    proposed = propose(rankings, depth=max(depth, GAP_DEPTH) if mode is Mode.GAPS else depth, drawn=drawn)
    return {movie_id: proposed[movie_id] for movie_id in dict.fromkeys([*films, *drawn])}


def laid_out(
    mode: Mode, query_id: str, films: Sequence[str], candidates: Iterable[Candidate], seed: str
) -> list[Candidate]:
    """Return the candidates in the order in which they are asked.

    They are shuffled; only what base and tuned rank most apart comes first in its mode, the films by lot strewn in
    evenly. That order is the same whichever of the two ranks a film higher.
    """
    if mode is not Mode.DISAGREE:
        return shuffled(query_id, candidates, seed)
    places = {movie_id: (place + 0.5) / len(films) for place, movie_id in enumerate(films)}

    def by_place(candidate: Candidate) -> float:
        lot = int(fingerprint([seed, query_id, candidate.movie_id]), 16) / HASH_RANGE
        return places.get(candidate.movie_id, lot)

    return sorted(candidates, key=by_place)
