"""A run folder that somebody deletes while its page is open: the page says so, or shows what is left."""

from __future__ import annotations

import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from made_runs import button, make_run, make_workspace, open_page, words

from core.errors import RunError
from core.runs import Progress, RunState, list_runs
from core.runs.lock import held
from core.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    return make_workspace(tmp_path)


def unharmed(app: Any) -> str:
    assert not app.exception
    said = words(app)
    assert "Something unexpected" not in said
    return said


def test_a_run_that_is_deleted_while_it_trains_leaves_its_page(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.RUNNING)
    with ExitStack() as locks:
        locks.enter_context(held(run.lock, {"run": run.name}))
        app = open_page("train")
        assert run.name in unharmed(app)
        shutil.rmtree(run.path)
        assert run.name not in unharmed(app.run())


def test_cancelling_a_run_that_is_gone_breaks_nothing(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.RUNNING)
    with held(run.lock, {"run": run.name}):
        app = open_page("train")
        shutil.rmtree(run.path)
        button(app, "Yes, cancel it").click()
        unharmed(app.run())
    assert list_runs(workspace) == []


@pytest.mark.parametrize("page", ["train", "models"])
def test_an_ended_run_that_is_deleted_leaves_its_page(workspace: Workspace, page: str) -> None:
    gone, kept = (make_run(workspace, RunState.SUCCEEDED) for _ in range(2))
    app = open_page(page)
    unharmed(app)
    shutil.rmtree(gone.path)
    unharmed(app.run())
    assert [run.name for run in list_runs(workspace)] == [kept.name]


@pytest.mark.parametrize(
    "missing", ["about.json", "config.json", "status.json", "report.json", "adapter", "metrics.jsonl"]
)
def test_a_run_that_is_deleted_by_half_is_shown_as_far_as_it_is_there(workspace: Workspace, missing: str) -> None:
    run = make_run(workspace, RunState.SUCCEEDED)
    path = run.path / missing
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    for page in ("train", "models"):
        unharmed(open_page(page))


def test_a_training_whose_folder_is_gone_does_not_bring_it_back(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.RUNNING)
    shutil.rmtree(run.path)
    with pytest.raises(RunError, match="the run folder is gone"):
        run.write_progress(Progress(RunState.RUNNING))
    assert list_runs(workspace) == []
