"""Queries and judgments from files, to compare on and nothing else: the team's labels stay as they are."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import streamlit as st

from core.errors import LabelError
from core.evaluation.query_sets import QuerySet, uploaded_set
from core.judgments import JudgedQueries, SourceFile, read_judged_queries
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets.compare_address import PAGE
from dashboard.widgets.labels_preview import problem_table
from dashboard.widgets.problems import show_problem

ENDINGS = ["jsonl", "csv", "tsv", "txt", "qrels", "zip"]


def upload_queries(learnt: frozenset[str]) -> QuerySet | None:
    """Draw the upload with what is wrong in it, and return its queries; ``None`` until the files can be used."""
    uploads = st.file_uploader(
        t("compare_numbers.own_upload"),
        type=ENDINGS,
        accept_multiple_files=True,
        help=t("compare_numbers.own_upload_help"),
        key="compare_own_upload",
    )
    if not uploads:
        st.caption(t("compare_numbers.own_upload_help"))
        return None
    files = [SourceFile(upload.name, upload.getvalue()) for upload in uploads]
    version = tuple(upload.file_id for upload in uploads)
    try:
        judged = _read(files, version, skip_unknown=False)
        if judged.left_out and st.toggle(t("compare_numbers.own_skip", count=judged.left_out), key="compare_own_skip"):
            judged = _read(files, version, skip_unknown=True)
    except LabelError as reason:
        show_problem(reason)
        return None
    if judged.fatal_count:
        st.error(t("compare_numbers.own_problems", count=judged.fatal_count), icon=":material/block:")
    if judged.problems:
        problem_table(judged.problems, key="compare_own_problems")
    if judged.fatal_count:
        return None
    usual = PurePath(judged.files[0]).stem
    name = st.text_input(t("compare_numbers.own_name"), placeholder=usual, key=f"compare_own_name_{version}")
    return uploaded_set((name or "").strip() or usual, judged, resources.store().queries(), learnt=learnt)


def _read(files: list[SourceFile], version: tuple[str, ...], *, skip_unknown: bool) -> JudgedQueries:
    """Return what the files hold, read once as long as they and the catalogue stay the same.

    Raises:
        LabelError: the files cannot be read at all.
    """
    films = resources.catalog()
    key = (version, films.fingerprint, skip_unknown)
    kept: dict[Any, JudgedQueries] = session.recall(PAGE, "own_files", {})
    if key not in kept:
        with st.spinner(t("compare_numbers.own_reading")):
            judged = read_judged_queries(files, films, skip_unknown=skip_unknown)
        kept = {other: one for other, one in kept.items() if other[:2] == key[:2]} | {key: judged}
        session.remember(PAGE, "own_files", kept)
    return kept[key]
