"""Judgments in memory: whatever happens in the store, following it gives what reading it all gives."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.judgments import LabelStore, NewQuery, by_query
from core.judgments.by_query import NOTHING_JUDGED, StandingJudgments
from core.workspace import Workspace

QUERIES = ("q1", "q2")
STEPS = st.tuples(st.sampled_from(["positive", "unsure", "undo", "adjudicate", "follow"]), st.integers(0, 7))


@pytest.fixture
def store(workspace: Workspace) -> Iterator[LabelStore]:
    with LabelStore.open(workspace) as opened:
        opened.add_queries(NewQuery(f"text of {name}", name) for name in QUERIES)
        yield opened


@pytest.mark.parametrize("most", [0, 2000])
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, max_size=12))
def test_following_gives_what_reading_everything_gives(
    store: LabelStore, monkeypatch: pytest.MonkeyPatch, most: int, steps: list[tuple[str, int]]
) -> None:
    monkeypatch.setattr(by_query, "MOST_FOLLOWED", most)
    followed = StandingJudgments()
    start = store.last_event_number()
    for number, (step, bits) in enumerate(steps):
        query_id, movie_id, annotator = QUERIES[bits & 1], f"m{bits >> 1 & 1}", ("mina", "jun")[bits >> 2]
        event_id = f"{start}-{number}"
        if step == "undo":
            store.undo(annotator, event_id=event_id)
        elif step == "follow":
            followed.follow(store)
        else:
            answer = "negative" if step == "adjudicate" else step
            store.judge(query_id, movie_id, annotator, answer, event_id=event_id, adjudicates=step == "adjudicate")
    followed.follow(store)
    anew = StandingJudgments(store.judgments())
    assert [followed.of(query_id) for query_id in QUERIES] == [anew.of(query_id) for query_id in QUERIES]
    assert sorted(followed.all(), key=str) == sorted(store.judgments(), key=str)


def test_only_what_changed_is_read(store: LabelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    for query_id in QUERIES:
        store.judge(query_id, "m", "mina", "positive", event_id=query_id)
    followed = StandingJudgments()
    followed.follow(store)
    before = followed.of("q1")
    read: list[object] = []
    judgments = LabelStore.judgments
    monkeypatch.setattr(
        LabelStore, "judgments", lambda self, **chosen: read.append(chosen) or judgments(self, **chosen)
    )
    followed.follow(store)
    store.judge("q2", "n", "jun", "unsure", event_id="e")
    followed.follow(store)
    assert read == [{"query_id": "q2"}]
    assert followed.of("q1") is before
    assert followed.of("q2").own.keys() == {"mina", "jun"} and followed.of("q2").decided == {"m": {"mina"}}


def test_a_query_without_judgments_has_none() -> None:
    assert StandingJudgments().of("q") is NOTHING_JUDGED
