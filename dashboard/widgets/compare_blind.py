"""Compare, blind: a curator judges two models without knowing which is which, one query after the other."""

from __future__ import annotations

import uuid
from contextlib import suppress
from pathlib import Path

import streamlit as st

from core.errors import ReelignError
from core.judgments import Query, Split
from core.judgments.preferences import Choice, Form
from core.roles import Action
from dashboard import session
from dashboard.permission import allowed
from dashboard.shortcuts import BLIND_KEYS, DONE, INTERLEAVED_KEYS, PREFER_A, PREFER_B, SAME, SKIP, UNDO
from dashboard.strings import t
from dashboard.widgets import compare_blind_presses as presses
from dashboard.widgets.address_choice import address_choice
from dashboard.widgets.compare_address import SIDE_BY_SIDE, Asked, go_to
from dashboard.widgets.compare_blind_desk import Desk, Setting, Work, lay_out, marks, work
from dashboard.widgets.compare_blind_films import show_one_list, show_two_lists
from dashboard.widgets.compare_blind_results import show_results
from dashboard.widgets.curators import choose_curator
from dashboard.widgets.films import plain
from dashboard.widgets.model_choice import model_choice

CHOICES = {
    PREFER_A: (Choice.A, ":material/arrow_back:"),
    PREFER_B: (Choice.B, ":material/arrow_forward:"),
    SAME: (Choice.SAME, ":material/equal:"),
}

_scroll = st.components.v2.component(
    "reelign_blind_scroll", js=Path(__file__).with_name("compare_blind_scroll.js").read_text(encoding="utf-8")
)


def judge_blind(asked: Asked, queries: dict[str, Query]) -> None:
    """Draw the part: what comes first, then the next query, or the results once they are asked for."""
    choice = model_choice(asked)
    if choice.tuned is None or choice.tuned == choice.base:
        _no_models(trained=choice.tuned is not None)
        return
    if not queries:
        st.info(t("compare_blind.no_queries"), icon=":material/add:")
        st.page_link("views/label.py", label=t("compare.to_label"), icon=":material/thumbs_up_down:")
        return
    if not session.curator():
        choose_curator()
        return
    revealed = _choose_what(asked)
    among = {query_id: query for query_id, query in queries.items() if asked.among in ("", query.split)}
    if not among:
        st.info(t("compare_blind.none_among", split=t(f"common.{asked.among}")), icon=":material/filter_alt:")
    elif revealed:
        show_results(choice.base, choice.tuned, asked.form, among, choice.runs)
    elif allowed(Action.JUDGE):
        _judge(Setting(session.curator(), asked.form, (choice.base, choice.tuned)), among)


def _no_models(*, trained: bool) -> None:
    reason = "one_model" if trained else "no_tuned"
    st.info(t(f"compare_blind.{reason}"), icon=":material/visibility_off:")
    with st.container(horizontal=True):
        if not trained:
            st.page_link("views/train.py", label=t("compare.to_train"), icon=":material/model_training:")
        if st.button(t("compare_blind.to_side"), key="blind_to_side", icon=":material/compare_arrows:"):
            go_to(part=SIDE_BY_SIDE)


def _choose_what(asked: Asked) -> bool:
    """Draw the choice of form and queries, and return whether the results are to be shown."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        form = address_choice(
            "blind_form",
            t("compare_blind.form"),
            list(Form),
            asked.form,
            lambda name: t(f"compare_blind.form_{name}"),
            help=t("compare_blind.form_help"),
            width="content",
        )
        among = address_choice(
            "blind_among",
            t("compare_blind.among"),
            ["", *Split],
            asked.among,
            lambda name: t(f"common.{name}") if name else t("compare_blind.among_all"),
            help=t("compare_blind.among_help"),
            width="content",
        )
        revealed = st.toggle(t("compare_blind.reveal"), key="blind_reveal", help=t("compare_blind.reveal_why"))
    if form != asked.form or among != asked.among:
        go_to(form=form, among=among)
    return revealed


def _judge(setting: Setting, queries: dict[str, Query]) -> None:
    now = work(setting, queries)
    done = t("compare_blind.progress", done=now.answered, total=len(queries))
    notice = presses.said()
    if not now.waiting:
        st.caption(done)
        _say(notice)
        _nothing_left(setting, now, queries)
        return
    query = queries[now.waiting[0]]
    desk = lay_out(setting, query)
    one_list = setting.form is Form.INTERLEAVED
    with st.container(key="blind_query", gap="xsmall"):
        st.caption(f"{done} · {t('compare_blind.mark_all' if one_list else 'compare_blind.which')}")
        _say(notice or (t("compare_blind.skipped_before") if query.query_id in now.skipped else ""))
        st.subheader(plain(query.text), anchor=False)
    if one_list:
        show_one_list(setting, desk)
    else:
        show_two_lists(desk)
    _scroll(key="blind_scroll", data={"query": query.query_id})
    with st.bottom, st.container(horizontal=True, horizontal_alignment="center"):
        if one_list:
            _done_button(setting, desk)
        else:
            _choice_buttons(setting, desk)
        _answer_button(setting, desk, SKIP, Choice.SKIP, ":material/skip_next:")
        _undo_button(setting, now, queries)
    presses.note_appearance(setting, query.query_id)
    if len(now.waiting) > 1:  # searched while the curator reads, so that it is there at once
        with suppress(ReelignError):
            lay_out(setting, queries[now.waiting[1]])


def _say(notice: str) -> None:
    if notice:
        st.caption(f":material/info: {notice}")


def _choice_buttons(setting: Setting, desk: Desk) -> None:
    for action, (choice, icon) in CHOICES.items():
        _answer_button(setting, desk, action, choice, icon)


def _answer_button(setting: Setting, desk: Desk, action: str, choice: Choice, icon: str) -> None:
    """Draw one answer. Its key carries the query, so that a press never reaches the next one."""
    st.button(
        t(f"compare_blind.{action}"),
        key=f"blind_{action}_{desk.query.query_id}",
        icon=icon,
        type="tertiary" if action == SKIP else "secondary",
        shortcut=BLIND_KEYS[action],
        on_click=presses.prefer,
        args=(setting, desk, choice, str(uuid.uuid4())),
    )


def _done_button(setting: Setting, desk: Desk) -> None:
    count = len(marks(setting, desk.query.query_id))
    st.button(
        t("compare_blind.done_marked", count=count),
        key=f"blind_{DONE}_{desk.query.query_id}",
        icon=":material/check:",
        disabled=not desk.shown,
        shortcut=INTERLEAVED_KEYS[DONE],
        on_click=presses.finish,
        args=(setting, desk, str(uuid.uuid4())),
    )


def _undo_button(setting: Setting, now: Work, queries: dict[str, Query]) -> None:
    st.button(
        t("compare_blind.undo"),
        key=f"blind_{UNDO}_{now.last.preference_id if now.last else ''}",
        icon=":material/undo:",
        type="tertiary",
        disabled=now.last is None,
        shortcut=BLIND_KEYS[UNDO],
        on_click=presses.undo,
        args=(setting, tuple(queries), str(uuid.uuid4())),
    )


def _nothing_left(setting: Setting, now: Work, queries: dict[str, Query]) -> None:
    if now.skipped:
        counts = {"done": now.answered, "total": len(queries), "skipped": len(now.skipped)}
        st.success(t("compare_blind.all_but_skipped", **counts), icon=":material/task_alt:")
    else:
        st.success(t("compare_blind.all_judged", total=len(queries)), icon=":material/task_alt:")
    with st.container(horizontal=True):
        if now.skipped:
            st.button(
                t("compare_blind.again", count=len(now.skipped)),
                key="blind_again",
                icon=":material/replay:",
                on_click=presses.judge_skipped,
                args=(setting,),
            )
        _undo_button(setting, now, queries)
