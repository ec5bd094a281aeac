"""Where the difference lies: nDCG@10 of both models over parts of the queries."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.evaluation import Comparison, SliceComparison
from core.evaluation.slices import FEWEST_QUERIES, MEDIUM_TO, SHORT_TO, Way
from dashboard.strings import t
from dashboard.widgets.verdict_line import interval_text, p_text

NAMED = {
    Way.LANGUAGE: ("ko", "en"),
    Way.LENGTH: ("short", "medium", "long"),
    Way.TRAINING: ("seen", "unseen"),
    Way.POPULARITY: ("head", "tail"),
}
BORDERS = {"short": SHORT_TO, "medium_from": SHORT_TO + 1, "medium": MEDIUM_TO, "long": MEDIUM_TO + 1}


def slice_table(comparison: Comparison) -> None:
    """Draw every slice with its figures, and what the slices are."""
    st.subheader(t("compare_numbers.slices"), anchor=False)
    if comparison.slices is None:
        st.caption(t("compare_numbers.slices_unknown"))
        return
    st.dataframe(
        [_row(one) for one in comparison.slices],
        hide_index=True,
        key=f"compare_slices_{comparison.name}",
        height="content",
        column_config={
            "slice": st.column_config.TextColumn(t("compare_numbers.slice"), pinned=True, width=205),
            "queries": st.column_config.NumberColumn(t("compare_numbers.count"), width=62),
            "base": st.column_config.NumberColumn(t("common.base"), format="%.3f", width=66),
            "tuned": st.column_config.NumberColumn(t("common.tuned"), format="%.3f", width=66),
            "delta": st.column_config.NumberColumn(t("compare_numbers.difference"), format="%+.3f", width=80),
            "interval": st.column_config.TextColumn(t("compare_numbers.interval"), width=122),
            "p": st.column_config.TextColumn("p", help=t("compare_numbers.slice_p_help"), width=100),
            "wins": st.column_config.TextColumn(
                t("compare_numbers.wins"), help=t("compare_numbers.wins_help"), width=118
            ),
        },
        placeholder="–",
        alt=t("compare_numbers.slices"),
    )
    with st.popover(t("compare_numbers.slices_what"), icon=":material/help:", type="tertiary"):
        for way in Way:
            st.markdown(f"**{t(f'compare_numbers.way_{way}')}** · " + t(f"compare_numbers.way_{way}_help"))


def slice_name(way: str, value: str) -> str:
    """Return how a slice is called: the way of dividing, and which part."""
    known = value in NAMED.get(Way(way), ())
    part = t(f"compare_numbers.slice_{value}", **BORDERS) if known else value
    return f"{t(f'compare_numbers.way_{way}')}: {part}"


def _row(one: SliceComparison) -> dict[str, Any]:
    return {
        "slice": slice_name(one.way, one.value),
        "queries": one.queries,
        "base": one.base,
        "tuned": one.tuned,
        "delta": one.delta,
        "interval": interval_text(one.ci),
        "p": t("compare_numbers.slice_too_few", count=FEWEST_QUERIES) if one.too_few else p_text(one.p_adjusted),
        "wins": f"{one.wins} / {one.ties} / {one.losses}",
    }
