"""A catalogue as a table: what it can be narrowed by, what remains, and the film that was clicked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

import streamlit as st

from core.catalog import Catalog, Movie, search_titles
from core.fingerprint import fingerprint
from dashboard import session
from dashboard.strings import t
from dashboard.strings.genres import TEXTS as GENRES
from dashboard.widgets import films

ROWS_SHOWN = 1_000
HEIGHT = 520


@dataclass(frozen=True, slots=True)
class Filters:
    """What the films must fit, all of it; nothing chosen fits every film."""

    text: str = ""
    genre: str | None = None
    decade: int | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Facets:
    """What there is to choose from, the most frequent genre and country and the latest decade first."""

    genres: tuple[str, ...]
    decades: tuple[int, ...]
    countries: tuple[str, ...]


def facets(catalog: Catalog) -> Facets:
    """Return the genres, decades and countries of a catalogue."""
    genres = Counter(genre for movie in catalog for genre in movie.genres)
    countries = Counter(country for movie in catalog for country in movie.country)
    decades = {_decade(movie) for movie in catalog} - {None}
    return Facets(
        tuple(name for name, _ in genres.most_common()),
        tuple(sorted((decade for decade in decades if decade is not None), reverse=True)),
        tuple(name for name, _ in countries.most_common()),
    )


def matching(catalog: Catalog, filters: Filters) -> list[Movie]:
    """Return the films that fit, those titled by the search text first."""
    return [
        movie
        for movie in search_titles(catalog, genres_in_english(filters.text), limit=len(catalog))
        if (filters.genre is None or filters.genre in movie.genres)
        and (filters.decade is None or filters.decade == _decade(movie))
        and (filters.country is None or filters.country in movie.country)
    ]


def film_table(movies: Sequence[Movie], filters: Filters, *, version: str) -> Movie | None:
    """Draw the films and return the one that was clicked.

    The key changes with the filters and the catalogue (``version``), because a selection is kept by position.
    """
    shown = movies[:ROWS_SHOWN]
    key = fingerprint([version, *astuple(filters), session.language()])[:12]
    event: Any = st.dataframe(
        [_row(movie) for movie in shown],
        key=f"catalog_films_{key}",
        on_select="rerun",
        selection_mode="single-cell",
        hide_index=True,
        height=HEIGHT,
        column_config={
            "title": st.column_config.TextColumn(t("catalog.column_title"), width="medium"),
            "year": st.column_config.NumberColumn(t("common.year"), format="%d", width="small"),
            "director": st.column_config.TextColumn(t("common.director")),
            "genres": st.column_config.TextColumn(t("common.genres")),
            "country": st.column_config.TextColumn(t("common.country")),
            "runtime": st.column_config.NumberColumn(t("catalog.column_runtime"), format="%d", width="small"),
            "other": st.column_config.TextColumn(t("catalog.column_other"), width="medium"),
        },
        placeholder="",
        alt=t("catalog.table_alt"),
    )
    chosen = event.selection.cells
    return shown[chosen[0][0]] if chosen else None


def genre_name(genre: str) -> str:
    """Return a genre in the session's language."""
    return t(f"genres.{genre}") if genre in GENRES else genre


def _row(movie: Movie) -> dict[str, Any]:
    return {
        "title": films.title(movie),
        "year": movie.year,
        "director": ", ".join(films.people(movie)[0]),
        "genres": ", ".join(films.genre_names(movie)),
        "country": ", ".join(movie.country),
        "runtime": movie.runtime,
        "other": films.other_title(movie),
    }


def _decade(movie: Movie) -> int | None:
    return None if movie.year is None else movie.year // 10 * 10


def genres_in_english(text: str) -> str:
    """Return the text with Korean names of genres as catalogues write them."""
    english = {korean: name for name, (_, korean) in GENRES.items()}
    return " ".join(english.get(word, word) for word in text.split())
