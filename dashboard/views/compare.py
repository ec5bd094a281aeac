"""The Compare page: two retrievers side by side, by the numbers, judged blind, and kept."""

from __future__ import annotations

import streamlit as st

from dashboard import resources
from dashboard.strings import t
from dashboard.widgets.address_choice import address_choice
from dashboard.widgets.compare_address import (
    BLIND,
    KEPT,
    NUMBERS,
    PARTS,
    SIDE_BY_SIDE,
    SIMILAR,
    Asked,
    go_to,
    read_address,
)
from dashboard.widgets.compare_blind import judge_blind
from dashboard.widgets.compare_kept import kept
from dashboard.widgets.compare_numbers import by_the_numbers
from dashboard.widgets.compare_side import side_by_side
from dashboard.widgets.compare_similar import similar_films
from dashboard.widgets.model_choice import choose_models


def draw() -> None:
    """Draw the page."""
    st.title(t("nav.compare"), anchor=False)
    if resources.catalog_or_none() is None:
        st.info(t("compare.no_catalog"), icon=":material/movie:")
        st.page_link("views/catalog.py", label=t("compare.to_catalog"), icon=":material/movie:")
        return
    queries = {query.query_id: query for query in resources.store().queries()}
    asked = read_address(queries)
    if asked.part == BLIND:
        st.caption(f":material/visibility_off: {t('compare_blind.hidden')}")
        choose_part(asked)
        judge_blind(asked, queries)
        return
    if asked.part == KEPT:
        choose_part(asked)
        kept(asked)
        return
    base, tuned = choose_models(asked, also=asked.part == SIDE_BY_SIDE)
    if tuned is None:
        st.info(t("compare.no_run"), icon=":material/model_training:")
        st.page_link("views/train.py", label=t("compare.to_train"), icon=":material/model_training:")
    choose_part(asked)
    if asked.part == SIDE_BY_SIDE:
        side_by_side(asked, queries, base, tuned)
    elif asked.part == NUMBERS:
        by_the_numbers(asked, base, tuned)
    elif asked.part == SIMILAR:
        similar_films(asked, base, tuned)


def choose_part(asked: Asked) -> None:
    """Draw the choice of a part; another one is drawn by a run of its own."""
    label = t("compare.part")
    part = address_choice(
        "compare_part", label, PARTS, asked.part, lambda name: t(f"compare.{name}"), label_visibility="collapsed"
    )
    if part != asked.part:
        go_to(part=part)


draw()
