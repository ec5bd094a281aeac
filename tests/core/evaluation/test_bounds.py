"""Bounds hold whatever the unjudged films turn out to be, and are no wider than they must be."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import EvaluationError
from core.evaluation.measures import BOUNDED_MEASURES, bounds, per_query

FILMS = [f"m{number}" for number in range(14)]


@st.composite
def partly_judged(draw: st.DrawFn) -> tuple[list[str], dict[str, int], dict[str, int]]:
    """A ranking, the labels known of it, and a truth that adds a label to every unjudged film that is ranked."""
    ranking = draw(st.permutations(FILMS))[: draw(st.integers(0, 12))]
    truth = {film: draw(st.integers(0, 2)) for film in FILMS}
    judged = draw(st.sets(st.sampled_from(FILMS)))
    known = {film: grade for film, grade in truth.items() if film in judged}
    known["elsewhere"] = 2
    full = {**{film: truth[film] for film in ranking[:10]}, **known}
    return ranking, known, full


@given(partly_judged())
@settings(max_examples=150, deadline=None)
def test_the_truth_lies_between_the_bounds(case: tuple[list[str], dict[str, int], dict[str, int]]) -> None:
    ranking, known, full = case
    for measure in ("nDCG@10", "R@10", "RR@10", "P@10"):
        # A label of grade 1 elsewhere makes every grade from 0 to 2 one that is in use.
        low, high = bounds({"q": ranking}, {"q": known, "other": {"m0": 1}}, measure)["q"]
        true = per_query({"q": ranking}, {"q": full}, [measure])[measure]["q"]
        reported = per_query({"q": ranking}, {"q": known}, [measure])[measure]["q"]
        assert low - 1e-12 <= true <= high + 1e-12
        assert low - 1e-12 <= reported <= high + 1e-12
        assert 0 <= low <= high <= 1


@pytest.mark.parametrize("measure", ["nDCG@4", "R@4", "RR@4", "P@4"])
@pytest.mark.parametrize("known", [{"x": 1}, {"a": 2, "x": 1}, {"b": 1, "c": 0}, {"d": 2, "x": 1, "y": 1}])
def test_the_bounds_are_reached(measure: str, known: dict[str, int]) -> None:
    ranking = ["a", "b", "c", "d", "e"]
    unjudged = [film for film in ranking[:4] if film not in known]
    labels = {"q": known, "other": {"a": 1, "b": 2}}
    every = [
        per_query({"q": ranking}, {"q": {**known, **dict(zip(unjudged, grades, strict=True))}}, [measure])[measure]["q"]
        for grades in product((0, 1, 2), repeat=len(unjudged))
    ]
    assert bounds({"q": ranking}, labels, measure)["q"] == pytest.approx((min(every), max(every)))


def test_a_relevant_film_found_low_can_cost_ndcg() -> None:
    low, high = bounds({"q": ["a", *"bcdefghi", "j"]}, {"q": dict.fromkeys("abcdefghi", 0) | {"a": 1}})["q"]
    assert high == 1.0
    assert low == pytest.approx(0.79, abs=0.01)


@pytest.mark.parametrize("measure", BOUNDED_MEASURES)
def test_without_unjudged_films_both_bounds_are_the_value(measure: str) -> None:
    ranking, labels = ["a", "b", "c"], {"q": {"a": 0, "b": 2, "c": 1, "d": 1}}
    value = per_query({"q": ranking}, labels, [measure])[measure]["q"]
    assert bounds({"q": ranking}, labels, measure)["q"] == pytest.approx((value, value))


def test_a_query_without_a_ranking_is_bounded_by_zero() -> None:
    for measure in BOUNDED_MEASURES:
        assert bounds({}, {"q": {"a": 1}}, measure) == {"q": (0.0, 0.0)}


@pytest.mark.parametrize("measure", ["AP", "Judged@10"])
def test_measures_without_bounds_say_so(measure: str) -> None:
    with pytest.raises(EvaluationError, match="has no bounds"):
        bounds({}, {"q": {"a": 1}}, measure)
