"""The one table of keys. C and R belong to Streamlit (clear the cache, rerun) and cannot be used."""

from __future__ import annotations

POSITIVE = "positive"
NEGATIVE = "negative"
UNSURE = "unsure"
UNDO = "undo"
PREVIOUS = "previous"
NEXT = "next"
NOTE = "note"

# Letters reach the page by the place of their key, so they work under a Hangul input method too; digits do not.
KEYS: dict[str, str] = {
    POSITIVE: "J",
    NEGATIVE: "K",
    UNSURE: "L",
    UNDO: "U",
    PREVIOUS: "Left",
    NEXT: "Right",
    NOTE: "N",
}

RESERVED = frozenset({"C", "R"})

_PRINTED = {"Left": "←", "Right": "→"}


def printed(action: str) -> str:
    """Return the key of an action as it is printed on a keyboard."""
    return _PRINTED.get(KEYS[action], KEYS[action])
