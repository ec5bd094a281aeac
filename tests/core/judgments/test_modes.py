"""The modes: which films of a query each is about, in what order, and with what provenance."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.judgments.modes import GAP_DEPTH, Mode, candidates_of, films_of, laid_out, list_distance, rank_differences
from core.judgments.pool import LEXICAL, MINED, RANDOM, Candidate

MODELS = ("base", "tuned")
RANKINGS = {
    "base": ["a", "b", "c", "d", "e"],
    "tuned": ["a", "e", "c", "f", "b"],
    LEXICAL: ["z", "a"],
    MINED: ["d", "y"],
}
LISTS = st.lists(st.sampled_from("abcdefghij"), unique=True, max_size=10)


def test_to_fill_a_query_is_about_the_top_of_every_system() -> None:
    assert set(films_of(Mode.FILL, RANKINGS, MODELS, 2)) == {"a", "b", "e", "z", "d", "y"}


def test_hard_negatives_are_what_was_mined_hardest_first() -> None:
    assert films_of(Mode.HARD, RANKINGS, MODELS, 5) == ["d", "y"]
    assert films_of(Mode.HARD, {"base": ["a"]}, MODELS, 5) == []


def test_gaps_are_the_top_ten_of_the_models_whatever_the_depth() -> None:
    long = {"base": [f"b{place}" for place in range(30)], "tuned": [f"t{place}" for place in range(30)], LEXICAL: ["z"]}
    found = films_of(Mode.GAPS, long, MODELS, 3)
    assert set(found) == {f"{side}{place}" for side in "bt" for place in range(GAP_DEPTH)}
    assert films_of(Mode.GAPS, long, ("base",), 3) == long["base"][:GAP_DEPTH]


def test_where_base_and_tuned_disagree_the_widest_apart_come_first() -> None:
    assert rank_differences(RANKINGS, MODELS, 5) == {"a": 0, "b": 3, "c": 0, "d": 2, "e": 3, "f": 2}
    assert films_of(Mode.DISAGREE, RANKINGS, MODELS, 5) == ["b", "e", "d", "f"]


def test_only_the_top_of_either_counts_but_ranks_further_down_are_known() -> None:
    assert rank_differences(RANKINGS, MODELS, 2) == {"a": 0, "b": 3, "e": 3}


def test_nobody_disagrees_without_a_tuned_model() -> None:
    assert films_of(Mode.DISAGREE, RANKINGS, ("base",), 5) == []
    assert films_of(Mode.DISAGREE, {"base": ["a"]}, MODELS, 5) == []


def test_lists_differ_most_when_their_first_places_do() -> None:
    assert list_distance("abcd", "abcd") == 0 == list_distance("", "")
    assert list_distance("abcd", "wxyz") == 1
    # By hand: the shares in common down to each depth are 0, 1, 1, 1 and 1, 1, 2/3, 1.
    assert list_distance("abcd", "bacd") == pytest.approx(1 / 4)
    assert list_distance("abcd", "abdc") == pytest.approx(1 / 12)


@given(LISTS, LISTS)
def test_the_distance_of_lists_is_symmetrical_and_between_0_and_1(one: list[str], other: list[str]) -> None:
    assert 0 <= list_distance(one, other) <= 1
    assert list_distance(one, other) == list_distance(other, one)


@given(LISTS, LISTS, st.integers(1, 10))
def test_the_order_of_disagreement_does_not_say_which_model_ranks_higher(
    one: list[str], other: list[str], depth: int
) -> None:
    orders = []
    for base, tuned in ((one, other), (other, one)):
        rankings = {"base": base, "tuned": tuned}
        films = films_of(Mode.DISAGREE, rankings, MODELS, depth)
        found = candidates_of(Mode.DISAGREE, rankings, films, ["x"], depth)
        orders.append([one.movie_id for one in laid_out(Mode.DISAGREE, "q", films, found.values(), "mina")])
    assert orders[0] == orders[1]


@pytest.mark.parametrize("mode", Mode)
def test_each_film_names_every_system_that_proposes_it_whatever_the_mode(mode: Mode) -> None:
    films = films_of(mode, RANKINGS, MODELS, 5)
    found = candidates_of(mode, RANKINGS, films, ["d", "x"], 5)
    assert found.keys() == {*films, "d", "x"}
    assert found["d"] == Candidate("d", ("base", MINED, RANDOM), 1)
    assert found["x"] == Candidate("x", (RANDOM,), 0)


def test_what_differs_most_comes_first_and_the_films_by_lot_are_strewn_in() -> None:
    films = [f"m{place}" for place in range(40)]
    candidates = [Candidate(movie_id, ("base",), 1) for movie_id in films]
    candidates += [Candidate(f"r{number}", (RANDOM,), 0) for number in range(10)]
    order = [one.movie_id for one in laid_out(Mode.DISAGREE, "q", films, candidates, "mina")]
    assert [movie_id for movie_id in order if movie_id[0] == "m"] == films
    places = [place for place, movie_id in enumerate(order) if movie_id[0] == "r"]
    assert min(places) < 20 < max(places) and places != list(range(40, 50))


@pytest.mark.parametrize("mode", [Mode.FILL, Mode.HARD, Mode.GAPS])
def test_the_other_modes_shuffle_for_each_curator(mode: Mode) -> None:
    candidates = [Candidate(movie_id, ("base",), rank) for rank, movie_id in enumerate("abcdefgh", start=1)]
    orders = {
        tuple(one.movie_id for one in laid_out(mode, "q", "abcdefgh", candidates, seed)) for seed in ("mina", "jun")
    }
    assert len(orders) == 2 and tuple("abcdefgh") not in orders
