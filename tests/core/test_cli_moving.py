"""Labels moved, backed up and brought back on the command line, for people and for scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.catalog import Catalog, Movie, load_catalog, save_catalog
from core.cli import main
from core.cli.output import state
from core.judgments import LabelStore, NewQuery
from core.judgments.addresses import ENVIRONMENT_VARIABLE
from core.workspace import Workspace

Command = Callable[..., tuple[int, str, str]]
ROWS = {"query": 1, "event": 2, "standing": 1, "guideline": 0, "project": 0, "skip": 0, "lease": 0, "preference": 0}


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    before, workspace = state.workspace, Workspace(tmp_path / "here")
    save_catalog(Catalog([Movie("m1", "Film")]), workspace)
    with LabelStore.open(workspace) as store:
        store.add_queries([NewQuery("rain", "rain")])
        store.judge("rain", "m1", "kim", "positive", event_id="e1")
        store.judge("rain", "m1", "kim", "negative", event_id="e2")
    yield workspace
    state.workspace = before


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs a command in a workspace: (status, standard output, standard error)."""

    def command(workspace: Workspace, *words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["core", "--workspace", str(workspace.root), *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), *capsys.readouterr()

    return command


def result(done: tuple[int, str, str]) -> dict[str, Any]:
    status, out, err = done
    assert status == 0 and out.count("\n") == 1, err
    return json.loads(out)  # type: ignore[no-any-return]


def rows(result: dict[str, Any]) -> dict[str, int]:
    return {name: one["rows"] for name, one in result["tables"].items()}


def test_labels_go_to_another_database_once(run: Command, workspace: Workspace, tmp_path: Path) -> None:
    target = f"sqlite:///{tmp_path / 'copy.sqlite3'}"
    copied = result(run(workspace, "labels", "copy-to", target, "--json"))
    assert rows(copied) == ROWS and copied["to"] == str(tmp_path / "copy.sqlite3")
    status, out, err = run(workspace, "labels", "copy-to", target)
    assert (status, out) == (2, "") and err.startswith("error: ") and "holds rows already" in err


def test_labels_go_to_postgresql_and_back(
    run: Command, workspace: Workspace, tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = result(run(workspace, "labels", "copy-to", postgres_url, "--json"))
    with monkeypatch.context() as patch:
        patch.setenv(ENVIRONMENT_VARIABLE, postgres_url)
        with LabelStore.open(workspace) as store:
            assert store.name == there["to"] and len(store.history()) == 2
        back = result(run(workspace, "labels", "copy-to", str(tmp_path / "back.sqlite3"), "--json"))
    assert back["tables"] == there["tables"] and back["from"] == there["to"]


def test_a_backup_comes_back_in_an_empty_workspace(run: Command, workspace: Workspace, tmp_path: Path) -> None:
    path, empty = tmp_path / "labels.zip", Workspace(tmp_path / "there")
    status, out, _ = run(workspace, "backup", str(path))
    assert status == 0 and "event" in out and "catalogue: yes, snapshots: 0" in out
    written = result(run(workspace, "backup", str(path), "--json"))
    assert rows(written) == ROWS and written["schema_revision"] == "0003" and written["catalog"]
    back = result(run(empty, "restore", str(path), "--json"))
    assert back["tables"] == written["tables"] and back["to"] == str(empty.database)
    assert load_catalog(empty).ids == ("m1",)
    status, out, err = run(empty, "restore", str(path))
    assert (status, out) == (2, "") and "--replace" in err
    status, out, _ = run(empty, "restore", str(path), "--replace")
    assert status == 0 and "Every row was checked." in out


@pytest.mark.parametrize("words", [("restore", "gone.zip"), ("backup", "here/labels/catalog.jsonl")])
def test_what_cannot_be_done_ends_with_one_line(
    run: Command, workspace: Workspace, tmp_path: Path, words: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run(workspace, *words)
    assert (status, out) == (2, "") and err.startswith("error: ") and len(err.splitlines()) == 1
    assert Path(words[1]).name in err


def test_a_password_is_not_shown(run: Command, workspace: Workspace) -> None:
    pytest.importorskip("psycopg", reason="The package psycopg is not installed ('make setup-dev').")
    status, out, err = run(workspace, "labels", "copy-to", "postgresql+psycopg://kim:hunter2@localhost:1/labels")
    assert (status, out) == (2, "") and "kim:***@localhost" in err and "hunter2" not in err
