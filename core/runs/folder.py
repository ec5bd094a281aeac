"""A run folder: the only channel between the dashboard and the process that trains.

``config.json`` and ``snapshot.jsonl`` are written before the start; the trainer writes ``status.json`` (replaced
whole), ``metrics.jsonl`` (appended), ``log.txt``, ``adapter/`` and ``report.json``; the dashboard writes ``cancel``.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import time
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from core.cluster.jobs import Life, job_of
from core.config import TrainConfig, load_config, save_config
from core.errors import RunError
from core.files import folder_written_aside, read_json, write_json, write_text
from core.quoting import quoted
from core.runs.lock import is_held
from core.workspace import Workspace

SECONDS_TO_START = 60
SECONDS_OF_SILENCE = 600
LONGEST_NAME = 80  # characters; a file system takes 255 bytes, and raises at more
LONGEST_METRIC = 65_536  # bytes of a line of metrics.jsonl, with room to spare


class RunState(StrEnum):
    """Where a run stands. ``CRASHED`` is never written: it is what an active state without a living process means."""

    QUEUED = "queued"
    STARTING = "starting"
    RUNNING = "running"
    EVALUATING = "evaluating"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    CRASHED = "crashed"

    @property
    def active(self) -> bool:
        return self in (RunState.QUEUED, RunState.STARTING, RunState.RUNNING, RunState.EVALUATING)


@dataclass(frozen=True, slots=True)
class Progress:
    """What ``status.json`` holds. Times are seconds since the epoch; ``eta`` is seconds still to go."""

    state: RunState
    message: str = ""
    step: int = 0
    steps: int = 0
    epoch: int = 0
    epochs: int = 0
    device: str = ""
    started_at: float = 0.0
    updated_at: float = 0.0
    eta: float | None = None

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> Progress:
        return cls(**{**row, "state": RunState(row["state"])})


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One run. Reading never changes it, so any number of pages may look while it trains."""

    path: Path

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def lock(self) -> Path:
        return self.path / "job.lock"

    @property
    def log(self) -> Path:
        return self.path / "log.txt"

    @property
    def snapshot(self) -> Path:
        return self.path / "snapshot.jsonl"

    @property
    def adapter(self) -> Path:
        return self.path / "adapter"

    @property
    def checkpoint(self) -> Path:
        return self.path / "checkpoint"

    @property
    def cancel_wish(self) -> Path:
        return self.path / "cancel"

    @property
    def best(self) -> Path:
        """The best adapter so far, which becomes ``adapter/`` when the run ends."""
        return self.path / "best"

    @property
    def folds(self) -> Path:
        """What the parts of a cross-validation have measured and learned, until the run ends."""
        return self.path / "folds"

    @property
    def mined(self) -> Path:
        """The negatives that the run mined, each with its provenance."""
        return self.path / "mined.jsonl"

    def drop_unfinished(self) -> None:
        """Delete what a run that will not go on had learned."""
        for folder in (self.checkpoint, self.best, self.folds):
            shutil.rmtree(folder, ignore_errors=True)

    def config(self) -> TrainConfig:
        return load_config(self.path / "config.json")

    def about(self) -> dict[str, Any]:
        """Return who started it, when, and from which snapshot."""
        return dict(read_json(self.path / "about.json", RunError))

    def progress(self) -> Progress:
        """Return the status with ``CRASHED`` worked out.

        A queued run counts as crashed when its process has not taken the lock within a minute. Of a run that is a
        job of a cluster the cluster is asked; where that does not answer, the run counts as crashed once it has
        written nothing for ten minutes.
        """
        written = self.written()
        if not written.state.active or is_held(self.lock):
            return written
        if (job := job_of(self.path)) is not None:
            life, silent = job.life(), time.time() - written.updated_at
            if life is Life.ALIVE or (life is Life.UNKNOWN and silent < SECONDS_OF_SILENCE):
                return written
            why = f"The cluster at {job.cluster} does not answer." if life is Life.UNKNOWN else written.message
            now = self.written()  # it may have ended well while the cluster was asked
            return replace(now, state=RunState.CRASHED, message=why, eta=None) if now.state.active else now
        waiting = written.state is RunState.QUEUED and time.time() - written.updated_at < SECONDS_TO_START
        return written if waiting else replace(written, state=RunState.CRASHED, eta=None)

    def written(self) -> Progress:
        """Return the status as it was written, whatever has become of the process since."""
        try:
            return Progress.from_dict(read_json(self.path / "status.json", RunError))
        except (RunError, KeyError, TypeError, ValueError):
            return Progress(RunState.CRASHED, f"{self.path / 'status.json'}: missing or damaged.")

    def write_progress(self, progress: Progress) -> None:
        """Replace the status; raises ``RunError`` where somebody has deleted the run, which is not to come back."""
        if not self.path.is_dir():
            raise RunError(f"{self.path}: the run folder is gone. Start a new run.")
        write_json(self.path / "status.json", asdict(replace(progress, updated_at=time.time())))

    def metrics(self, start: int = 0) -> tuple[list[dict[str, Any]], int]:
        """Return the metric rows from byte ``start`` on, and where the next read should start.

        A line that is still being written is left for the next read.
        """
        try:
            with (self.path / "metrics.jsonl").open("rb") as file:
                file.seek(start)
                data = file.read()
        except FileNotFoundError:
            return [], start
        end = data.rfind(b"\n") + 1
        try:
            return [json.loads(line) for line in data[:end].splitlines() if line], start + end
        except ValueError as reason:
            raise RunError(
                f"{self.path / 'metrics.jsonl'}: damaged ({reason}). The curves cannot be drawn."
            ) from reason

    def append_metric(self, row: dict[str, Any]) -> None:
        """Append a row of metrics; half a line that a full disk has left is taken away first."""
        with (self.path / "metrics.jsonl").open("a+b") as file:
            end = file.seek(0, os.SEEK_END)
            file.seek(max(0, end - LONGEST_METRIC))
            tail = file.read()
            if tail and not tail.endswith(b"\n"):
                file.truncate(end - len(tail) + tail.rfind(b"\n") + 1)
            file.write(json.dumps(row).encode() + b"\n")

    def plan(self) -> dict[str, Any] | None:
        """Return what the training measured of itself before its first step, ``None`` before that."""
        path = self.path / "plan.json"
        return dict(read_json(path, RunError)) if path.is_file() else None

    def report(self) -> dict[str, Any] | None:
        """Return the report of a finished run, ``None`` before that."""
        path = self.path / "report.json"
        return dict(read_json(path, RunError)) if path.is_file() else None

    def log_end(self, lines: int = 40) -> str:
        """Return the last lines of the log."""
        try:
            with self.log.open("rb") as file:
                file.seek(max(0, file.seek(0, 2) - 200 * lines))
                text = file.read().decode("utf-8", "replace")
        except FileNotFoundError:
            return ""
        return "\n".join(text.splitlines()[-lines:])


def create_run(workspace: Workspace, config: TrainConfig, snapshot: Path, *, by: str = "") -> RunFolder:
    """Make the folder of a new run, queued: complete or not at all.

    Raises:
        RunError: the disk is full or the folder cannot be written; nothing is left behind.
    """
    started = datetime.now(UTC)
    base = re.sub(r"[^a-z0-9.-]+", "-", Path(config.base).name.lower())[:24].strip("-.") or "model"
    run = RunFolder(workspace.runs / f"{started:%Y%m%d-%H%M%S}-{base}-{secrets.token_hex(2)}")
    try:
        with folder_written_aside(run.path) as aside:
            draft = RunFolder(aside)
            save_config(config, aside / "config.json")
            write_text(draft.snapshot, snapshot.read_text(encoding="utf-8"))
            about = {"by": by, "created_at": started.isoformat(timespec="seconds"), "snapshot": snapshot.stem}
            write_json(aside / "about.json", about)
            draft.write_progress(Progress(RunState.QUEUED, epochs=config.epochs))
    except OSError as reason:
        raise RunError(f"{run.path}: the run folder cannot be written ({reason.strerror}). Make room.") from reason
    return run


def open_run(workspace: Workspace, name: str) -> RunFolder:
    """Return a run by name; raises ``RunError`` naming those there are."""
    path = workspace.runs / name
    usable = name and Path(name).name == name and not name.startswith(".") and len(name) <= LONGEST_NAME
    if not usable or not path.is_dir():
        there = ", ".join(run.name for run in list_runs(workspace)[:5]) or "none yet"
        raise RunError(f"No run {quoted(name)}. The latest runs: {there}.")
    return RunFolder(path)


def list_runs(workspace: Workspace) -> list[RunFolder]:
    """Return all runs, newest first."""
    if not workspace.runs.is_dir():
        return []
    folders = (path for path in workspace.runs.iterdir() if path.is_dir() and not path.name.startswith("."))
    return [RunFolder(path) for path in sorted(folders, key=lambda path: path.name, reverse=True)]
