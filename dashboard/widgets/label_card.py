"""The card: one film, its answers by key or mouse, and how far the work has come.

A fragment of its own, so that an answer draws nothing else. Every button carries the pair in its key: with one key
for all cards the browser's press on an old card would answer the new one.
"""

from __future__ import annotations

import time
from typing import Literal

import streamlit as st

from core.catalog import Catalog, Movie
from core.judgments import Answer
from dashboard import resources
from dashboard.shortcuts import KEYS
from dashboard.strings import t
from dashboard.widgets import label_presses as presses
from dashboard.widgets import label_work as work
from dashboard.widgets.films import facts_line, other_title, plain, synopsis, title
from dashboard.widgets.label_desk import SEARCH, Desk
from dashboard.widgets.label_dialogs import show_dialog
from dashboard.widgets.query_badges import query_badges

LOOK: dict[Answer, tuple[Literal["green", "red", "violet"], str]] = {
    Answer.POSITIVE: ("green", ":material/thumb_up:"),
    Answer.NEGATIVE: ("red", ":material/thumb_down:"),
    Answer.UNSURE: ("violet", ":material/question_mark:"),
}
EXCERPT = 135  # characters that fill about three lines
CARD_HEIGHT = 292


@st.fragment
def show_card(query_id: str) -> None:
    """Draw the card of the query that the page shows; when another query is on the desk, draw the page again."""
    desk = work.desk()
    if desk is None or desk.query.query_id != query_id:
        st.rerun()
    films = resources.catalog()
    film = films[desk.card.candidate.movie_id]
    if notice := work.said():
        st.caption(f":material/info: {plain(notice)}")
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        query_badges(desk.query)
        place = t("label.place", place=desk.card.place + 1, total=len(desk.films))
        found = f":material/search: {t('label.from_search')} · " if desk.card.candidate.sources == (SEARCH,) else ""
        st.caption(found + place, width="content")
    with st.container(border=True, height=CARD_HEIGHT, key=f"label_film_{query_id}_{film.movie_id}"):
        _film(film, desk)
    _buttons(desk)
    _progress(desk, films)
    show_dialog(desk)
    desk.card.draw(time.monotonic())


def _film(film: Movie, desk: Desk) -> None:
    year = f" ({film.year})" if film.year else ""
    other = other_title(film)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"#### {plain(title(film) + year)}" + (f" :gray[{plain(other)}]" if other else ""), width="content")
        if (standing := desk.answer_of(film.movie_id)) is not None:
            colour, icon = LOOK[standing]
            st.badge(t("label.standing", answer=t(f"common.{standing}")), icon=icon, color=colour)
    if facts := facts_line(film):
        st.caption(plain(facts))
    whole = synopsis(film)
    st.text(excerpt(whole) if whole else t("label.no_synopsis"))
    if note := desk.note():
        waiting = film.movie_id in desk.notes
        st.caption(
            f":material/edit_note: {plain(t('label.note_waiting' if waiting else 'label.note_saved', note=note))}"
        )
    _details(film, desk, whole)


def _details(film: Movie, desk: Desk, whole: str) -> None:
    with st.expander(t("label.more"), key=f"label_more_{desk.query.query_id}_{film.movie_id}"):
        for text in dict.fromkeys((whole, film.overview_ko, film.overview)):
            if text:
                st.text(text)
        if film.cast:
            st.text(f"{t('common.cast')}: {', '.join(film.cast_ko or film.cast)}")
        if film.country:
            st.text(f"{t('common.country')}: {', '.join(film.country)}")
        if film.keywords:
            st.text(f"{t('label.keywords')}: {', '.join(film.keywords)}")


def excerpt(text: str, length: int = EXCERPT) -> str:
    """Return the beginning of a text, cut between words; Hangul fills twice the room of Latin letters.

    >>> excerpt("A film about a long walk home.", 14)
    'A film about a…'
    """
    room = float(length)
    for position, letter in enumerate(text):
        room -= 1.0 if letter >= "\u1100" else 0.55
        if room < 0:
            head, blank, _ = text[: position + 1].rpartition(" ")
            return (head if blank else text[:position]).rstrip(" ,.;:") + "…"
    return text


def _buttons(desk: Desk) -> None:
    card = desk.card
    pair = f"{desk.query.query_id}_{card.candidate.movie_id}"
    standing = desk.answer_of(card.candidate.movie_id)
    with st.container(horizontal=True, gap="small"):
        for answer in Answer:
            colour, icon = LOOK[answer]
            shade = f"{colour}-background" if answer is standing else colour
            st.button(
                f":{shade}[{icon} **{t(f'common.{answer}')}**]",
                key=f"label_{answer}_{pair}",
                shortcut=KEYS[answer],
                width="stretch",
                disabled=desk.paused,
                on_click=presses.answer,
                args=(card.event_id, answer),
            )
    with st.container(horizontal=True, gap="small"):
        _small("previous", pair, desk, presses.move, card.event_id, -1, disabled=card.place == 0)
        _small("next", pair, desk, presses.move, card.event_id, 1, disabled=card.place == len(desk.films) - 1)
        _small("undo", pair, desk, presses.undo, card.event_id, card.undo_id)
        _small("note", pair, desk, presses.open_dialog, presses.NOTE)


def _small(action: str, pair: str, desk: Desk, on_click: object, *args: object, disabled: bool = False) -> None:
    st.button(
        t(f"label.{action}"),
        key=f"label_{action}_{pair}",
        shortcut=KEYS[action],
        width="stretch",
        disabled=desk.paused or disabled,
        on_click=on_click,  # type: ignore[arg-type]
        args=args,
    )


def _progress(desk: Desk, films: Catalog) -> None:
    if reason := work.problem():
        st.error(f"{t('label.not_saved')}: {plain(reason)}", icon=":material/error:")
    judged, total = desk.judged(), len(desk.films)
    counts = {answer.value: desk.count(answer) for answer in Answer}
    st.progress(judged / total, text=t("label.progress_query", judged=judged, total=total, **counts))
    finished, queries = work.queue().finished(work.choice())
    today = work.queue().answered_today()
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.caption(t("label.progress_all", finished=finished, total=queries, today=today), width="content")
        last = work.last()
        if last is not None and last.movie_id in films:
            answer = f":{LOOK[last.answer][0]}[{t(f'common.{last.answer}')}]"
            text = t("label.saved", film=plain(title(films[last.movie_id])), answer=answer)
            st.caption(f":material/check: {text}", width="content")
