"""What the browser sends from the Label page, checked as any input is.

A message holds everything that the browser has not yet been told is on record, so that one lost on the way loses
nothing. Each entry is checked by itself: one that can never be recorded is refused with the reason, and the others
go on.
"""

from __future__ import annotations

import uuid
from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from core.errors import LabelError
from core.judgments import Answer
from core.judgments.grades import check_grade
from core.judgments.storable import check_storable
from core.quoting import legible, quoted

LONGEST_NOTE = 2000  # characters
HIGHEST_PLACE = 10_000
LONGEST_LOOK = timedelta(days=1)  # at a film, where the time of the answer has to be set right
METHODS = ("key", "click")


@dataclass(frozen=True, slots=True)
class Press:
    """One answer as it was given; times are ISO 8601 in UTC, ``place`` counts from 1, ``method`` is key or click."""

    event_id: str
    query_id: str
    movie_id: str
    answer: Answer
    grade: int | None
    note: str
    shown_at: str
    decided_at: str
    place: int
    method: str


@dataclass(frozen=True, slots=True)
class Undo:
    """The wish to take back the last answer, under the id of the event that will do it."""

    event_id: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """An entry that can never be recorded, and why."""

    event_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Message:
    """All that a browser has not been told is on record, in the order in which it was pressed.

    ``number`` comes back in the reply. ``movie_id`` is on screen, empty when no film is; ``finished`` says that every
    film of the query on screen has been answered there.
    """

    number: int
    curator: str
    query_id: str
    movie_id: str
    finished: bool
    entries: tuple[Press | Undo | Refusal, ...]


def read_message(value: Any, queries: Container[str], films: Container[str]) -> Message | None:
    """Return a checked message; None for what no page of ours sends.

    ``queries`` and ``films`` hold the ids that answers may name.
    """
    if not isinstance(value, Mapping):
        return None
    number, entries = value.get("number"), value.get("entries")
    if type(number) is not int or not isinstance(entries, list):
        return None
    names = {name: str(value.get(name, "")) for name in ("curator", "query_id", "movie_id")}
    try:
        check_storable(**names)
    except LabelError:
        return None
    now = datetime.now(UTC)
    return Message(
        number,
        **names,
        finished=value.get("finished") is True,
        entries=tuple(_entry(one, queries, films, now) for one in entries if isinstance(one, Mapping)),
    )


def _entry(
    row: Mapping[str, Any], queries: Container[str], films: Container[str], now: datetime
) -> Press | Undo | Refusal:
    try:
        event_id = _event_id(row)
        return Undo(event_id) if row.get("undo") is True else _press(row, event_id, queries, films, now)
    except LabelError as reason:
        return Refusal(legible(str(row.get("event_id", ""))[:64]), str(reason))


def _press(
    row: Mapping[str, Any], event_id: str, queries: Container[str], films: Container[str], now: datetime
) -> Press:
    query_id, movie_id, note = _text(row, "query_id"), _text(row, "movie_id"), _text(row, "note")
    if query_id not in queries:
        raise LabelError(f"query_id is {quoted(query_id)}; there is no such query in this workspace.")
    if movie_id not in films:
        raise LabelError(f"movie_id is {quoted(movie_id)}; the catalogue has no such film. It may have been replaced.")
    if len(note) > LONGEST_NOTE:
        raise LabelError(f"note has {len(note)} characters; expected {LONGEST_NOTE} at most.")
    grade, place, method = row.get("grade"), row.get("place"), row.get("method")
    if grade is not None and type(grade) is not int:
        raise LabelError(f"grade is {quoted(grade)}; expected a number, or none.")
    answer, grade = check_grade(_text(row, "answer"), grade)
    if type(place) is not int or not 1 <= place <= HIGHEST_PLACE:
        raise LabelError(f"place is {quoted(place)}; expected a number from 1.")
    if method not in METHODS:
        raise LabelError(f"method is {quoted(method)}; expected one of {', '.join(METHODS)}.")
    shown_at, decided_at = _time(row, "shown_at"), _time(row, "decided_at")
    if shown_at > decided_at:
        raise LabelError(
            f"shown_at is {row['shown_at']} and decided_at {row['decided_at']}; a film is shown first, then judged."
        )
    # Pages tell the time by the server's clock as it was when they opened. One set back since costs nobody an answer.
    if decided_at > now:
        shown_at, decided_at = now - min(decided_at - shown_at, LONGEST_LOOK), now
    at = (shown_at.isoformat(timespec="milliseconds"), decided_at.isoformat(timespec="milliseconds"))
    return Press(event_id, query_id, movie_id, answer, grade, note, *at, place, str(method))


def _event_id(row: Mapping[str, Any]) -> str:
    value = row.get("event_id")
    try:
        if isinstance(value, str) and str(uuid.UUID(value)) == value:
            return value
    except ValueError:
        pass
    raise LabelError(f"event_id is {str(value)[:64]!r}; expected a UUID.")


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise LabelError(f"{name} is {quoted(value)}; expected a text.")
    check_storable(**{name: value})
    return value


def _time(row: Mapping[str, Any], name: str) -> datetime:
    try:
        at = datetime.fromisoformat(_text(row, name))
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise LabelError(f"{name} is {quoted(row.get(name))}; expected a time as ISO 8601 in UTC.")
