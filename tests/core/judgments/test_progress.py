"""How far the labelling has come, counted by hand."""

from __future__ import annotations

from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import pytest
from histories import START, answered, moment, undone

from core.judgments import Query, Split, agreement, truth
from core.judgments.progress import (
    QueryProgress,
    SplitProgress,
    answers_by_day,
    decisions_per_minute,
    progress_by_annotator,
    progress_by_query,
    progress_by_split,
)
from core.judgments.replay import as_judgments, standing_events

HISTORY = [
    answered(1, "q1", "m1", "kim", "positive", at=0),
    answered(2, "q1", "m2", "kim", "negative", at=10),
    answered(3, "q1", "m3", "kim", "unsure", at=20),
    answered(4, "q2", "m1", "kim", "negative", at=400),
    answered(5, "q2", "m1", "lee", "positive", at=500),
    answered(6, "q1", "m1", "lee", "positive", at=530),
    answered(7, "q1", "m2", "lee", "negative", at=560),
    answered(8, "q3", "m9", "lee", "negative", at=86_400, source="import"),
]
JUDGMENTS = as_judgments(standing_events(HISTORY))
QUERIES = [Query(f"q{n}", "", "en", "", split, "") for n, split in enumerate([*Split, Split.TEST], start=1)]


def test_a_split_counts_queries_those_with_a_positive_and_decided_pairs() -> None:
    assert progress_by_split(QUERIES, truth(JUDGMENTS)) == {
        Split.TRAIN: SplitProgress(1, 1, 2),
        Split.DEV: SplitProgress(1, 0, 0),
        Split.TEST: SplitProgress(2, 0, 1),
    }


def test_a_query_counts_what_the_team_says_together() -> None:
    progress = progress_by_query(JUDGMENTS, truth(JUDGMENTS))
    assert progress == {
        "q1": QueryProgress(1, 1, 1, 0, moment(560)),
        "q2": QueryProgress(0, 0, 0, 1, moment(500)),
        "q3": QueryProgress(0, 1, 0, 0, moment(86_400)),
    }


def test_an_annotator_counts_own_answers_todays_the_pace_and_the_share_alike() -> None:
    since = START + timedelta(seconds=15)
    kim, lee = progress_by_annotator(HISTORY, agreement(JUDGMENTS), since=since)
    assert (kim.annotator, kim.answers, kim.today, kim.last_judged) == ("kim", 4, 2, moment(400))
    assert kim.per_minute == pytest.approx(6.0)  # 2 decisions within 20 s; the pause of 380 s is none of the work
    assert (kim.shared, kim.alike) == (3, pytest.approx(2 / 3))
    assert (lee.annotator, lee.answers, lee.per_minute) == ("lee", 4, pytest.approx(2.0))


def test_answers_taken_back_are_no_answers_but_were_work() -> None:
    history = [*HISTORY[:2], undone(3, HISTORY[1])]
    (kim,) = progress_by_annotator(history, [], since=START)
    assert (kim.answers, kim.per_minute, kim.alike) == (1, pytest.approx(6.0), None)


def test_adjudications_are_counted_as_nobodys_own_answers() -> None:
    settled = answered(9, "q1", "m1", "ann", "positive", at=30, adjudicates=True)
    assert [one.annotator for one in progress_by_annotator([*HISTORY, settled], [], since=START)] == ["kim", "lee"]


def test_there_is_no_pace_without_two_decisions_in_one_sitting() -> None:
    assert decisions_per_minute([START]) is None
    assert decisions_per_minute([START, START + timedelta(seconds=120)]) is None
    assert decisions_per_minute([START, START + timedelta(seconds=119)]) == pytest.approx(60 / 119)


def test_days_run_where_the_reader_is_and_imports_are_no_days_work() -> None:
    late = [answered(n, "q1", f"m{n}", "kim", "positive", at=at) for n, at in enumerate((0, 6 * 3600), start=1)]
    assert answers_by_day(late, UTC) == {date(2026, 3, 1): 2}
    assert answers_by_day(late, ZoneInfo("Asia/Seoul")) == {date(2026, 3, 1): 1, date(2026, 3, 2): 1}
    settled = answered(9, "q1", "m1", "ann", "positive", adjudicates=True)
    assert sum(answers_by_day([*HISTORY, settled], UTC).values()) == len(HISTORY) - 1
