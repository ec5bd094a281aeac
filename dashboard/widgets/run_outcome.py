"""A run that has ended: how, what it came to, and what to do next."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from core.roles import Action
from core.runs import RunState
from core.training.checkpoint import POSITION
from dashboard import deeds, resources
from dashboard.permission import why_not
from dashboard.strings import t
from dashboard.widgets.films import plain
from dashboard.widgets.mined_films import show_mined
from dashboard.widgets.problems import shown_as_problems
from dashboard.widgets.run_charts import show_curves
from dashboard.widgets.run_facts import RunFacts, local_time, started_by
from dashboard.widgets.run_figures import measured_in_words, show_figures, show_proof, strength_in_words
from dashboard.widgets.run_log import show_log
from dashboard.widgets.train_start import RUN, begin, start_button, take_up

BECAME = ("learning_rate", "folds")  # of the settings left to the training, those that the report tells


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
        started = started_by(str(facts.about.get("by") or ""), local_time(str(facts.about.get("created_at") or "")))
        with st.container(gap="xxsmall"):
            st.text(facts.name)
            st.caption(plain("  ·  ".join(filter(None, [started, facts.base]))))
        if facts.succeeded:
            show_success(facts, place=place)
        else:
            show_failure(facts, place=place, busy=busy)
        if facts.progress.step:
            show_curves(facts.run, place=place, steps=facts.progress.steps, active=False)
        show_log(facts.run, place=place, expanded=facts.state in (RunState.FAILED, RunState.CRASHED))
        show_used_settings(facts, place=place)


def show_success(facts: RunFacts, *, place: str) -> None:
    """Draw what a training gained on queries it did not train on, and the way on."""
    show_figures(facts)
    st.text(strength_in_words(facts))
    with st.container(gap="xxsmall"):
        if facts.dev_base is not None:
            st.caption(measured_in_words(facts))
        show_proof(facts)
    with st.container(horizontal=True, vertical_alignment="center"):
        kind: Literal["primary", "secondary"] = "primary" if facts.offered else "secondary"
        if st.button(t("train.compare"), type=kind, icon=":material/compare_arrows:", key=f"train_{place}_compare"):
            st.switch_page("views/compare.py", query_params={"tuned": facts.name})
        promote_control(facts, place=f"train_{place}")
    with shown_as_problems():
        show_mined(facts.run, place=place)


def promote_control(facts: RunFacts, *, place: str) -> None:
    """Draw the button that makes a run the active model, where it is worth offering."""
    if resources.active_run() == facts.name:
        st.badge(t("train.is_active"), icon=":material/check_circle:", color="green")
        return
    no = why_not(Action.PROMOTE)
    if facts.offered and st.button(
        t("train.promote"), icon=":material/check:", key=f"{place}_promote", disabled=bool(no), help=no or None
    ):
        with shown_as_problems():
            deeds.promote(facts.name)
            st.toast(t("train.promoted", run=facts.name), icon=":material/check_circle:")
            st.rerun()


def show_failure(facts: RunFacts, *, place: str, busy: bool) -> None:
    """Draw what happened to a run that came to nothing, and the way to try again."""
    state = facts.state
    resumable = state is not RunState.CANCELLED and has_saved(facts)
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


def has_saved(facts: RunFacts) -> bool:
    """Return whether a run that was interrupted can go on: from a checkpoint, or from trial trainings it finished."""
    return (facts.run.checkpoint / POSITION).is_file() or (facts.run.folds / "scores.json").is_file()


def show_used_settings(facts: RunFacts, *, place: str) -> None:
    """Draw the settings of a run, folded."""
    if facts.config is None:
        return
    with st.expander(t("train.used"), key=f"train_{place}_used_fold"), st.grid(3, min_column_width=170, gap="xsmall"):
        for name, value in facts.config.model_dump().items():
            st.text(f"{t(f'settings.{name}')}: {setting_in_words(name, value, facts.report)}")


def setting_in_words(name: str, value: object, report: dict[str, object]) -> str:
    """Return a setting's value as the form says it; one left to the training is what the report says it became."""
    if isinstance(value, bool):
        return t("settings.on" if value else "settings.off")
    if name in ("side", "device"):
        return t(f"settings.{name}_{value}")
    if value is None and name in BECAME:
        value = report.get(name)
    return t("settings.by_default") if value is None else str(value)
