"""Preferences: append-only, one press one answer, withdrawn by one more row, and no label."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tables import rows

from core.errors import LabelError
from core.judgments import LabelStore, NewQuery
from core.judgments.preferences import Choice, Form, NewPreference, ShownFilm, Side, Systems, latest
from core.judgments.schema import preference
from core.workspace import Workspace

SYSTEMS = Systems("e5-small", "run")
TURNED = Systems("run", "e5-small")
GIVEN = NewPreference(
    "q1",
    "kim",
    Form.SIDE_BY_SIDE,
    SYSTEMS,
    Choice.B,
    (ShownFilm("m1", Side.A), ShownFilm("m2", Side.A), ShownFilm("m2", Side.B), ShownFilm("m3", Side.B)),
)
MARKED = replace(
    GIVEN,
    form=Form.INTERLEAVED,
    systems=TURNED,
    shown=(ShownFilm("m1", Side.B), ShownFilm("m2", Side.A)),
    marked=("m1",),
)


@pytest.fixture(autouse=True)
def queries(store: LabelStore) -> None:
    store.add_queries([NewQuery("A quiet film", "q1"), NewQuery("A loud film", "q2")])


def test_an_answer_outlives_the_store_with_all_that_was_shown(store: LabelStore, workspace: Workspace) -> None:
    both = [store.preferences.record(given, preference_id=f"p{number}") for number, given in enumerate((GIVEN, MARKED))]
    with LabelStore.open(workspace) as again:
        assert again.preferences.standing() == both
    for given, kept in zip((GIVEN, MARKED), both, strict=True):
        assert all(getattr(kept, name) == getattr(given, name) for name in ("systems", "choice", "shown", "marked"))
        assert kept.decided_at.endswith("+00:00")
    assert [one.preferred for one in both] == ["run", "e5-small"]


def test_the_same_id_again_changes_nothing_and_another_answer_under_it_is_refused(
    store: LabelStore, workspace: Workspace
) -> None:
    first = store.preferences.record(GIVEN, preference_id="p1")
    assert store.preferences.record(GIVEN, preference_id="p1") == first
    for changed in (replace(GIVEN, choice=Choice.A), replace(GIVEN, systems=TURNED), replace(GIVEN, shown=())):
        with pytest.raises(LabelError, match="p1"):
            store.preferences.record(changed, preference_id="p1")
    assert len(rows(workspace, preference)) == 1


def test_the_last_answer_to_a_query_counts_whichever_system_stood_as_a(store: LabelStore) -> None:
    store.preferences.record(replace(GIVEN, choice=Choice.SKIP), preference_id="p1")
    second = store.preferences.record(replace(GIVEN, systems=TURNED, choice=Choice.B), preference_id="p2")
    assert store.preferences.standing() == [second]
    assert store.preferences.standing(SYSTEMS) == store.preferences.standing(TURNED) == [second]
    assert second.preferred == "e5-small"


def test_forms_pairs_and_annotators_stand_apart(store: LabelStore) -> None:
    other = Systems("e5-small", "bm25")
    for number, given in enumerate(
        (GIVEN, MARKED, replace(GIVEN, annotator="lee"), replace(GIVEN, systems=other), replace(GIVEN, query_id="q2"))
    ):
        store.preferences.record(given, preference_id=f"p{number}")

    def found(**chosen: object) -> list[str]:
        return [one.preference_id for one in store.preferences.standing(**chosen)]  # type: ignore[arg-type]

    assert found() == ["p0", "p1", "p2", "p3", "p4"]
    assert found(systems=SYSTEMS) == ["p0", "p1", "p2", "p4"]
    assert found(systems=SYSTEMS, form=Form.SIDE_BY_SIDE, annotator="kim") == ["p0", "p4"]
    assert found(form=Form.INTERLEAVED) == ["p1"]


def test_undo_walks_back_within_one_pair_and_form_and_nothing_is_deleted(
    store: LabelStore, workspace: Workspace
) -> None:
    record, undo = store.preferences.record, store.preferences.undo
    first = record(replace(GIVEN, choice=Choice.SKIP), preference_id="p1")
    second = record(GIVEN, preference_id="p2")
    elsewhere = record(MARKED, preference_id="p3")
    assert undo("kim", TURNED, Form.SIDE_BY_SIDE, preference_id="u1") == second
    assert undo("kim", SYSTEMS, Form.SIDE_BY_SIDE, preference_id="u1") == second, "the same press again"
    assert store.preferences.standing() == [first, elsewhere], "the answer before it counts again"
    assert undo("kim", SYSTEMS, Form.SIDE_BY_SIDE, preference_id="u2") == first
    assert undo("kim", SYSTEMS, Form.SIDE_BY_SIDE, preference_id="u3") is None
    assert undo("lee", SYSTEMS, Form.INTERLEAVED, preference_id="u4") is None
    assert store.preferences.standing() == [elsewhere]
    assert len(rows(workspace, preference)) == 5


def test_an_id_is_either_an_answer_or_an_undo(store: LabelStore) -> None:
    store.preferences.record(GIVEN, preference_id="p1")
    with pytest.raises(LabelError, match="p1"):
        store.preferences.undo("kim", SYSTEMS, Form.SIDE_BY_SIDE, preference_id="p1")
    store.preferences.undo("kim", SYSTEMS, Form.SIDE_BY_SIDE, preference_id="u1")
    with pytest.raises(LabelError, match="u1"):
        store.preferences.record(GIVEN, preference_id="u1")
    with pytest.raises(LabelError, match="u1"):
        store.preferences.undo("lee", SYSTEMS, Form.SIDE_BY_SIDE, preference_id="u1")


def test_a_preference_is_no_label(store: LabelStore) -> None:
    store.preferences.record(MARKED, preference_id="p1")
    assert store.judgments() == [] and store.last_event_number() == 0


@pytest.mark.parametrize(
    ("given", "preference_id", "named"),
    [
        (replace(GIVEN, query_id="gone"), "p", "gone"),
        (replace(GIVEN, annotator=" "), "p", "annotator"),
        (GIVEN, "", "preference_id"),
        (replace(MARKED, marked=("m9",)), "p", "m9"),
        (replace(GIVEN, marked=("m1",)), "p", "side_by_side"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    store: LabelStore, workspace: Workspace, given: NewPreference, preference_id: str, named: str
) -> None:
    with pytest.raises(LabelError, match=named):
        store.preferences.record(given, preference_id=preference_id)
    assert rows(workspace, preference) == []


@pytest.mark.parametrize(("a", "b"), [("run", "run"), ("", "run"), ("run", " ")])
def test_a_system_is_not_held_against_itself_or_nothing(a: str, b: str) -> None:
    with pytest.raises(LabelError, match="two different"):
        Systems(a, b)


def test_latest_keeps_the_order_of_the_answers_that_count(store: LabelStore) -> None:
    kept = [
        store.preferences.record(replace(GIVEN, query_id=query_id, choice=choice), preference_id=f"p{number}")
        for number, (query_id, choice) in enumerate((("q1", Choice.A), ("q2", Choice.A), ("q1", Choice.SAME)))
    ]
    assert latest(kept) == [kept[1], kept[2]]
