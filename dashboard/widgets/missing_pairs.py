"""The films that nobody has judged and that decide a comparison, those first that can move the difference most."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.evaluation import PRIMARY, Comparison, VerdictKind
from core.evaluation.query_sets import Origin
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets.films import title_line
from dashboard.widgets.row_click import clicked_row, numbered, place_column

OPEN_FOR = (VerdictKind.LABEL_MORE, VerdictKind.CANNOT_TELL)
ROWS_SHOWN = 10
ROW_HEIGHT = 35  # of st.dataframe, its header too


def show_missing(comparison: Comparison) -> None:
    """Draw the pairs to judge, folded where the verdict stands without them; a click opens the Label page."""
    pairs = comparison.verdict.missing
    if not pairs:
        return
    title = t("compare_numbers.missing", count=f"{len(pairs):,}")
    kind = comparison.verdict.kind
    in_files = (comparison.lineage.get("set") or {}).get("origin") == Origin.UPLOADED
    with st.expander(title, expanded=kind in OPEN_FOR, icon=":material/edit_note:", key=f"missing_{comparison.name}"):
        what_to_do = t("compare_numbers.missing_in_files" if in_files else "compare_numbers.missing_click")
        st.caption(f"{t('compare_numbers.missing_order')} {what_to_do} {_together(comparison)}")
        clicked = _table(comparison)
    if clicked is not None and not in_files:
        st.switch_page("views/label.py", query_params={"query": clicked})


def _together(comparison: Comparison) -> str:
    """Return how far all of them together could move the difference, from the bounds of both models."""
    primary = comparison.measures[PRIMARY]
    if primary.base_bounds is None or primary.tuned_bounds is None:
        return ""
    low = primary.tuned_bounds[0] - primary.base_bounds[1]
    high = primary.tuned_bounds[1] - primary.base_bounds[0]
    return t("compare_numbers.missing_together", low=f"{low:+.3f}", high=f"{high:+.3f}")


def _table(comparison: Comparison) -> str | None:
    verdict, films = comparison.verdict, resources.catalog()
    texts = {row.query_id: row.text for row in comparison.per_query}
    rows = numbered(
        {
            "query": texts[query_id],
            "film": title_line(films[movie_id]) if movie_id in films else movie_id,
            "moves": move,
        }
        for (query_id, movie_id), move in zip(
            verdict.missing, verdict.moves or [None] * len(verdict.missing), strict=True
        )
    )
    event: Any = st.dataframe(
        rows,
        hide_index=True,
        key=f"compare_missing_{comparison.name}_{session.language()}",
        on_select="rerun",
        selection_mode="single-cell",
        height=ROW_HEIGHT * (min(len(rows), ROWS_SHOWN) + 1) + 2,
        column_config={
            **place_column(),
            "query": st.column_config.TextColumn(t("common.query"), width=362),
            "film": st.column_config.TextColumn(t("common.film"), width=250),
            "moves": st.column_config.NumberColumn(
                t("compare_numbers.moves"), format="± %.4f", help=t("compare_numbers.moves_help"), width=115
            ),
        },
        alt=t("compare_numbers.missing_alt"),
    )
    clicked = clicked_row(event, len(rows))
    return None if clicked is None else verdict.missing[clicked][0]
