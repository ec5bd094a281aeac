"""The Review page: where answers differ and what counts, what is worth a second look, and how far curators agree."""

from __future__ import annotations

import streamlit as st

from dashboard import resources, session
from dashboard.strings import t
from dashboard.team_history import team_history
from dashboard.widgets.curators import choose_curator
from dashboard.widgets.review_agreement import show_agreement
from dashboard.widgets.review_differences import show_differences
from dashboard.widgets.review_names import PAGE
from dashboard.widgets.review_second_look import show_second_look

DIFFERENCES, SECOND_LOOK, AGREEMENT = "differences", "second_look", "agreement"


def draw() -> None:
    """Draw the page."""
    st.title(t("nav.review"), anchor=False)
    st.caption(t("review.intro"))
    films = resources.catalog_or_none()
    if films is None:
        st.info(t("label.no_films"), icon=":material/movie:")
        st.page_link("views/catalog.py", label=t("label.to_catalog"), icon=":material/movie:")
        return
    part = st.segmented_control(
        t("review.part"),
        [DIFFERENCES, SECOND_LOOK, AGREEMENT],
        default=session.recall(PAGE, "part", DIFFERENCES),
        format_func=lambda name: t(f"review.part_{name}"),
        required=True,
        key="review_part",
        label_visibility="collapsed",
    )
    session.remember(PAGE, "part", part)
    with st.spinner(t("review.reading")):
        history = team_history()
    if part == AGREEMENT:
        show_agreement(history)
    elif part == SECOND_LOOK:
        show_second_look(history, films)
    elif session.curator():
        show_differences(history, films)
    else:
        choose_curator()


draw()
