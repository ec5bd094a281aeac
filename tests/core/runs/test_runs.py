"""Runs: states are true whatever happened to the process, and nothing is half-made."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from core.config import make_config
from core.errors import ConfigError, RunBusyError, RunError
from core.runs import (
    Progress,
    RunFolder,
    RunState,
    active_history,
    active_model,
    before_active,
    cancel_run,
    create_run,
    delete_run,
    list_runs,
    open_run,
    promote,
    roll_back,
    start_run,
)
from core.runs.lock import held, is_held, read_owner
from core.workspace import REPOSITORY, Workspace

HOLD = """
import os, sys, time
from pathlib import Path
from core.runs.lock import held
with held(Path(sys.argv[1]), {"run": "other", "pid": os.getpid()}):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def workspace(tmp_path):
    return Workspace.locate(tmp_path)


@pytest.fixture
def run(workspace, tmp_path):
    return new_run(workspace, tmp_path)


def new_run(workspace, tmp_path, **settings) -> RunFolder:
    snapshot = tmp_path / "abc.jsonl"
    snapshot.write_text('{"format":1}\n', encoding="utf-8")
    return create_run(workspace, make_config(settings), snapshot, by="kim")


def hold(path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout.readline() == "held\n"
    return process


def finish(run: RunFolder, state: RunState) -> None:
    run.write_progress(replace(run.progress(), state=state))


def test_a_new_run_is_queued_and_holds_what_it_needs(run, workspace):
    assert run.progress().state is RunState.QUEUED
    assert run.config() == make_config({})
    assert run.about()["by"] == "kim"
    assert run.snapshot.read_text(encoding="utf-8") == '{"format":1}\n'
    assert [found.name for found in list_runs(workspace)] == [run.name]


def test_an_active_state_without_a_living_process_is_a_crash(run):
    process = hold(run.lock)
    run.write_progress(Progress(RunState.RUNNING, step=3, steps=9))
    assert run.progress().state is RunState.RUNNING
    os.kill(process.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while is_held(run.lock) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert run.progress().state is RunState.CRASHED  # though nobody has waited for the process yet
    process.wait()


def test_a_queued_run_whose_process_never_came_counts_as_crashed_after_a_minute(run):
    status = json.loads((run.path / "status.json").read_text())
    (run.path / "status.json").write_text(json.dumps({**status, "updated_at": time.time() - 61}))
    assert run.progress().state is RunState.CRASHED


@pytest.mark.parametrize("content", ["", "{", '{"state": "resting"}', "[]"])
def test_a_damaged_status_is_a_crash_and_not_an_error(run, content):
    (run.path / "status.json").write_text(content)
    assert run.progress().state is RunState.CRASHED


def test_a_lock_is_refused_with_its_holders_name(tmp_path):
    lock = tmp_path / "job.lock"
    with held(lock, {"run": "a"}):
        assert is_held(lock)
        with pytest.raises(RunBusyError, match="run a"), held(lock, {"run": "b"}):
            pass
        assert read_owner(lock) == {"run": "a"}
    assert not is_held(lock)


def test_only_one_training_at_a_time(run, workspace, tmp_path):
    second = new_run(workspace, tmp_path)
    with pytest.raises(RunBusyError, match=run.name):
        start_run(workspace, second)


def test_the_process_that_is_started_outlives_nothing_it_should_not_and_reports_its_failure(run, workspace):
    start_run(workspace, run)
    deadline = time.monotonic() + 120
    while run.progress().state.active and time.monotonic() < deadline:
        time.sleep(0.2)
    assert run.progress().state is RunState.FAILED
    assert "catalog" in run.progress().message.lower()  # this workspace has none
    assert "error:" in run.log_end()


@pytest.mark.parametrize("state", [RunState.RUNNING, RunState.FAILED])  # running without a process: crashed
def test_a_crashed_or_failed_run_is_queued_again(run, workspace, monkeypatch, state):
    launched = []
    monkeypatch.setattr("core.runs.lifecycle._launch", lambda workspace, run: launched.append(run.name))
    run.write_progress(Progress(state, message="broke", step=2, steps=9))
    run.cancel_wish.touch()
    start_run(workspace, run)
    assert launched == [run.name]
    assert run.progress().state is RunState.QUEUED
    assert run.progress().message == ""
    assert not run.cancel_wish.exists()


def test_a_process_that_cannot_be_started_is_a_failure_in_words(run, workspace, monkeypatch):
    def refuse(workspace: Workspace, run: RunFolder) -> None:
        raise OSError(12, "Cannot allocate memory")

    monkeypatch.setattr("core.runs.lifecycle._launch", refuse)
    with pytest.raises(RunError, match="Cannot allocate memory"):
        start_run(workspace, run)
    assert run.progress().state is RunState.FAILED


def test_a_run_that_ended_well_is_not_started_again(run, workspace):
    finish(run, RunState.SUCCEEDED)
    with pytest.raises(RunError, match="cannot be started again"):
        start_run(workspace, run)


def test_cancelling_a_process_that_does_not_listen_ends_it(run):
    process = hold(run.lock)
    run.write_progress(Progress(RunState.RUNNING))
    (run.checkpoint).mkdir()
    cancel_run(run, patience=0.3)
    assert process.wait(timeout=10) != 0
    assert run.progress().state is RunState.CANCELLED
    assert not run.checkpoint.exists()


def test_cancelling_what_does_not_run_is_refused(run):
    finish(run, RunState.SUCCEEDED)
    with pytest.raises(RunError, match="succeeded"):
        cancel_run(run)


def test_metrics_are_read_piece_by_piece_and_half_a_line_waits(run):
    run.append_metric({"step": 1})
    rows, position = run.metrics()
    assert rows == [{"step": 1}]
    with (run.path / "metrics.jsonl").open("a") as file:
        file.write('{"step": 2}\n{"st')
    rows, position = run.metrics(position)
    assert rows == [{"step": 2}]
    with (run.path / "metrics.jsonl").open("a") as file:
        file.write('ep": 3}\n')
    assert run.metrics(position)[0] == [{"step": 3}]


def test_promoting_keeps_who_and_when_and_can_be_taken_back(run, workspace):
    with pytest.raises(RunError, match="queued"):
        promote(workspace, run.name)
    finish(run, RunState.SUCCEEDED)
    promote(workspace, run.name, by="lee")
    assert active_model(workspace) == run.name
    with pytest.raises(RunError, match="active model"):
        delete_run(workspace, run)
    promote(workspace, None, by="kim")
    assert active_model(workspace) is None
    assert [(entry["run"], entry["by"]) for entry in active_history(workspace)] == [(None, "kim"), (run.name, "lee")]


def test_rolling_back_returns_to_the_last_choice_that_differs_with_who_and_when(workspace, tmp_path):
    first, second = (new_run(workspace, tmp_path) for _ in range(2))
    for made in (first, second):
        finish(made, RunState.SUCCEEDED)
    assert before_active(workspace) is None
    with pytest.raises(RunError, match="nothing to roll back to"):
        roll_back(workspace, by="kim")
    promote(workspace, first.name, by="lee")
    assert before_active(workspace) == {"run": None, "by": None, "at": None}  # the base served before any choice
    promote(workspace, second.name, by="lee")
    promote(workspace, second.name, by="park")
    assert before_active(workspace)["by"] == "lee"
    assert roll_back(workspace, by="kim") == first.name == active_model(workspace)
    assert [entry["by"] for entry in active_history(workspace)] == ["kim", "park", "lee", "lee"]
    assert roll_back(workspace, by="kim") == second.name  # takes the first one back


def test_rolling_back_to_the_base_needs_no_run_and_to_a_deleted_run_is_refused(workspace, tmp_path):
    first, second = (new_run(workspace, tmp_path) for _ in range(2))
    for made in (first, second):
        finish(made, RunState.SUCCEEDED)
    promote(workspace, first.name)
    assert roll_back(workspace) is None and active_model(workspace) is None
    promote(workspace, second.name)
    assert roll_back(workspace) is None
    delete_run(workspace, second)
    with pytest.raises(RunError, match=f"'{second.name}' was active before, but has been deleted"):
        roll_back(workspace)
    assert active_model(workspace) is None


def test_a_deleted_run_is_gone(run, workspace):
    with pytest.raises(RunError, match="Cancel it first"):
        delete_run(workspace, run)
    finish(run, RunState.FAILED)
    delete_run(workspace, run)
    assert list_runs(workspace) == []


@pytest.mark.parametrize("name", ["", "..", "../labels", ".hidden", "nowhere"])
def test_only_names_of_runs_open_runs(run, workspace, name):
    with pytest.raises(RunError, match=run.name):
        open_run(workspace, name)


def test_names_hold_no_character_that_a_path_or_address_minds(workspace, tmp_path):
    name = new_run(workspace, tmp_path, base="org/E5 *Größe* 모델").name
    assert name.isascii()
    assert not set(name) & set(" */\\?#%:&")


def test_a_full_disk_leaves_no_run_behind(workspace, tmp_path, monkeypatch):
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.runs.folder.write_text", full)
    with pytest.raises(RunError, match="No space left on device"):
        new_run(workspace, tmp_path)
    assert list_runs(workspace) == []
    assert list(workspace.runs.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"epochs": 0}, "epochs"),
        ({"temperature": 1.0}, "temperature"),
        ({"batch_size": 1}, "batch_size"),
        ({"side": "left"}, "side"),
        ({"speed": 9}, "speed"),
        ({"lora_rank": 64, "lora_alpha": 1}, "lora_alpha 1 is too small"),
    ],
)
def test_settings_are_checked_by_name_and_together(settings, message):
    with pytest.raises(ConfigError, match=message):
        make_config(settings)


@pytest.mark.parametrize("name", ["x" * 300, "영화" * 100, "\0", "../..", "a\nb"])
def test_a_name_that_no_folder_can_have_is_no_run(workspace: Workspace, name: str) -> None:
    with pytest.raises(RunError, match="No run '") as caught:
        open_run(workspace, name)
    assert len(str(caught.value).splitlines()) == 1
