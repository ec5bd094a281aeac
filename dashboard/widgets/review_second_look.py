"""Answers that came very quickly or contradict each other: pointed out, with the way to look again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import streamlit as st

from core.catalog import Catalog
from core.judgments import Event
from core.judgments.review import Contradiction, Rushed, contradictory
from dashboard import resources, session
from dashboard.strings import t
from dashboard.team_history import TeamHistory
from dashboard.widgets.films import plain
from dashboard.widgets.review_film import film_line
from dashboard.widgets.review_names import author, names_toggle

MOST_SHOWN = 25


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list: the answer it is about, and what was noticed, in words."""

    answer: Event
    noticed: Callable[[], str]


def show_second_look(history: TeamHistory, films: Catalog) -> None:
    """Draw both lists, one's own answers first."""
    queries = resources.store().queries()
    texts = {query.query_id: query.text for query in queries}
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        mine = st.toggle(t("review.mine"), key="review_mine", disabled=not session.curator())
        names = names_toggle("second_look")
    opposed = [_of_contradiction(one, texts) for one in contradictory(history.events, queries)]
    quick = [_of_rushed(one) for one in history.rushed]
    lists = {"contradictory": _ordered(opposed, mine=mine), "rushed": _ordered(quick, mine=mine)}
    if not any(lists.values()):
        st.success(t("review.look_none_mine" if mine else "review.look_none"), icon=":material/task_alt:")
        return
    st.caption(t("review.look_why"))
    for name, entries in lists.items():
        if entries:
            st.subheader(f"{t(f'review.{name}')} ({len(entries):,})", anchor=False, help=t(f"review.{name}_rule"))
            for number, entry in enumerate(entries[:MOST_SHOWN]):
                _show(entry, texts, films, key=f"{name}_{number}", names=names)
            if len(entries) > MOST_SHOWN:
                st.caption(t("review.and_more", count=len(entries) - MOST_SHOWN))


def _ordered(entries: Iterable[Entry], *, mine: bool) -> list[Entry]:
    own = [entry for entry in entries if entry.answer.annotator == session.curator()]
    if mine:
        return own
    return [*own, *(entry for entry in entries if entry.answer.annotator != session.curator())]


def _of_rushed(one: Rushed) -> Entry:
    def noticed() -> str:
        said = {"answer": t(f"common.{one.answer.answer}"), "seconds": f"{one.seconds:.1f}"}
        if one.streak:
            return t("review.rushed_streak", count=one.streak, **said)
        return t("review.rushed_pace", usual=f"{one.usual:.1f}", **said)

    return Entry(one.answer, noticed)


def _of_contradiction(one: Contradiction, texts: dict[str, str]) -> Entry:
    def noticed() -> str:
        words = [(event, t(f"common.{event.answer}")) for event in one.answers]
        if one.one_query:
            return t("review.changed", count=len(words) - 1, answers=" → ".join(word for _, word in words))
        said = (t("review.for_query", answer=word, query=texts.get(event.query_id, "")) for event, word in words)
        return "  ·  ".join(said)

    return Entry(one.answers[-1], noticed)


def _show(entry: Entry, texts: dict[str, str], films: Catalog, *, key: str, names: bool) -> None:
    answer = entry.answer
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"review_look_{key}"):
        with st.container(gap="xxsmall"):
            st.text(f"{texts.get(answer.query_id, answer.query_id)}  →  {film_line(answer.movie_id, films)}")
            st.caption(plain(f"{author(answer.annotator, names=names)}  ·  {entry.noticed()}"))
        st.page_link(
            "views/label.py",
            label=t("review.open_query"),
            icon=":material/visibility:",
            query_params={"query": answer.query_id},
        )
