"""What each annotator did when, counted by the database: every event once, whatever became of it."""

from __future__ import annotations

from collections import Counter

from core.judgments import LabelStore, NewQuery, QrelRow, Shown
from core.judgments.days import Deed
from core.judgments.preferences import Choice, Form, NewPreference, Systems


def counts(store: LabelStore) -> Counter[tuple[str, Deed]]:
    found: Counter[tuple[str, Deed]] = Counter()
    for one in store.days.done():
        found[one.annotator, one.deed] += one.count
    return found


def test_every_event_counts_once_under_what_it_is(store: LabelStore) -> None:
    store.add_queries([NewQuery("A quiet film", "q1"), NewQuery("A loud film", "q2")])
    store.judge("q1", "m1", "kim", "positive", event_id="e1", shown=Shown(input_method="key"))
    store.judge("q1", "m2", "kim", "negative", event_id="e2")
    store.undo("kim", event_id="u1")
    store.judge("q1", "m1", "lee", "negative", event_id="e3", adjudicates=True)
    store.import_judgments([QrelRow(1, "q2", "m1", 1), QrelRow(2, "q2", "m2", 0)], "crowd")
    store.skips.skip("q2", "kim", "ambiguous")
    store.skips.resume("q2", "kim")
    given = NewPreference("q1", "lee", Form.SIDE_BY_SIDE, Systems("a", "b"), Choice.A, (), ())
    store.preferences.record(given, preference_id="p1")
    store.preferences.undo("lee", Systems("a", "b"), Form.SIDE_BY_SIDE, preference_id="p2")
    assert counts(store) == {
        ("kim", Deed.ANSWERED): 2,
        ("kim", Deed.UNDONE): 1,
        ("lee", Deed.ADJUDICATED): 1,
        ("crowd", Deed.IMPORTED): 2,
        ("kim", Deed.SKIPPED): 1,
        ("lee", Deed.PREFERRED): 1,
        ("lee", Deed.UNDONE): 1,
    }


def test_a_count_is_of_one_minute(store: LabelStore) -> None:
    store.add_queries([NewQuery("A quiet film", "q1")])
    times = ("2026-01-31T23:58:01.000+00:00", "2026-01-31T23:58:59.999Z", "2026-01-31T23:59:00.000Z")
    for number, at in enumerate(times):
        store.judge("q1", f"m{number}", "kim", "positive", event_id=f"e{number}", decided_at=at)
    assert {one.minute: one.count for one in store.days.done()} == {"2026-01-31T23:58": 2, "2026-01-31T23:59": 1}


def test_the_settings_are_told_as_each_change_left_them(store: LabelStore) -> None:
    store.project.change("kim", depth=20)
    store.project.change("kim", depth=20)
    store.project.change("lee", depth=30, graded=True)
    changes = store.days.settings_changes()
    assert [(one.annotator, one.settings["depth"], one.settings["graded"]) for one in changes] == [
        ("kim", 20, False),
        ("lee", 30, True),
    ]
