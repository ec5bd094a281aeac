"""``preferences`` on the command line: what the page counts, for people and for scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.cli import main
from core.cli.output import state
from core.config import TrainConfig
from core.evaluation.blind_results import blind_result
from core.judgments import LabelStore, NewQuery, QrelRow, take_snapshot
from core.judgments.preferences import Choice, Form, NewPreference, Systems
from core.runs import create_run
from core.workspace import Workspace

BASE = "e5-small"
Command = Callable[..., str]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    before, workspace = state.workspace, Workspace(tmp_path)
    with LabelStore.open(workspace) as store:
        store.add_queries(NewQuery(f"query {n}", f"q{n}") for n in range(8))
    yield workspace
    state.workspace = before


@pytest.fixture
def say(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs ``preferences`` and returns what it prints."""

    def command(*words: str, fails: bool = False) -> str:
        monkeypatch.setattr(sys, "argv", ["core", "--workspace", str(workspace.root), "preferences", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        assert (ended.value.code == 2) is fails
        printed = capsys.readouterr()
        return printed.err if fails else printed.out

    return command


def judge(workspace: Workspace, tuned: str, wins: int, form: Form = Form.SIDE_BY_SIDE) -> None:
    """Record that the tuned system wins the first queries and the base the others."""
    with LabelStore.open(workspace) as store:
        for n in range(8):
            systems = Systems(BASE, tuned) if n % 2 else Systems(tuned, BASE)
            choice = Choice.A if (systems.a == tuned) is (n < wins) else Choice.B
            given = NewPreference(f"q{n}", "kim", form, systems, choice)
            store.preferences.record(given, preference_id=f"{tuned}/{form}/{n}")


def made_run(workspace: Workspace) -> str:
    with LabelStore.open(workspace) as store:
        store.import_judgments([QrelRow(1, f"q{n}", "m1", 1) for n in range(8)], "kim")
        snapshot = take_snapshot(store, workspace)
    assert snapshot.path is not None
    return create_run(workspace, TrainConfig(), snapshot.path, by="kim").name


def test_the_command_counts_what_the_page_counts(say: Command, workspace: Workspace) -> None:
    judge(workspace, "bm25", wins=8)
    judge(workspace, "bm25", wins=5, form=Form.INTERLEAVED)
    judge(workspace, "minilm", wins=1)
    side, mixed = json.loads(say("--base", BASE, "--tuned", "bm25", "--json"))["results"]
    with LabelStore.open(workspace) as store:
        given = store.preferences.standing(Systems(BASE, "bm25"), form=Form.SIDE_BY_SIDE)
    assert side == {"form": "side_by_side", **json.loads(json.dumps(blind_result(given, BASE, "bm25").as_dict()))}
    assert (side["wins"], side["verdict"]) == ({"base": 0, "ties": 0, "tuned": 8}, "preferred")
    assert (mixed["form"], mixed["wins"]["tuned"], mixed["verdict"]) == ("interleaved", 5, "cannot_tell")
    turned = json.loads(say("--base", "bm25", "--tuned", BASE, "--json"))["results"][0]
    assert (turned["wins"]["base"], turned["verdict"]) == (8, "not_preferred")


def test_without_names_every_two_systems_are_listed_a_run_as_the_tuned_one(say: Command, workspace: Workspace) -> None:
    run = made_run(workspace)
    assert run < BASE, "by name alone it would come first"
    judge(workspace, run, wins=8)
    judge(workspace, "bm25", wins=3)
    told = json.loads(say("--json"))["results"]
    assert [(one["base"], one["tuned"]) for one in told] == [("bm25", BASE), (BASE, run)]
    lines = say().splitlines()
    assert lines[0].split()[:3] == ["form", "base", "tuned"] and len(lines) == 3
    assert run in lines[2] and lines[2].endswith("preferred") and "0.631 to 1.000" in lines[2]


def test_before_anybody_has_judged_it_says_so(say: Command) -> None:
    assert json.loads(say("--json")) == {"results": []}
    assert "Nobody has judged" in say("--base", BASE, "--tuned", "bm25")


def test_one_name_alone_is_refused(say: Command) -> None:
    assert "--base and --tuned belong together" in say("--base", BASE, fails=True)
