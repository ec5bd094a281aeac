"""Slices divide the queries as they say, and compare what falls into each as the whole is compared."""

from __future__ import annotations

import random

import pytest
from scipy import stats

from core.evaluation.significance import holm
from core.evaluation.slices import compare_slices, head_films, length_of, memberships
from core.judgments import Query, Split

TEXT = "a quiet film about two brothers"


def query(query_id: str, text: str = TEXT, lang: str = "en", kind: str = "mood") -> Query:
    return Query(query_id, text, lang, kind, Split.TEST, "0" * 16)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("heist", "short"),
        ("four words are short", "short"),
        ("with five it is medium", "medium"),
        (" ".join(["word"] * 15), "medium"),
        (" ".join(["word"] * 16), "long"),
        ("비 오는 날 보기 좋은 영화", "medium"),
        ("슬픈 영화", "short"),
        ("?!", "short"),
    ],
)
def test_length_is_counted_in_words(text: str, length: str) -> None:
    assert length_of(text) == length


def test_each_query_is_put_where_it_belongs() -> None:
    qrels = {"q0": {"known": 1, "new": 2, "no": 0}, "q1": {"new": 1, "known": 0}, "q2": {"known": 0}}
    labels = {**qrels, "q3": {"known": 1}, "q4": {"known": 1}}
    queries = [query("q0"), query("q1", "슬픈 영화", "ko", ""), query("q2")]
    assert memberships(queries, qrels, labels=labels, trained={"known", "no"}) == {
        "q0": {"language": "en", "kind": "mood", "length": "medium", "training": "seen", "popularity": "head"},
        "q1": {"language": "ko", "length": "short", "training": "unseen", "popularity": "tail"},
        "q2": {"language": "en", "kind": "mood", "length": "medium"},
    }


def test_without_a_run_nothing_is_said_of_training() -> None:
    found = memberships([query("q0")], {"q0": {"m": 1}}, labels={"q0": {"m": 1}}, trained=None)
    assert "training" not in found["q0"]
    found = memberships([query("q0")], {"q0": {"m": 1}}, labels={"q0": {"m": 1}}, trained=())
    assert found["q0"]["training"] == "unseen"


def test_head_films_are_the_fewest_that_hold_half_of_the_positive_labels() -> None:
    times = {"a": 6, "b": 4, "c": 4, "d": 3, "e": 1, "f": 1, "g": 1}
    labels = {f"q{n}": {film: 1 for film, count in times.items() if n < count} for n in range(6)}
    labels["q9"] = dict.fromkeys("efgh", 0)
    assert head_films(labels) == {"a", "b", "c"}  # 6 of 20 are fewer than half; with equal counts together 14
    assert head_films({"q0": {"a": 1}, "q1": {"b": 1}}) == frozenset()  # positive once each: no head
    assert head_films({}) == frozenset()


def test_figures_of_a_slice_are_those_of_its_queries_alone() -> None:
    dice = random.Random(3)
    base = {f"q{n}": dice.random() for n in range(30)}
    tuned = {query_id: value + dice.gauss(0.05, 0.1) for query_id, value in base.items()}
    divided = {query_id: {"kind": dice.choice("xyz"), "language": dice.choice(("en", "ko"))} for query_id in base}
    found = compare_slices(base, tuned, divided)
    assert [(one.way, one.value) for one in found] == [
        ("language", "ko"),
        ("language", "en"),
        ("kind", "x"),
        ("kind", "y"),
        ("kind", "z"),
    ]
    for one in found:
        members = [query_id for query_id in base if divided[query_id][one.way] == one.value]
        deltas = [tuned[query_id] - base[query_id] for query_id in members]
        assert one.queries == len(members) == one.wins + one.ties + one.losses
        assert one.delta == pytest.approx(sum(deltas) / len(deltas))
        assert one.delta == pytest.approx(one.tuned - one.base)
        low, high = stats.ttest_1samp(deltas, 0.0).confidence_interval(0.95)
        assert one.ci == pytest.approx((low, high))
        exact = stats.permutation_test((deltas,), sum, permutation_type="samples", n_resamples=9_999, rng=1)
        assert one.p == pytest.approx(exact.pvalue, abs=0.03)
    corrected = holm({f"{one.way}/{one.value}": one.p for one in found})
    assert [one.p_adjusted for one in found] == list(corrected.values())


def test_fewer_than_six_queries_are_too_few_for_a_p_and_no_question_asked() -> None:
    base = dict.fromkeys([f"q{n}" for n in range(11)], 0.1)
    tuned = dict.fromkeys(base, 0.5)
    divided = {query_id: {"kind": "small" if n < 5 else "large"} for n, query_id in enumerate(base)}
    large, small = compare_slices(base, tuned, divided)
    assert (small.queries, small.too_few, small.p, small.p_adjusted) == (5, True, None, None)
    assert (large.queries, large.too_few, large.p_adjusted) == (6, False, large.p)
    assert large.p == 2 / 2**6


def test_a_query_of_which_nothing_is_known_is_in_no_slice() -> None:
    assert compare_slices({"q": 0.1}, {"q": 0.2}, {}) == ()
