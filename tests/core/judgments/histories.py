"""Histories of events for tests: answers given at so many seconds, shown so many seconds before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from core.judgments import Answer, Event, Shown
from core.judgments.grades import check_grade

START = datetime(2026, 3, 1, 9, tzinfo=UTC)


def moment(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).isoformat(timespec="milliseconds")


def answered(
    number: int,
    query_id: str,
    movie_id: str,
    annotator: str,
    answer: str,
    *,
    at: float = 0,
    took: float | None = None,
    source: str = "card",
    grade: int | None = None,
    adjudicates: bool = False,
) -> Event:
    """Return an answer given ``at`` seconds after ``START``, ``took`` seconds after its film appeared."""
    given, filled = check_grade(answer, grade)
    shown = Shown(shown_at="" if took is None else moment(at - took), input_method=source)
    event_id = f"e{number}"
    return Event(
        number, event_id, query_id, movie_id, annotator, given, filled, "", shown, None, moment(at), adjudicates
    )


def undone(number: int, event: Event) -> Event:
    return Event(
        number,
        f"e{number}",
        event.query_id,
        event.movie_id,
        event.annotator,
        None,
        None,
        "",
        Shown(),
        event.event_id,
        "",
    )


def sitting(annotator: str, looks: Iterable[float], answers: Iterable[Answer | str]) -> list[Event]:
    """Return one answer after another, each film looked at for so many seconds."""
    events: list[Event] = []
    at = 0.0
    for number, (took, answer) in enumerate(zip(looks, answers, strict=True), start=1):
        at += took + 0.1
        events.append(answered(number, "q1", f"m{number}", annotator, answer, at=at, took=took))
    return events
