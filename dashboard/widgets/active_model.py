"""Which model is in use, who chose it, and the way back to the base."""

from __future__ import annotations

import streamlit as st

from core.runs import promote
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets.run_facts import local_time


def show_active() -> None:
    """Draw the model in use and the history of choices."""
    history = resources.active_history()
    active = resources.active_run()
    st.subheader(t("models.active"), anchor=False)
    with st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            with st.container(gap="xxsmall", width="content"):
                st.text(active or t("models.active_base", name=resources.DEFAULT_BASE))
                st.caption(since(history))
            if active and st.button(t("models.to_base"), icon=":material/undo:", key="models_to_base"):
                promote(resources.workspace(), None, by=session.curator())
                st.rerun()
        if history:
            show_history(history)


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
