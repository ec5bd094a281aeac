"""What the browser sends is checked as any input is: what can never be recorded is refused, with the reason."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.judgments import Answer
from dashboard.widgets.label_message import Message, Press, Refusal, Undo, read_message

EVENT = "0b8f2c3e-8d1f-4a53-9a0e-2f2f0f6d7a11"


def entry(**changes: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    good = {
        "event_id": EVENT,
        "query_id": "q",
        "movie_id": "m",
        "answer": "positive",
        "grade": 1,
        "note": "",
        "shown_at": (now - timedelta(seconds=2)).isoformat(),
        "decided_at": now.isoformat(),
        "place": 3,
        "method": "key",
    }
    return good | changes


def message(*entries: Any, **changes: Any) -> dict[str, Any]:
    good = {"number": 7, "curator": "mina", "query_id": "q", "movie_id": "m", "finished": True, "entries": [*entries]}
    return good | changes


def read(*entries: Any) -> tuple[Press | Undo | Refusal, ...]:
    found = read_message(message(*entries), {"q"}, {"m"})
    assert found is not None
    return found.entries


def refused(**changes: Any) -> str:
    (found,) = read(entry(**changes))
    assert isinstance(found, Refusal)
    return found.reason


def test_a_good_message_is_read_whole_and_in_order() -> None:
    other = str(uuid.uuid4())
    found = read_message(message(entry(), {"event_id": other, "undo": True}), {"q"}, {"m"})
    assert isinstance(found, Message)
    assert (found.number, found.curator, found.query_id, found.movie_id, found.finished) == (7, "mina", "q", "m", True)
    press, undo = found.entries
    assert isinstance(press, Press) and press.answer is Answer.POSITIVE and (press.grade, press.place) == (1, 3)
    assert undo == Undo(other)


def test_times_are_brought_to_utc_and_milliseconds() -> None:
    (press,) = read(entry(shown_at="2026-01-01T09:00:00.1234+09:00", decided_at="2026-01-01T00:00:01Z"))
    assert isinstance(press, Press)
    assert press.shown_at == "2026-01-01T00:00:00.123+00:00" and press.decided_at == "2026-01-01T00:00:01.000+00:00"


def test_an_answer_from_before_the_clock_was_set_back_is_recorded_with_the_time_it_took() -> None:
    ahead = datetime.now(UTC) + timedelta(hours=3)
    (press,) = read(entry(shown_at=(ahead - timedelta(seconds=2)).isoformat(), decided_at=ahead.isoformat()))
    assert isinstance(press, Press)
    shown_at, decided_at = datetime.fromisoformat(press.shown_at), datetime.fromisoformat(press.decided_at)
    assert abs(datetime.now(UTC) - decided_at) < timedelta(minutes=1)
    assert decided_at - shown_at == timedelta(seconds=2)


@pytest.mark.parametrize(
    "value", [None, 3, "text", [], {}, message(number="7"), message(number=True), message(entries={"0": entry()})]
)
def test_what_no_page_sends_is_no_message(value: Any) -> None:
    assert read_message(value, {"q"}, {"m"}) is None


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("event_id", "e1", "expected a UUID"),
        ("event_id", EVENT.upper(), "expected a UUID"),
        ("event_id", 5, "expected a UUID"),
        ("query_id", "other", "no such query"),
        ("query_id", None, "expected a text"),
        ("movie_id", "other", "no such film"),
        ("answer", "perhaps", "perhaps"),
        ("grade", 3, "grade is 3"),
        ("grade", "1", "expected a number"),
        ("note", "n" * 2001, "2000 at most"),
        ("note", ["n"], "expected a text"),
        ("place", 0, "place is 0"),
        ("place", 1.5, "place is 1.5"),
        ("method", "thought", "method is"),
        ("shown_at", "yesterday", "ISO 8601"),
        ("shown_at", "2026-01-01T00:00:00", "ISO 8601"),
        ("shown_at", "9999-01-01T00:00:00Z", "shown first"),
        ("decided_at", "2001-01-01T00:00:00Z", "shown first"),
        ("shown_at", "0001-01-01T00:00:00+09:00", "ISO 8601"),
    ],
)
def test_what_can_never_be_recorded_is_refused_with_field_and_reason(field: str, value: Any, named: str) -> None:
    assert named in refused(**{field: value})


def test_one_bad_entry_does_not_stop_the_others() -> None:
    kinds = [type(one) for one in read(entry(), entry(place=-1), "no entry", entry(), {"undo": True})]
    assert kinds == [Press, Refusal, Press, Refusal]


@pytest.mark.parametrize("note", ["a\0b", "a\ud800b"])
def test_a_note_that_no_database_takes_is_refused(note: str) -> None:
    assert "a NUL or half a character" in refused(note=note)


@pytest.mark.parametrize("name", ["curator", "query_id", "movie_id"])
def test_a_message_that_names_half_a_character_is_none_of_ours(name: str) -> None:
    assert read_message(message(**{name: "a\ud800"}), {"q"}, {"m"}) is None
