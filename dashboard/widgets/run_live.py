"""A run while it trains: what it will take, where it stands, its curves, its log, and the way to cancel it."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import streamlit as st

from core.errors import ReelignError
from core.roles import Action
from core.runs import Progress, RunFolder, RunState, open_run
from core.training.pairs import FOLDS
from dashboard import deeds, resources
from dashboard.permission import why_not
from dashboard.strings import t
from dashboard.widgets.films import plain
from dashboard.widgets.problems import shown_as_problems
from dashboard.widgets.run_charts import Row, dev_rows, read_metrics, show_curves, step_rows, trial_rows
from dashboard.widgets.run_facts import RunFacts, duration, local_time, memory, started_by
from dashboard.widgets.run_log import show_log

SECONDS_BETWEEN_LOOKS = 1.5


def show_live(facts: RunFacts) -> None:
    """Draw a run that trains now. Only this part of the page is drawn again while it does."""
    with st.container(border=True):
        st.fragment(_live, run_every=SECONDS_BETWEEN_LOOKS)(facts.name, str(facts.about.get("by") or ""))


def _live(name: str, by: str) -> None:
    with shown_as_problems():
        run = open_run(resources.workspace(), name)
        progress = run.progress()
        if not progress.state.active:
            st.rerun()  # the whole page: the form and the history change too
        st.subheader(t("train.live"), anchor=False)
        when = datetime.fromtimestamp(progress.started_at or progress.updated_at, UTC).isoformat()
        facts = (started_by(by, local_time(when)), progress.device, t("train.live_stays"))
        with st.container(gap="xxsmall"):
            st.text(name)
            st.caption(plain("  ·  ".join(filter(None, facts))))
        st.progress(_share(progress), text=progress_text(progress, read_metrics(run), parts_of(run)))
        if not progress.step:
            show_measured(run)
        show_curves(run, place="live", steps=progress.steps, active=True)
        show_log(run, place="live")
        cancel_control(run)


def _share(progress: Progress) -> float:
    return min(1.0, progress.step / progress.steps) if progress.steps else 0.0


def show_measured(run: RunFolder) -> None:
    """Draw what the run measured of itself before its first step: steps, time and memory."""
    try:
        measured = run.plan()
    except ReelignError:
        measured = None
    if not measured:
        return
    values = {
        "steps": f"{measured.get('steps', 0):,}",
        "time": duration(measured.get("seconds")),
        "memory": memory(measured.get("memory_bytes")),
    }
    st.markdown(f":material/speed: {t('train.live_plan', **values)}")
    if measured.get("cached"):
        st.caption(t("train.live_plan_cached"))


def parts_of(run: RunFolder) -> int:
    """Return how many trial trainings a run has if it has any: as its settings say, else the usual number."""
    try:
        return run.config().folds or FOLDS
    except ReelignError:
        return FOLDS


def progress_text(progress: Progress, rows: list[Row], parts: int) -> str:
    """Return where a training stands and how long it still takes; ``rows`` are its metrics so far."""
    if progress.state is not RunState.RUNNING:
        return t(f"train.live_{progress.state.value}")
    if not progress.step:
        return t("train.live_first")
    trials, scores = trial_rows(rows), dev_rows(rows)
    last = bool(step_rows(rows))
    if trials and scores and not last:
        return t("train.live_choosing")
    epochs = (kept_epoch(scores) if trials else None) or progress.epochs
    said = [t("train.live_step", step=progress.step, steps=progress.steps, epoch=progress.epoch, epochs=epochs)]
    if trials:
        where = t("train.live_last") if last else t("train.live_trial", part=trials[-1]["fold"], parts=parts)
        said.insert(0, where)
    if progress.eta is None:
        said.append(t("train.live_left_unknown"))
    else:
        passed = max(0.0, time.time() - progress.updated_at)
        said.append(t("train.live_left", time=duration(progress.eta - passed)))
    return " · ".join(said)


def kept_epoch(scores: list[Row]) -> int | None:
    """Return the epoch that the trial trainings chose: the best one, the earlier of equals."""
    tuned = [row for row in scores if row["epoch"] > 0]
    return int(max(tuned, key=lambda row: (row["score"], -row["epoch"]))["epoch"]) if tuned else None


def cancel_control(run: RunFolder) -> None:
    """Draw the cancelling of a run, behind a confirmation."""
    if run.cancel_wish.exists():
        st.caption(f":material/hourglass: {t('train.cancelling')}")
    no = why_not(Action.CANCEL_RUN)
    key = f"train_cancel_{run.name}"
    with st.popover(t("train.cancel"), icon=":material/stop_circle:", key=key, disabled=bool(no), help=no or None):
        st.text(t("train.cancel_sure"))
        if st.button(t("train.cancel_yes"), key=f"train_cancel_yes_{run.name}"):
            with st.spinner(t("train.cancelling")):
                deeds.cancel_run(run)
            st.rerun()
