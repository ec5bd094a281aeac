"""The lists of the Compare page as a browser has them: what it was given, and what it sends, over the real way in."""

from __future__ import annotations

import uuid
from typing import Any

from cards import ANSWERS, NUMBERS, now
from components import deliver, given
from streamlit.testing.v1 import AppTest

from dashboard.widgets.compare_presses import LISTS


def shown(app: AppTest) -> dict[str, Any]:
    """Return what the browser was given."""
    return given(app, LISTS)


def parts(app: AppTest) -> list[str]:
    """Return what each list is called."""
    return [one["part"] for one in shown(app)["lists"]]


def films(app: AppTest, number: int = 0) -> list[str]:
    """Return the films of a list, best first."""
    return [row["id"] for row in shown(app)["lists"][number]["rows"]]


def moves(app: AppTest, number: int) -> dict[str, list[str]]:
    """Return what is said to have become of the films of a list, where anything is."""
    return {row["id"]: [move["text"] for move in row["moves"]] for row in shown(app)["lists"][number]["rows"]}


def mark(app: AppTest, movie_id: str) -> str:
    """Return what the labels say of a film."""
    return str(shown(app)["films"][movie_id]["mark"])


def press(app: AppTest, action: str, movie_id: str, **changes: Any) -> dict[str, Any]:
    """Return the event that a press makes."""
    data = shown(app)
    answer, grade = ANSWERS[action]
    places = [row["rank"] for one in data["lists"] for row in one["rows"] if row["id"] == movie_id]
    event: dict[str, Any] = {
        "event_id": str(uuid.uuid4()),
        "query_id": data["query"],
        "movie_id": movie_id,
        "answer": answer,
        "grade": grade,
        "note": data["films"].get(movie_id, {}).get("note", ""),
        "shown_at": now(-1),
        "decided_at": now(),
        "place": places[0] if places else 1,
        "method": "key",
    }
    return event | changes


def undo() -> dict[str, Any]:
    """Return the event that takes the last answer back."""
    return {"event_id": str(uuid.uuid4()), "undo": True}


def send(app: AppTest, *entries: dict[str, Any], **changes: Any) -> AppTest:
    """Send events as the browser does."""
    data = shown(app)
    message = {
        "number": next(NUMBERS),
        "curator": data["curator"],
        "query_id": data["query"],
        "movie_id": "",
        "finished": False,
        "entries": list(entries),
    }
    return deliver(app, LISTS, {"outbox": message | changes})


def compose(app: AppTest, text: str) -> AppTest:
    """Pause while an input method is composing in the search box."""
    return deliver(app, LISTS, {}, [{"event": "composed", "value": text}])
