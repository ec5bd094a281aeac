"""Which model is in use, who chose it, and the ways back: to the base, and to the model before this one."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.roles import Action
from core.runs import before_active
from dashboard import deeds, resources
from dashboard.permission import why_not
from dashboard.strings import t
from dashboard.widgets.films import plain
from dashboard.widgets.problems import shown_as_problems
from dashboard.widgets.run_facts import local_time


def show_active() -> None:
    """Draw the model in use and the history of choices."""
    history = resources.active_history()
    no = why_not(Action.PROMOTE)
    before = before_active(resources.workspace())
    st.subheader(t("models.active"), anchor=False)
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            show_in_use()
            with st.container(horizontal=True, width="content"):
                if before and before["run"]:
                    roll_back_button(before, place="models")
                if resources.active_run() and st.button(
                    t("models.to_base"),
                    icon=":material/undo:",
                    key="models_to_base",
                    disabled=bool(no),
                    help=no or None,
                ):
                    with shown_as_problems():
                        deeds.promote(None)
                        st.rerun()
        if history:
            show_history(history)


def show_in_use() -> None:
    """Draw the name of the model in use, who chose it and when."""
    with st.container(gap="xxsmall", width="content"):
        st.text(resources.active_run() or t("models.active_base", name=resources.DEFAULT_BASE))
        st.caption(plain(since(resources.active_history())))


def roll_back_button(before: dict[str, Any], *, place: str, disabled: bool = False) -> None:
    """Draw the button that makes the model before this one active again, where it is still there.

    ``before`` is the choice that it goes back to, as ``before_active`` returns it. Its model is part of the button's
    key: where a colleague was quicker the button is another one, and the press takes nobody a second step back.
    """
    run: str | None = before["run"]
    if run is not None and not (resources.workspace().runs / run).is_dir():
        return
    label = t("compare_kept.roll_back", model=run) if run else t("compare_kept.roll_back_base")
    why = t("compare_kept.roll_back_help_unnamed")
    if before["by"]:
        why = t("compare_kept.roll_back_help", who=before["by"], when=local_time(str(before["at"])))
    key = f"{place}_roll_back_{run or 'base'}"
    no = why_not(Action.PROMOTE)
    if st.button(label, icon=":material/history:", key=key, help=no or plain(why), disabled=disabled or bool(no)):
        with shown_as_problems():
            deeds.promote(run)
            done = t("compare_kept.rolled_back", model=run) if run else t("compare_kept.rolled_back_base")
            st.toast(done, icon=":material/check_circle:")
            st.rerun()


def since(history: list[dict[str, object]]) -> str:
    """Return who made the last choice and when."""
    if not history:
        return t("models.active_first")
    when = local_time(str(history[0].get("at") or ""))
    who = history[0].get("by")
    return t("models.active_since", who=who, when=when) if who else t("models.active_since_unnamed", when=when)


def show_history(history: list[dict[str, object]]) -> None:
    """Draw every choice, newest first, folded."""
    with st.expander(t("models.history")):
        st.dataframe(
            [
                {
                    t("models.history_when"): local_time(str(entry.get("at") or "")),
                    t("models.history_who"): str(entry.get("by") or ""),
                    t("models.history_model"): str(entry.get("run") or t("models.history_base")),
                }
                for entry in history
            ],
            hide_index=True,
            alt=t("models.history"),
        )
