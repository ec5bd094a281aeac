"""Roles and the audit on the command line, for people and for scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.cli import main
from core.cli.output import state
from core.grants import ADMINS_VARIABLE
from core.judgments import LabelStore, NewQuery
from core.workspace import Workspace

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.delenv(ADMINS_VARIABLE, raising=False)
    before, workspace = state.workspace, Workspace(tmp_path)
    with LabelStore.open(workspace) as store:
        store.add_queries([NewQuery("rain", "rain")])
        store.judge("rain", "m1", "kim", "positive", event_id="e1")
        store.judge("rain", "m2", "kim", "negative", event_id="e2")
    yield workspace
    state.workspace = before


@pytest.fixture
def say(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs a command and returns its exit status and what it says."""

    def command(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["core", "--workspace", str(workspace.root), *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return command


def test_roles_are_set_listed_and_taken_away(say: Command) -> None:
    assert say("roles", "list") == (0, "Nobody has a role.\n")
    say("roles", "set", "Kim@example.org", "curator", "--by", "boss")
    _, said = say("roles", "list", "--json")
    (row,) = json.loads(said)["roles"]
    assert (row["name"], row["role"], row["by"]) == ("kim@example.org", "curator", "boss")
    assert say("roles", "set", "kim@example.org", "none", "--by", "boss") == (0, "kim@example.org: no role.\n")
    assert say("roles", "list") == (0, "Nobody has a role.\n")


def test_an_unknown_role_ends_with_a_line_that_names_the_known_ones(say: Command) -> None:
    status, said = say("roles", "set", "kim", "king", "--by", "boss")
    assert status == 2 and "viewer, curator, trainer, admin" in said


def test_a_change_of_a_role_says_who_decides(say: Command) -> None:
    status, said = say("roles", "set", "kim", "curator")
    assert status == 2 and "--by" in said


def test_the_audit_tells_answers_by_day_and_roles(say: Command) -> None:
    say("roles", "set", "kim", "curator", "--by", "boss")
    entries = json.loads(say("audit", "--json")[1])["entries"]
    assert {(one["kind"], one["by"], one["count"]) for one in entries} == {
        ("answers", "kim", 2),
        ("role", "boss", None),
    }
    assert "answers" in say("audit", "--by", "kim")[1] and "role" not in say("audit", "--by", "kim")[1]
    assert [one["kind"] for one in json.loads(say("audit", "--kind", "role", "--json")[1])["entries"]] == ["role"]
