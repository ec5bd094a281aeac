"""Compare, side by side: a search or a query, and what two to four retrievers find for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.errors import ReelignError
from core.judgments import Query, Split
from core.roles import Action
from dashboard import resources, session
from dashboard.permission import may, why_not
from dashboard.strings import t
from dashboard.widgets.compare_add import add_typed
from dashboard.widgets.compare_address import Asked, full_address, go_to, note_down, noted_address, read_address
from dashboard.widgets.compare_lists import draw_lists
from dashboard.widgets.compare_presses import note_shown
from dashboard.widgets.compare_search import FOUND, box_now, search_box
from dashboard.widgets.model_choice import FURTHER, further, model_choice
from dashboard.widgets.problems import shown_as_problems
from dashboard.widgets.ranked_lists import System, ranked_lists


def side_by_side(asked: Asked, queries: dict[str, Query], base: str, tuned: str | None) -> None:
    """Draw the search box, the choice of a query, and the lists."""
    systems = systems_of(asked, base, tuned)
    with st.container():  # for the bars that show loading: they must not move what stands below
        _load(systems)
    models = {"base": base, "tuned": tuned or "", "also": ",".join(asked.also)}
    left, right = st.columns(2)
    with left:
        search_box(asked, models)
    with right:
        _pick(asked, queries)
    if not session.curator():
        _ask_for_name(asked)
    elif no := why_not(Action.JUDGE):
        st.caption(f":material/lock: {no}")
    show_found(queries, systems, models)


def systems_of(asked: Asked, base: str, tuned: str | None) -> list[System]:
    """Return what is compared, in the order of the lists."""
    title = model_choice(asked).title
    named = [("common.base", base), ("common.tuned", tuned)]
    named += zip((f"compare.{place}" for place in FURTHER), further(asked, base, tuned), strict=False)
    return [System(name, t(part), title(name)) for part, name in named if name]


def _load(systems: Sequence[System]) -> None:
    """Load the models before anything can be typed; what cannot be loaded is said in its list."""
    for system in systems:
        try:
            resources.retriever(system.name)
        except ReelignError:
            continue
    resources.set_aside((resources.catalog().fingerprint, *sorted(system.name for system in systems)))


def _pick(asked: Asked, queries: Mapping[str, Query]) -> None:
    order = sorted(queries, key=lambda query_id: (queries[query_id].split is not Split.TEST, queries[query_id].text))
    known = asked.query.query_id if asked.query and asked.picked else None
    picked = st.selectbox(
        t("compare.pick"),
        order,
        index=order.index(known) if known else None,
        format_func=lambda query_id: query_title(queries[query_id]),
        placeholder=t("compare.pick_hint", count=len(order)) if order else t("compare.pick_none"),
        disabled=not order,
        key=f"compare_query_{known}",
    )
    if picked != known:
        go_to(q="", query=picked or "")


def query_title(query: Query) -> str:
    """Return a query's text with its split."""
    return f"{query.text} ({t(f'common.{query.split}')})"


def _ask_for_name(asked: Asked) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f":material/person: {t('compare.name_first')}", width="content")
        st.page_link(
            "views/label.py",
            label=t("compare.to_label"),
            icon=":material/thumbs_up_down:",
            query_params={"query": asked.query.query_id} if asked.query else None,
            width="content",
        )


@st.fragment(key=FOUND)
def show_found(queries: dict[str, Query], systems: Sequence[System], models: Mapping[str, str]) -> None:
    """Search and draw the lists; drawn anew by itself for every text that is typed and every answer."""
    with shown_as_problems():
        asked = read_address(queries)
        with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center"):
            _above(asked)
            scores = _scores_switch(asked)
        with st.container():  # bars, if a model must be loaded after all
            lists = ranked_lists(systems, asked.text) if asked.text else []
        sources = {
            row.movie_id: tuple(
                system.name
                for system, other in zip(systems, lists, strict=True)
                if any(row.movie_id == there.movie_id for there in other.rows)
            )
            for one in lists
            for row in one.rows
        }
        note_shown(asked.query.query_id if asked.query else "", sources, queries)
        draw_lists(
            lists,
            asked.query,
            subject=f"{asked.query.query_id if asked.query else ''}/{asked.text}",
            scores=scores,
            hint=t("compare.ask"),
            address=noted_address(),
            link=full_address(**models) if asked.text else "",
            box=box_now().key,
        )


def _above(asked: Asked) -> None:
    """Say that a text is not a query yet, and offer to make it one."""
    with st.container(horizontal=True, vertical_alignment="center", width="stretch"):
        if asked.text and asked.query is None:
            st.caption(f":material/info: {t('compare.unknown_query')}", width="content")
            if session.curator() and may(Action.ADD_QUERIES):
                add_typed(asked.text)


def _scores_switch(asked: Asked) -> bool:
    scores = st.toggle(
        t("compare.scores"),
        value=asked.scores,
        help=t("compare.scores_help"),
        key=f"compare_scores_{asked.scores}",
        width="content",
    )
    if scores != asked.scores:
        note_down(scores="1" if scores else "")
    return scores
