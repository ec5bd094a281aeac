"""Requirements are read as they are written, and hold exactly where the figures say so."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.errors import EvaluationError
from core.evaluation.comparison import Comparison, compare_rankings
from core.evaluation.measures import MEASURES
from core.evaluation.requirement import Requirement, Sign, check, parse_requirement

FILMS = [f"m{number:02}" for number in range(20)]


def comparison(base_rank: int, tuned_rank: int, queries: int = 8) -> Comparison:
    """Every query has one relevant film, which either side ranks at its place; all films are judged."""
    ids = [f"q{number}" for number in range(queries)]

    def ranking(rank: int) -> list[str]:
        return [*FILMS[1:rank], FILMS[0], *FILMS[rank:]]

    return compare_rankings(
        dict.fromkeys(ids, ranking(base_rank)),
        dict.fromkeys(ids, ranking(tuned_rank)),
        {query_id: {film: int(film == FILMS[0]) for film in FILMS} for query_id in ids},
        base_name="plain",
        tuned_name="run-1",
        queries=dict.fromkeys(ids, "text"),
        lineage={"split": "test"},
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nDCG@10 >= base - 0.01", Requirement("nDCG@10 >= base - 0.01", "nDCG@10", Sign.AT_LEAST, True, -0.01)),
        (" R@100  >  base+.5 ", Requirement("R@100 > base+.5", "R@100", Sign.ABOVE, True, 0.5)),
        ("AP>=base", Requirement("AP>=base", "AP", Sign.AT_LEAST, True, 0.0)),
        ("RR@10 > 0.4", Requirement("RR@10 > 0.4", "RR@10", Sign.ABOVE, False, 0.4)),
        ("P@10 >= 0", Requirement("P@10 >= 0", "P@10", Sign.AT_LEAST, False, 0.0)),
        ("Judged@10 >= 0.95", Requirement("Judged@10 >= 0.95", "Judged@10", Sign.AT_LEAST, False, 0.95)),
        ("AP  not  worse", Requirement("AP not worse", "AP", Sign.NOT_WORSE, True, 0.0)),
    ],
)
def test_every_form_is_read(text: str, expected: Requirement) -> None:
    assert parse_requirement(text) == expected


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_may_be_required(measure: str) -> None:
    assert parse_requirement(f"{measure} > base").measure == measure


@pytest.mark.parametrize(
    "text",
    [
        *("", "nDCG@10", "nDCG@10 >=", "nDCG@10 <= base", "nDCG@10 = 0.4", "nDCG@10 >= bases", "nDCG@10 >= base 0.1"),
        *("nDCG@10 >= base - -1", "nDCG@10 >= -0.1", "nDCG@10 >= 0.1 + base", "nDCG@10 >= nan", "nDCG@10 not"),
        *("not worse", "nDCG@10 >= base - 0.01; AP > base", "AP not worse than base"),
    ],
)
def test_what_is_no_requirement_is_refused_with_the_text_the_forms_and_examples(text: str) -> None:
    with pytest.raises(EvaluationError) as refused:
        parse_requirement(text)
    said = str(refused.value)
    assert f"'{text}'" in said and "expected MEASURE >= base" in said and '"nDCG@10 >= base - 0.01"' in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ndcg@10 >= base", r"unknown measure 'ndcg@10'; expected one of nDCG@10, R@10"),
        ("nDCG@5 >= base", r"unknown measure 'nDCG@5'"),
        ("nDCG@10 >= 40", r"40 is off the scale.*0\.4 for 40 %"),
        ("nDCG@10 >= base - 1.5", r"1\.5 is off the scale"),
        ("Judged@10 not worse", r"no test of it.*Judged@10 >= 0\.95"),
    ],
)
def test_measures_and_numbers_are_checked(text: str, said: str) -> None:
    with pytest.raises(EvaluationError, match=said):
        parse_requirement(text)


@pytest.mark.parametrize(
    ("text", "holds"),
    [  # RR@10 is 1/4 for the base and 1/5 for the tuned model
        ("RR@10 >= base", False),
        ("RR@10 >= base - 0.04", False),
        ("RR@10 >= base - 0.05", True),
        ("RR@10 > base - 0.05", False),
        ("RR@10 > base - 0.06", True),
        ("RR@10 >= 0.2", True),
        ("RR@10 > 0.2", False),
        ("RR@10 >= 0.21", False),
        ("P@10 >= base", True),
        ("P@10 > base", False),
        ("P@10 >= base + 0.01", False),
    ],
)
def test_the_figures_decide_and_rounding_does_not(text: str, holds: bool) -> None:
    outcome = check(parse_requirement(text), comparison(4, 5))
    assert outcome.holds is holds
    assert (outcome.base, outcome.tuned) == pytest.approx((0.25, 0.2) if "RR" in text else (0.1, 0.1))


def test_an_outcome_tells_its_figures_as_json() -> None:
    outcome = check(parse_requirement("RR@10 >= base - 0.01"), comparison(4, 5))
    row = json.loads(json.dumps(outcome.as_dict(), allow_nan=False))
    assert row["requirement"] == "RR@10 >= base - 0.01"
    assert row["target"] == pytest.approx(0.24)
    assert row["holds"] is False


def test_not_worse_fails_only_on_a_drop_that_chance_does_not_explain() -> None:
    not_worse = parse_requirement("nDCG@10 not worse")
    assert not check(not_worse, comparison(1, 3)).holds
    assert check(not_worse, comparison(3, 1)).holds
    assert check(not_worse, comparison(2, 2)).holds
    assert check(not_worse, comparison(1, 3, queries=5)).holds  # p is unknown below 6 differing queries
    assert check(not_worse, comparison(1, 3, queries=1)).holds


def test_a_comparison_kept_without_the_measure_says_which_it_has() -> None:
    made = comparison(1, 2)
    older = replace(made, measures={"AP": made.measures["AP"]})
    with pytest.raises(EvaluationError, match=r"without R@10; it has AP\. Compare again"):
        check(parse_requirement("R@10 > base"), older)
