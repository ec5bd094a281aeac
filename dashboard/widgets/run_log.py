"""The end of a run's log."""

from __future__ import annotations

import streamlit as st

from core.runs import RunFolder
from dashboard.strings import t

LINES = 40
HEIGHT = 260


def show_log(run: RunFolder, *, place: str, expanded: bool = False) -> None:
    """Draw the end of a run's log, folded unless it is what one came for."""
    with st.expander(t("train.log"), expanded=expanded, key=f"train_{place}_log_fold"):
        text = run.log_end(LINES)
        if text:
            with st.container(height=HEIGHT, border=False, autoscroll=True):
                st.code(text, language=None, wrap_lines=True)
        else:
            st.caption(t("train.log_empty"))
