"""Compare by the numbers: two models over the judged queries of one split."""

from __future__ import annotations

import streamlit as st

from core.evaluation import Comparison, Evaluation
from core.judgments import Split
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets.compare_address import PAGE, SIDE_BY_SIDE, Asked, go_to
from dashboard.widgets.comparisons import SplitLabels, compare_now, evaluate_now, is_current, labels_now, stored
from dashboard.widgets.measures import evaluation_table, measure_plot, measure_table, query_table
from dashboard.widgets.run_facts import local_time
from dashboard.widgets.verdict_line import show_verdict, split_name


def by_the_numbers(asked: Asked, base: str, tuned: str | None) -> None:
    """Draw the figures of one split."""
    split = st.segmented_control(
        t("compare_numbers.split"),
        [Split.TEST.value, Split.DEV.value],
        format_func=lambda name: t(f"compare_numbers.split_{name}"),
        default=asked.split,
        required=True,
        key=f"compare_split_{asked.split}",
        label_visibility="collapsed",
    )
    st.caption(t("compare_numbers.split_help"))
    if split != asked.split:
        go_to(split=str(split))
    labels = labels_now(Split(str(split)))
    if tuned is None:
        base_alone(base, labels)
        return
    known = stored(base, tuned, labels.split)
    current = next((comparison for comparison in known if is_current(comparison, labels)), None)
    shown = current or next(iter(known), None)
    if current is None:
        if shown is not None:
            when = local_time(shown.created_at)
            st.warning(t("compare_numbers.stale", when=when), icon=":material/history:")
        compare_button(base, tuned, labels, first=shown is None)
    if shown is not None:
        figures(shown)


def compare_button(base: str, tuned: str, labels: SplitLabels, *, first: bool) -> None:
    """Draw the button that makes the comparison, or what is missing for it."""
    if not labels.scorable:
        st.info(t("compare_numbers.no_labels", split=t(f"common.{labels.split}")), icon=":material/edit_note:")
        st.page_link("views/label.py", label=t("compare.to_label"), icon=":material/thumbs_up_down:")
        return
    count = labels.scorable
    if first:
        st.caption(t("compare_numbers.not_yet", count=count, split=t(f"common.{labels.split}")))
    label = t("compare_numbers.start" if first else "compare_numbers.again", count=count)
    if st.button(label, type="primary", icon=":material/play_arrow:", key=f"compare_start_{labels.split}"):
        compare_now(base, tuned, labels)
        st.rerun()


def figures(comparison: Comparison) -> None:
    """Draw a comparison: verdict, measures, queries."""
    show_verdict(comparison)
    st.caption(
        t(
            "compare_numbers.made",
            queries=comparison.queries,
            split=split_name(comparison),
            left_out=comparison.left_out,
            when=local_time(comparison.created_at),
        )
    )
    measure_table(comparison)
    measure_plot(comparison)
    st.subheader(t("compare_numbers.queries"), anchor=False)
    st.caption(t("compare_numbers.queries_pick"))
    clicked = query_table(comparison)
    if clicked is not None:
        go_to(part=SIDE_BY_SIDE, query=clicked, q="")


def base_alone(base: str, labels: SplitLabels) -> None:
    """Draw the base's own measures, while there is nothing to compare it with."""
    split = t(f"common.{labels.split}")
    if not labels.scorable:
        st.info(t("compare_numbers.no_labels", split=split), icon=":material/edit_note:")
        st.page_link("views/label.py", label=t("compare.to_label"), icon=":material/thumbs_up_down:")
        return
    key = f"evaluation/{base}/{labels.split}/{resources.catalog().fingerprint}/{resources.store().last_event_number()}"
    evaluation: Evaluation | None = session.recall(PAGE, key, None)
    if evaluation is None:
        st.caption(t("compare_numbers.base_not_yet", count=labels.scorable, split=split))
        if st.button(
            t("compare_numbers.base_start"), type="primary", icon=":material/play_arrow:", key="compare_start_base"
        ):
            session.remember(PAGE, key, evaluate_now(base, labels))
            st.rerun()
        return
    st.caption(t("compare_numbers.base_made", queries=evaluation.queries, split=split, left_out=evaluation.left_out))
    evaluation_table(evaluation)
