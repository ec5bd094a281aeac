"""One film in full: its facts, both synopses, and the text that stands for it in a model."""

from __future__ import annotations

import streamlit as st

from core.catalog import Movie, document_text
from dashboard.strings import t
from dashboard.widgets import films
from dashboard.widgets.films import plain


def film_details(movie: Movie) -> None:
    """Draw everything that the catalogue says of a film."""
    st.subheader(plain(films.title(movie)), anchor=False)
    other = films.other_title(movie)
    st.text(" · ".join(part for part in (other, str(movie.year or ""), ", ".join(movie.country)) if part))
    facts = films.facts_line(movie)
    if facts:
        st.caption(plain(facts))
    for key, overview in (
        ("synopsis_ko", movie.overview_ko),
        ("synopsis_en", movie.overview),
    ):
        st.markdown(f"**{t(f'catalog.{key}')}**")
        if overview:
            st.text(overview)
        else:
            st.caption(t("catalog.no_synopsis"))
    if movie.keywords:
        st.markdown(f"**{t('catalog.keywords')}**")
        st.text(", ".join(movie.keywords))
    if movie.franchise:
        st.markdown(f"**{t('catalog.franchise')}**")
        st.text(movie.franchise)
    model_text(movie)
    st.caption(f"{t('catalog.movie_id')} {plain(movie.movie_id)}")


def model_text(movie: Movie) -> None:
    """Draw the exact text that stands for a film in a model, and why it matters."""
    st.markdown(f"**{t('catalog.document')}**")
    st.caption(t("catalog.document_why"))
    st.code(document_text(movie), language=None, wrap_lines=True)
