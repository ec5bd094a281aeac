"""Runs: one folder a training, its status and locks, and the process that works in it."""

from core.runs.folder import Progress, RunFolder, RunState, create_run, list_runs, open_run
from core.runs.lifecycle import (
    active_history,
    active_model,
    before_active,
    cancel_run,
    delete_run,
    promote,
    roll_back,
    start_run,
    where_runs_train,
)

__all__ = [
    "Progress",
    "RunFolder",
    "RunState",
    "active_history",
    "active_model",
    "before_active",
    "cancel_run",
    "create_run",
    "delete_run",
    "list_runs",
    "open_run",
    "promote",
    "roll_back",
    "start_run",
    "where_runs_train",
]
