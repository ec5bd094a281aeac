"""The film of a pair under review: titles in both languages, year, facts and the beginning of its synopsis."""

from __future__ import annotations

import streamlit as st

from core.catalog import Catalog
from dashboard.strings import t
from dashboard.widgets.films import facts_line, other_title, plain, synopsis, title, title_line

EXCERPT = 270  # letters of Latin script that fill about five lines of half the page


def film_line(movie_id: str, films: Catalog) -> str:
    """Return the film's titles and year, or its id where the catalogue does not have it."""
    return title_line(films[movie_id]) if movie_id in films else movie_id


def show_film(movie_id: str, films: Catalog, *, key: str) -> None:
    """Draw the film; ``key`` names the place on the page."""
    if movie_id not in films:
        st.caption(f":material/info: {plain(t('review.gone', movie=movie_id))}")
        return
    film = films[movie_id]
    year = f" ({film.year})" if film.year else ""
    other = other_title(film)
    st.markdown(f"**{plain(title(film) + year)}**" + (f"  \n:gray[{plain(other)}]" if other else ""))
    if facts := facts_line(film):
        st.caption(plain(facts))
    whole = synopsis(film)
    beginning = excerpt(whole)
    st.text(beginning or t("review.no_synopsis"))
    others = [text for text in dict.fromkeys((film.overview_ko, film.overview)) if text and text != beginning]
    if others:
        with st.expander(t("review.more"), key=f"review_more_{key}"):
            for text in others:
                st.text(text)


def excerpt(text: str, length: int = EXCERPT) -> str:
    """Return the beginning of a text, cut between words; a syllable of Hangul fills twice the room of a letter.

    >>> excerpt("A film about a long walk home.", 14)
    'A film about a…'
    """
    room = length
    for position, letter in enumerate(text):
        room -= 2 if letter >= "\u1100" else 1
        if room < 0:
            head, blank, _ = text[: position + 1].rpartition(" ")
            return (head if blank else text[:position]).rstrip(" ,.;:") + "…"
    return text
