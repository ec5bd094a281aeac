"""The measures are what their names say: checked against trec_eval itself and against plain loops."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import pytrec_eval

from core.errors import EvaluationError
from core.evaluation.measures import MEASURES, per_query, queries_to_score, scored_queries

RandomCase = Callable[[int], tuple[dict[str, list[str]], dict[str, dict[str, int]]]]
TREC_NAMES = {"nDCG@10": "ndcg_cut_10", "R@10": "recall_10", "R@100": "recall_100", "AP": "map", "P@10": "P_10"}


def by_hand(ranking: list[str], grades: dict[str, int]) -> dict[str, float]:
    relevant = {film for film, grade in grades.items() if grade >= 1}
    gained, hits, precisions, first = 0.0, [], 0.0, 0.0
    for rank, film in enumerate(ranking, start=1):
        if rank <= 10:
            gained += grades.get(film, 0) / math.log2(rank + 1)
        if film in relevant:
            hits.append(rank)
            precisions += len(hits) / rank
            if len(hits) == 1 and rank <= 10:
                first = 1 / rank
    ideal = sum(
        grade / math.log2(rank + 1) for rank, grade in enumerate(sorted(grades.values(), reverse=True)[:10], start=1)
    )
    in_ten = sum(rank <= 10 for rank in hits)
    return {
        "nDCG@10": gained / ideal,
        "R@10": in_ten / len(relevant),
        "R@100": sum(rank <= 100 for rank in hits) / len(relevant),
        "RR@10": first,
        "AP": precisions / len(relevant),
        "P@10": in_ten / 10,
        "Judged@10": sum(film in grades for film in ranking[:10]) / len(ranking[:10]) if ranking else 0.0,
    }


@pytest.mark.parametrize("start", range(0, 1_000, 100))
def test_every_measure_equals_a_plain_loop(start: int, random_case: RandomCase) -> None:
    for seed in range(start, start + 100):
        rankings, qrels = random_case(seed)
        values = per_query(rankings, qrels)
        assert set(values) == set(MEASURES)
        for query_id in scored_queries(qrels):
            expected = by_hand(rankings.get(query_id, []), qrels[query_id])
            for measure in MEASURES:
                assert values[measure][query_id] == pytest.approx(expected[measure], abs=1e-12), (seed, measure)


@pytest.mark.parametrize("start", range(0, 1_000, 100))
def test_every_measure_of_trec_eval_equals_trec_eval(start: int, random_case: RandomCase) -> None:
    for seed in range(start, start + 100):
        rankings, qrels = random_case(seed)
        values = per_query(rankings, qrels)
        evaluator = pytrec_eval.RelevanceEvaluator(
            {query_id: grades for query_id, grades in qrels.items() if grades}, {"ndcg_cut", "recall", "map", "P"}
        )
        run = {query: {film: 1.0 / rank for rank, film in enumerate(r, 1)} for query, r in rankings.items() if r}
        theirs = evaluator.evaluate(run)
        for query_id in scored_queries(qrels):
            for ours, name in TREC_NAMES.items():
                expected = theirs[query_id][name] if query_id in theirs else 0.0
                assert values[ours][query_id] == pytest.approx(expected, abs=1e-12), (seed, ours)


@pytest.mark.parametrize("order", [["a", "b", "c"], ["c", "b", "a"], ["b", "a", "c"]])
def test_the_order_of_the_list_decides_whatever_the_ids_are(order: list[str]) -> None:
    qrels = {"q": {order[0]: 1, order[1]: 0, order[2]: 0}}
    values = per_query({"q": order}, qrels)
    assert values["RR@10"]["q"] == values["nDCG@10"]["q"] == values["AP"]["q"] == 1.0


def test_order_survives_among_a_thousand_films() -> None:
    films = [f"m{number}" for number in range(1000)]
    values = per_query({"q": films}, {"q": {films[99]: 1, films[100]: 1}})
    assert values["R@100"]["q"] == 0.5
    assert values["AP"]["q"] == pytest.approx((1 / 100 + 2 / 101) / 2)


def test_a_query_without_a_ranking_scores_zero_and_one_without_a_positive_is_left_out() -> None:
    qrels = {"found": {"a": 1}, "absent": {"a": 1}, "empty": {"a": 1}, "negative": {"a": 0}, "unlabelled": {}}
    values = per_query({"found": ["a"], "empty": [], "negative": ["a"]}, qrels)
    assert scored_queries(qrels) == ["found", "absent", "empty"]
    for measure in MEASURES:
        assert set(values[measure]) == {"found", "absent", "empty"}
        assert values[measure]["absent"] == values[measure]["empty"] == 0.0
    assert values["nDCG@10"]["found"] == 1.0


def test_nothing_ranked_at_all_scores_zero() -> None:
    assert per_query({}, {"q": {"a": 2}}, ["nDCG@10"]) == {"nDCG@10": {"q": 0.0}}


def test_gain_is_linear() -> None:
    values = per_query({"q": ["a", "b"]}, {"q": {"a": 1, "b": 2}}, ["nDCG@10"])
    assert values["nDCG@10"]["q"] == pytest.approx((1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)))


def test_korean_ids_are_fine() -> None:
    assert per_query({"질의": ["영화 둘", "영화"]}, {"질의": {"영화": 1}})["RR@10"] == {"질의": 0.5}


def test_a_film_ranked_twice_is_refused_by_name_of_query() -> None:
    with pytest.raises(EvaluationError, match=r"'q'.*ranked twice"):
        per_query({"q": ["a", "a"]}, {"q": {"a": 1}})


@pytest.mark.parametrize("grade", [-1, 6, 1.5, "1"])
def test_a_grade_out_of_range_is_refused(grade: object) -> None:
    with pytest.raises(EvaluationError, match="Query 'q', film 'b'"):
        per_query({"q": ["a"]}, {"q": {"a": 1, "b": grade}})  # type: ignore[dict-item]


@pytest.mark.parametrize("name", ["nDCG", "nDCG@0", "recall", "", "AP@10"])
def test_an_unknown_measure_is_refused(name: str) -> None:
    with pytest.raises(EvaluationError, match="Unknown measure"):
        per_query({"q": ["a"]}, {"q": {"a": 1}}, [name])


def test_queries_to_score_names_what_is_missing() -> None:
    with pytest.raises(EvaluationError, match="None of the 1 judged queries"):
        queries_to_score({"q": {"a": 0}}, {"q": "text"})
    with pytest.raises(EvaluationError, match="1 judged queries have no text, 'other' first"):
        queries_to_score({"q": {"a": 1}, "other": {"a": 1}}, {"q": "text"})
