"""One run in full: live while it trains, its outcome and what to do next once it has ended."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Literal

import streamlit as st

from core.runs import Progress, RunFolder, RunState, cancel_run, open_run, promote
from core.training.checkpoint import POSITION
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets.films import plain
from dashboard.widgets.problems import shown_as_problems
from dashboard.widgets.run_charts import show_curves
from dashboard.widgets.run_facts import UNKNOWN, RunFacts, duration, local_time, score
from dashboard.widgets.train_start import RUN, begin, start_button, take_up

SECONDS_BETWEEN_LOOKS = 1.5
LOG_LINES = 40
LOG_HEIGHT = 260


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
        started = datetime.fromtimestamp(progress.started_at or progress.updated_at, UTC).isoformat()
        when = local_time(started)
        with st.container(gap="xxsmall"):
            st.text(name)
            st.caption(plain("  ·  ".join(filter(None, [_who(by, when), progress.device, t("train.live_stays")]))))
        st.progress(_share(progress), text=progress_text(progress))
        show_curves(run, place="live", steps=progress.steps, active=True)
        show_log(run, place="live")
        cancel_control(run)


def _who(by: str, when: str) -> str:
    return t("train.live_by", who=by, when=when) if by else t("train.live_when", when=when)


def _share(progress: Progress) -> float:
    return min(1.0, progress.step / progress.steps) if progress.steps else 0.0


def progress_text(progress: Progress) -> str:
    """Return where a training stands and how long it still takes."""
    if progress.state is not RunState.RUNNING:
        return t(f"train.live_{progress.state.value}")
    if not progress.step:
        return t("train.live_first")
    done = t("train.live_step", step=progress.step, steps=progress.steps, epoch=progress.epoch, epochs=progress.epochs)
    left = t("train.live_left_unknown")
    if progress.eta is not None:
        passed = max(0.0, time.time() - progress.updated_at)
        left = t("train.live_left", time=duration(progress.eta - passed))
    return f"{done} · {left}"


def cancel_control(run: RunFolder) -> None:
    """Draw the cancelling of a run, behind a confirmation."""
    if run.cancel_wish.exists():
        st.caption(f":material/hourglass: {t('train.cancelling')}")
    with st.popover(t("train.cancel"), icon=":material/stop_circle:", key=f"train_cancel_{run.name}"):
        st.text(t("train.cancel_sure"))
        if st.button(t("train.cancel_yes"), key=f"train_cancel_yes_{run.name}"):
            with st.spinner(t("train.cancelling")):
                cancel_run(run)
            st.rerun()


def show_log(run: RunFolder, *, place: str, expanded: bool = False) -> None:
    """Draw the end of a run's log, folded unless it is what one came for."""
    with st.expander(t("train.log"), expanded=expanded, key=f"train_{place}_log_fold"):
        text = run.log_end(LOG_LINES)
        if text:
            with st.container(height=LOG_HEIGHT, border=False, autoscroll=True):
                st.code(text, language=None, wrap_lines=True)
        else:
            st.caption(t("train.log_empty"))


def show_outcome(facts: RunFacts, *, place: str, busy: bool, closable: bool = False) -> None:
    """Draw a run that has ended: how, what it came to, and what to do next.

    ``place`` tells the same widgets apart when two runs are on one page; ``busy`` says that another run trains.
    """
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.subheader(t("train.outcome"), anchor=False)
            if closable and st.button(t("train.close"), key="train_close", type="tertiary", icon=":material/close:"):
                del st.query_params[RUN]
                st.rerun()
        when = local_time(str(facts.about.get("created_at") or ""))
        with st.container(gap="xxsmall"):
            st.text(facts.name)
            st.caption(plain("  ·  ".join(filter(None, [_who(str(facts.about.get("by") or ""), when), facts.base]))))
        if facts.succeeded:
            show_success(facts, place=place)
        else:
            show_failure(facts, place=place, busy=busy)
        if facts.progress.step:
            show_curves(facts.run, place=place, steps=facts.progress.steps, active=False)
        show_log(facts.run, place=place, expanded=facts.state in (RunState.FAILED, RunState.CRASHED))
        show_used_settings(facts, place=place)


def show_success(facts: RunFacts, *, place: str) -> None:
    """Draw what a training gained on the dev queries, and the way on."""
    show_figures(facts)
    st.text(strength_in_words(facts))
    if facts.dev_base is not None:
        small = t(
            "train.dev_is_small", queries=facts.report.get("dev_queries", "–"), films=facts.report.get("dev_films", "–")
        )
        st.caption(f"{small} {t('train.dev_from_train')}" if facts.report.get("dev_from_train") else small)
    with st.container(horizontal=True, vertical_alignment="center"):
        kind: Literal["primary", "secondary"] = "primary" if facts.offered else "secondary"
        if st.button(t("train.compare"), type=kind, icon=":material/compare_arrows:", key=f"train_{place}_compare"):
            st.switch_page("views/compare.py", query_params={"tuned": facts.name})
        promote_control(facts, place=f"train_{place}")


def show_figures(facts: RunFacts) -> None:
    """Draw the dev scores of base and tuned, and the strength of the adapter."""
    delta = None
    if facts.dev_base is not None and facts.dev_tuned is not None and facts.alpha:
        delta = f"{facts.dev_tuned - facts.dev_base:+.3f}"
    alpha = UNKNOWN if facts.alpha is None else f"{facts.alpha:g}"
    with st.container(horizontal=True):
        st.metric(t("train.dev_base"), score(facts.dev_base), border=True, width=200, height="stretch")
        st.metric(t("train.dev_tuned"), score(facts.dev_tuned), delta, border=True, width=200, height="stretch")
        st.metric(t("train.strength"), alpha, border=True, width=200, height="stretch")


def strength_in_words(facts: RunFacts) -> str:
    """Return what the chosen strength of the adapter means."""
    if facts.alpha == 0:
        return t("train.strength_zero")
    if facts.dev_tuned is None or facts.alpha is None:
        return t("train.strength_unmeasured")
    if facts.alpha == 1:
        return t("train.strength_full")
    return t("train.strength_part", percent=round(facts.alpha * 100))


def promote_control(facts: RunFacts, *, place: str) -> None:
    """Draw the button that makes a run the active model, where it is worth offering."""
    if resources.active_run() == facts.name:
        st.badge(t("train.is_active"), icon=":material/check_circle:", color="green")
    elif facts.offered and st.button(t("train.promote"), icon=":material/check:", key=f"{place}_promote"):
        with shown_as_problems():
            promote(resources.workspace(), facts.name, by=session.curator())
            st.toast(t("train.promoted", run=facts.name), icon=":material/check_circle:")
            st.rerun()


def show_failure(facts: RunFacts, *, place: str, busy: bool) -> None:
    """Draw what happened to a run that came to nothing, and the way to try again."""
    state = facts.state
    resumable = state is not RunState.CANCELLED and (facts.run.checkpoint / POSITION).is_file()
    advice = "crashed_do_anew" if state is RunState.CRASHED and not resumable else f"{state.value}_do"
    draw = st.info if state is RunState.CANCELLED else st.error
    draw(t(f"train.{state.value}"), icon=":material/cancel:" if state is RunState.CANCELLED else ":material/error:")
    if facts.progress.message:
        st.text(facts.progress.message)
    elif state is RunState.FAILED:
        st.text(t("train.failed_silent"))
    st.text(t(f"train.{advice}"))
    with st.container(horizontal=True):
        if resumable or state is RunState.CRASHED:
            label = t("train.continue" if resumable else "train.start_anew")
            why = t("train.live_other" if busy else "train.continue_why")
            start_button(label, lambda: take_up(facts.run), key=f"{place}_continue", disabled=busy, why=why)
        elif facts.config is not None:
            config = facts.config
            why = t("train.live_other" if busy else "train.again_why")
            start_button(t("train.again"), lambda: begin(config), key=f"{place}_again", disabled=busy, why=why)


def show_used_settings(facts: RunFacts, *, place: str) -> None:
    """Draw the settings of a run, folded."""
    if facts.config is None:
        return
    with st.expander(t("train.used"), key=f"train_{place}_used_fold"):
        rows = [(t(f"settings.{name}"), value) for name, value in facts.config.model_dump().items()]
        learning_rate = facts.report.get("learning_rate") or facts.config.learning_rate
        with st.grid(3, min_column_width=170, gap="xsmall"):
            for label, value in rows:
                if label == t("settings.learning_rate"):
                    value = learning_rate or t("settings.by_default")
                st.text(f"{label}: {value}")
