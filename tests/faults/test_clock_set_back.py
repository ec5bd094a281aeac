"""A clock that jumps: the order of the events is that in which they came, whatever time they say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.judgments import LabelStore, NewQuery, events, take_snapshot
from core.workspace import Workspace

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that sets the clock of the label store to so many minutes after noon."""

    def to(minutes: float) -> None:
        class Clock(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:
                return START + timedelta(minutes=minutes)

        monkeypatch.setattr(events, "datetime", Clock)

    return to


def test_the_later_answer_stands_and_undo_takes_back_the_last(tmp_path: Path, set_clock: Any) -> None:
    workspace = Workspace(tmp_path)
    with LabelStore.open(workspace) as store:
        store.add_queries([NewQuery("a film", "q")])
        for number, (minutes, answer) in enumerate([(0, "positive"), (-180, "negative"), (-600, "unsure")]):
            set_clock(minutes)
            store.judge("q", "m", "kim", answer, event_id=f"e{number}")
        found = store.events()
        assert [event.event_id for event in found] == ["e0", "e1", "e2"]
        assert [event.decided_at for event in found] == sorted((event.decided_at for event in found), reverse=True)
        assert [event.event_id for event in store.history()] == ["e2", "e1", "e0"]
        (standing,) = store.judgments()
        assert standing.event_id == "e2"
        set_clock(-1000)
        for taken_back, left in (("e2", ["e1"]), ("e1", ["e0"]), ("e0", [])):
            undone = store.undo("kim", event_id=f"undo {taken_back}")
            assert undone is not None and undone.event_id == taken_back
            assert [judgment.event_id for judgment in store.judgments()] == left
        store.rebuild()
        assert store.judgments() == []


def test_a_snapshot_is_the_same_whatever_the_clock_said(tmp_path: Path, set_clock: Any) -> None:
    found = []
    for name, times in {"forwards": (0, 10, 20), "backwards": (20, 10, 0)}.items():
        workspace = Workspace(tmp_path / name)
        with LabelStore.open(workspace) as store:
            store.add_queries([NewQuery("a film", "q")])
            for number, minutes in enumerate(times):
                set_clock(minutes)
                store.judge("q", f"m{number % 2}", "kim", ("positive", "negative")[number // 2], event_id=f"e{number}")
            found.append(take_snapshot(store, workspace).fingerprint)
    assert found[0] == found[1]
