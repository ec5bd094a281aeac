"""The Label page: one query, its candidate films card by card, one key an answer."""

from __future__ import annotations

import uuid

import streamlit as st

from core.errors import LabelError
from core.roles import Action
from dashboard import address, resources, session
from dashboard.permission import allowed
from dashboard.shortcuts import KEYS, UNDO
from dashboard.strings import t
from dashboard.widgets import label_modes
from dashboard.widgets import label_presses as presses
from dashboard.widgets import label_work as work
from dashboard.widgets.curators import choose_curator
from dashboard.widgets.films import plain
from dashboard.widgets.guideline_panel import show_guideline, show_guideline_dialogs
from dashboard.widgets.label_card import show_card
from dashboard.widgets.label_dialogs import show_dialog
from dashboard.widgets.label_picker import show_picker
from dashboard.widgets.label_queue import LabelQueue
from dashboard.widgets.problems import show_problem


def draw() -> None:
    """Draw the page; when the labels cannot be read or written, say what to do."""
    try:
        label()
    except LabelError as reason:
        show_problem(reason)
        st.info(t("queries.no_database"), icon=":material/database_off:")
        st.button(t("queries.retry"), key="label_retry", icon=":material/refresh:")


def label() -> None:
    """Draw the query on the desk with its cards, or what comes first."""
    if not session.curator():
        choose_curator()
        return
    show_guideline()
    if not allowed(Action.JUDGE):
        return
    films = resources.catalog_or_none()
    if not films:
        st.info(t("label.no_films"), icon=":material/movie:")
        st.page_link("views/catalog.py", label=t("label.to_catalog"), icon=":material/movie:")
        return
    # In a box of its own, so that bars that come and go do not move what stands below: moved cards are mounted anew.
    with st.container(), st.spinner(t("label.finding")):
        queue = work.load_queue(films)
    if queue is None:
        no_model()
        return
    open_asked(queue)
    desk = work.desk()
    show_picker(queue, desk)
    show_guideline_dialogs()
    if desk is not None:
        address.put(address.QUERY, desk.query.query_id)
        show_card(desk.query.query_id)
    else:
        nothing_left(queue)
        show_dialog(None)


def open_asked(queue: LabelQueue) -> None:
    """Put the query on the desk that was just added or that a new address names, else keep one there."""
    wanted = session.recall(work.PAGE, "wanted", "")
    session.remember(work.PAGE, "wanted", "")
    wanted = wanted or address.asked(address.QUERY)
    if wanted in queue.queries:
        work.open_query(wanted)
    else:
        if wanted:
            work.say(t("label.no_such_query", query=wanted))
        if work.desk() is None:
            work.open_following()


def no_model() -> None:
    """Say what to do when no model can propose films; why it cannot stands above."""
    st.info(t("queries.no_model"), icon=":material/deployed_code_alert:")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(t("queries.retry"), key="label_retry", icon=":material/refresh:")
        st.page_link("views/models.py", label=t("queries.to_models"), icon=":material/deployed_code:")


def nothing_left(queue: LabelQueue) -> None:
    """Say that all is done, or that there is nothing to do yet, and what comes next."""
    if notice := work.said():
        st.caption(f":material/info: {plain(notice)}")
    if not queue.queries:
        st.info(t("label.no_queries"), icon=":material/add:")
        return
    if label_modes.nothing_left(queue):
        return
    st.success(t("label.all_done"), icon=":material/task_alt:")
    st.markdown(t("label.all_done_next", count=queue.answered()))
    st.page_link("views/train.py", label=t("label.to_train"), icon=":material/model_training:")
    st.button(
        t("label.undo"),
        key="label_undo_last",
        icon=":material/undo:",
        shortcut=KEYS[UNDO],
        on_click=presses.undo,
        args=(str(uuid.uuid4()),),
    )


draw()
