"""The films of two hidden systems: as two lists under letters, or as one list to mark."""

from __future__ import annotations

import streamlit as st

from core.catalog import Movie
from core.judgments.preferences import Side
from dashboard import resources
from dashboard.shortcuts import MARK_KEYS
from dashboard.strings import t
from dashboard.widgets import compare_blind_presses as presses
from dashboard.widgets.compare_blind_desk import Desk, Setting, marks
from dashboard.widgets.films import genre_names, other_title, people, plain, synopsis, title
from dashboard.widgets.review_film import excerpt

NARROWEST = 200
BESIDE, ALONE = 110, 260  # letters of a synopsis that fill about two lines of a list beside another, or of one alone


def show_two_lists(desk: Desk) -> None:
    """Draw both top tens, A on the left."""
    with st.grid(2, min_column_width=NARROWEST, gap="small"):
        for side in Side:
            films = [film.movie_id for film in desk.shown if film.side is side]
            with st.container(key=f"blind_list_{side.value}"):
                st.subheader(t(f"compare_blind.{side.value}"), anchor=False)
                if not films:
                    st.caption(t("compare_blind.nothing_found"))
                for rank, movie_id in enumerate(films, start=1):
                    with st.container(border=True, gap="xxsmall"):
                        _film(resources.catalog()[movie_id], rank, BESIDE)


def show_one_list(setting: Setting, desk: Desk) -> None:
    """Draw the interleaved list, each film with a button to mark it."""
    if not desk.shown:
        st.info(t("compare_blind.no_list"), icon=":material/info:")
    query_id = desk.query.query_id
    marked = marks(setting, query_id)
    for rank, film in enumerate(desk.shown, start=1):
        with st.container(border=True, horizontal=True, vertical_alignment="center", wrap=False):
            with st.container(gap="xxsmall"):
                _film(resources.catalog()[film.movie_id], rank, ALONE)
            chosen = film.movie_id in marked
            st.button(
                t("compare_blind.mark"),
                key=f"blind_mark_{query_id}_{film.movie_id}",
                type="primary" if chosen else "secondary",
                icon=":material/check_box:" if chosen else ":material/check_box_outline_blank:",
                shortcut=MARK_KEYS[rank - 1],
                on_click=presses.mark,
                args=(setting, query_id, film.movie_id),
            )


def _film(movie: Movie, rank: int, length: int) -> None:
    year = f" ({movie.year})" if movie.year else ""
    st.markdown(f"**{rank}. {plain(title(movie))}**{plain(year)}")
    facts = (other_title(movie), ", ".join(people(movie)[0]), ", ".join(genre_names(movie)[:3]))
    if line := " · ".join(part for part in facts if part):
        st.caption(plain(line))
    if story := synopsis(movie):
        st.text(excerpt(story, length))
