"""Agreement and progress on the command line, for people and for scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.cli import main
from core.cli.output import state
from core.judgments import LabelStore, NewQuery, Split
from core.workspace import Workspace

Command = Callable[..., str]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    before, workspace = state.workspace, Workspace(tmp_path)
    with LabelStore.open(workspace) as store:
        store.add_queries([NewQuery("rain", "rain", split=Split.TRAIN), NewQuery("heist", "heist", split=Split.DEV)])
    yield workspace
    state.workspace = before


@pytest.fixture
def say(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs a command of ``team`` and returns what it prints."""

    def command(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["core", "--workspace", str(workspace.root), "team", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        return capsys.readouterr().out

    return command


def label(workspace: Workspace) -> None:
    with LabelStore.open(workspace) as store:
        for number, (kim, lee) in enumerate(
            [("positive", "positive"), ("negative", "negative"), ("positive", "negative")]
        ):
            store.judge("rain", f"m{number}", "kim", kim, event_id=f"k{number}")
            store.judge("rain", f"m{number}", "lee", lee, event_id=f"l{number}")


def test_agreement_is_one_object_for_scripts_and_a_table_for_people(say: Command, workspace: Workspace) -> None:
    label(workspace)
    told = json.loads(say("agreement", "--json"))
    assert told["all"]["pairs"] == 3
    (pair,) = told["pairs"]
    assert (pair["first"], pair["second"], pair["pairs"]) == ("kim", "lee", 3)
    assert pair["kappa"] == pytest.approx(0.4)
    assert "0.40" in say("agreement")


def test_before_two_have_judged_a_film_agreement_says_so(say: Command) -> None:
    assert json.loads(say("agreement", "--json"))["all"]["alpha"] is None
    assert "No film has been judged by two" in say("agreement")


def test_progress_counts_splits_and_annotators(say: Command, workspace: Workspace) -> None:
    label(workspace)
    told = json.loads(say("progress", "--json"))
    assert told["splits"]["train"] == {"queries": 1, "with_positive": 1, "pairs": 2}
    assert told["splits"]["dev"] == {"queries": 1, "with_positive": 0, "pairs": 0}
    assert [(one["annotator"], one["answers"], one["today"]) for one in told["annotators"]] == [
        ("kim", 3, 3),
        ("lee", 3, 3),
    ]
    assert "with a positive" in say("progress")
