"""A comparison adds up: per query, per measure, and in what it asks to have labelled."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest

from core.errors import EvaluationError
from core.evaluation.comparison import Comparison, compare_rankings, comparison_name
from core.evaluation.measures import MEASURES, scored_queries
from core.evaluation.overlap import rbo
from core.evaluation.scoring import evaluate_rankings
from core.evaluation.verdict import VerdictKind
from core.fingerprint import fingerprint

RandomCase = Callable[[int], tuple[dict[str, list[str]], dict[str, dict[str, int]]]]
FILMS = [f"m{number:02}" for number in range(30)]


def compare(base: dict[str, list[str]], tuned: dict[str, list[str]], qrels: dict[str, dict[str, int]]) -> Comparison:
    queries = {query_id: f"text of {query_id}" for query_id in qrels}
    return compare_rankings(
        base, tuned, qrels, base_name="plain", tuned_name="run-1", queries=queries, lineage={"split": "test"}
    )


def tuned_wins(count: int) -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, dict[str, int]]]:
    """Every film is judged; the tuned model puts the one positive first, the base third to ninth."""
    ids = [f"q{number}" for number in range(count)]
    qrels = {query_id: {film: int(film == "m00") for film in FILMS} for query_id in ids}
    tuned = dict.fromkeys(ids, FILMS)
    base = {}
    for number, query_id in enumerate(ids):
        rest = FILMS[1:]
        base[query_id] = [*rest[: 2 + number % 7], "m00", *rest[2 + number % 7 :]]
    return base, tuned, qrels


def test_a_model_that_wins_everywhere_is_better_and_the_other_way_round_worse() -> None:
    base, tuned, qrels = tuned_wins(20)
    comparison = compare(base, tuned, qrels)
    assert comparison.verdict.kind is VerdictKind.BETTER
    assert compare(tuned, base, qrels).verdict.kind is VerdictKind.WORSE
    primary = comparison.measures["nDCG@10"]
    assert (primary.wins, primary.ties, primary.losses) == (20, 0, 0)
    assert primary.tuned == 1.0
    assert primary.delta == pytest.approx(primary.tuned - primary.base)
    assert primary.ci is not None and primary.ci[0] < primary.delta < primary.ci[1]
    assert primary.p_adjusted == primary.p
    assert comparison.measures["AP"].p_adjusted is not None and comparison.measures["AP"].p is not None
    assert comparison.measures["AP"].p_adjusted >= comparison.measures["AP"].p
    assert comparison.measures["Judged@10"].p_adjusted is None


def test_five_differing_queries_cannot_tell() -> None:
    verdict = compare(*tuned_wins(5)).verdict
    assert verdict.kind is VerdictKind.CANNOT_TELL
    assert verdict.p is None
    assert (verdict.queries, verdict.differing) == (5, 5)
    assert verdict.smallest_detectable is not None


def test_two_equal_models_judged_from_one_sides_results_get_no_verdict_but_the_films_to_label() -> None:
    """Labels pooled from the base alone make an equally good model look far worse."""
    ids = [f"q{number}" for number in range(8)]
    base = dict.fromkeys(ids, FILMS[:10])
    tuned = {query_id: [*FILMS[10:18], "m00", "m01"] for query_id in ids}
    qrels = {query_id: {film: int(film in ("m00", "m05")) for film in FILMS[:10]} for query_id in ids}
    comparison = compare(base, tuned, qrels)
    verdict = comparison.verdict
    assert comparison.measures["nDCG@10"].delta < -0.3
    assert verdict.kind is VerdictKind.LABEL_MORE
    assert (verdict.judged_base, verdict.judged_tuned) == pytest.approx((1.0, 0.2))
    # The better the rank, the further a film can move the difference; the queries are all alike.
    assert verdict.missing == tuple((query_id, film) for film in FILMS[10:18] for query_id in ids)
    judged = comparison.measures["Judged@10"]
    assert judged.p is not None and judged.p_adjusted is None  # no measure of quality, so no question asked
    assert comparison.measures["RR@10"].p == comparison.measures["P@10"].p == 2 / 2**8
    assert comparison.measures["RR@10"].p_adjusted == 5 * 2 / 2**8
    bounds = comparison.measures["nDCG@10"].tuned_bounds
    assert bounds is not None and bounds[1] > comparison.measures["nDCG@10"].base

    for query_id, film in verdict.missing:
        qrels[query_id][film] = 0
    assert compare(base, tuned, qrels).verdict.kind is VerdictKind.WORSE


def test_the_same_lists_are_no_difference_even_unjudged() -> None:
    rankings = {"q": FILMS}
    comparison = compare(rankings, rankings, {"q": {"m03": 1}})
    assert comparison.verdict.kind is VerdictKind.NO_DIFFERENCE
    assert comparison.measures["nDCG@10"].ci is None


def test_query_rows_hold_the_figures_and_what_was_on_the_two_screens() -> None:
    base = {"q": ["a", "b", "c"]}
    tuned = {"q": ["c", "a", "d"]}
    (row,) = compare(base, tuned, {"q": {"a": 1, "c": 0}}).per_query
    assert (row.query_id, row.text) == ("q", "text of q")
    assert (row.base_top, row.tuned_top) == (("a", "b", "c"), ("c", "a", "d"))
    assert (row.overlap, row.unjudged, row.jaccard) == (2, 2, 0.5)
    assert row.rbo == rbo(base["q"], tuned["q"])
    assert (row.base["RR@10"], row.tuned["RR@10"], row.delta["RR@10"]) == (1.0, 0.5, -0.5)


def test_overlap_is_of_the_whole_rankings_and_of_the_top_tens() -> None:
    """The top tens are alike and the films below are not."""
    base, tuned = {"q": FILMS}, {"q": [*FILMS[:10], *FILMS[10:][::-1]]}
    (row,) = compare(base, tuned, {"q": {"m00": 1}}).per_query
    assert row.jaccard == 1.0
    assert row.rbo is not None and 0.86 < row.rbo < 1.0


def test_slices_are_kept_with_the_figures_and_with_each_query() -> None:
    base, tuned, qrels = tuned_wins(8)
    divided = {query_id: {"language": "ko" if number < 6 else "en"} for number, query_id in enumerate(qrels)}
    comparison = compare_rankings(
        base,
        tuned,
        qrels,
        base_name="plain",
        tuned_name="run-1",
        queries=dict.fromkeys(qrels, "text"),
        lineage={},
        divided=divided,
    )
    assert comparison.slices is not None
    assert [(one.value, one.queries, one.wins) for one in comparison.slices] == [("ko", 6, 6), ("en", 2, 2)]
    assert {row.query_id: row.slices for row in comparison.per_query} == divided
    row = comparison.as_dict()
    assert row["slices"][1]["p"] is None and len(row["slices"][1]["ci"]) == 2
    assert Comparison.from_dict(row) == comparison


def test_a_comparison_made_before_overlap_and_slices_were_kept_still_fits_its_name() -> None:
    row = compare(*tuned_wins(6)).as_dict()
    for part in (row["verdict"], *row["per_query"]):
        for later in ("moves", "rbo", "jaccard"):
            part.pop(later, None)
    assert "slices" not in row and "slices" not in row["per_query"][0]
    name = f"{row['name'][:17]}{fingerprint({**row, 'name': ''})[:12]}"
    old = Comparison.from_dict({**row, "name": name})
    assert comparison_name(old) == name
    assert old.as_dict() == {**row, "name": name}
    assert old.per_query[0].rbo is None and old.slices is None


def test_queries_without_a_positive_are_counted_as_left_out() -> None:
    comparison = compare_rankings(
        {"q": ["a"]},
        {"q": ["b", "a"]},
        {"q": {"a": 1, "b": 0}, "none": {"a": 0}},
        base_name="plain",
        tuned_name="run-1",
        queries={"q": "one", "none": "two", "unlabelled": "three"},
        lineage={},
    )
    assert (comparison.queries, comparison.left_out) == (1, 2)


@pytest.mark.parametrize("seed", range(20))
def test_means_and_counts_follow_from_the_rows(seed: int, random_case: RandomCase) -> None:
    base, qrels = random_case(seed)
    tuned, _ = random_case(seed + 1000)
    comparison = compare(base, tuned, qrels)
    assert comparison.queries == len(comparison.per_query) == len(scored_queries(qrels))
    for name, measure in comparison.measures.items():
        deltas = [row.tuned[name] - row.base[name] for row in comparison.per_query]
        assert measure.delta == pytest.approx(sum(deltas) / len(deltas))
        assert measure.wins + measure.ties + measure.losses == len(deltas)
        assert measure.wins == sum(delta > 1e-9 for delta in deltas)
    alone = evaluate_rankings(tuned, qrels, model="run-1", queries=dict.fromkeys(qrels, "text"), lineage={}).as_dict()
    for name, measure in comparison.measures.items():
        assert alone["measures"][name] == pytest.approx(measure.tuned)
        assert alone["bounds"].get(name) == (list(measure.tuned_bounds) if measure.tuned_bounds else None)


@pytest.mark.parametrize("seed", range(20))
def test_as_dict_is_json_that_scripts_can_rely_on(seed: int, random_case: RandomCase) -> None:
    base, qrels = random_case(seed)
    tuned, _ = random_case(seed + 1000)
    comparison = compare(base, tuned, qrels)
    row = comparison.as_dict()
    assert json.loads(json.dumps(row, allow_nan=False)) == row
    assert row["queries"] == comparison.queries
    assert set(row["measures"]) == set(MEASURES)
    for values in row["measures"].values():
        assert {"base", "tuned", "delta", "p", "ci"} <= set(values)
        assert len(values["ci"]) == 2
    assert Comparison.from_dict(row) == comparison


def test_the_name_is_time_and_fingerprint() -> None:
    comparison = compare(*tuned_wins(6))
    assert re.fullmatch(r"\d{8}T\d{6}Z-[0-9a-f]{12}", comparison.name)


def test_nothing_to_score_says_what_to_do() -> None:
    with pytest.raises(EvaluationError, match="Label at least one positive film"):
        compare({"q": ["a"]}, {"q": ["a"]}, {"q": {"a": 0}})
