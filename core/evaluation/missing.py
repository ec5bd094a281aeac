"""Which films to judge first: those whose judging can move the difference between the models most."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.evaluation.measures import PRIMARY, TOP, Qrels, Rankings, grades_in_use, per_query


@dataclass(frozen=True, slots=True)
class MissingPair:
    """A film that nobody has judged for a query, in the top ten of either model.

    ``moves`` is how far nDCG@10's mean difference could go, up or down, if this film alone were judged.
    """

    query_id: str
    movie_id: str
    moves: float


def missing_pairs(base: Rankings, tuned: Rankings, qrels: Qrels, scored: Sequence[str]) -> tuple[MissingPair, ...]:
    """Return the unjudged films of the top tens, those that can move the difference most first.

    Each is tried with every grade that these labels use, the other unjudged films staying as they count now: not
    relevant. ``measures.bounds`` says what all of them together could do. Films that move it as far come by query,
    then by their better rank, then by id: the order gives away no side.
    """
    tops = {query: (list(base.get(query, ())[:TOP]), list(tuned.get(query, ())[:TOP])) for query in scored}
    pairs = [(query, film) for query in scored for film in _unjudged(tops[query], qrels[query])]
    levels = grades_in_use(qrels)
    trials = {
        (place, grade): {**qrels[query], film: grade} for place, (query, film) in enumerate(pairs) for grade in levels
    }
    now = _difference(tops, {query: qrels[query] for query in scored})
    then = _difference(
        {_name(*trial): tops[pairs[trial[0]][0]] for trial in trials},
        {_name(*trial): grades for trial, grades in trials.items()},
    )
    moves = [0.0] * len(pairs)
    for place, grade in trials:
        change = abs(then[_name(place, grade)] - now[pairs[place][0]])
        moves[place] = max(moves[place], change / len(scored))
    found = [MissingPair(query, film, moved) for (query, film), moved in zip(pairs, moves, strict=True)]
    return tuple(sorted(found, key=lambda pair: -round(pair.moves, 12)))


def _difference(tops: Mapping[str, tuple[list[str], list[str]]], grades: Qrels) -> dict[str, float]:
    base, tuned = (
        per_query({key: lists[side] for key, lists in tops.items()}, grades, [PRIMARY])[PRIMARY] for side in (0, 1)
    )
    return {key: tuned[key] - base[key] for key in base}


def _name(place: int, grade: int) -> str:
    return f"{place}/{grade}"


def _unjudged(tops: tuple[list[str], list[str]], grades: Mapping[str, int]) -> list[str]:
    best: dict[str, int] = {}
    for top in tops:
        for rank, movie_id in enumerate(top):
            if movie_id not in grades:
                best[movie_id] = min(rank, best.get(movie_id, rank))
    return sorted(best, key=lambda movie_id: (best[movie_id], movie_id))
