"""How far curators agree: all of them, and every two, in figures and in words."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.judgments import Agreement
from core.judgments.agreement import Interval
from dashboard.strings import t
from dashboard.team_history import TeamHistory

# Of kappa; Manning, Raghavan and Schütze 2008, 8.5, for relevance judgments, after Krippendorff 1980.
GOOD, FAIR = 0.8, 0.67


def show_agreement(history: TeamHistory) -> None:
    """Draw alpha over everybody, then a row for each two."""
    together = history.together
    if not together.pairs:
        st.info(t("review.nobody_twice"), icon=":material/group:")
        st.page_link("views/label.py", label=t("review.to_label"), icon=":material/thumbs_up_down:")
        return
    with st.grid(3, min_column_width=200):
        st.metric(t("review.alpha"), _figure(together.alpha), border=True, help=t("review.alpha_help"))
        st.metric(t("review.in_common"), f"{together.pairs:,}", border=True)
        st.metric(t("review.curators"), f"{together.annotators:,}", border=True)
    words = reading(together.alpha, together.interval)
    st.markdown(f":material/balance: **{words}**  ·  {_interval_line(together.interval)}")
    st.subheader(t("review.pairs_table"), anchor=False)
    figure = st.column_config.NumberColumn
    columns: dict[str, Any] = {
        "first": t("review.first"),
        "second": t("review.second"),
        "words": st.column_config.TextColumn(t("review.in_words")),
        "pairs": figure(t("review.pairs"), format="localized"),
        "alike": figure(t("review.alike"), format="%.0f%%"),
        "kappa": figure(t("review.kappa"), format="%.2f", help=t("review.kappa_help")),
        "interval": t("review.kappa_interval"),
    }
    st.dataframe(
        [_row(one) for one in sorted(history.agreements, key=lambda one: -one.pairs)],
        column_config=columns,
        column_order=list(columns),
        hide_index=True,
        placeholder="–",
        alt=t("review.pairs_table"),
    )
    st.caption(t("review.reading_rule"))


def reading(value: float | None, interval: Interval | None) -> str:
    """Return a coefficient in words, and whether more pairs could still change them."""
    if value is None:
        return t("review.reading_undefined")
    words = t(f"review.reading_{_band(value)}")
    certain = interval is not None and _band(interval[0]) == _band(interval[1])
    return words if certain else t("review.reading_open", reading=words)


def _band(value: float) -> str:
    if value >= GOOD:
        return "good"
    return "fair" if value >= FAIR else "doubtful"


def _row(one: Agreement) -> dict[str, Any]:
    return {
        "first": one.first,
        "second": one.second,
        "pairs": one.pairs,
        "alike": 100 * one.alike,
        "kappa": one.kappa,
        "interval": f"{one.interval[0]:.2f} – {one.interval[1]:.2f}" if one.interval else None,
        "words": reading(one.kappa, one.interval),
    }


def _interval_line(interval: Interval | None) -> str:
    if interval is None:
        return t("review.no_interval")
    return t("review.interval", low=f"{interval[0]:.2f}", high=f"{interval[1]:.2f}")


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
