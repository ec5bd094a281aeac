"""Two snapshots held against each other: counts by use, and the pairs that differ."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import streamlit as st

from core.catalog import Catalog
from core.judgments import Snapshot, SnapshotChanges, SnapshotRow, Split, compare_snapshots
from dashboard.strings import t
from dashboard.widgets.films import title_line
from dashboard.widgets.labels_export import snapshot_title

PAIRS_SHOWN = 200


def compare_panel(snapshots: list[Snapshot], names: dict[str, str], films: Catalog) -> None:
    """Draw the choice of two snapshots, newest first in the list, and what lies between them."""
    st.subheader(t("labels.compare"), anchor=False)
    if len(snapshots) < 2:
        st.caption(t("labels.compare_one"))
        return
    by_sha = {snapshot.fingerprint: snapshot for snapshot in snapshots}
    titles = {sha: snapshot_title(snapshot, names) for sha, snapshot in by_sha.items()}
    with st.container(horizontal=True):
        before = st.selectbox(
            t("labels.before"), list(by_sha), index=1, format_func=titles.__getitem__, key="labels_before", width=340
        )
        after = st.selectbox(
            t("labels.after"), list(by_sha), format_func=titles.__getitem__, key="labels_after", width=340
        )
    changes = compare_snapshots(by_sha[before], by_sha[after])
    if changes.equal:
        st.info(t("labels.equal"), icon=":material/check:")
        return
    if changes.moved:
        st.warning(t("labels.moved", count=f"{len(changes.moved):,}"), icon=":material/warning:")
    _counts(changes)
    _pairs(changes, films)


def _counts(changes: SnapshotChanges) -> None:
    of = {split: changes.of(split) for split in Split}
    rows = {
        t("labels.split"): [t(f"common.{split}") for split in of],
        t("labels.pairs_added"): [f"{counts.added:,}" for counts in of.values()],
        t("labels.pairs_removed"): [f"{counts.removed:,}" for counts in of.values()],
        t("labels.pairs_changed"): [f"{counts.changed:,}" for counts in of.values()],
        t("labels.queries_added"): [f"{counts.queries_added:,}" for counts in of.values()],
        t("labels.queries_removed"): [f"{counts.queries_removed:,}" for counts in of.values()],
    }
    st.table(rows, hide_index=True)


def _pairs(changes: SnapshotChanges, films: Catalog) -> None:
    rows = list(islice(_differences(changes, films), PAIRS_SHOWN))
    if not rows:
        return
    with st.expander(t("labels.differences", count=f"{len(rows):,}"), icon=":material/table_rows:"):
        columns = {
            "change": st.column_config.TextColumn(t("labels.column_effect"), width=80),
            "query": st.column_config.TextColumn(t("common.query"), width=320),
            "film": st.column_config.TextColumn(t("common.film"), width=260),
            "before": st.column_config.TextColumn(t("labels.before"), width=110),
            "after": st.column_config.TextColumn(t("labels.after"), width=110),
        }
        st.dataframe(
            rows,
            column_config=columns,
            hide_index=True,
            key="labels_differences",
            placeholder="",
            alt=t("labels.differences_alt"),
        )


def _differences(changes: SnapshotChanges, films: Catalog) -> Iterator[dict[str, str]]:
    for before, after in changes.changed:
        yield _row("changed", after, _said(before), _said(after), films)
    for row in changes.added:
        yield _row("added", row, "", _said(row), films)
    for row in changes.removed:
        yield _row("removed", row, _said(row), "", films)


def _row(change: str, row: SnapshotRow, before: str, after: str, films: Catalog) -> dict[str, str]:
    film = title_line(films[row.movie_id]) if row.movie_id in films else row.movie_id
    return {"change": t(f"labels.change_{change}"), "query": row.text, "film": film, "before": before, "after": after}


def _said(row: SnapshotRow) -> str:
    answer = t(f"common.{row.answer}")
    return f"{answer} ({row.grade})" if row.grade else answer
