"""Adding queries: typed or pasted, held against those that are here, and added once each close one has been decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core.judgments.near_duplicates import Nearness, Neighbour, near_duplicates, new_queries
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets import label_work as work
from dashboard.widgets import query_presses
from dashboard.widgets.films import plain
from dashboard.widgets.query_vectors import query_vectors

ADD_ANYWAY, LEAVE_OUT = "add_anyway", "leave_out"
LISTED = 8  # new queries that are named, the others are counted

Leave = Callable[[str], None]  # closes the dialog and goes to a query, by its id


@dataclass(frozen=True, slots=True)
class Review:
    """Lines to add and what each resembles; ``by_meaning`` is whether vectors were compared too."""

    texts: list[str]
    neighbours: list[list[Neighbour]]
    by_meaning: bool

    def same(self) -> list[int]:
        """Return the lines that are a known query, or an earlier line, but for spelling."""
        return [line for line, found in enumerate(self.neighbours) if found and found[0].nearness is Nearness.SAME]

    def close(self) -> list[int]:
        """Return the lines that resemble others without being the same."""
        same = set(self.same())
        return [line for line, found in enumerate(self.neighbours) if found and line not in same]

    def new(self) -> list[int]:
        """Return the lines that resemble nothing."""
        return [line for line, found in enumerate(self.neighbours) if not found]


def add_dialog(leave: Leave) -> None:
    """Draw the dialog: the text, or the review of what was entered. ``leave`` is called with the query to go on to."""
    place = st.empty()
    if _review_of() is None:
        with place.container():
            _text(leave)
    if (review := _review_of()) is not None:
        with place.container():
            _review(review, leave)
    if reason := work.problem():
        st.text(reason)


def begin_review(review: Review) -> None:
    """Begin the dialog with the review of lines that were entered; its way back leads to them."""
    session.remember(work.PAGE, "review", review)
    session.remember(work.PAGE, "add_text", "\n".join(review.texts))


def forget_review() -> None:
    """Begin the dialog anew with the text."""
    session.remember(work.PAGE, "review", None)


def _review_of() -> Review | None:
    return session.recall(work.PAGE, "review", None)


def _text(leave: Leave) -> None:
    st.caption(t("label.add_about"))
    before = session.recall(work.PAGE, "add_text", "")
    text = (
        st.text_area(t("label.add_label"), before, key="label_add_text", placeholder=t("label.add_hint"), height=180)
        or ""
    )
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    if not st.button(t("queries.check"), key="label_add_do", type="primary") or not lines:
        return
    session.remember(work.PAGE, "add_text", text)
    with st.spinner(t("queries.comparing")):
        review = compared(lines)
    if len(review.new()) == len(lines):
        _add(review, review.new(), leave)
    else:
        begin_review(review)


def compared(lines: list[str]) -> Review:
    """Hold lines against the queries that are here, and against each other."""
    known = resources.store().queries()
    vectors = query_vectors(lines, [query.text for query in known])
    return Review(lines, near_duplicates(lines, known, vectors), vectors is not None)


def _review(review: Review, leave: Leave) -> None:
    new, same, close = review.new(), review.same(), review.close()
    st.markdown(f"**{t('queries.review', new=len(new), same=len(same), close=len(close))}**")
    if not review.by_meaning:
        st.caption(f":material/info: {t('queries.words_only')}")
    for line in same:
        _same(review, line, leave)
    chosen = _choices(review, close)
    if new:
        st.badge(t("queries.new"), icon=":material/add:", color="green")
        st.text("\n".join(review.texts[line] for line in new[:LISTED]))
        if len(new) > LISTED:
            st.caption(t("queries.more", count=len(new) - LISTED))
    kept, open_choices = _kept(review, chosen), [line for line in close if chosen[line] is None]
    if open_choices:
        st.caption(t("queries.choose_first", count=len(open_choices)))
    with st.container(horizontal=True, gap="small"):
        ready = bool(kept) and not open_choices
        label = t("queries.add_count", count=len(kept))
        if st.button(label, key="label_add_kept", type="primary", disabled=not ready):
            _add(review, kept, leave)
        st.button(t("queries.back"), key="label_add_back", on_click=forget_review)


def _same(review: Review, line: int, leave: Leave) -> None:
    query = review.neighbours[line][0].query
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.badge(t("queries.same" if query else "queries.same_line"), icon=":material/check:", color="gray")
            if query and st.button(t("queries.open"), key=f"label_add_open_{line}", type="tertiary"):
                _go_on(query.query_id, leave)
        st.text(review.texts[line])


def _choices(review: Review, close: Sequence[int]) -> dict[int, str | None]:
    """Draw the close lines and return what was chosen for each, None while nothing is."""
    every = _choice("all", t("queries.choose_all"), None) if len(close) > 2 else None
    chosen: dict[int, str | None] = {}
    boxes = {line: st.container(border=True, gap="xsmall") for line in close}
    for line, box in boxes.items():
        with box:
            st.badge(t("queries.close"), icon=":material/content_copy:", color="orange")
            st.text(review.texts[line])
            for neighbour in review.neighbours[line]:
                st.caption(_described(neighbour))
            label = t("queries.choose", query=plain(review.texts[line]))
            chosen[line] = _choice(f"{line}_{every}", label, every)
    kept = _kept(review, chosen)
    for line, query in zip(kept, new_queries(review.texts, review.neighbours, kept), strict=True):
        if line in boxes and query.split is not None:
            boxes[line].caption(f":material/call_split: {t('queries.joins', split=t(f'common.{query.split}'))}")
    return chosen


def _kept(review: Review, chosen: Mapping[int, str | None]) -> list[int]:
    return sorted([*review.new(), *(line for line, choice in chosen.items() if choice == ADD_ANYWAY)])


def _choice(name: str, label: str, default: str | None) -> str | None:
    return st.segmented_control(
        label,
        [ADD_ANYWAY, LEAVE_OUT],
        default=default,
        format_func=lambda value: t(f"queries.{value}"),
        key=f"label_add_choice_{name}",
        label_visibility="visible" if name == "all" else "collapsed",
    )


def _described(neighbour: Neighbour) -> str:
    how = (
        t("queries.like_words")
        if neighbour.nearness is Nearness.WORDS
        else t("queries.like_meaning", cosine=neighbour.cosine)
    )
    where = t(f"common.{neighbour.query.split}") if neighbour.query else t("queries.in_list")
    return f"{plain(neighbour.text)} · {where} · {how}"


def _add(review: Review, kept: Sequence[int], leave: Leave) -> None:
    wanted = query_presses.add(review.texts, review.neighbours, kept)
    if wanted:
        _go_on(wanted, leave)


def _go_on(query_id: str, leave: Leave) -> None:
    session.remember(work.PAGE, "add_text", "")
    forget_review()
    leave(query_id)
