"""Skipped queries: per annotator, with a reason, until the annotator takes them back in."""

from __future__ import annotations

import pytest

from core.errors import LabelError
from core.judgments import LabelStore, NewQuery, SkipReason
from core.workspace import Workspace


@pytest.fixture(autouse=True)
def queries(store: LabelStore) -> None:
    store.add_queries([NewQuery("A quiet film", "q1"), NewQuery("A loud film", "q2")])


def test_a_skip_is_one_annotators_own_and_outlives_the_store(store: LabelStore, workspace: Workspace) -> None:
    store.skips.skip("q1", "kim", SkipReason.UNCLEAR)
    store.skips.skip("q2", "kim", "  asks for  two films ")
    store.skips.skip("q1", "lee", SkipReason.OFFENSIVE)
    with LabelStore.open(workspace) as again:
        assert again.skips.standing("kim") == {"q1": "unclear", "q2": "asks for two films"}
        assert again.skips.standing("lee") == {"q1": "offensive"} and again.skips.standing("mina") == {}
        assert [(one.query_id, one.annotator) for one in again.skips.all()] == [
            ("q1", "kim"),
            ("q1", "lee"),
            ("q2", "kim"),
        ]


def test_the_last_reason_counts_and_a_query_can_be_taken_back_in(store: LabelStore) -> None:
    store.skips.skip("q1", "kim", SkipReason.UNCLEAR)
    store.skips.skip("q1", "kim", SkipReason.NOT_FILMS)
    assert store.skips.standing("kim") == {"q1": SkipReason.NOT_FILMS}
    store.skips.resume("q1", "kim")
    store.skips.resume("q1", "kim")
    assert store.skips.standing("kim") == {} and store.skips.all() == []


def test_skipping_again_for_the_same_reason_changes_nothing(store: LabelStore) -> None:
    store.skips.skip("q1", "kim", SkipReason.UNCLEAR)
    first = store.skips.all()
    store.skips.skip("q1", "kim", SkipReason.UNCLEAR)
    assert store.skips.all() == first


def test_a_skip_is_no_answer(store: LabelStore) -> None:
    store.skips.skip("q1", "kim", SkipReason.UNKNOWN_FILMS)
    assert store.judgments() == [] and store.last_event_number() == 0


@pytest.mark.parametrize(
    ("query_id", "annotator", "reason", "named"),
    [("gone", "kim", "unclear", "gone"), ("q1", "", "unclear", "annotator"), ("q1", "kim", " ", "reason")],
)
def test_what_cannot_be_skipped_is_refused_by_name(
    store: LabelStore, query_id: str, annotator: str, reason: str, named: str
) -> None:
    with pytest.raises(LabelError, match=named):
        store.skips.skip(query_id, annotator, reason)
    assert store.skips.all() == []
