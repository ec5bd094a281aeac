"""Who did what: told from what is on record and from the log, newest first, and safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Any

import pytest

from core.activity_log import Entry, Kind, logged, note
from core.audit import audit, chosen, daily, model_entries, settings_entries, write_audit
from core.config import TrainConfig
from core.errors import AuditError
from core.grants import set_role
from core.judgments import LabelStore, NewQuery, take_snapshot
from core.judgments.days import Deed, Done, SettingsChange
from core.roles import Role
from core.runs import create_run, promote
from core.workspace import Workspace

SEOUL = timezone(timedelta(hours=9))


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


def test_a_day_is_one_of_the_clock_that_is_asked_for() -> None:
    done = [Done("kim", Deed.ANSWERED, f"2026-01-31T{time}", 1) for time in ("14:30", "14:59", "15:00")]
    assert [one.count for one in daily(done, UTC)] == [3]
    assert [(one.at[:16], one.count) for one in daily(done, SEOUL)] == [
        ("2026-01-31T14:59", 2),
        ("2026-01-31T15:00", 1),
    ]


def test_people_and_kinds_are_told_apart() -> None:
    minute = "2026-01-31T12:00"
    done = [
        Done("kim", Deed.ANSWERED, minute, 4),
        Done("lee", Deed.ANSWERED, minute, 2),
        Done("kim", Deed.UNDONE, minute, 1),
    ]
    assert {(one.by, one.kind): one.count for one in daily(done, UTC)} == {
        ("kim", Kind.ANSWERS): 4,
        ("lee", Kind.ANSWERS): 2,
        ("kim", Kind.UNDO): 1,
    }


def test_a_change_of_the_settings_says_what_was_changed_from_what() -> None:
    changes = [
        SettingsChange({"depth": 20, "graded": False}, "kim", "2026-01-01"),
        SettingsChange({"depth": 30, "graded": True}, "lee", "2026-01-02"),
    ]
    assert [(one.by, one.about) for one in settings_entries(changes)] == [
        ("kim", "depth 10 → 20"),
        ("lee", "depth 20 → 30, graded False → True"),
    ]


@pytest.mark.parametrize(
    ("runs", "kinds"),
    [
        (["a"], ["promoted"]),
        (["a", "b"], ["promoted", "promoted"]),
        (["a", "b", "a"], ["promoted", "promoted", "rolled_back"]),
        (["a", None], ["promoted", "rolled_back"]),
        (["a", "b", None], ["promoted", "promoted", "promoted"]),
        (["a", "a", "b"], ["promoted", "promoted", "promoted"]),
        (["a", "b", "b", "a"], ["promoted", "promoted", "promoted", "rolled_back"]),
        (["a", "b", "a", "b"], ["promoted", "promoted", "rolled_back", "rolled_back"]),
    ],
)
def test_going_back_to_the_model_before_is_a_roll_back(runs: list[str | None], kinds: list[str]) -> None:
    history: list[dict[str, Any]] = [
        {"run": run, "by": "kim", "at": f"2026-01-0{day}"} for day, run in enumerate(runs, 1)
    ]
    assert [one.kind for one in reversed(model_entries(history[::-1]))] == kinds


def test_everything_comes_together_newest_first(workspace: Workspace) -> None:
    with LabelStore.open(workspace) as store:
        store.add_queries([NewQuery("A quiet film", "q1")])
        store.judge("q1", "m1", "kim", "positive", event_id="e1", decided_at="2026-01-01T10:00:00.000+00:00")
        store.project.change("lee", depth=20)
        store.guidelines.write("One rule.", "lee")
        snapshot = take_snapshot(store, workspace)
        assert snapshot.path is not None
        run = create_run(workspace, TrainConfig(), snapshot.path, by="mina")
        promote(workspace, None, by="mina")
        set_role(workspace, "kim@example.org", Role.CURATOR, by="boss@example.org")
        note(workspace, Kind.RUN_DELETED, "mina", "old-run")
        entries = audit(workspace, store)
    told = {(one.kind, one.by, one.about) for one in entries}
    assert told == {
        (Kind.ANSWERS, "kim", ""),
        (Kind.SETTINGS, "lee", "depth 10 → 20"),
        (Kind.GUIDELINE, "lee", "v1"),
        (Kind.RUN_STARTED, "mina", run.name),
        (Kind.PROMOTED, "mina", "base"),
        (Kind.ROLE, "boss@example.org", "kim@example.org: curator"),
        (Kind.RUN_DELETED, "mina", "old-run"),
    }
    assert entries[-1].kind is Kind.ANSWERS and entries[0].kind is Kind.RUN_DELETED


def test_of_one_moment_what_was_written_down_last_is_the_newest(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stopped(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime(2026, 1, 1, 10, tzinfo=tz)

    for module in ("grants", "activity_log"):
        monkeypatch.setattr(f"core.{module}.datetime", Stopped)
    set_role(workspace, "kim@example.org", Role.VIEWER, by="boss@example.org")
    set_role(workspace, "kim@example.org", Role.CURATOR, by="boss@example.org")
    note(workspace, Kind.EXPORT, "kim", "first")
    note(workspace, Kind.EXPORT, "kim", "second")
    with LabelStore.open(workspace) as store:
        entries = audit(workspace, store)
    assert [one.about for one in entries] == ["second", "first", "kim@example.org: curator", "kim@example.org: viewer"]


def test_a_damaged_run_hides_nothing_and_is_told_last(workspace: Workspace) -> None:
    (workspace.runs / "20200101-000000-damaged-0000").mkdir(parents=True)
    note(workspace, Kind.EXPORT, "kim")
    with LabelStore.open(workspace) as store:
        entries = audit(workspace, store)
    assert [one.kind for one in entries] == [Kind.EXPORT, Kind.RUN_STARTED]


def test_entries_are_chosen_by_person_and_kind() -> None:
    entries = [Entry("1", who, kind) for who in ("kim", "lee") for kind in (Kind.EXPORT, Kind.UNDO)]
    assert chosen(entries) == entries
    assert {one.by for one in chosen(entries, ["kim"])} == {"kim"}
    assert chosen(entries, ["kim"], [Kind.UNDO]) == [Entry("1", "kim", Kind.UNDO)]


def test_a_spreadsheet_takes_no_cell_for_a_formula(tmp_path: Path) -> None:
    entries = [Entry("2026-01-01T10:00:00+00:00", "=cmd()", Kind.EXPORT, "@evil", 3), Entry("x", "kim", Kind.SIGN_IN)]
    path = write_audit(tmp_path / "activity.csv", entries)
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert rows == [
        ["at", "by", "kind", "about", "count"],
        ["2026-01-01T10:00:00+00:00", "'=cmd()", "export", "'@evil", "3"],
        ["x", "kim", "sign_in", "", ""],
    ]


@pytest.mark.parametrize("line", ["{", '{"at": "1"}', '{"at":"1","by":"","kind":"unheard","about":"","count":null}'])
def test_a_damaged_log_is_named_with_the_line(workspace: Workspace, line: str) -> None:
    note(workspace, Kind.EXPORT, "kim", "trec")
    path = workspace.root / "labels" / "activity.jsonl"
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(AuditError, match=r"activity\.jsonl, line 2"):
        logged(workspace)
