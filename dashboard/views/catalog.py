"""The Catalogue page: browse the films, see what a model reads of each, import others."""

from __future__ import annotations

import streamlit as st

from core.catalog import Catalog, Movie
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets.catalog_import import import_panel
from dashboard.widgets.film_details import film_details
from dashboard.widgets.film_table import (
    ROWS_SHOWN,
    Filters,
    facets,
    film_table,
    genre_name,
    matching,
)

BROWSE, IMPORT = "browse", "import"
FILM = "film"


def draw() -> None:
    """Draw the page."""
    st.title(t("catalog.title"), anchor=False)
    films = resources.catalog_or_none()
    if films is None:
        st.info(t("catalog.empty"), icon=":material/movie:")
        import_panel(None)
        return
    counts(films)
    part = st.segmented_control(
        t("catalog.part"),
        [BROWSE, IMPORT],
        format_func=lambda name: t(f"catalog.{name}"),
        default=BROWSE,
        required=True,
        key="catalog_part",
        label_visibility="collapsed",
    )
    if part == IMPORT:
        import_panel(films)
    else:
        browse()


def counts(films: Catalog) -> None:
    """Draw how many films there are, what they lack, and the fingerprint of it all."""
    years = [movie.year for movie in films if movie.year]
    parts = [t("catalog.count_films", count=f"{len(films):,}")]
    if years:
        parts.append(f"{min(years)}–{max(years)}")
    parts.append(t("catalog.count_korean", count=f"{sum(bool(movie.overview_ko) for movie in films):,}"))
    parts.append(t("catalog.count_english", count=f"{sum(bool(movie.overview) for movie in films):,}"))
    bare = sum(not movie.overview and not movie.overview_ko for movie in films)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.markdown(" · ".join(parts), width="content")
        if bare:
            text, why = t("catalog.count_bare", count=f"{bare:,}"), t("catalog.count_bare_help")
            st.markdown(f":material/warning: {text}", width="content", help=why)
        short, why = films.fingerprint[:12], t("catalog.fingerprint_help", full=films.fingerprint)
        st.caption(f":material/fingerprint: {t('catalog.fingerprint', short=short)}", width="content", help=why)


@st.fragment
def browse() -> None:
    """Draw the table with its search and filters, and the film that is chosen."""
    films = resources.catalog()
    filters = choose_filters(films)
    found = matching(films, filters)
    if not found:
        st.info(t("catalog.none_found"), icon=":material/search_off:")
        return
    key = "catalog.found_first" if len(found) > ROWS_SHOWN else "catalog.found"
    st.caption(
        t(
            key,
            count=f"{len(found):,}",
            total=f"{len(films):,}",
            shown=f"{ROWS_SHOWN:,}",
        )
    )
    with st.container(horizontal=True, gap="medium"):
        with st.container(width="stretch"):
            version = f"{films.fingerprint}/{times_closed()}"
            open_clicked(film_table(found, filters, version=version))
        chosen = st.query_params.get(FILM, "")
        if chosen:
            with st.container(width=400, border=True):
                show_film(films, chosen)
    if not chosen:
        st.caption(t("catalog.pick"))


def choose_filters(films: Catalog) -> Filters:
    """Draw the search box and the filters, and return what is chosen."""
    choices = facets(films)
    with st.container(horizontal=True):
        text = st.text_input(
            t("catalog.search"),
            key="catalog_search",
            type="search",
            live="200ms",
            placeholder=t("catalog.search_hint"),
            width=340,
        )
        genre = st.selectbox(
            t("catalog.genre"),
            choices.genres,
            index=None,
            format_func=genre_name,
            placeholder=t("catalog.any"),
            key="catalog_genre",
            width=140,
        )
        decade = st.selectbox(
            t("catalog.decade"),
            choices.decades,
            index=None,
            format_func=lambda value: t("catalog.decade_name", decade=value),
            placeholder=t("catalog.any"),
            key="catalog_decade",
            width=140,
        )
        country = st.selectbox(
            t("catalog.country"),
            choices.countries,
            index=None,
            placeholder=t("catalog.any"),
            key="catalog_country",
            width=140,
        )
    return Filters(text or "", genre, decade, country)


def show_film(films: Catalog, movie_id: str) -> None:
    """Draw the chosen film, or say that it is not there any more."""
    if movie_id in films:
        film_details(films[movie_id])
    else:
        st.text(t("catalog.gone", film=movie_id))
    st.button(
        t("catalog.close"),
        key=f"catalog_close_{movie_id}",
        icon=":material/close:",
        on_click=close_film,
    )


def open_clicked(clicked: Movie | None) -> None:
    """Put a newly clicked film into the address; a row that stays selected does not fight the back button."""
    movie_id = clicked.movie_id if clicked else ""
    if movie_id and movie_id != session.recall("catalog", "clicked", ""):
        st.query_params[FILM] = movie_id
    session.remember("catalog", "clicked", movie_id)


def times_closed() -> int:
    """Return how often a film was closed: the table starts without a selection after each."""
    return session.recall("catalog", "closed", 0)


def close_film() -> None:
    """Take the film off the page."""
    st.query_params.pop(FILM, None)
    session.remember("catalog", "closed", times_closed() + 1)


draw()
