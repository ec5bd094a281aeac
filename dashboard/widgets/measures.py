"""Measures of both models: a table, a dot plot, and what so many queries can show."""

from __future__ import annotations

from typing import Any

import altair as alt
import streamlit as st

from core.evaluation import MEASURES, Comparison, Evaluation, MeasureComparison
from dashboard.strings import t
from dashboard.widgets.charts import colour, show
from dashboard.widgets.verdict_line import interval_text, p_text

ROW_HEIGHT = 34


def measure_table(comparison: Comparison) -> None:
    """Draw every measure: both values with their bounds, difference, interval, p, and how many queries each wins."""
    number, text = st.column_config.NumberColumn, st.column_config.TextColumn
    bounds_help = t("compare_numbers.bounds_help")
    st.dataframe(
        [_row(name, comparison.measures[name]) for name in MEASURES],
        hide_index=True,
        key=f"compare_measures_{comparison.name}",
        column_config={
            "measure": text(t("compare_numbers.measure"), pinned=True, width=92),
            "base": number(t("common.base"), format="%.3f", width=66),
            "tuned": number(t("common.tuned"), format="%.3f", width=66),
            "delta": number(t("compare_numbers.difference"), format="%+.3f", width=80),
            "interval": text(t("compare_numbers.interval"), width=122),
            "p": text("p", help=t("compare_numbers.p_help"), width=60),
            "wins": text(t("compare_numbers.wins"), help=t("compare_numbers.wins_help"), width=118),
            "base_bounds": text(t("compare_numbers.base_bounds"), help=bounds_help, width=108),
            "tuned_bounds": text(t("compare_numbers.tuned_bounds"), help=bounds_help, width=108),
        },
        alt=t("compare_numbers.measures_alt"),
    )


def _row(name: str, measure: MeasureComparison) -> dict[str, Any]:
    return {
        "measure": name,
        "base": measure.base,
        "tuned": measure.tuned,
        "delta": measure.delta,
        "interval": interval_text(measure.ci),
        "p": p_text(measure.p_adjusted),
        "wins": f"{measure.wins} / {measure.ties} / {measure.losses}",
        "base_bounds": interval_text(measure.base_bounds, ""),
        "tuned_bounds": interval_text(measure.tuned_bounds, ""),
    }


def show_detectable(comparison: Comparison) -> None:
    """Draw the smallest difference that this many queries would show."""
    detectable = comparison.verdict.smallest_detectable
    st.metric(
        t("compare_numbers.detectable"),
        "–" if detectable is None else f"± {detectable:.3f}",
        help=t("compare_numbers.detectable_help"),
    )
    st.caption(t("compare_numbers.detectable_with", count=comparison.queries))


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
