"""Compare, kept: every comparison there is, and one of them opened. All that is shown comes from what was stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from core.errors import EvaluationError
from core.evaluation import Comparison, VerdictKind, list_comparisons
from core.evaluation.report import lineage_lines, queries_called
from core.evaluation.report_texts import Language
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets.compare_address import Asked, go_to, note_down
from dashboard.widgets.compare_kept_decision import decide
from dashboard.widgets.compare_kept_files import hand_on
from dashboard.widgets.compare_numbers import figures
from dashboard.widgets.films import plain
from dashboard.widgets.model_choice import system_title
from dashboard.widgets.problems import show_problem
from dashboard.widgets.row_click import clicked_row, numbered, place_column
from dashboard.widgets.run_facts import all_runs, local_time
from dashboard.widgets.verdict_line import ICONS

COLOURS: dict[VerdictKind, Literal["green", "red", "orange"]] = {
    VerdictKind.BETTER: "green",
    VerdictKind.WORSE: "red",
    VerdictKind.LABEL_MORE: "orange",
}


@dataclass(frozen=True, slots=True)
class Line:
    """What the list says of one comparison; ``problem`` is why its file cannot be read, empty where it can."""

    name: str
    created_at: str = ""
    base: str = ""
    tuned: str = ""
    split: str = ""
    queries: int = 0
    delta: float = 0.0
    verdict: str = ""
    problem: str = ""


def kept(asked: Asked) -> None:
    """Draw the comparison that the address names, else the list of all."""
    if asked.kept:
        show_one(asked.kept)
    else:
        show_all()


def show_all() -> None:
    """Draw all kept comparisons, newest first, and how many cannot be read."""
    names = list_comparisons(resources.workspace())
    if not names:
        st.info(t("compare_kept.none"), icon=":material/inventory_2:")
        return
    st.caption(t("compare_kept.intro"))
    with st.spinner(t("compare_kept.loading"), show_time=False):
        lines = [_line(str(resources.workspace().root), name, _language()) for name in names]
    if sound := [line for line in lines if not line.problem]:
        list_of(sound)
    if damaged := [line for line in lines if line.problem]:
        with st.container(border=True):
            text = t("compare_kept.damaged", count=len(damaged), reason=damaged[0].problem)
            st.markdown(f":material/error: {plain(text)}")


def list_of(sound: list[Line]) -> None:
    """Draw the list; a click opens a comparison."""
    runs = {facts.name: facts for facts in all_runs() if facts.succeeded}
    event: Any = st.dataframe(
        numbered(
            {
                "when": local_time(line.created_at),
                "verdict": t(f"compare_kept.verdict_{line.verdict}"),
                "difference": line.delta,
                "tuned": system_title(line.tuned, runs),
                "base": system_title(line.base, runs),
                "queries": t("compare_kept.queries_of", count=line.queries, split=line.split),
            }
            for line in sound
        ),
        hide_index=True,
        key=f"compare_kept_{sound[0].name}_{session.language()}",
        on_select="rerun",
        selection_mode="single-cell",
        column_config={
            **place_column(),
            "when": st.column_config.TextColumn(t("compare_kept.when"), width=130),
            "verdict": st.column_config.TextColumn(t("compare_kept.verdict"), width=110),
            "difference": st.column_config.NumberColumn(
                t("compare_kept.difference"), help=t("compare_kept.difference_help"), format="%+.3f", width=90
            ),
            "tuned": st.column_config.TextColumn(t("common.tuned"), width=250),
            "base": st.column_config.TextColumn(t("common.base"), width=110),
            "queries": st.column_config.TextColumn(t("compare_kept.queries"), width=110),
        },
        alt=t("compare_kept.list_alt"),
    )
    clicked = clicked_row(event, len(sound))
    if clicked is not None:
        go_to(kept=sound[clicked].name)


def show_one(name: str) -> None:
    """Draw one comparison: what it is of, the decision, what can be handed on, the figures, where they come from."""
    if st.button(t("compare_kept.back"), type="tertiary", icon=":material/arrow_back:", key="compare_kept_back"):
        go_to(kept="")
    try:
        comparison = resources.comparison(name)
    except EvaluationError as reason:
        show_problem(reason)
        return
    note_down(base=comparison.base, tuned=comparison.tuned)  # what the other parts then show, a clicked query first
    show_head(comparison)
    decide(comparison)
    hand_on(comparison)
    figures(comparison)
    with st.expander(t("compare_kept.made_from")):
        lines = lineage_lines(comparison, _language())
        for label, value in lines:
            left, right = st.columns([1, 2])
            left.caption(plain(label))
            right.text(value)


def show_head(comparison: Comparison) -> None:
    """Draw both models' names, the verdict in short, when, and on which queries."""
    runs = {facts.name: facts for facts in all_runs() if facts.succeeded}
    left, right = st.columns(2)
    for place, label, name in ((left, "common.base", comparison.base), (right, "common.tuned", comparison.tuned)):
        with place, st.container(gap="xxsmall"):
            st.caption(t(label))
            st.text(system_title(name, runs))
    size = t("compare_kept.queries_of", count=comparison.queries, split=queries_called(comparison, _language()))
    kind = comparison.verdict.kind
    with st.container(horizontal=True, vertical_alignment="center"):
        words = f"{t(f'compare_kept.verdict_{kind}')} {comparison.verdict.delta:+.3f}"
        st.badge(plain(words), icon=ICONS[kind], color=COLOURS.get(kind, "gray"))
        st.caption(plain(f"{local_time(comparison.created_at)} · {size} · {comparison.name}"), width="content")


def _language() -> Language:
    return "ko" if session.language() == "ko" else "en"


@st.cache_resource(max_entries=10_000, show_spinner=False)
def _line(root: str, name: str, language: Language) -> Line:
    """Read a comparison once for the list: its file never changes, and a hundred of them take seconds to check."""
    try:
        comparison = resources.comparison(name)
    except EvaluationError as reason:
        return Line(name, problem=str(reason))
    return Line(
        name=name,
        created_at=comparison.created_at,
        base=comparison.base,
        tuned=comparison.tuned,
        split=queries_called(comparison, language),
        queries=comparison.queries,
        delta=comparison.verdict.delta,
        verdict=comparison.verdict.kind.value,
    )
