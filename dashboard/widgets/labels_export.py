"""Exporting labels: which ones, in which format, what that holds and loses, and the file to download."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from core.catalog import Catalog
from core.errors import LabelError
from core.judgments import (
    ExportFormat,
    Snapshot,
    export_judgments,
    export_labels,
    snapshot_names,
    sound_snapshots,
)
from core.judgments.exchange import packed
from core.judgments.exchange.export import JUDGMENT_WRITERS, TEXT_FORMATS
from core.roles import Action
from dashboard import deeds, resources
from dashboard.permission import allowed
from dashboard.strings import t
from dashboard.widgets.labels_now import conflicts_now, current_labels, show_conflicts
from dashboard.widgets.problems import show_problem, shown_as_problems
from dashboard.widgets.run_facts import local_time

NOW = ""
FORMATS: tuple[ExportFormat, ...] = ("jsonl", "csv", "trec", "beir", "pairs", "triplets", "tuples", "quepid")


def export_panel(films: Catalog) -> None:
    """Draw the export."""
    snapshots, _ = sound_snapshots(resources.workspace())
    by_sha = {snapshot.fingerprint: snapshot for snapshot in snapshots}
    has_labels = bool(resources.judged_pairs())
    if not has_labels and not by_sha:
        st.info(t("labels.no_labels"), icon=":material/thumbs_up_down:")
        st.page_link("views/label.py", label=t("labels.to_label"), icon=":material/thumbs_up_down:")
        return
    names = snapshot_names(resources.workspace())
    sources = {NOW: t("labels.source_now")} if has_labels else {}
    sources |= {sha: snapshot_title(snapshot, names) for sha, snapshot in by_sha.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        source = st.selectbox(
            t("labels.source"), list(sources), format_func=sources.__getitem__, key="labels_source", width=340
        )
        format, as_csv = choose_format("labels_export_format")
    own_answers = source == NOW and format in JUDGMENT_WRITERS
    st.markdown(t(f"labels.holds_{format}_now" if own_answers else f"labels.holds_{format}"))
    try:
        if own_answers:
            _offer_judgments(format)
        elif source == NOW:
            _offer_labels_now(films, format, as_csv)
        else:
            _size(by_sha[source])
            offer(by_sha[source], films, format, as_csv=as_csv)
    except LabelError as reason:
        show_problem(reason)


def choose_format(key: str) -> tuple[ExportFormat, bool]:
    """Draw the choice of a format, and return it and whether its texts are to come as CSV."""
    formats = {name: t(f"labels.format_{name}") for name in FORMATS}
    format = st.selectbox(t("labels.format"), list(formats), format_func=formats.__getitem__, key=key, width=340)
    return format, format in TEXT_FORMATS and st.toggle(t("labels.as_csv"), key=f"{key}_csv")


def snapshot_title(snapshot: Snapshot, names: dict[str, str]) -> str:
    """Return how a snapshot is called in a list: its name and date, else its short sha256 and date."""
    return f"{names.get(snapshot.fingerprint) or snapshot.name} · {local_time(snapshot.created_at)}"


def _offer_judgments(format: ExportFormat) -> None:
    store = resources.store()
    state = (store.last_event_number(), len(store.queries()))
    size, name, data = _judgments(str(resources.workspace().root), state, format)
    st.caption(t("labels.size_answers", **size))
    _button(f"{datetime.now(UTC):%Y-%m-%d}-{name}", data)


@st.cache_data(max_entries=2, show_spinner=False)
def _judgments(root: str, state: tuple[int, int], format: ExportFormat) -> tuple[dict[str, str], str, bytes]:
    """Return counts, name and bytes of everybody's own answers, written once for each state of the store."""
    judgments, queries = resources.store().judgments(), resources.store().queries()
    people = len({judgment.annotator for judgment in judgments})
    size = {"queries": f"{len(queries):,}", "answers": f"{len(judgments):,}", "people": f"{people:,}"}
    with tempfile.TemporaryDirectory() as folder:
        name, data = packed(export_judgments(judgments, queries, folder, format), Path(folder))
    return size, name, data


def _offer_labels_now(films: Catalog, format: ExportFormat, as_csv: bool) -> None:
    if conflicts := conflicts_now():
        show_conflicts("labels.conflicts", conflicts)
        return
    _size(current_labels())
    offer(current_labels(), films, format, as_csv=as_csv)


def _size(snapshot: Snapshot) -> None:
    size = t("labels.size", queries=f"{len(snapshot.queries()):,}", pairs=f"{len(snapshot.rows):,}")
    st.caption(f"{size} · sha256 {snapshot.fingerprint}")


def offer(snapshot: Snapshot, films: Catalog, format: ExportFormat, *, as_csv: bool) -> None:
    """Draw the button that hands a snapshot over.

    Raises:
        LabelError: the format cannot hold it, or the catalogue lacks a film whose text is needed.
    """
    name, data = _exported(snapshot.fingerprint, films.fingerprint, format, as_csv, _snapshot=snapshot, _films=films)
    _button(f"{snapshot.name}-{name}", data)


@st.cache_data(max_entries=4, show_spinner=False)
def _exported(
    sha: str, catalog_sha: str, format: ExportFormat, as_csv: bool, *, _snapshot: Snapshot, _films: Catalog
) -> tuple[str, bytes]:
    """Return the name and bytes of an export; its files are written and packed once."""
    with tempfile.TemporaryDirectory() as folder:
        paths = export_labels(_snapshot, folder, format, _films, as_csv=as_csv)
        name, data = packed(paths, Path(folder))
    return (f"{format}.zip" if len(paths) > 1 else name), data


def _button(name: str, data: bytes) -> None:
    if not allowed(Action.EXPORT_LABELS):
        return
    st.download_button(
        t("labels.download", name=name),
        data,
        file_name=name,
        mime="application/octet-stream",
        on_click=_note,
        args=(name,),
        type="primary",
        icon=":material/download:",
        key="labels_download",
    )


def _note(name: str) -> None:
    with shown_as_problems():
        deeds.note_export(name)
