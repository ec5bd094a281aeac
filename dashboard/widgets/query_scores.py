"""Every query under both models: scores, difference, and how alike the two lists are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.evaluation import PRIMARY, Comparison, QueryComparison
from dashboard import session
from dashboard.strings import t
from dashboard.widgets.charts import colour
from dashboard.widgets.row_click import PLACE, clicked_row, place_column

ENDS = 10
EXTREMES, ALL = "ends", "all"
HEIGHT = 480
SMALLEST_REACH = 0.1  # of the bars up and down, so that differences of nothing look like nothing


def query_scores(comparison: Comparison) -> str | None:
    """Draw the ten queries that gained most and the ten that lost most, or all; return the id of the one clicked."""
    rows = sorted(comparison.per_query, key=lambda row: (-row.delta[PRIMARY], row.query_id))
    shown = ALL
    if len(rows) > 2 * ENDS:
        shown = st.segmented_control(
            t("compare_numbers.queries_shown"),
            [EXTREMES, ALL],
            format_func=lambda name: t(f"compare_numbers.queries_{name}", ends=ENDS, count=len(rows)),
            default=EXTREMES,
            required=True,
            key=f"compare_queries_shown_{comparison.name}",
            label_visibility="collapsed",
        )
    placed = list(enumerate(rows, start=1))
    return _table(comparison.name, [*placed[:ENDS], *placed[-ENDS:]] if shown == EXTREMES else placed, str(shown))


def _table(name: str, placed: Sequence[tuple[int, QueryComparison]], shown: str) -> str | None:
    rows = [row for _, row in placed]
    number = st.column_config.NumberColumn
    reach = max(*(abs(row.delta[PRIMARY]) for row in rows), SMALLEST_REACH)
    event: Any = st.dataframe(
        [{PLACE: place, **_row(row)} for place, row in placed],
        hide_index=True,
        key=f"compare_queries_{name}_{session.language()}" + ("" if shown == ALL else f"_{shown}"),
        on_select="rerun",
        selection_mode="single-cell",
        height=HEIGHT if len(rows) > 2 * ENDS else "content",
        column_config={
            **place_column(width=42, help=t("compare_numbers.place_help")),
            "text": st.column_config.TextColumn(t("common.query"), width=278),
            "base": number(t("common.base"), format="%.3f", width=66),
            "tuned": number(t("common.tuned"), format="%.3f", width=66),
            "delta": number(t("compare_numbers.difference"), format="%+.3f", width=80),
            "bar": st.column_config.BarChartColumn(
                t("compare_numbers.gain"),
                y_min=-reach,
                y_max=reach,
                color=colour("tuned"),
                width=62,
                help=t("compare_numbers.gain_help"),
            ),
            "rbo": number("RBO", format="%.2f", width=56, help=t("compare_numbers.rbo_help")),
            "jaccard": number("Jaccard", format="%.2f", width=70, help=t("compare_numbers.jaccard_help")),
            "unjudged": number(t("compare_numbers.unjudged"), width=80, help=t("compare_numbers.unjudged_help")),
        },
        placeholder="–",
        alt=t("compare_numbers.queries_alt"),
    )
    clicked = clicked_row(event, len(rows))
    return None if clicked is None else rows[clicked].query_id


def _row(row: QueryComparison) -> dict[str, Any]:
    return {
        "text": row.text,
        "base": row.base[PRIMARY],
        "tuned": row.tuned[PRIMARY],
        "delta": row.delta[PRIMARY],
        "bar": [row.delta[PRIMARY]],
        "rbo": row.rbo,
        "jaccard": row.jaccard,
        "unjudged": row.unjudged,
    }
