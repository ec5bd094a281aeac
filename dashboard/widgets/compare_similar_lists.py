"""A film and the ten films nearest to it under both models, each of which can be gone to in turn."""

from __future__ import annotations

import streamlit as st

from core.catalog import Catalog, Movie, search_titles
from core.evaluation.neighbours import NeighbourChange
from core.index import Hit
from dashboard.strings import t
from dashboard.widgets import films
from dashboard.widgets.compare_address import Asked, go_to, note_down
from dashboard.widgets.film_details import film_details
from dashboard.widgets.film_table import genres_in_english
from dashboard.widgets.films import plain

LISTED = 8  # films found that are listed
MARKED = 50  # films found that the map marks
NARROWEST = 300


def find_film(asked: Asked, catalog: Catalog) -> list[Movie]:
    """Draw the search for a film and what it finds, and return the films to be marked on the map."""
    text = st.text_input(
        t("compare_similar.find"),
        value=asked.find,
        type="search",
        placeholder=t("compare_similar.find_hint"),
        key="compare_similar_find",
    )
    text = (text or "").strip()
    if text != asked.find:
        note_down(find=text)
    if not text:
        return []
    found = search_titles(catalog, genres_in_english(text), limit=len(catalog))
    if not found:
        st.caption(t("compare_similar.found_none"))
        return []
    titles = {movie.movie_id: plain(films.title_line(movie)) for movie in found[:LISTED]}
    chosen = st.pills(
        t("compare_similar.found"),
        list(titles),
        format_func=titles.__getitem__,
        default=asked.film if asked.film in titles else None,
        key=f"compare_similar_found_{text}_{asked.film}",
        label_visibility="collapsed",
    )
    if len(found) > LISTED:
        st.caption(t("compare_similar.found_more", count=f"{len(found):,}", shown=LISTED, marked=MARKED))
    if chosen and chosen != asked.film:
        go_to(film=str(chosen))
    return found[:MARKED]


def show_film(movie: Movie) -> None:
    """Draw the film whose neighbours are shown."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"##### {plain(films.title_line(movie))}", width="content")
        with st.popover(t("compare_similar.details"), icon=":material/movie:"):
            film_details(movie)
    line = films.facts_line(movie)
    parts = [line, f"{t('catalog.franchise')}: {movie.franchise}" if movie.franchise else ""]
    if any(parts):
        st.caption(plain("  ·  ".join(part for part in parts if part)))


def show_neighbours(movie: Movie, change: NeighbourChange, catalog: Catalog, *, tuned: bool) -> None:
    """Draw both lists side by side, that of the base alone where nothing is tuned."""
    if not change.base:
        st.caption(t("compare_similar.alone"))
        return
    if tuned:
        st.markdown(
            t(
                "compare_similar.summary",
                kept=len(change.tuned) - len(change.entered),
                entered=len(change.entered),
                left=len(change.left),
                base=_kin(movie, change.base, catalog),
                tuned=_kin(movie, change.tuned, catalog),
            )
        )
    sides = [("base", change.base), ("tuned", change.tuned)] if tuned else [("base", change.base)]
    with st.grid(len(sides), min_column_width=NARROWEST, gap="medium"):
        for side, hits in sides:
            with st.container(key=f"compare_similar_{side}"):
                st.markdown(f"**{t(f'common.{side}')}**")
                for hit in hits:
                    _neighbour(movie, catalog[hit.movie_id], hit, side, change)
    st.caption(t("compare_similar.similarity_help"))


def _neighbour(movie: Movie, near: Movie, hit: Hit, side: str, change: NeighbourChange) -> None:
    with st.container(border=True, gap="xxsmall"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            year = f" ({near.year})" if near.year else ""
            pressed = st.button(
                f"**{hit.rank}. {plain(films.title(near))}**{plain(year)}",
                key=f"compare_similar_to_{side}_{movie.movie_id}_{near.movie_id}",
                type="tertiary",
            )
            _move(hit, side, change)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(shared_line(movie, near), width="content")
            st.caption(f"{hit.score:.3f}", width="content")
    if pressed:
        go_to(film=near.movie_id)


def _move(hit: Hit, side: str, change: NeighbourChange) -> None:
    before, after = change.ranks[hit.movie_id]
    if side == "base":
        if hit.movie_id in change.left:
            st.badge(t("compare_similar.left", rank=f"{after:,}"), icon=":material/do_not_disturb_on:", color="gray")
    elif hit.movie_id in change.entered:
        st.badge(t("compare_similar.entered", rank=f"{before:,}"), icon=":material/add_circle:", color="blue")
    elif before == after:
        st.badge(t("compare_similar.same"), icon=":material/equal:", color="gray")
    elif after < before:
        st.badge(t("compare_similar.up", steps=before - after), icon=":material/arrow_upward:", color="green")
    else:
        st.badge(t("compare_similar.down", steps=after - before), icon=":material/arrow_downward:", color="orange")


def shared_line(movie: Movie, near: Movie) -> str:
    """Return a neighbour's genres, those that it shares marked and first, and whether it is of the same franchise."""
    names = dict(zip(near.genres, films.genre_names(near), strict=True))
    shared = [f"**✓ {plain(name)}**" for genre, name in names.items() if genre in movie.genres]
    others = [plain(name) for genre, name in names.items() if genre not in movie.genres]
    series = [f"**✓ {t('compare_similar.same_franchise')}**"] if movie.franchise == near.franchise != "" else []
    return " · ".join([*series, *shared, *others])


def _kin(movie: Movie, hits: tuple[Hit, ...], catalog: Catalog) -> int:
    return sum(bool(set(movie.genres) & set(catalog[hit.movie_id].genres)) for hit in hits)
