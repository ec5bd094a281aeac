"""Judging blind: sides and orders that favour nobody, and lists drawn by teams as the paper draws them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.evaluation.blind import assign, in_order, interleaved, more_credits, side_by_side, team_draft
from core.judgments.preferences import Choice, Form, ShownFilm, Side, Systems

PAIR = ("e5-small", "20260101-run")
QUERIES = [f"q{number}" for number in range(2_000)]
FOUR_SIGMAS = 4 * (0.25 * len(QUERIES)) ** 0.5  # of a fair coin thrown for each query

rankings = st.lists(st.sampled_from([f"m{number}" for number in range(14)]), unique=True, max_size=14)


def as_in_the_paper(a: Sequence[str], b: Sequence[str], heads: Sequence[bool], length: int) -> list[tuple[str, str]]:
    """Algorithm 2 line by line, with sets for the teams and RandBit thrown in every round."""
    merged: list[str] = []
    team_a: set[str] = set()
    team_b: set[str] = set()
    while any(film not in merged for film in a) and any(film not in merged for film in b) and len(merged) < length:
        if len(team_a) < len(team_b) or (len(team_a) == len(team_b) and heads[len(merged)]):
            k = min(place for place in range(len(a)) if a[place] not in merged)
            merged.append(a[k])
            team_a.add(a[k])
        else:
            k = min(place for place in range(len(b)) if b[place] not in merged)
            merged.append(b[k])
            team_b.add(b[k])
    return [(film, "a" if film in team_a else "b") for film in merged]


@given(rankings, rankings, st.lists(st.booleans(), min_size=14, max_size=14), st.integers(1, 12))
def test_teams_are_drawn_as_the_paper_draws_them(a: list[str], b: list[str], heads: list[bool], length: int) -> None:
    drawn = team_draft(a, b, heads.__getitem__, length)
    assert [(film.movie_id, film.side.value) for film in drawn] == as_in_the_paper(a, b, heads, length)


@given(rankings, rankings, st.integers(0, 10_000))
def test_no_film_comes_twice_and_neither_team_is_ahead_by_more_than_one(a: list[str], b: list[str], seed: int) -> None:
    dice = random.Random(seed)
    drawn = team_draft(a, b, lambda films: dice.random() < 0.5)
    assert len({film.movie_id for film in drawn}) == len(drawn) <= 10
    sides = Counter(film.side for film in drawn)
    assert abs(sides[Side.A] - sides[Side.B]) <= 1
    assert all(film.movie_id in (a if film.side is Side.A else b) for film in drawn)


def test_equal_systems_are_credited_alike_and_the_better_one_more() -> None:
    """Films are relevant by lot, more of them near the top of a good ranking; a curator marks the relevant ones."""
    dice = random.Random(7)
    outcomes: dict[str, Counter[Choice]] = {"same": Counter(), "equal": Counter(), "better": Counter()}
    for _ in range(2_000):
        films = [f"m{number}" for number in range(40)]
        relevant = set(dice.sample(films, 8))

        def ranked(skill: float, films: list[str] = films, relevant: set[str] = relevant) -> list[str]:
            return sorted(films, key=lambda film: dice.random() - skill * (film in relevant))

        one = ranked(0.3)
        for name, a, b in (("same", one, one), ("equal", one, ranked(0.3)), ("better", ranked(0.8), one)):
            drawn = team_draft(a, b, lambda films: dice.random() < 0.5)
            outcomes[name][more_credits(drawn, relevant)] += 1
    for name in ("same", "equal"):
        decided = outcomes[name][Choice.A] + outcomes[name][Choice.B]
        assert decided > 500
        assert abs(outcomes[name][Choice.A] - decided / 2) < 4 * (0.25 * decided) ** 0.5
    assert outcomes["better"][Choice.A] > 3 * outcomes["better"][Choice.B]


def test_a_mark_is_credited_to_the_side_that_chose_the_film() -> None:
    shown = tuple(ShownFilm(f"m{number}", side) for number, side in enumerate((Side.A, Side.B, Side.B, Side.A)))
    assert more_credits(shown, ["m1", "m2", "m0"]) is Choice.B
    assert more_credits(shown, ["m0"]) is Choice.A
    assert more_credits(shown, ["m0", "m1"]) is more_credits(shown, []) is Choice.SAME


@pytest.mark.parametrize("form", Form)
def test_each_system_stands_as_a_for_half_of_the_queries_whichever_is_named_first(form: Form) -> None:
    stood = [assign(query_id, "kim", form, PAIR) for query_id in QUERIES]
    assert stood == [assign(query_id, "kim", form, PAIR[::-1]) for query_id in QUERIES]
    assert all({systems.a, systems.b} == set(PAIR) for systems in stood)
    assert abs(sum(systems.a == PAIR[0] for systems in stood) - len(QUERIES) / 2) < FOUR_SIGMAS


def test_one_curators_sides_tell_nothing_of_anothers_or_of_the_other_forms() -> None:
    kim = [assign(query_id, "kim", Form.SIDE_BY_SIDE, PAIR) for query_id in QUERIES]
    for annotator, form in (("lee", Form.SIDE_BY_SIDE), ("kim", Form.INTERLEAVED)):
        other = [assign(query_id, annotator, form, PAIR) for query_id in QUERIES]
        alike = sum(one == two for one, two in zip(kim, other, strict=True))
        assert abs(alike - len(QUERIES) / 2) < FOUR_SIGMAS


def test_queries_come_in_an_order_of_the_curators_own_that_newcomers_leave_alone() -> None:
    kim = in_order(QUERIES, "kim", Form.SIDE_BY_SIDE, PAIR)
    assert kim == in_order(QUERIES[::-1], "kim", Form.SIDE_BY_SIDE, PAIR[::-1])
    assert sorted(kim) == sorted(QUERIES) and kim != in_order(QUERIES, "lee", Form.SIDE_BY_SIDE, PAIR)
    grown = in_order([*QUERIES, "new"], "kim", Form.SIDE_BY_SIDE, PAIR)
    assert [query_id for query_id in grown if query_id != "new"] == kim


def test_an_interleaved_list_is_the_same_whenever_it_is_drawn_and_begins_with_either_side() -> None:
    a, b = [f"a{number}" for number in range(20)], [f"b{number}" for number in range(20)]
    systems = Systems(*PAIR)
    drawn = [interleaved(query_id, "kim", systems, a, b) for query_id in QUERIES]
    assert drawn == [interleaved(query_id, "kim", systems, a, b) for query_id in QUERIES]
    assert abs(sum(films[0].side is Side.A for films in drawn) - len(QUERIES) / 2) < FOUR_SIGMAS
    patterns = Counter(tuple(film.side for film in films) for films in drawn)
    assert len(patterns) == 2**5, "ten films are five coins"


def test_side_by_side_shows_ten_of_each() -> None:
    shown = side_by_side([f"m{number}" for number in range(12)], ["m3", "m4"])
    assert shown == (
        *(ShownFilm(f"m{number}", Side.A) for number in range(10)),
        *(ShownFilm(movie_id, Side.B) for movie_id in ("m3", "m4")),
    )
