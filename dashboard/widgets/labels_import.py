"""Importing judgments: files are read and everything they would change is shown, before a button writes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.catalog import Catalog
from core.errors import LabelError
from core.judgments import (
    ExchangeFormat,
    ImportPreview,
    SourceFile,
    Split,
    detect_format,
    preview_import,
)
from core.roles import Action
from dashboard import deeds, resources, session
from dashboard.permission import allowed
from dashboard.strings import t
from dashboard.widgets.curators import known_curators
from dashboard.widgets.labels_preview import show_counts, show_problems, show_sample
from dashboard.widgets.problems import show_problem, shown_as_problems

PAGE = "labels"
ENDINGS = ["jsonl", "csv", "tsv", "txt", "qrels", "zip"]
# Pairs, triplets and n-tuples are read alike.
FORMATS: tuple[ExchangeFormat, ...] = ("trec", "beir", "tuples", "jsonl", "csv", "quepid")
BY_CONTENT, AS_THE_FILE_SAYS = "", ""


@dataclass(frozen=True, slots=True)
class Choices:
    """How the files are to be read. No ``format`` leaves it to their content, no ``split`` to the files."""

    format: ExchangeFormat | None
    annotator: str
    split: Split | None


def import_panel(films: Catalog) -> None:
    """Draw the import: files, how to read them, what they would change, and the button that writes it."""
    if not allowed(Action.IMPORT_LABELS):
        return
    _show_written()
    uploads = st.file_uploader(
        t("labels.upload"),
        type=ENDINGS,
        accept_multiple_files=True,
        key=f"labels_upload_{session.recall(PAGE, 'uploads', 0)}",
        on_change=session.remember,
        args=(PAGE, "written", {}),
    )
    if not uploads:
        st.caption(t("labels.upload_first"))
        st.caption(t("labels.upload_help"))
        return
    files = [SourceFile(upload.name, upload.getvalue()) for upload in uploads]
    try:
        told = detect_format(files)
        choices = _choose(told)
        if told is None and choices.format is None:
            st.warning(t("labels.cannot_tell"), icon=":material/help:")
            return
        if not choices.annotator:
            st.info(t("labels.whose_first"), icon=":material/person:")
            return
        version = tuple(upload.file_id for upload in uploads)
        preview = _preview(files, version, films, choices, skip_unknown=False)
        if preview.left_out and _skip_toggle(preview):
            preview = _preview(files, version, films, choices, skip_unknown=True)
    except LabelError as reason:
        show_problem(reason)
        return
    show_counts(preview, told=choices.format is None)
    show_problems(preview)
    show_sample(preview, films)
    _write_button(preview)


def _show_written() -> None:
    written: dict[str, int] = session.recall(PAGE, "written", {})
    if not written:
        return
    counts = {name: f"{count:,}" for name, count in written.items()}
    st.success(t("labels.written", **counts), icon=":material/check_circle:")
    if written["contradicting"]:
        st.warning(t("labels.written_contradicting", count=counts["contradicting"]), icon=":material/warning:")
        st.page_link("views/review.py", label=t("labels.to_review"), icon=":material/rule:")


def _choose(told: ExchangeFormat | None) -> Choices:
    by_content = t("labels.format_told", name=t(f"labels.format_{told}")) if told else t("labels.format_unknown")
    formats: dict[str, str] = {BY_CONTENT: by_content}
    formats |= {name: t("labels.format_texts" if name == "tuples" else f"labels.format_{name}") for name in FORMATS}
    uses = {AS_THE_FILE_SAYS: t("labels.use_file")} | {split.value: t(f"common.{split}") for split in Split}
    me = session.curator()
    people = list(dict.fromkeys([*([me] if me else []), *known_curators()]))
    with st.container(horizontal=True):
        format = st.selectbox(
            t("labels.format"), list(formats), format_func=formats.__getitem__, key="labels_format", width=320
        )
        annotator = st.selectbox(
            t("labels.whose"),
            people,
            index=0 if me else None,
            placeholder=t("labels.whose_hint"),
            help=t("labels.whose_help"),
            accept_new_options=True,
            key="labels_whose",
            width=220,
        )
        split = st.selectbox(
            t("labels.use"),
            list(uses),
            format_func=uses.__getitem__,
            help=t("labels.use_help"),
            key="labels_use",
            width=220,
        )
    chosen = next((name for name in FORMATS if name == format), None)
    return Choices(chosen, (annotator or "").strip(), Split(split) if split else None)


def _preview(
    files: Sequence[SourceFile], version: tuple[str, ...], films: Catalog, choices: Choices, *, skip_unknown: bool
) -> ImportPreview:
    """Return what the files would change; asked for the same again, without reading them again.

    Raises:
        LabelError: the files cannot be read at all.
    """
    store = resources.store()
    labels = (store.last_event_number(), len(store.queries()))
    key = (version, films.fingerprint, labels, choices, skip_unknown)
    previews: dict[Any, ImportPreview] = session.recall(PAGE, "previews", {})
    if key not in previews:
        with st.spinner(t("labels.reading")):
            preview = preview_import(
                store,
                files,
                choices.annotator,
                films,
                format=choices.format,
                split=choices.split,
                skip_unknown=skip_unknown,
            )
        # Two are in use at most: with the lines of unknown films, and without.
        previews = {kept: one for kept, one in previews.items() if kept[:4] == key[:4]} | {key: preview}
        session.remember(PAGE, "previews", previews)
    return previews[key]


def _skip_toggle(preview: ImportPreview) -> bool:
    counts = {"lines": f"{preview.left_out:,}", "films": f"{preview.unknown_films:,}"}
    return st.toggle(t("labels.skip_unknown", **counts), help=t("labels.skip_help"), key="labels_skip")


def _write_button(preview: ImportPreview) -> None:
    if not preview.writes and not preview.queries_new:
        if not preview.fatal_count:
            st.info(t("labels.nothing_new"), icon=":material/check:")
        return
    label = (
        t("labels.write", count=f"{preview.writes:,}")
        if preview.writes
        else t("labels.write_queries", count=f"{preview.queries_new:,}")
    )
    pressed = st.button(
        label, type="primary", icon=":material/save:", disabled=bool(preview.fatal_count), key="labels_write"
    )
    if pressed:
        with shown_as_problems():
            _write(preview)
            st.rerun()


def _write(preview: ImportPreview) -> None:
    """Write the judgments, and start over with an empty uploader."""
    count = deeds.import_labels(preview)
    written = {"count": count, "queries": preview.queries_new, "contradicting": preview.contradicting}
    session.remember(PAGE, "written", written)
    session.remember(PAGE, "previews", {})
    session.remember(PAGE, "uploads", session.recall(PAGE, "uploads", 0) + 1)
