"""The dialogs of the Label page: a note, a film of the catalogue, new queries. The keys rest while one is open."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.catalog import search_titles
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets import label_presses as presses
from dashboard.widgets import label_work as work
from dashboard.widgets.films import facts_line, plain, title_line
from dashboard.widgets.label_desk import Desk

FOUND_SHOWN = 8


def show_dialog(desk: Desk | None) -> None:
    """Open the dialog that was asked for."""
    name = session.recall(work.PAGE, "dialog", "")
    if name == presses.ADD:
        _dialog("label.add", _add)
    elif name == presses.NOTE and desk is not None:
        _dialog("label.note", lambda: _note(desk))
    elif name == presses.FIND and desk is not None:
        _dialog("label.find", lambda: _find(desk))


def _dialog(heading: str, body: Callable[[], None]) -> None:
    st.dialog(t(heading), on_dismiss=presses.close_dialog)(body)()


def _note(desk: Desk) -> None:
    film = resources.catalog()[desk.card.candidate.movie_id]
    st.text(title_line(film))
    key = f"label_note_text_{desk.query.query_id}_{film.movie_id}"
    text = st.text_area(t("label.note"), desk.note(), key=key, help=t("label.note_about"), max_chars=2000) or ""
    if st.button(t("common.save"), key=f"{key}_save", type="primary"):
        presses.keep_note(text.strip())
        st.rerun()


def _find(desk: Desk) -> None:
    st.caption(t("label.find_about"))
    text = st.text_input(t("label.find_label"), key="label_find_text", type="search", live="200ms") or ""
    if not text.strip():
        return
    found = search_titles(resources.catalog(), text, FOUND_SHOWN)
    if not found:
        st.caption(t("label.find_none"))
    here = {film.movie_id for film in desk.films}
    for film in found:
        with st.container(border=True):
            st.markdown(f"**{plain(title_line(film))}**")
            st.caption(plain(facts_line(film)))
            label = t("label.find_here" if film.movie_id in here else "label.find_judge")
            if st.button(label, key=f"label_find_{desk.query.query_id}_{film.movie_id}"):
                presses.judge_found(film.movie_id)
                st.rerun()


def _add() -> None:
    st.caption(t("label.add_about"))
    text = st.text_area(t("label.add_label"), key="label_add_text", placeholder=t("label.add_hint"), height=180) or ""
    if st.button(t("label.add_do"), key="label_add_do", type="primary") and text.strip():
        wanted = presses.add_queries(text)
        if wanted:
            session.remember(work.PAGE, "wanted", wanted)
            presses.close_dialog()
            st.rerun()
    if reason := work.problem():
        st.text(reason)
