"""Compare by the numbers: two models over the judged queries of one split, or over queries of one's own."""

from __future__ import annotations

import streamlit as st

from core.evaluation import Comparison, Evaluation
from core.evaluation.query_sets import Origin, QuerySet
from core.fingerprint import fingerprint
from core.judgments import Split
from core.roles import Action
from dashboard import resources, session
from dashboard.permission import why_not
from dashboard.strings import t
from dashboard.widgets.address_choice import address_choice
from dashboard.widgets.compare_address import OWN, PAGE, SIDE_BY_SIDE, SPLITS, Asked, go_to
from dashboard.widgets.comparisons import compare_now, evaluate_now, is_current, labels_now, opened, stored
from dashboard.widgets.measures import evaluation_table, measure_plot, measure_table, show_detectable
from dashboard.widgets.missing_pairs import show_missing
from dashboard.widgets.own_queries import choose_own, show_own
from dashboard.widgets.query_scores import query_scores
from dashboard.widgets.run_facts import local_time
from dashboard.widgets.slice_table import slice_table
from dashboard.widgets.verdict_line import show_verdict, which_queries

BESIDE_PLOT = 190  # pixels


def by_the_numbers(asked: Asked, base: str, tuned: str | None) -> None:
    """Draw the choice of queries, and the figures over them."""
    split = address_choice(
        "compare_split",
        t("compare_numbers.split"),
        SPLITS,
        asked.split,
        lambda name: t(f"compare_numbers.split_{name}"),
        label_visibility="collapsed",
    )
    st.caption(t("compare_numbers.own_help" if asked.split == OWN else "compare_numbers.split_help"))
    if split != asked.split:
        go_to(split=split, comparison="")
    if asked.split == OWN:
        on_own(asked, base, tuned)
    else:
        on_split(labels_now(Split(asked.split)), base, tuned)


def on_split(labels: QuerySet, base: str, tuned: str | None) -> None:
    """Draw the newest figures of one split, and the way to make them."""
    if tuned is None:
        base_alone(base, labels)
        return
    known = stored(base, tuned, Split(labels.name))
    current = next((comparison for comparison in known if is_current(comparison, labels)), None)
    shown = current or next(iter(known), None)
    if current is None:
        if shown is not None:
            when = local_time(shown.created_at)
            st.warning(t("compare_numbers.stale", when=when), icon=":material/history:")
        compare_button(base, tuned, labels, first=shown is None)
    if shown is not None:
        figures(shown)


def on_own(asked: Asked, base: str, tuned: str | None) -> None:
    """Draw the comparison on queries of one's own that the address names, else the choice of queries."""
    shown = opened(asked.comparison) if asked.comparison else None
    if asked.comparison and shown is None:
        st.warning(t("compare_numbers.own_gone"), icon=":material/search_off:")
    if shown is not None and (shown.base, shown.tuned) != (base, tuned):
        if not (asked.base and asked.tuned):
            go_to(base=shown.base, tuned=shown.tuned)
        shown = None  # somebody has chosen other models since
    if shown is None:
        chosen = choose_own(base, tuned)
        if chosen is not None and tuned is None:
            base_alone(base, chosen)
        elif chosen is not None and tuned is not None:
            compare_button(base, tuned, chosen, first=True)
        return
    again = show_own(shown)
    if again is not None and not is_current(shown, again):
        st.warning(t("compare_numbers.stale", when=local_time(shown.created_at)), icon=":material/history:")
        compare_button(shown.base, shown.tuned, again, first=False)
    figures(shown)


def compare_button(base: str, tuned: str, labels: QuerySet, *, first: bool) -> None:
    """Draw the button that makes the comparison, or what is missing for it."""
    if not labels.scorable:
        nothing_to_score(labels)
        return
    count = labels.scorable
    if first and labels.origin is Origin.SPLIT:
        st.caption(t("compare_numbers.not_yet", count=count, split=t(f"common.{labels.name}")))
    label = t("compare_numbers.start" if first else "compare_numbers.again", count=count)
    no = why_not(Action.KEEP_COMPARISON)
    key = f"compare_start_{labels.split_name}"
    if st.button(label, type="primary", icon=":material/play_arrow:", key=key, disabled=bool(no), help=no or None):
        made = compare_now(base, tuned, labels)
        if labels.origin is not Origin.SPLIT:
            go_to(base=base, tuned=tuned, comparison=made.name)
        st.rerun()


def nothing_to_score(labels: QuerySet) -> None:
    """Say that no query has a positive film, and where to go."""
    if labels.origin is not Origin.SPLIT:
        st.info(t("compare_numbers.own_no_labels"), icon=":material/edit_note:")
        return
    st.info(t("compare_numbers.no_labels", split=t(f"common.{labels.name}")), icon=":material/edit_note:")
    st.page_link("views/label.py", label=t("compare.to_label"), icon=":material/thumbs_up_down:")


def figures(comparison: Comparison) -> None:
    """Draw a comparison: verdict, what to judge, measures, slices, queries."""
    show_verdict(comparison)
    st.caption(
        t(
            "compare_numbers.made",
            queries=comparison.queries,
            which=which_queries(comparison),
            left_out=comparison.left_out,
            when=local_time(comparison.created_at),
        )
    )
    show_missing(comparison)
    measure_table(comparison)
    with st.container(horizontal=True):
        with st.container(width="stretch"):
            measure_plot(comparison)
        with st.container(width=BESIDE_PLOT):
            show_detectable(comparison)
    slice_table(comparison)
    st.subheader(t("compare_numbers.queries"), anchor=False)
    st.caption(t("compare_numbers.queries_pick"))
    clicked = query_scores(comparison)
    if clicked is not None:
        text = next(row.text for row in comparison.per_query if row.query_id == clicked)
        known = any(query.query_id == clicked and query.text == text for query in resources.store().queries())
        go_to(part=SIDE_BY_SIDE, query=clicked if known else "", q="" if known else text)


def base_alone(base: str, labels: QuerySet) -> None:
    """Draw the base's own measures, while there is nothing to compare it with."""
    if not labels.scorable:
        nothing_to_score(labels)
        return
    which = t(f"common.{labels.name}" if labels.origin is Origin.SPLIT else f"compare_numbers.which_{labels.origin}")
    made_from = fingerprint([labels.texts, labels.qrels, resources.catalog().fingerprint])
    key = f"evaluation/{base}/{made_from}"
    evaluation: Evaluation | None = session.recall(PAGE, key, None)
    if evaluation is None:
        st.caption(t("compare_numbers.base_not_yet", count=labels.scorable, which=which))
        if st.button(
            t("compare_numbers.base_start"), type="primary", icon=":material/play_arrow:", key="compare_start_base"
        ):
            session.remember(PAGE, key, evaluate_now(base, labels))
            st.rerun()
        return
    left_out = evaluation.left_out
    st.caption(t("compare_numbers.base_made", queries=evaluation.queries, which=which, left_out=left_out))
    evaluation_table(evaluation)
