"""The row above the query: what to judge, jump to any query, filter, leave it for later, add queries, find a film."""

from __future__ import annotations

import streamlit as st

from core.judgments import Query, Split
from dashboard.strings import t
from dashboard.widgets import label_presses as presses
from dashboard.widgets import label_work as work
from dashboard.widgets.label_desk import Desk
from dashboard.widgets.label_modes import choose_mode, explain_lack, explain_mode
from dashboard.widgets.label_queue import LabelQueue
from dashboard.widgets.project_settings import PROJECT, show_project_settings
from dashboard.widgets.query_skip import reason_in_words, show_skip

ALL = "all"
LONGEST_LINE = 120  # characters of a query in the list: all lines go to the browser whenever the page is drawn


def show_picker(queue: LabelQueue, desk: Desk | None) -> None:
    """Draw the row."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
        _jump(queue, desk)
        with st.popover(t("label.filter"), icon=":material/filter_list:"):
            _filter(desk)
        if desk is not None:
            st.button(
                t("label.skip"),
                key="label_skip",
                help=t("label.skip_help"),
                on_click=presses.skip_query,
            )
            show_skip(desk.query)
            _opens(presses.FIND)
        _opens(presses.ADD)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        choose_mode()
        explain_mode(queue.task.mode)
        st.button(
            t("pool.settings"),
            key="label_open_project",
            icon=":material/tune:",
            type="tertiary",
            on_click=presses.open_dialog,
            args=(PROJECT,),
        )
    if desk is not None:
        explain_lack(queue)
    show_project_settings()


def _opens(dialog: str) -> None:
    st.button(t(f"label.{dialog}"), key=f"label_open_{dialog}", on_click=presses.open_dialog, args=(dialog,))


def _jump(queue: LabelQueue, desk: Desk | None) -> None:
    options = {query.query_id: query for query in queue.ordered(work.choice())}
    current = desk.query.query_id if desk else None
    if desk is not None:
        options.setdefault(desk.query.query_id, desk.query)

    def line(query_id: str) -> str:
        query: Query = options[query_id]
        text = query.text if len(query.text) <= LONGEST_LINE else f"{query.text[: LONGEST_LINE - 1]}…"
        if reason := queue.skipped.get(query_id):
            return t("pool.skipped", reason=reason_in_words(reason), query=text)
        return f"✓ {text}" if not queue.left(query_id) else text

    chosen = st.selectbox(
        t("label.pick"),
        list(options),
        index=list(options).index(current) if current else None,
        format_func=line,
        placeholder=t("label.pick_hint"),
        key=f"label_jump_{current}",
        label_visibility="collapsed",
        width=260,
    )
    if chosen and chosen != current:
        if desk is not None:
            queue.put_back(desk)
        work.open_query(chosen)
        st.rerun()


def _filter(desk: Desk | None) -> None:
    before = work.choice()
    split = st.segmented_control(
        t("label.filter_split"),
        [ALL, *Split],
        default=before.split or ALL,
        format_func=lambda value: t("label.filter_all") if value == ALL else t(f"common.{value}"),
        required=True,
        key="label_filter_split",
    )
    unfinished = st.toggle(t("label.filter_unfinished"), value=before.unfinished, key="label_filter_unfinished")
    work.choose(None if split == ALL else Split(split), unfinished)
    if work.choice() != before:
        fits = desk is not None and work.choice().split in (None, desk.query.split)
        if not fits and not work.open_following():
            work.say(t("label.no_other"))
        st.rerun()
