"""What several annotators say together, and how well they agree."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.judgments import Answer, Judgment, agreement, truth
from core.judgments.grades import check_grade


def judged(query_id: str, movie_id: str, annotator: str, answer: str, grade: int | None = None) -> Judgment:
    kind, filled = check_grade(answer, grade)
    return Judgment(query_id, movie_id, annotator, kind, filled, "", f"{annotator}-{query_id}-{movie_id}", "")


def test_grades_and_doubts_are_kept_apart_by_query() -> None:
    together = truth(
        [
            judged("q1", "m1", "kim", "positive"),
            judged("q1", "m1", "lee", "positive", 2),
            judged("q1", "m2", "kim", "negative"),
            judged("q1", "m3", "kim", "unsure"),
            judged("q2", "m1", "kim", "negative"),
        ]
    )
    assert together.grades == {"q1": {"m1": 2, "m2": 0}, "q2": {"m1": 0}}
    assert together.unsure == {"q1": {"m3"}}
    assert together.conflicts == []


@pytest.mark.parametrize(("decision", "grade"), [("positive", 1), ("negative", 0)])
def test_a_doubt_gives_way_to_a_decision(decision: str, grade: int) -> None:
    together = truth([judged("q", "m", "kim", "unsure"), judged("q", "m", "lee", decision)])
    assert together.grades == {"q": {"m": grade}}
    assert together.unsure == {}


def test_an_adjudicated_answer_counts_alone_and_of_several_the_latest() -> None:
    yes, no = judged("q", "m", "kim", "positive"), judged("q", "m", "lee", "negative")
    first = replace(judged("q", "m", "ann", "positive", 2), adjudicates=True, decided_at="2026-01-01")
    then = replace(judged("q", "m", "lee", "unsure"), adjudicates=True, decided_at="2026-01-02")
    assert truth([yes, no, first]).grades == {"q": {"m": 2}}
    assert truth([yes, no, first]).conflicts == []
    assert truth([yes, no, first, then]).unsure == {"q": {"m"}}


def test_a_pair_answered_both_ways_counts_for_nothing_and_names_both() -> None:
    yes, no = judged("q", "m", "kim", "positive"), judged("q", "m", "lee", "negative")
    together = truth([no, judged("q", "m", "ann", "unsure"), yes])
    assert together.conflicts == [(yes, no)]
    assert together.grades == {}
    assert together.unsure == {}


def test_kappa_of_a_worked_example() -> None:
    # Cohen's table: both yes 20, yes-no 5, no-yes 10, both no 15; observed .70, expected .50, so kappa .40.
    cells = [("positive", "positive", 20), ("positive", "negative", 5), ("negative", "positive", 10)]
    cells.append(("negative", "negative", 15))
    answers = [(one, other) for one, other, count in cells for _ in range(count)]
    judgments = [judged("q", f"m{number}", "kim", one) for number, (one, _) in enumerate(answers)]
    judgments += [judged("q", f"m{number}", "lee", other) for number, (_, other) in enumerate(answers)]
    judgments += [judged("q", "m0", "ann", "unsure"), judged("q", "alone", "kim", "positive")]
    (found,) = agreement(judgments)
    assert (found.first, found.second, found.pairs) == ("kim", "lee", 50)
    assert (found.alike, found.kappa) == (pytest.approx(0.7), pytest.approx(0.4))


def test_kappa_says_nothing_when_every_answer_is_the_same() -> None:
    (found,) = agreement([judged("q", "m", name, Answer.POSITIVE) for name in ("kim", "lee")])
    assert (found.alike, found.kappa) == (1.0, None)
