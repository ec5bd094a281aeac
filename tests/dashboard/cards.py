"""The Label page's cards as a browser has them: what it was given, and what it sends, over the real way in."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from components import components, deliver, given
from streamlit.testing.v1 import AppTest

from dashboard.widgets.label_presses import CARDS

NUMBERS = count(1)
ANSWERS: dict[str, tuple[str, int | None]] = {
    "positive": ("positive", 1),
    "perfect": ("positive", 2),
    "negative": ("negative", 0),
    "unsure": ("unsure", None),
}


def on_page(app: AppTest) -> bool:
    """Return whether the page shows cards."""
    return bool(components(app, CARDS))


def cards(app: AppTest) -> dict[str, Any]:
    """Return what the browser was given."""
    return given(app, CARDS)


def on_screen(app: AppTest) -> tuple[str, str]:
    """Return the (query id, movie id) to which the server has turned the browser."""
    data = cards(app)
    return data["query"]["id"], data["place"]


def now(seconds: float = 0.0) -> str:
    """Return the time as the browser writes it, some seconds from now."""
    at = datetime.now(UTC) + timedelta(seconds=seconds)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def press(app: AppTest, action: str, movie_id: str = "", **changes: Any) -> dict[str, Any]:
    """Return the event that a press makes; the film is the one to which the server has turned."""
    query_id, top = on_screen(app)
    movie_id = movie_id or top
    places = [card["id"] for card in cards(app)["cards"]]
    answer, grade = ANSWERS[action]
    event: dict[str, Any] = {
        "event_id": str(uuid.uuid4()),
        "query_id": query_id,
        "movie_id": movie_id,
        "answer": answer,
        "grade": grade,
        "note": next((card["note"] for card in cards(app)["cards"] if card["id"] == movie_id), ""),
        "shown_at": now(-1),
        "decided_at": now(),
        "place": places.index(movie_id) + 1 if movie_id in places else 1,
        "method": "key",
    }
    return event | changes


def send(app: AppTest, *entries: dict[str, Any], **changes: Any) -> AppTest:
    """Send events as the browser does: whole, numbered, with what is on screen and whether the query is through."""
    data = cards(app)
    answered = {card["id"] for card in data["cards"] if card["answer"]} | {one.get("movie_id") for one in entries}
    message = {
        "number": next(NUMBERS),
        "curator": data["curator"],
        "query_id": data["query"]["id"],
        "movie_id": data["place"],
        "finished": {card["id"] for card in data["cards"]} <= answered,
        "entries": list(entries),
    }
    return deliver(app, CARDS, {"outbox": message | changes})


def judge(app: AppTest, action: str, movie_id: str = "", **changes: Any) -> AppTest:
    """Answer a film, the first open one of the query unless another is named, and send it."""
    waiting = [card["id"] for card in cards(app)["cards"] if not card["answer"]]
    return send(app, press(app, action, movie_id or waiting[0], **changes))


def undo(app: AppTest) -> AppTest:
    """Take back the last answer."""
    return send(app, {"event_id": str(uuid.uuid4()), "undo": True}, finished=False)


def open_note(app: AppTest, movie_id: str) -> AppTest:
    """Ask for the note of a film."""
    return deliver(app, CARDS, {}, [{"event": "note", "value": movie_id}])
