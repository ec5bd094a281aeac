"""The decision that a kept comparison leads to: put its tuned model to use, or go back to the one before."""

from __future__ import annotations

import streamlit as st

from core.evaluation import Comparison, VerdictKind
from core.roles import Action
from core.runs import RunFolder, RunState, before_active
from dashboard import deeds, resources, session
from dashboard.permission import may, why_not
from dashboard.strings import t
from dashboard.widgets.active_model import roll_back_button, show_in_use
from dashboard.widgets.curators import choose_curator
from dashboard.widgets.films import plain
from dashboard.widgets.problems import shown_as_problems

PLACE = "compare_kept"


def decide(comparison: Comparison) -> None:
    """Draw which model is in use, and both ways to change that; whoever decides has said who they are."""
    nobody = not session.curator()
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            with st.container(gap="xxsmall", width="content"):
                st.markdown(f"**{t('models.active')}**")
                show_in_use()
            with st.container(horizontal=True, vertical_alignment="center", width="content"):
                _promotion(comparison, disabled=nobody or not may(Action.PROMOTE))
                if (before := before_active(resources.workspace())) is not None:
                    roll_back_button(before, place=PLACE, disabled=nobody)
        if (reason := not_promotable(comparison.tuned)) is not None:
            st.caption(plain(reason))
        if no := why_not(Action.PROMOTE):
            st.caption(f":material/lock: {no}")
        if nobody:
            with st.expander(t("compare_kept.name_first"), icon=":material/person:"):
                choose_curator()


def not_promotable(name: str) -> str | None:
    """Return why a model cannot be put to use, ``None`` where it can."""
    run = RunFolder(resources.workspace().runs / name)
    if "/" not in name and run.path.is_dir() and run.progress().state is RunState.SUCCEEDED:
        return None
    return t("compare_kept.not_a_run", name=name)


def _promotion(comparison: Comparison, *, disabled: bool) -> None:
    run = comparison.tuned
    if not_promotable(run) is not None:
        return
    if resources.active_run() == run:
        st.badge(t("train.is_active"), icon=":material/check_circle:", color="green")
        return
    label, icon = t("compare_kept.promote"), ":material/check:"
    if comparison.verdict.kind is VerdictKind.BETTER:
        if st.button(label, type="primary", icon=icon, disabled=disabled, key=f"{PLACE}_promote_{run}"):
            _promote(run)
        return
    with st.popover(label, icon=icon, disabled=disabled, key=f"{PLACE}_promote_{run}"):
        verdict = t(f"compare_kept.verdict_{comparison.verdict.kind}")
        st.text(t("compare_kept.promote_sure", verdict=verdict, better=t("compare_kept.verdict_better"), run=run))
        if st.button(t("compare_kept.promote_yes"), key=f"{PLACE}_promote_yes_{run}"):
            _promote(run)


def _promote(run: str) -> None:
    with shown_as_problems():
        deeds.promote(run)
        st.toast(t("compare_kept.promoted", run=run), icon=":material/check_circle:")
        st.rerun()
