"""Starting trainings: one at a time, all or nothing, and once per press."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from core.config import TrainConfig
from core.errors import RunError
from core.judgments import take_snapshot
from core.roles import Action
from core.runs import RunFolder, create_run, start_run, where_runs_train
from dashboard import resources, session
from dashboard.permission import require, why_not
from dashboard.strings import t
from dashboard.widgets.films import plain
from dashboard.widgets.problems import shown_as_problems

PAGE, PRESSES, RUN = "train", "presses", "run"

_one_at_a_time = threading.Lock()  # among the sessions of this server; across processes, core's own locks hold


def start_button(
    label: str, start: Callable[[], RunFolder], *, key: str, disabled: bool = False, why: str = ""
) -> None:
    """Draw the button that starts a training; a second click on it, before the page has changed, does nothing.

    Every press gives the button another key, so that the same press cannot be taken twice.
    """
    if cluster := where_runs_train():
        st.caption(t("train.on_cluster", cluster=plain(cluster)))
    no = why_not(Action.TRAIN)
    presses: int = session.recall(PAGE, PRESSES, 0)
    pressed = st.button(
        label,
        type="primary",
        icon=":material/model_training:",
        key=f"train_{key}_{presses}",
        disabled=disabled or bool(no),
        help=no or why or None,
    )
    if not pressed:
        return
    session.remember(PAGE, PRESSES, presses + 1)
    with shown_as_problems():
        run = start()
        st.query_params[RUN] = run.name
        st.rerun()


def begin(config: TrainConfig) -> RunFolder:
    """Freeze the labels as they are now and start a run on them.

    Raises:
        NotAllowedError: the role does not suffice.
        LabelError: a pair is answered both ways.
        RunBusyError: another training is under way.
        RunError: the disk is full, or the process cannot be started. In every case nothing is left behind.
    """
    require(Action.TRAIN)
    workspace = resources.workspace()
    with _one_at_a_time, _disk_trouble_named():
        snapshot = take_snapshot(resources.store(), workspace)
        if snapshot.path is None:
            raise RunError("The labels could not be frozen in a file. Try again.")
        run = create_run(workspace, config, snapshot.path, by=session.curator())
        try:
            start_run(workspace, run)
        except BaseException:
            shutil.rmtree(run.path, ignore_errors=True)
            raise
    return run


def take_up(run: RunFolder) -> RunFolder:
    """Start a crashed run again; it goes on from its checkpoint where it has one.

    Raises:
        NotAllowedError: the role does not suffice.
        RunBusyError: another training is under way.
        RunError: the process cannot be started; the run stays as it was.
    """
    require(Action.TRAIN)
    with _one_at_a_time, _disk_trouble_named():
        start_run(resources.workspace(), run)
    return run


@contextmanager
def _disk_trouble_named() -> Iterator[None]:
    try:
        yield
    except OSError as reason:
        where = reason.filename or resources.workspace().root
        raise RunError(
            f"{where}: cannot be written ({reason.strerror}). Make room on the disk, then try again."
        ) from reason
