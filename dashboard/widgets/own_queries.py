"""Queries of one's own to compare on: picked from the known ones, or from files; and sets compared on before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from core.evaluation import Comparison
from core.evaluation.query_sets import Origin, Pick, QuerySet, picked_set
from core.evaluation.slices import Way
from core.judgments import Split
from dashboard import resources
from dashboard.strings import t
from dashboard.widgets.compare_address import go_to
from dashboard.widgets.comparisons import learnt_groups, stored_on_own
from dashboard.widgets.own_upload import upload_queries
from dashboard.widgets.run_facts import local_time
from dashboard.widgets.slice_table import NAMED

WAYS = (Origin.PICKED.value, Origin.UPLOADED.value)


def choose_own(base: str, tuned: str | None) -> QuerySet | None:
    """Draw the sets that these models were compared on before, and the choice of another one, which is returned."""
    if tuned is not None:
        _earlier(base, tuned)
    way = st.radio(
        t("compare_numbers.own_way"),
        WAYS,
        format_func=lambda name: t(f"compare_numbers.own_{name}"),
        horizontal=True,
        key="compare_own_way",
        label_visibility="collapsed",
    )
    learnt = learnt_groups(base, tuned)
    chosen = upload_queries(learnt) if way == Origin.UPLOADED else pick_queries(learnt)
    if chosen is not None:
        _say_what_counts(chosen)
    return chosen


def show_own(comparison: Comparison) -> QuerySet | None:
    """Draw what a comparison was made on, with the way back to the choice.

    Returns:
        The same set with the labels of now; ``None`` where it came from files, whose labels do not change.
    """
    record: Mapping[str, Any] = comparison.lineage.get("set") or {}
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.text(f"{record.get('name', '')}  ·  {_made_of(record)}", width="content")
        if st.button(t("compare_numbers.own_other"), icon=":material/checklist:", key="compare_own_other"):
            go_to(comparison="")
    if record.get("train_left_out"):
        st.caption(t("compare_numbers.own_train_left_out", count=record["train_left_out"]))
    if record.get("origin") != Origin.PICKED:
        return None
    learnt = learnt_groups(comparison.base, comparison.tuned)
    return _picked(str(record["name"]), Pick.from_dict(record), learnt)


def pick_queries(learnt: frozenset[str]) -> QuerySet:
    """Draw the choice among the known queries: test or dev, then language, kind, or by hand."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        split = Split(
            st.segmented_control(
                t("compare_numbers.split"),
                [Split.TEST.value, Split.DEV.value],
                format_func=lambda name: t(f"compare_numbers.split_{name}"),
                default=Split.TEST.value,
                required=True,
                key="compare_own_split",
                width=230,
            )
        )
        known = resources.store().queries(split)
        languages = st.multiselect(
            t("compare_numbers.way_language"),
            sorted({query.lang for query in known if query.lang}),
            format_func=_language,
            placeholder=t("compare_numbers.own_all"),
            key=f"compare_own_languages_{split}",
            width=220,
        )
        kinds = st.multiselect(
            t("compare_numbers.way_kind"),
            sorted({query.kind for query in known if query.kind}),
            placeholder=t("compare_numbers.own_all"),
            key=f"compare_own_kinds_{split}",
            width=300,
        )
    wide = Pick(split, tuple(languages), tuple(kinds))
    texts = {query.query_id: query.text for query in known if wide.takes(query)}
    by_hand = st.multiselect(
        t("compare_numbers.own_by_hand"),
        sorted(texts, key=lambda query_id: texts[query_id]),
        format_func=texts.__getitem__,
        placeholder=t("compare_numbers.own_all_of", count=len(texts)),
        key=f"compare_own_hand_{split}_{'_'.join([*languages, '', *kinds])}",
    )
    pick = Pick(split, wide.languages, wide.kinds, tuple(by_hand))
    usual = _made_of(pick.as_dict())
    name = st.text_input(t("compare_numbers.own_name"), placeholder=usual, key="compare_own_name_picked")
    return _picked((name or "").strip() or usual, pick, learnt)


def _picked(name: str, pick: Pick, learnt: frozenset[str]) -> QuerySet:
    return picked_set(name, pick, resources.store().queries(), resources.standing_truth(), learnt=learnt)


def _earlier(base: str, tuned: str) -> None:
    known = {comparison.name: comparison for comparison in stored_on_own(base, tuned)}
    if not known:
        return
    picked = st.selectbox(
        t("compare_numbers.own_earlier"),
        list(known),
        index=None,
        format_func=lambda name: _title(known[name]),
        placeholder=t("compare_numbers.own_earlier_hint", count=len(known)),
        key="compare_own_earlier",
    )
    if picked:
        go_to(base=base, tuned=tuned, comparison=picked)


def _title(comparison: Comparison) -> str:
    count = t("common.queries", count=comparison.queries)
    return f"{comparison.lineage['set'].get('name', '')} · {count} · {local_time(comparison.created_at)}"


def _say_what_counts(chosen: QuerySet) -> None:
    st.caption(t("compare_numbers.own_count", count=len(chosen.queries), scorable=chosen.scorable))
    if not chosen.train:
        return
    with st.expander(
        t("compare_numbers.own_train_left_out", count=len(chosen.train)), icon=":material/model_training:"
    ):
        st.dataframe(
            [{"query": query.text, "id": query.query_id, "use": t("common.train")} for query in chosen.train],
            hide_index=True,
            key="compare_own_train",
            column_config={
                "query": st.column_config.TextColumn(t("common.query"), width="large"),
                "id": st.column_config.TextColumn("id", width="small"),
                "use": st.column_config.TextColumn(t("compare_numbers.own_use"), width="small"),
            },
            alt=t("compare_numbers.own_train_left_out", count=len(chosen.train)),
        )


def _made_of(record: Mapping[str, Any]) -> str:
    """Return what a set was made from, in words: a pick, or files."""
    if "files" in record:
        return ", ".join(record["files"])
    parts = [t(f"compare_numbers.split_{record.get('split', 'test')}")]
    parts += [_language(code) for code in record.get("languages", ())]
    parts += list(record.get("kinds", ()))
    if record.get("query_ids"):
        parts.append(t("compare_numbers.own_chosen", count=len(record["query_ids"])))
    return ", ".join(parts)


def _language(code: str) -> str:
    return t(f"compare_numbers.slice_{code}") if code in NAMED[Way.LANGUAGE] else code
