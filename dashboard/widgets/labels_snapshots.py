"""Snapshots of the labels: taking, naming, copying the sha256 of one, and comparing two."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.catalog import Catalog
from core.errors import LabelError, ReelignError
from core.judgments import (
    Snapshot,
    snapshot_names,
    sound_snapshots,
)
from core.judgments.snapshot_names import LONGEST_NAME
from core.roles import Action
from dashboard import deeds, resources, session
from dashboard.permission import why_not
from dashboard.strings import t
from dashboard.widgets.labels_compare import compare_panel
from dashboard.widgets.labels_export import choose_format, offer, snapshot_title
from dashboard.widgets.labels_now import conflicts_now, current_labels, show_conflicts
from dashboard.widgets.problems import show_problem
from dashboard.widgets.run_facts import all_runs, local_time

PAGE = "labels"


def snapshots_panel(films: Catalog) -> None:
    """Draw the snapshots."""
    st.caption(t("labels.snapshots_why"))
    snapshots, damaged = sound_snapshots(resources.workspace())
    names = snapshot_names(resources.workspace())
    _take(snapshots, names)
    for reason in damaged:
        show_problem(reason)
    if not snapshots:
        st.info(t("labels.none_yet"), icon=":material/photo_camera:")
        return
    runs = _runs_by_snapshot()
    chosen = _table(snapshots, names, runs)
    if chosen is None:
        st.caption(t("labels.pick"))
    else:
        _details(chosen, names, runs.get(chosen.name, []), films)
    compare_panel(snapshots, names, films)


def _take(snapshots: list[Snapshot], names: dict[str, str]) -> None:
    if not resources.judged_pairs():
        st.info(t("labels.no_labels"), icon=":material/thumbs_up_down:")
        st.page_link("views/label.py", label=t("labels.to_label"), icon=":material/thumbs_up_down:")
        return
    if conflicts := conflicts_now():
        show_conflicts("labels.take_conflicts", conflicts)
        return
    taken: str = session.recall(PAGE, "taken", "")
    now = current_labels().fingerprint
    same = next((snapshot for snapshot in snapshots if snapshot.fingerprint == now), None)
    no = why_not(Action.KEEP_SNAPSHOT)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            t("labels.take"),
            icon=":material/photo_camera:",
            disabled=same is not None or bool(no),
            help=no or None,
            key="labels_take",
        )
        if same is not None:
            key = "labels.taken" if taken == now else "labels.take_known"
            st.text(t(key, name=names.get(now) or same.name))
    if pressed:
        try:
            session.remember(PAGE, "taken", deeds.take_snapshot().fingerprint)
        except ReelignError as reason:  # somebody has answered in the meantime
            show_problem(reason)
        else:
            st.rerun()


def _runs_by_snapshot() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for facts in all_runs():
        found.setdefault(str(facts.about.get("snapshot") or ""), []).append(facts.name)
    return found


def _table(snapshots: list[Snapshot], names: dict[str, str], runs: dict[str, list[str]]) -> Snapshot | None:
    columns: dict[str, Any] = {
        "name": st.column_config.TextColumn(t("labels.column_name"), width=180),
        "date": st.column_config.TextColumn(t("labels.column_date"), width=130),
        "queries": st.column_config.NumberColumn(t("labels.column_queries"), format="localized", width=70),
        "pairs": st.column_config.NumberColumn(t("labels.column_pairs"), format="localized", width=70),
        "runs": st.column_config.NumberColumn(
            t("labels.column_runs"), help=t("labels.column_runs_help"), format="localized", width=80
        ),
        "sha": st.column_config.TextColumn(t("labels.sha"), width=480),
    }
    rows = [
        {
            "name": names.get(snapshot.fingerprint, ""),
            "date": local_time(snapshot.created_at),
            "queries": len(snapshot.queries()),
            "pairs": len(snapshot.rows),
            "runs": len(runs.get(snapshot.name, [])),
            "sha": snapshot.fingerprint,
        }
        for snapshot in snapshots
    ]
    chosen = st.dataframe(
        rows,
        column_config=columns,
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key=f"labels_snapshots_{len(snapshots)}",
        placeholder="–",
        alt=t("labels.list_alt"),
    )
    picked: list[int] = chosen["selection"]["rows"]
    return snapshots[picked[0]] if picked and picked[0] < len(snapshots) else None


def _details(snapshot: Snapshot, names: dict[str, str], runs: list[str], films: Catalog) -> None:
    """Draw one snapshot: its sha256 to copy, the runs trained from it, its name, and its files to download."""
    with st.container(border=True):
        st.text(snapshot_title(snapshot, names))
        st.code(snapshot.fingerprint, language=None, wrap_lines=True)
        st.text(t("labels.runs", runs=", ".join(runs)) if runs else t("labels.runs_none"))
        form = st.form(f"labels_rename_{snapshot.name}", border=False)
        with form.container(horizontal=True, vertical_alignment="bottom"):
            name = st.text_input(
                t("labels.rename"),
                names.get(snapshot.fingerprint, ""),
                max_chars=LONGEST_NAME,
                placeholder=t("labels.rename_hint"),
                key=f"labels_name_{snapshot.fingerprint}",
                width=340,
            )
            no = why_not(Action.KEEP_SNAPSHOT)
            saved = st.form_submit_button(
                t("labels.rename_do"), icon=":material/edit:", disabled=bool(no), help=no or None
            )
        if saved:
            try:
                deeds.name_snapshot(snapshot.fingerprint, name or "")
            except ReelignError as reason:
                show_problem(reason)
            else:
                st.rerun()
        with st.container(horizontal=True, vertical_alignment="bottom"):
            format, as_csv = choose_format("labels_snapshot_format")
        st.caption(t(f"labels.holds_{format}"))
        try:
            offer(snapshot, films, format, as_csv=as_csv)
        except LabelError as reason:
            show_problem(reason)
