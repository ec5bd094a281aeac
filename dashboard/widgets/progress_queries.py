"""Every query as a row: its answers, how much of the models' top ten is judged, and who has it now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from core.evaluation.measures import TOP
from core.judgments import Query, Truth
from core.judgments.progress import QueryProgress
from dashboard import session
from dashboard.strings import t
from dashboard.widgets.progress_tops import TopLists
from dashboard.widgets.row_click import clicked_row, numbered, place_column
from dashboard.widgets.run_facts import local_zone

HEIGHT = 480
WIDTHS = {"query": 230, "count": 70, "conflicts": 85, "top": 105, "held_by": 105}  # pixels; headers have to be read
NOTHING = QueryProgress()


def query_rows(
    queries: Sequence[Query],
    progress: Mapping[str, QueryProgress],
    labels: Truth,
    tops: TopLists | None,
    holders: Mapping[str, Sequence[str]],
) -> list[dict[str, Any]]:
    """Return a row a query, those with the fewest positives first."""
    rows = []
    for query in queries:
        done = progress.get(query.query_id, NOTHING)
        judged = labels.grades.get(query.query_id, {})
        row = {
            "query_id": query.query_id,
            "query": query.text,
            "use": t(f"common.{query.split}"),
            "positives": done.positives,
            "negatives": done.negatives,
            "unsure": done.unsure,
            "conflicts": done.conflicts,
            "last": _local(done.last_judged),
            "held_by": ", ".join(holders.get(query.query_id, ())),
        }
        for side, lists in (tops.lists if tops else {}).items():
            row[f"top_{side}"] = sum(movie in judged for movie in lists[query.query_id])
        rows.append(row)
    return sorted(rows, key=lambda row: (row["positives"], row["query"]))


def query_table(rows: Sequence[dict[str, Any]], tops: TopLists | None) -> str | None:
    """Draw the rows and return the id of the query that was clicked."""
    number, top = st.column_config.NumberColumn, {"top": TOP}
    columns: dict[str, Any] = {
        "query": st.column_config.TextColumn(t("progress.query"), width=WIDTHS["query"]),
        **{name: number(t(f"progress.{name}"), width=WIDTHS["count"]) for name in ("positives", "negatives", "unsure")},
        "conflicts": number(t("progress.conflicts"), width=WIDTHS["conflicts"]),
        **{
            f"top_{side}": number(
                t(f"progress.top_{side}", **top),
                format=f"%d/{TOP}",
                help=t("progress.top_why", **top),
                width=WIDTHS["top"],
            )
            for side in (tops.lists if tops else {})
        },
        "held_by": st.column_config.TextColumn(t("progress.held_by"), width=WIDTHS["held_by"]),
        "use": st.column_config.TextColumn(t("progress.use"), width="small"),
        "last": st.column_config.DatetimeColumn(t("progress.last"), format="YYYY-MM-DD HH:mm"),
    }
    event: Any = st.dataframe(
        numbered({name: row[name] for name in columns} for row in rows),
        key=f"progress_queries_{len(rows)}_{len(columns)}_{session.language()}",
        on_select="rerun",
        selection_mode="single-cell",
        hide_index=True,
        height=HEIGHT if len(rows) > 12 else "auto",
        column_config={**place_column(), **columns},
        placeholder="",
        alt=t("progress.queries"),
    )
    clicked = clicked_row(event, len(rows))
    return None if clicked is None else str(rows[clicked]["query_id"])


def _local(moment: str) -> datetime | None:
    if not moment:
        return None
    return datetime.fromisoformat(moment).astimezone(local_zone()).replace(tzinfo=None)
