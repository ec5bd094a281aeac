"""What is handed on of a kept comparison: a report, TREC files, a table, and a link."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

from core.errors import EvaluationError
from core.evaluation import Comparison
from core.evaluation.export import per_query_csv, write_files
from core.evaluation.kept_rankings import has_rankings, load_rankings
from core.evaluation.report import report_of
from core.evaluation.report_texts import Language
from core.judgments.exchange import packed
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets.compare_address import KEPT
from dashboard.widgets.problems import show_problem

BYTE_ORDER_MARK = "\ufeff"  # Excel reads UTF-8 only behind one


def hand_on(comparison: Comparison) -> None:
    """Draw the downloads and the link."""
    language: Language = "ko" if session.language() == "ko" else "en"
    films = resources.catalog_or_none()
    try:
        report = _report(comparison.name, films.fingerprint if films else "", language)
        archive = _archive(comparison.name) if has_rankings(comparison) else None
    except EvaluationError as reason:
        show_problem(reason)
        report, archive = None, None
    with st.container(horizontal=True, vertical_alignment="center"):
        if report is not None:
            _button("report", report, f"{comparison.name}.html", "text/html")
        if archive is not None:
            _button("trec", archive, f"{comparison.name}.zip", "application/zip")
        table = (BYTE_ORDER_MARK + per_query_csv(comparison)).encode()
        _button("csv", table, f"{comparison.name}.csv", "text/csv")
        with st.popover(t("compare_kept.link"), icon=":material/link:", key="compare_kept_link"):
            st.caption(t("compare_kept.link_help"))
            st.code(link_to(comparison.name), language=None, wrap_lines=True)
    if not has_rankings(comparison):
        st.caption(t("compare_kept.trec_none"))


def link_to(name: str) -> str:
    """Return the address of a kept comparison on this server."""
    return f"{str(st.context.url or '').split('?')[0]}?part={KEPT}&kept={name}"


def _button(kind: str, data: bytes, name: str, mime: str) -> None:
    st.download_button(
        t(f"compare_kept.{kind}"),
        data,
        file_name=name,
        mime=mime,
        on_click="ignore",
        icon=":material/download:",
        help=t(f"compare_kept.{kind}_help"),
        key=f"compare_kept_{kind}",
    )


@st.cache_data(max_entries=8, show_spinner=False)
def _report(name: str, catalog: str, language: Language) -> bytes:
    comparison = resources.comparison(name)
    return report_of(comparison, resources.workspace(), language, resources.catalog_or_none()).encode()


@st.cache_data(max_entries=4, show_spinner=False)
def _archive(name: str) -> bytes:
    """Return the zip archive of a comparison's files; written and packed once."""
    comparison = resources.comparison(name)
    kept = load_rankings(comparison, resources.workspace())
    with tempfile.TemporaryDirectory() as folder:
        return packed(write_files(comparison, kept, Path(folder)), Path(folder))[1]
