"""Who did what as a table: filtered by person and kind, and as a file."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import streamlit as st

from core.activity_log import Entry, Kind
from core.audit import audit, chosen, write_audit
from dashboard import resources
from dashboard.strings import t
from dashboard.widgets.run_facts import local_time, local_zone

ROWS_SHOWN = 1_000  # all of them go to the browser


def show_activity() -> None:
    """Draw the filters, the table, and the file of what they leave. What was done is read once for all filters."""
    with st.spinner(t("activity.reading")):
        entries = audit(resources.workspace(), resources.store(), local_zone())
    if not entries:
        st.info(t("activity.nothing"), icon=":material/history:")
        return
    _show(entries)


@st.fragment
def _show(entries: Sequence[Entry]) -> None:
    found = _filtered(entries)
    if not found:
        st.info(t("activity.none_match"), icon=":material/filter_alt:")
        return
    st.dataframe(
        [_row(one) for one in found[:ROWS_SHOWN]],
        hide_index=True,
        column_config={
            "when": st.column_config.TextColumn(t("activity.when"), width=120),
            "who": st.column_config.TextColumn(t("activity.who"), width=150),
            "what": st.column_config.TextColumn(t("activity.what"), width=150),
            "count": st.column_config.NumberColumn(t("activity.count"), format="localized", width=85),
            "about": st.column_config.TextColumn(t("activity.about"), width=275),
        },
        placeholder="",
        alt=t("activity.table"),
    )
    if len(found) > ROWS_SHOWN:
        st.caption(t("activity.shown", shown=f"{ROWS_SHOWN:,}", count=f"{len(found):,}"))
    st.download_button(
        t("activity.download"),
        _file(found),
        file_name=f"{datetime.now(UTC):%Y-%m-%d}-activity.csv",
        mime="text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="activity_download",
    )


def _filtered(entries: Sequence[Entry]) -> list[Entry]:
    """Draw the filters and return what they leave."""
    people = sorted({one.by for one in entries})
    kinds = [kind for kind in Kind if any(one.kind is kind for one in entries)]
    left, right = st.columns(2)
    who = left.multiselect(
        t("activity.people"),
        people,
        format_func=lambda name: name or t("activity.unnamed"),
        placeholder=t("activity.everybody"),
        key="activity_people",
    )
    what = right.multiselect(
        t("activity.kinds"),
        kinds,
        format_func=lambda kind: t(f"activity.kind_{kind}"),
        placeholder=t("activity.everything"),
        key="activity_kinds",
    )
    return chosen(entries, who, what)


def _row(one: Entry) -> dict[str, Any]:
    return {
        "when": local_time(one.at),
        "who": one.by or t("activity.unnamed"),
        "what": t(f"activity.kind_{one.kind}"),
        "count": one.count,
        "about": "" if one.kind is Kind.SIGN_IN else one.about,  # when its token was issued, which says little here
    }


def _file(entries: Sequence[Entry]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return write_audit(Path(folder) / "activity.csv", entries).read_bytes()
