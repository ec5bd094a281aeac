"""What the labels say of a film for a query, and labelling it in place."""

from __future__ import annotations

import uuid
from dataclasses import replace
from typing import Literal

import streamlit as st

from core.judgments import Answer, Judgment, Query, Shown, Truth
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets.problems import shown_as_problems

CONFLICT, UNJUDGED = "conflict", "unjudged"
Colour = Literal["green", "red", "gray", "orange"]

ICONS = {
    Answer.POSITIVE: ":material/thumb_up:",
    Answer.NEGATIVE: ":material/thumb_down:",
    Answer.UNSURE: ":material/question_mark:",
}
MARKS: dict[str, tuple[str, Colour, str]] = {
    Answer.POSITIVE: (ICONS[Answer.POSITIVE], "green", "common.positive"),
    Answer.NEGATIVE: (ICONS[Answer.NEGATIVE], "red", "common.negative"),
    Answer.UNSURE: (ICONS[Answer.UNSURE], "gray", "common.unsure"),
    CONFLICT: (":material/warning:", "orange", "compare.conflict"),
    UNJUDGED: (":material/radio_button_unchecked:", "gray", "common.unjudged"),
}


def mark_of(movie_id: str, query_id: str, labels: Truth) -> str:
    """Return an ``Answer``, ``CONFLICT`` where people disagree, or ``UNJUDGED``."""
    grade = labels.grades.get(query_id, {}).get(movie_id)
    if grade is not None:
        return Answer.POSITIVE if grade else Answer.NEGATIVE
    if movie_id in labels.unsure.get(query_id, ()):
        return Answer.UNSURE
    pair = (query_id, movie_id)
    return CONFLICT if any((one.query_id, one.movie_id) == pair for one, _ in labels.conflicts) else UNJUDGED


def show_mark(mark: str) -> None:
    """Draw a mark, in words beside its sign."""
    icon, tint, key = MARKS[mark]
    st.badge(t(key), icon=icon, color=tint)


def label_buttons(query: Query, movie_id: str, *, side: str, rank: int, sources: tuple[str, ...]) -> None:
    """Draw a button an answer. The keys carry the pair and the side, so that a press never reaches another film."""
    shown = Shown(rank=rank, sources=sources, input_method="search")
    for answer in Answer:
        st.button(
            t(f"common.{answer}"),
            key=f"compare_judge_{answer}_{query.query_id}_{movie_id}_{side}",
            type="tertiary",
            on_click=_judge,
            args=(query.query_id, movie_id, answer, shown, str(uuid.uuid4())),
        )


def _judge(query_id: str, movie_id: str, answer: Answer, shown: Shown, event_id: str) -> None:
    with shown_as_problems():
        shown = replace(shown, guideline=resources.guideline_version())
        judgment = resources.store().judge(
            query_id, movie_id, session.curator(), answer, event_id=event_id, shown=shown
        )
        session.remember("compare", "labelled", judgment)


def undo_button(query_id: str, movie_id: str, *, side: str) -> None:
    """Draw the way back beside the film labelled last on this page, while that is still the latest label of all."""
    last: Judgment | None = session.recall("compare", "labelled", None)
    if last is None or (last.query_id, last.movie_id, last.annotator) != (query_id, movie_id, session.curator()):
        return
    latest = resources.store().history(limit=1)
    if not latest or latest[0].event_id != last.event_id:
        return
    st.button(
        t("compare.undo"),
        key=f"compare_undo_{last.event_id}_{side}",
        icon=":material/undo:",
        type="tertiary",
        on_click=_undo,
        args=(last.annotator, str(uuid.uuid4())),
    )


def _undo(annotator: str, event_id: str) -> None:
    with shown_as_problems():
        resources.store().undo(annotator, event_id=event_id)
        session.remember("compare", "labelled", None)
