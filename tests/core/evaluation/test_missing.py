"""The films to judge first are those that can move the difference most: checked by judging each of them."""

from __future__ import annotations

import random

import pytest

from core.evaluation.measures import bounds, mean, per_query
from core.evaluation.missing import missing_pairs

FILMS = [f"m{number:02}" for number in range(24)]


def difference(base: dict[str, list[str]], tuned: dict[str, list[str]], qrels: dict[str, dict[str, int]]) -> float:
    one, other = (per_query(side, qrels, ["nDCG@10"])["nDCG@10"] for side in (base, tuned))
    return mean(other.values()) - mean(one.values())


@pytest.mark.parametrize("seed", range(12))
def test_each_film_moves_the_difference_as_far_as_judging_it_does(seed: int) -> None:
    dice = random.Random(seed)
    qrels = {f"q{n}": {film: dice.choice((0, 1, 2)) for film in dice.sample(FILMS, 8)} | {"x": 2} for n in range(3)}
    base, tuned = ({query: dice.sample(FILMS, 15) for query in qrels} for _ in range(2))
    found = missing_pairs(base, tuned, qrels, list(qrels))
    before = difference(base, tuned, qrels)
    for pair in found:
        judged = [
            difference(base, tuned, {**qrels, pair.query_id: {**qrels[pair.query_id], pair.movie_id: grade}})
            for grade in (0, 1, 2)
        ]
        assert pair.moves == pytest.approx(max(abs(after - before) for after in judged), abs=1e-12)
    wanted = {(q, film) for q in qrels for film in {*base[q][:10], *tuned[q][:10]} - set(qrels[q])}
    assert {(pair.query_id, pair.movie_id) for pair in found} == wanted
    moves = [round(pair.moves, 9) for pair in found]
    assert moves == sorted(moves, reverse=True)


def test_no_film_moves_it_further_than_the_bounds_of_its_query_allow() -> None:
    base, tuned, qrels = {"q": FILMS[:10]}, {"q": FILMS[5:15]}, {"q": {"m00": 1, "m07": 2}}
    (low, high), (floor, ceiling) = bounds(tuned, qrels)["q"], bounds(base, qrels)["q"]
    for pair in missing_pairs(base, tuned, qrels, ["q"]):
        for grade in (0, 1, 2):
            after = difference(base, tuned, {"q": {**qrels["q"], pair.movie_id: grade}})
            assert low - ceiling - 1e-12 <= after <= high - floor + 1e-12


def test_films_that_move_it_alike_come_by_query_then_rank_then_id() -> None:
    """Beyond what can matter (nothing to gain for either side) the order is still the same every time."""
    base = tuned = {"q1": ["b", "a"], "q0": ["d", "c"]}
    found = missing_pairs(base, tuned, {"q1": {"z": 1}, "q0": {"z": 1}}, ["q1", "q0"])
    assert [(pair.query_id, pair.movie_id) for pair in found] == [("q1", "b"), ("q1", "a"), ("q0", "d"), ("q0", "c")]
    assert all(pair.moves == 0 for pair in found)


def test_nothing_is_missing_where_all_is_judged() -> None:
    assert missing_pairs({"q": ["a"]}, {"q": ["b"]}, {"q": {"a": 1, "b": 0}}, ["q"]) == ()
