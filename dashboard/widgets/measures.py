"""Measures of both models: a table, a dot plot, and every query with its difference."""

from __future__ import annotations

from typing import Any

import altair as alt
import streamlit as st

from core.evaluation import MEASURES, PRIMARY, Comparison, Evaluation, MeasureComparison
from dashboard import session
from dashboard.strings import t
from dashboard.widgets.charts import colour, show
from dashboard.widgets.verdict_line import p_text

ROW_HEIGHT = 34


def measure_table(comparison: Comparison) -> None:
    """Draw every measure with its difference, its interval, p, and on how many queries each model wins."""
    st.dataframe(
        [_row(name, comparison.measures[name]) for name in MEASURES],
        hide_index=True,
        key=f"compare_measures_{comparison.name}",
        column_config={
            "measure": st.column_config.TextColumn(t("compare_numbers.measure"), pinned=True),
            "base": st.column_config.NumberColumn(t("common.base"), format="%.3f"),
            "tuned": st.column_config.NumberColumn(t("common.tuned"), format="%.3f"),
            "delta": st.column_config.NumberColumn(t("compare_numbers.difference"), format="%+.3f"),
            "interval": st.column_config.TextColumn(t("compare_numbers.interval")),
            "p": st.column_config.TextColumn("p", help=t("compare_numbers.p_help")),
            "wins": st.column_config.TextColumn(t("compare_numbers.wins"), help=t("compare_numbers.wins_help")),
        },
        alt=t("compare_numbers.measures_alt"),
    )


def _row(name: str, measure: MeasureComparison) -> dict[str, Any]:
    low_high = f"{measure.ci[0]:+.3f} … {measure.ci[1]:+.3f}" if measure.ci else "–"
    return {
        "measure": name,
        "base": measure.base,
        "tuned": measure.tuned,
        "delta": measure.delta,
        "interval": low_high,
        "p": p_text(measure.p_adjusted),
        "wins": f"{measure.wins} / {measure.ties} / {measure.losses}",
    }


def measure_plot(comparison: Comparison) -> None:
    """Draw base against tuned: a dot and a diamond a measure, joined by a line."""
    pairs = [(name, comparison.measures[name]) for name in MEASURES]
    spans = [{"measure": name, "base": measure.base, "tuned": measure.tuned} for name, measure in pairs]
    sides = {"base": t("common.base"), "tuned": t("common.tuned")}
    dots = [
        {"measure": name, "side": label, "value": getattr(measure, side)}
        for name, measure in pairs
        for side, label in sides.items()
    ]
    axis = alt.Axis(labelOverlap=False, labelBound=False, labelFlush=False, domain=False, ticks=False)
    rows = alt.Y("measure:N", sort=list(MEASURES), title=None, axis=axis)
    scale = alt.Scale(domain=[0, 1])
    line = (
        alt.Chart(alt.InlineData(values=spans))
        .mark_rule(size=2, opacity=0.5, color=colour("base"))
        .encode(rows, alt.X("base:Q", scale=scale, title=None), alt.X2("tuned:Q"))
    )
    names = list(sides.values())
    dot = (
        alt.Chart(alt.InlineData(values=dots))
        .mark_point(filled=True, size=130, opacity=1)
        .encode(
            rows,
            alt.X("value:Q", scale=scale, title=None),
            color=alt.Color(
                "side:N",
                scale=alt.Scale(domain=names, range=[colour("base"), colour("tuned")]),
                legend=alt.Legend(orient="top", title=None),
            ),
            shape=alt.Shape(
                "side:N", scale=alt.Scale(domain=names, range=["circle", "diamond"]), legend=alt.Legend(orient="top")
            ),
            tooltip=[
                alt.Tooltip("measure:N", title=t("compare_numbers.measure")),
                alt.Tooltip("side:N", title=t("compare_numbers.model")),
                alt.Tooltip("value:Q", title=t("compare_numbers.score"), format=".3f"),
            ],
        )
    )
    chart = alt.LayerChart(layer=[line, dot], height=ROW_HEIGHT * len(MEASURES))
    show(chart, key="compare_plot", alt_text=t("compare_numbers.plot_alt"))


def query_table(comparison: Comparison) -> str | None:
    """Draw every query, those that gained most first, and return the id of the one that was clicked."""
    rows = sorted(comparison.per_query, key=lambda row: (-row.delta[PRIMARY], row.query_id))
    event: Any = st.dataframe(
        [
            {
                "text": row.text,
                "base": row.base[PRIMARY],
                "tuned": row.tuned[PRIMARY],
                "delta": row.delta[PRIMARY],
                "overlap": row.overlap,
                "unjudged": row.unjudged,
            }
            for row in rows
        ],
        hide_index=True,
        key=f"compare_queries_{comparison.name}_{session.language()}",
        on_select="rerun",
        selection_mode="single-cell",
        column_config={
            "text": st.column_config.TextColumn(t("common.query"), width="medium"),
            "base": st.column_config.NumberColumn(t("compare_numbers.base_score"), format="%.3f"),
            "tuned": st.column_config.NumberColumn(t("compare_numbers.tuned_score"), format="%.3f"),
            "delta": st.column_config.NumberColumn(t("compare_numbers.difference"), format="%+.3f"),
            "overlap": st.column_config.NumberColumn(
                t("compare_numbers.overlap"), help=t("compare_numbers.overlap_help")
            ),
            "unjudged": st.column_config.NumberColumn(
                t("compare_numbers.unjudged"), help=t("compare_numbers.unjudged_help")
            ),
        },
        alt=t("compare_numbers.queries_alt"),
    )
    cells = event.selection.cells
    return rows[cells[0][0]].query_id if cells else None


def evaluation_table(evaluation: Evaluation) -> None:
    """Draw one model's measures."""
    st.dataframe(
        [{"measure": name, "base": evaluation.measures[name]} for name in MEASURES],
        hide_index=True,
        key="compare_base_alone",
        width="content",
        column_config={
            "measure": st.column_config.TextColumn(t("compare_numbers.measure")),
            "base": st.column_config.NumberColumn(t("common.base"), format="%.3f"),
        },
        alt=t("compare_numbers.measures_alt"),
    )
