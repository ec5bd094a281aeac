"""The top tens of one query under both models, with rank moves and labels."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.catalog import Catalog, Movie
from core.judgments import Query, Truth
from core.retrievers import Retriever
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets import films
from dashboard.widgets.films import plain
from dashboard.widgets.label_marks import UNJUDGED, label_buttons, mark_of, show_mark, undo_button
from dashboard.widgets.rank_moves import DEPTH, TOP, Change, Place, places, show_move

NARROWEST = 220


def show_lists(text: str, query: Query | None, base: str, tuned: str | None) -> None:
    """Search with both models and draw what they find; with the base alone where nothing is tuned yet."""
    catalog = resources.catalog()
    base_ids = ranked(resources.retriever(base), text)
    tuned_ids = ranked(resources.retriever(tuned), text) if tuned else []
    labels = resources.standing_truth()
    if query is not None:
        _ask_for_name(query)
    base_list, tuned_list = places(base_ids, tuned_ids) if tuned else (places(base_ids, base_ids)[0], [])
    if tuned:
        _summary(base_list, tuned_list)
    sources = {
        place.movie_id: tuple(
            name
            for name, side in ((base, base_list), (tuned, tuned_list))
            if name and any(place.movie_id == other.movie_id for other in side)
        )
        for place in (*base_list, *tuned_list)
    }
    with st.grid(2 if tuned else 1, min_column_width=NARROWEST, gap="medium"):
        with st.container(key="compare_list_base"):
            st.subheader(t("common.base"), anchor=False)
            st.caption(plain(base))
            _list("base", base_list, catalog, query, labels, sources, moves=False)
        if tuned:
            with st.container(key="compare_list_tuned"):
                st.subheader(t("common.tuned"), anchor=False)
                st.caption(plain(tuned))
                _list("tuned", tuned_list, catalog, query, labels, sources, moves=True)


def ranked(retriever: Retriever, text: str) -> list[str]:
    """Return the films that a retriever ranks first for a text, best first."""
    return [hit.movie_id for hit in retriever.search([text], DEPTH)[0]]


def _ask_for_name(query: Query) -> None:
    if session.curator():
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f":material/person: {t('compare.name_first')}", width="content")
        st.page_link(
            "views/label.py",
            label=t("compare.to_label"),
            icon=":material/thumbs_up_down:",
            query_params={"query": query.query_id},
            width="content",
        )


def _summary(base_list: Sequence[Place], tuned_list: Sequence[Place]) -> None:
    new = sum(place.change is Change.NEW for place in tuned_list)
    moved = sum(place.change in (Change.UP, Change.DOWN) for place in tuned_list)
    out = sum(place.change is Change.LEFT_OUT for place in base_list)
    if new or moved or out:
        st.markdown(t("compare.summary", new=new, moved=moved, out=out, shared=len(tuned_list) - new, top=TOP))
    else:
        st.info(t("compare.same_lists"), icon=":material/equal:")


def _list(
    side: str,
    ranking: Sequence[Place],
    catalog: Catalog,
    query: Query | None,
    labels: Truth,
    sources: dict[str, tuple[str, ...]],
    *,
    moves: bool,
) -> None:
    for place in ranking:
        with st.container(border=True, gap="xxsmall"):
            with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
                _title(catalog[place.movie_id], place.rank)
                if moves or place.change is Change.LEFT_OUT:
                    show_move(place)
            _facts(catalog[place.movie_id])
            if query is not None:
                with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                    mark = mark_of(place.movie_id, query.query_id, labels)
                    show_mark(mark)
                    if mark == UNJUDGED and session.curator():
                        label_buttons(
                            query, place.movie_id, side=side, rank=place.rank, sources=sources[place.movie_id]
                        )
                    undo_button(query.query_id, place.movie_id, side=side)


def _title(movie: Movie, rank: int) -> None:
    year = f" ({movie.year})" if movie.year else ""
    st.markdown(f"**{rank}. {plain(films.title(movie))}**{plain(year)}", width="content")


def _facts(movie: Movie) -> None:
    directors = ", ".join(films.people(movie)[0])
    other = films.other_title(movie)
    line = " · ".join(part for part in (other, directors, ", ".join(films.genre_names(movie)[:3])) if part)
    if line:
        st.caption(plain(line))
