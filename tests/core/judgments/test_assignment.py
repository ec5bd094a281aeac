"""Who is given what: two people for the wanted share of queries, and no film twice where one person is enough."""

from __future__ import annotations

import pytest

from core.judgments import Answer, Judgment
from core.judgments.assignment import has_room, places, settled, touched
from core.judgments.by_query import QueryJudgments, of_query

FILMS = {"a", "b", "c"}


def judged(*given: str, adjudicates: bool = False) -> QueryJudgments:
    """Read answers written as "annotator film answer"."""
    return of_query(
        Judgment("q", film, who, Answer(answer), None, "", f"{who}{film}", "2026-01-01", adjudicates)
        for who, film, answer in map(str.split, given)
    )


@pytest.mark.parametrize(("overlap", "expected"), [(0.0, 0), (0.1, 300), (0.5, 1500), (1.0, 3000)])
def test_the_share_of_queries_that_two_judge_is_the_one_asked_for(overlap: float, expected: int) -> None:
    twice = sum(places(f"q{number}", overlap) == 2 for number in range(3000))
    assert abs(twice - expected) < 90


def test_a_larger_overlap_keeps_the_queries_of_the_smaller() -> None:
    for number in range(200):
        assert places(f"q{number}", 0.2) <= places(f"q{number}", 0.4)


def test_what_another_has_decided_is_not_asked_again_where_one_person_is_enough() -> None:
    others = judged("jun a positive", "jun b negative")
    assert settled(FILMS, (), others, "mina", 1) == {"a", "b"}
    assert settled(FILMS, (), others, "mina", 2) == set()
    assert settled(FILMS, (), judged("jun a positive", "ara a negative"), "mina", 2) == {"a"}


def test_what_another_was_unsure_of_is_asked_again_but_not_ones_own() -> None:
    assert settled(FILMS, (), judged("jun a unsure"), "mina", 1) == set()
    assert settled(FILMS, {"a"}, judged("mina a unsure"), "mina", 1) == {"a"}


def test_an_answer_that_was_taken_back_is_asked_again() -> None:
    assert settled(FILMS, (), judged("mina a positive"), "mina", 1) == set()


def test_an_adjudicated_film_is_not_asked_again() -> None:
    assert settled(FILMS, (), judged("jun a positive", adjudicates=True), "mina", 2) == {"a"}


def test_a_gap_is_what_nobody_has_judged_or_was_unsure_of() -> None:
    others = judged("jun a unsure", "mina b positive")
    assert touched(FILMS, {"b"}, others, "mina") == {"a", "b"}
    assert touched(FILMS, (), others, "mina") == {"a"}
    assert touched(FILMS, (), judged("jun c negative", adjudicates=True), "mina") == {"c"}


@pytest.mark.parametrize(
    ("holders", "given", "wanted", "room"),
    [
        ([], [], 1, True),
        (["mina"], [], 1, True),
        (["jun"], [], 1, False),
        (["jun"], [], 2, True),
        (["jun", "ara"], [], 2, False),
        ([], ["jun a positive", "jun b positive", "jun c negative"], 1, False),
        ([], ["jun a positive", "jun b positive", "jun c negative"], 2, True),
        (["ara"], ["jun a positive", "jun b positive", "jun c negative"], 2, False),
        (["jun"], ["jun a positive", "jun b positive", "jun c negative"], 2, True),
        ([], ["jun a positive", "jun b positive", "jun c unsure"], 1, True),
        ([], ["jun a positive", "jun b positive"], 1, True),
    ],
)
def test_a_query_is_offered_until_enough_people_hold_it_or_have_judged_it(
    holders: list[str], given: list[str], wanted: int, room: bool
) -> None:
    assert has_room(FILMS, judged(*given), "mina", holders, wanted) is room
