"""Starting, cancelling, promoting and deleting runs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from core.cluster.address import VARIABLE
from core.cluster.jobs import FILE, ClusterJob, Life, job_of, submit
from core.errors import ClusterError, RunBusyError, RunError
from core.files import in_turn, read_json, remove, write_json
from core.object_store import Kind, Shared, offer, refresh, withdraw
from core.runs.folder import RunFolder, RunState, list_runs
from core.runs.lock import is_held, read_owner
from core.workspace import REPOSITORY, Workspace

SECONDS_TO_OBEY = 10
DEVICE_LOCK = "device.lock"
ACTIVE = "active.json"
ACTIVE_LOCK = "active.lock"


def start_run(workspace: Workspace, run: RunFolder) -> None:
    """Launch the training of a run as a process of its own, which outlives the caller.

    Where ``REELIGN_CLUSTER`` names a cluster it is a job of that cluster.

    A run that crashed or failed is queued again and goes on from its checkpoint, where it has one.

    Raises:
        RunBusyError: another training is under way in this workspace; the message names it.
        RunError: the run has ended for good, or its process cannot be started.
        ClusterError: the cluster takes no job.
    """
    for other in list_runs(workspace):
        if other.name != run.name and other.progress().state.active:
            raise RunBusyError(f"Run '{other.name}' is still training. Wait until it ends, or cancel it.")
    before = run.progress()
    if before.state not in (RunState.QUEUED, RunState.CRASHED, RunState.FAILED):
        raise RunError(f"Run '{run.name}' is {before.state.value}; it cannot be started again. Start a new one.")
    run.cancel_wish.unlink(missing_ok=True)
    run.write_progress(replace(before, state=RunState.QUEUED, message="", eta=None))
    try:
        _launch(workspace, run)
    except ClusterError as reason:
        run.write_progress(replace(before, state=RunState.FAILED, message=str(reason)))
        raise
    except OSError as reason:
        run.write_progress(replace(before, state=RunState.FAILED, message=str(reason)))
        raise RunError(f"The training process of run '{run.name}' cannot be started: {reason}.") from reason


def where_runs_train() -> str | None:
    """Return the cluster that trains the runs started here, ``None`` where this machine does."""
    return os.environ.get(VARIABLE, "").strip() or None


def _launch(workspace: Workspace, run: RunFolder) -> None:
    (run.path / FILE).unlink(missing_ok=True)  # of an earlier attempt
    arguments = ["--workspace", str(workspace.root), "train", "--run", str(run.path)]
    if cluster := where_runs_train():
        submit(cluster, arguments, run.path, run.log)
        return
    command = [sys.executable, "-m", "core", *arguments]
    with run.log.open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
    threading.Thread(target=process.wait, daemon=True).start()  # reaps it, so that it leaves no zombie


def cancel_run(run: RunFolder, *, patience: float = SECONDS_TO_OBEY) -> None:
    """Ask a run to stop after its step; if it does not obey in time, end its process.

    Raises:
        RunError: the run is not active.
    """
    progress = run.progress()
    if not progress.state.active:
        raise RunError(f"Run '{run.name}' is not training; it is {progress.state.value}.")
    run.cancel_wish.touch()
    deadline = time.monotonic() + patience
    job = job_of(run.path)
    if job is not None:
        _end_job(run, job, deadline)
    while time.monotonic() < deadline and is_held(run.lock):
        time.sleep(0.1)
    if job is None and is_held(run.lock):
        _end_process(run)
    now = run.progress()
    if now.state.active or now.state is RunState.CRASHED:
        run.write_progress(replace(now, state=RunState.CANCELLED, message="", eta=None))
    run.drop_unfinished()


def _end_job(run: RunFolder, job: ClusterJob, deadline: float) -> None:
    """Wait for a job to obey, and have its cluster end it where it does not.

    Raises:
        RunError: the cluster does not answer; the wish stands, and the run obeys it if it still lives.
    """
    while time.monotonic() < deadline and job.life() is Life.ALIVE:
        time.sleep(0.5)
    if job.life() is Life.ALIVE:
        job.stop()
        patience = time.monotonic() + 2 * SECONDS_TO_OBEY
        while time.monotonic() < patience and job.life() is Life.ALIVE:
            time.sleep(0.5)
    if job.life() is Life.UNKNOWN:
        raise RunError(
            f"The cluster at {job.cluster} does not answer, so it is not known whether run '{run.name}' still trains. "
            "It stops after its step if it does; try again when the cluster answers."
        )


def _end_process(run: RunFolder) -> None:
    pid = read_owner(run.lock).get("pid")
    if not isinstance(pid, int):
        raise RunError(f"Run '{run.name}' holds its lock but names no process; end it by hand.")
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(pid, sign)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + 5
        while time.monotonic() < deadline:
            if not is_held(run.lock):
                return
            time.sleep(0.05)


def active_history(workspace: Workspace) -> list[dict[str, Any]]:
    """Return who made which run active and when, newest first; ``run`` is ``None`` where it was the base."""
    return list(reversed(_choices(workspace)["history"]))


def active_model(workspace: Workspace) -> str | None:
    """Return the run that was promoted last, ``None`` while the base serves."""
    name = _choices(workspace)["run"]
    return name if name and (workspace.runs / name).is_dir() else None


def _choices(workspace: Workspace) -> dict[str, Any]:
    """Return the run in use and the history of choices, whose last entry names it too.

    Raises:
        RunError: the file is damaged.
    """
    path = workspace.artifacts / ACTIVE
    if not path.is_file():
        return {"run": None, "history": []}
    found = read_json(path, RunError)
    try:
        whole = all(entry.keys() >= {"run", "by", "at"} for entry in found["history"])
        intact = whole and found["run"] == found["history"][-1]["run"]
    except (AttributeError, IndexError, KeyError, TypeError):
        intact = False
    if not intact:
        raise RunError(
            f"{path}: damaged, so the model in use is not known. Delete the file, then choose the model anew."
        )
    return dict(found)


def promote(workspace: Workspace, name: str | None, *, by: str = "") -> None:
    """Make a run the active model, or the base again with ``None``. The history of choices is kept.

    Raises:
        RunError: the run did not succeed.
    """
    if name is not None:
        state = RunFolder(workspace.runs / name).progress().state
        if state is not RunState.SUCCEEDED:
            raise RunError(f"Run '{name}' is {state.value}; only a run that succeeded can be promoted.")
    refresh(workspace, Shared.ACTIVE)
    entry = {"run": name, "by": by, "at": datetime.now(UTC).isoformat(timespec="seconds")}
    with in_turn(workspace.artifacts / ACTIVE_LOCK):
        history = _choices(workspace)["history"]
        write_json(workspace.artifacts / ACTIVE, {"run": name, "history": [*history, entry]})
    offer(workspace, Shared.ACTIVE)


def before_active(workspace: Workspace) -> dict[str, Any] | None:
    """Return the choice that held before the model now in use, ``None`` where none did.

    Of the choices older than the last one it is the newest that differs from it. Before the first choice of all the
    base served: ``run``, ``by`` and ``at`` are then ``None``.
    """
    history = active_history(workspace)
    if not history:
        return None
    first = {"run": None, "by": None, "at": None}
    return next((entry for entry in [*history, first] if entry["run"] != history[0]["run"]), None)


def roll_back(workspace: Workspace, *, by: str = "") -> str | None:
    """Make the model that was active before this one active again, and return it, ``None`` for the base.

    A second roll back takes the first one back: it is a choice like any other, and the history keeps both.

    Raises:
        RunError: there was no other model before, or its run has been deleted.
    """
    before = before_active(workspace)
    if before is None:
        raise RunError("No other model was in use before this one, so there is nothing to roll back to. Promote a run.")
    name: str | None = before["run"]
    if name is not None and not (workspace.runs / name).is_dir():
        raise RunError(f"Run '{name}' was active before, but has been deleted. Promote another run, or the base.")
    promote(workspace, name, by=by)
    return name


def delete_run(workspace: Workspace, run: RunFolder) -> None:
    """Delete a run that is neither active nor training, for all replicas that share it.

    Raises:
        RunError: it is still needed.
        StoreError: the team's object store cannot be told, so the run stays.
    """
    if run.progress().state.active:
        raise RunError(f"Run '{run.name}' is training. Cancel it first.")
    refresh(workspace, Shared.ACTIVE)
    if active_model(workspace) == run.name:
        raise RunError(f"Run '{run.name}' is the active model. Promote another one first.")
    withdraw(workspace, Kind.RUNS, run.name)
    remove(run.path)
