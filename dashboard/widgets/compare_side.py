"""Compare, side by side: a search or a query, and what both models find for it."""

from __future__ import annotations

import streamlit as st

from core.judgments import Query, Split
from dashboard.strings import t
from dashboard.widgets.compare_address import Asked, go_to
from dashboard.widgets.ranked_lists import show_lists


def side_by_side(asked: Asked, queries: dict[str, Query], base: str, tuned: str | None) -> None:
    """Draw the search box, the choice of a query, and both lists."""
    known = asked.query.query_id if asked.query else None
    version = known or asked.text
    left, right = st.columns(2)
    text = left.text_input(
        t("compare.search"),
        value=asked.text,
        type="search",
        placeholder=t("compare.search_hint"),
        key=f"compare_text_{version}",
    )
    if (text or "").strip() != asked.text:
        go_to(q=(text or "").strip(), query="")
    order = sorted(queries, key=lambda query_id: (queries[query_id].split is not Split.TEST, queries[query_id].text))
    picked = right.selectbox(
        t("compare.pick"),
        order,
        index=order.index(known) if known else None,
        format_func=lambda query_id: query_title(queries[query_id]),
        placeholder=t("compare.pick_hint", count=len(order)) if order else t("compare.pick_none"),
        disabled=not order,
        key=f"compare_query_{version}",
    )
    if picked != known:
        go_to(q="", query=picked or "")
    if not asked.text:
        st.caption(t("compare.ask"))
        return
    if asked.query is None:
        st.caption(f":material/info: {t('compare.unknown_query')}")
    show_lists(asked.text, asked.query, base, tuned)


def query_title(query: Query) -> str:
    """Return a query's text with its split."""
    return f"{query.text} ({t(f'common.{query.split}')})"
