"""The dialogs of the Label page: a note, films of the catalogue, new queries. The keys rest while one is open."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets import label_presses as presses
from dashboard.widgets import label_work as work
from dashboard.widgets.films import title_line
from dashboard.widgets.label_desk import Desk
from dashboard.widgets.query_add import add_dialog, forget_review
from dashboard.widgets.query_find import find_dialog


def show_dialog(desk: Desk | None) -> None:
    """Open the dialog that was asked for."""
    name = session.recall(work.PAGE, "dialog", "")
    if name == presses.ADD:
        _dialog("label.add", lambda: add_dialog(_open_query))
    elif name == presses.NOTE and desk is not None:
        _dialog("label.note", lambda: _note(desk))
    elif name == presses.FIND and desk is not None:
        _dialog("label.find", lambda: find_dialog(desk))


def _dialog(heading: str, body: Callable[[], None]) -> None:
    st.dialog(t(heading), width="medium", on_dismiss=_dismiss)(body)()


def _dismiss() -> None:
    forget_review()
    presses.close_dialog()


def _open_query(query_id: str) -> None:
    session.remember(work.PAGE, "wanted", query_id)
    presses.close_dialog()
    st.rerun()


def _note(desk: Desk) -> None:
    film = resources.catalog()[desk.card.candidate.movie_id]
    st.text(title_line(film))
    key = f"label_note_text_{desk.query.query_id}_{film.movie_id}"
    text = st.text_area(t("label.note"), desk.note(), key=key, help=t("label.note_about"), max_chars=2000) or ""
    if st.button(t("common.save"), key=f"{key}_save", type="primary"):
        presses.keep_note(text.strip())
        st.rerun()
