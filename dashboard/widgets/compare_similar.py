"""Compare, similar films: whether they lie together now, film by film, on a map and in figures."""

from __future__ import annotations

import streamlit as st

from core.evaluation.similar_models import has_vectors
from core.judgments import Split
from core.retrievers import FUSED
from dashboard.strings import t
from dashboard.widgets import compare_similar_data as data
from dashboard.widgets.compare_address import Asked
from dashboard.widgets.compare_similar_figures import figure_table, show_answer
from dashboard.widgets.compare_similar_lists import find_film, show_film, show_neighbours
from dashboard.widgets.compare_similar_map import show_map
from dashboard.widgets.films import plain


def similar_films(asked: Asked, base: str, tuned: str | None) -> None:
    """Draw the answer and its figures, a film with its neighbours, and the map; the base alone before any training."""
    for name in (base, tuned):
        if name is not None and not has_vectors(name):
            shown = t("compare.fused", model=name.removesuffix(FUSED)) if name.endswith(FUSED) else t("compare.lexical")
            st.info(plain(t("compare_similar.no_vectors", name=shown)), icon=":material/not_listed_location:")
            return
    pair = data.open_pair(base, tuned)
    split = Split(asked.split) if asked.split in list(Split) else Split.TEST
    found = data.similarity(pair, split)
    if tuned is not None:
        show_answer(found)
    figure_table(found, split, tuned=tuned is not None)
    moved = pair.key[0] != pair.key[1]
    st.subheader(t("compare_similar.neighbours"), anchor=False)
    found_films = find_film(asked, pair.catalog)
    chosen = []
    if not asked.film:
        st.caption(t("compare_similar.pick_first"))
    elif asked.film not in pair.catalog:
        st.info(plain(t("compare_similar.gone", film=asked.film)), icon=":material/search_off:")
    else:
        movie, change = pair.catalog[asked.film], data.neighbours(pair, asked.film)
        show_film(movie)
        show_neighbours(movie, change, pair.catalog, tuned=moved)
        chosen = [asked.film, *change.ranks]
    st.subheader(t("compare_similar.map"), anchor=False)
    show_map(asked, pair, [*chosen, *(movie.movie_id for movie in found_films)], tuned=moved)
