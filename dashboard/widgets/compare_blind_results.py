"""What the blind judging of two models came to. Whoever looks knows from then on which model is ahead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.evaluation.blind_results import BlindResult, BlindVerdict, Tally, blind_result
from core.judgments import Query
from core.judgments.preferences import Form, Systems
from dashboard import resources
from dashboard.strings import t
from dashboard.widgets.films import plain
from dashboard.widgets.model_choice import system_title
from dashboard.widgets.run_facts import RunFacts
from dashboard.widgets.verdict_line import p_text

ICONS = {
    BlindVerdict.PREFERRED: ":material/trending_up:",
    BlindVerdict.NOT_PREFERRED: ":material/trending_down:",
    BlindVerdict.CANNOT_TELL: ":material/help:",
    BlindVerdict.TOO_FEW: ":material/help:",
}
BOXES = {BlindVerdict.PREFERRED: st.success, BlindVerdict.NOT_PREFERRED: st.error}


def show_results(base: str, tuned: str, form: Form, queries: Mapping[str, Query], runs: dict[str, RunFacts]) -> None:
    """Draw the verdict, its figures, and who preferred what, over the answers to these queries."""
    st.warning(t("compare_blind.reveal_why"), icon=":material/visibility:")
    given = resources.store().preferences.standing(Systems(base, tuned), form=form)
    result = blind_result([one for one in given if one.query_id in queries], base, tuned)
    if not result.curators:
        st.info(t("compare_blind.no_answers"), icon=":material/hourglass_empty:")
        return
    for side, name in (("base", base), ("tuned", tuned)):
        st.caption(f"**{t(f'common.{side}')}** {plain(system_title(name, runs))}")
    box = BOXES.get(result.verdict, st.info)
    box(verdict_text(result), icon=ICONS[result.verdict])
    _figures(result)
    st.caption(t("compare_blind.how_counted"))
    _by_curator(result)
    _by_query(result, queries)


def verdict_text(result: BlindResult) -> str:
    """Return the verdict as one sentence."""
    low, high = result.interval or (0.0, 1.0)
    return t(
        f"compare_blind.verdict_{result.verdict}",
        tuned=result.wins.tuned,
        decided=result.decided,
        share="" if result.share is None else f"{result.share:.0%}",
        low=f"{low:.0%}",
        high=f"{high:.0%}",
        p=p_text(result.p),
    )


def _figures(result: BlindResult) -> None:
    with st.grid(4, min_column_width=150):
        st.metric(t("compare_blind.wins_base"), result.wins.base, border=True, height="stretch")
        st.metric(t("compare_blind.ties"), result.wins.ties, border=True, height="stretch")
        st.metric(t("compare_blind.wins_tuned"), result.wins.tuned, border=True, height="stretch")
        if result.share is not None and result.interval is not None:
            low, high = (f"{bound:.0%}" for bound in result.interval)
            st.metric(
                t("compare_blind.share"),
                f"{result.share:.0%}",
                delta=t("compare_blind.interval", low=low, high=high),
                delta_color="off",
                delta_arrow="off",
                border=True,
                height="stretch",
                help=t("compare_blind.share_help"),
            )


def _by_curator(result: BlindResult) -> None:
    st.subheader(t("compare_blind.by_curator"), anchor=False)
    rows = {
        t("compare_blind.curator"): [one.annotator for one in result.curators],
        **_columns([one.tally for one in result.curators]),
        t("compare_blind.skipped"): [one.skipped for one in result.curators],
    }
    st.dataframe(rows, hide_index=True, alt=t("compare_blind.curators_alt"))


def _by_query(result: BlindResult, queries: Mapping[str, Query]) -> None:
    if not result.queries:
        return
    st.subheader(t("compare_blind.by_query"), anchor=False)
    outcomes = {-1: t("compare_blind.wins_base"), 0: t("compare_blind.ties"), 1: t("compare_blind.wins_tuned")}
    text = t("common.query")
    rows = {
        text: [queries[query_id].text for query_id in result.queries],
        **_columns(list(result.queries.values())),
        t("compare_blind.outcome"): [outcomes[tally.winner] for tally in result.queries.values()],
    }
    wide = {text: st.column_config.TextColumn(width=420)}
    st.dataframe(rows, hide_index=True, column_config=wide, alt=t("compare_blind.queries_alt"))


def _columns(tallies: list[Tally]) -> dict[str, list[Any]]:
    return {
        t("compare_blind.for_base"): [tally.base for tally in tallies],
        t("compare_blind.for_neither"): [tally.ties for tally in tallies],
        t("compare_blind.for_tuned"): [tally.tuned for tally in tallies],
    }
