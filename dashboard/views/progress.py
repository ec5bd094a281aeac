"""The Progress page: what is needed next, and how far the project, its curators and each query are."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.judgments import Query, Split, Truth
from core.judgments.progress import progress_by_split
from dashboard import resources
from dashboard.strings import t
from dashboard.team_history import team_history
from dashboard.widgets.progress_need import films_short, next_need, show_need
from dashboard.widgets.progress_queries import query_rows, query_table
from dashboard.widgets.progress_team import show_curators, show_days
from dashboard.widgets.progress_tops import TopLists, known_tops, look_up
from dashboard.widgets.readiness import count_labels


def draw() -> None:
    """Draw the page; where a model has to be loaded first, all that does not need it stands there meanwhile."""
    st.title(t("nav.progress"), anchor=False)
    st.caption(t("progress.intro"))
    films = resources.catalog_or_none()
    if films is None:
        st.info(t("label.no_films"), icon=":material/movie:")
        st.page_link("views/catalog.py", label=t("label.to_catalog"), icon=":material/movie:")
        return
    queries = resources.store().queries()
    if not queries:
        st.info(t("progress.queries_none"), icon=":material/add:")
        st.page_link("views/label.py", label=t("progress.to_label"), icon=":material/thumbs_up_down:")
        return
    with st.spinner(t("progress.reading")):
        history = team_history()
        labels, by_query = history.labels, history.by_query
    tops = known_tops(queries)
    ready = count_labels(queries, labels, frozenset(films.ids))
    show_need(next_need(ready, None if tops is None else shortfalls(queries, labels, tops)))
    show_splits(queries, labels)
    show_days(history)
    show_curators(history)
    st.subheader(t("progress.queries"), anchor=False)
    st.caption(t("progress.queries_pick"))
    bar = st.container()
    rows = query_rows(queries, by_query, labels, tops, resources.store().leases.holders())
    clicked = query_table(rows, tops)
    if clicked is not None:
        st.switch_page("views/label.py", query_params={"query": clicked})
    if tops is None:
        with bar, st.spinner(t("progress.looking_up")):
            look_up(queries)
        st.rerun()


def shortfalls(queries: Sequence[Query], labels: Truth, tops: TopLists) -> dict[str, int]:
    """Return how many films of the test queries that score each model still has unjudged, below what is needed."""
    grades = {query.query_id: labels.grades.get(query.query_id, {}) for query in queries if query.split is Split.TEST}
    scored = {query_id: known for query_id, known in grades.items() if any(known.values())}
    return {
        name: films_short([lists[query_id] for query_id in scored], scored.values())
        for name, lists in tops.lists.items()
    }


def show_splits(queries: Sequence[Query], labels: Truth) -> None:
    """Draw how far each split is."""
    with st.grid(3, min_column_width=200):
        for split, done in progress_by_split(queries, labels).items():
            st.metric(
                t(f"progress.split_{split}"),
                t("progress.split_of", done=f"{done.with_positive:,}", total=f"{done.queries:,}"),
                border=True,
                delta=t("progress.split_pairs", count=f"{done.pairs:,}"),
                delta_color="off",
                delta_arrow="off",
            )


draw()
