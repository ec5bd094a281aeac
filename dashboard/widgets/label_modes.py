"""What the Label page is after at the moment: the choice, one line about it, and what to say when nothing is left."""

from __future__ import annotations

import streamlit as st

from core.judgments.modes import Mode
from dashboard.strings import t
from dashboard.widgets import label_work as work
from dashboard.widgets.label_queue import Choice, LabelQueue

LACKS = {Mode.DISAGREE: "pool.no_tuned", Mode.HARD: "pool.no_mined"}


def choose_mode() -> None:
    """Draw the choice."""
    now: Mode = work.mode()
    names = {mode: t(f"pool.mode_{mode}") for mode in Mode}
    chosen: Mode | None = st.selectbox(
        t("pool.mode"),
        list(Mode),
        index=list(Mode).index(now),
        format_func=names.__getitem__,
        key=f"label_mode_{now}",
        label_visibility="collapsed",
        width=200,
    )
    if chosen is not None and chosen is not now:
        work.set_mode(chosen)
        st.rerun()


def explain_mode(mode: Mode) -> None:
    """Say in one line what a mode is after."""
    st.caption(t(f"pool.mode_{mode}_why"), width="stretch")


def explain_lack(queue: LabelQueue) -> None:
    """Say above a query that was opened by name that the mode has nothing to choose from."""
    if not queue.possible():
        st.caption(f":material/info: {t(LACKS[queue.task.mode])}")


def nothing_left(queue: LabelQueue) -> bool:
    """Say why nothing is offered and what to do about it; False when every query is simply finished."""
    held, skipped = queue.kept_back(work.choice())
    if not queue.possible():
        st.info(t(LACKS[queue.task.mode]), icon=":material/model_training:")
        st.page_link("views/train.py", label=t("label.to_train"), icon=":material/model_training:")
    elif held:
        st.info(t("pool.enough_at_work", count=held), icon=":material/group:")
    elif skipped:
        st.info(t("pool.only_skipped", count=skipped), icon=":material/skip_next:")
    elif queue.task.mode is Mode.FILL:
        return False
    elif work.choice() == Choice():
        st.success(t("pool.mode_done"), icon=":material/task_alt:")
    else:
        st.success(t("pool.mode_done_filter"), icon=":material/filter_list:")
    if queue.task.mode is not Mode.FILL:
        st.button(t("pool.to_fill"), key="label_mode_fill", on_click=work.set_mode, args=(Mode.FILL,))
    return True
