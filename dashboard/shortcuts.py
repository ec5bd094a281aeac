"""The one table of keys. C and R belong to Streamlit (clear the cache, rerun) and cannot be used."""

from __future__ import annotations

POSITIVE = "positive"
PERFECT = "perfect"
NEGATIVE = "negative"
UNSURE = "unsure"
UNDO = "undo"
PREVIOUS = "previous"
NEXT = "next"
NOTE = "note"
GRID = "grid"
HELP = "help"

KEYS: dict[str, str] = {
    POSITIVE: "J",
    PERFECT: "H",
    NEGATIVE: "K",
    UNSURE: "L",
    UNDO: "U",
    PREVIOUS: "Left",
    NEXT: "Right",
    NOTE: "N",
    GRID: "G",
    HELP: "?",
}

# Judging blind, on the Compare page. There is no Enter: it would press the button that has the focus as well.
PREFER_A = "prefer_a"
PREFER_B = "prefer_b"
SAME = "same"
SKIP = "skip"
DONE = "done"

BLIND_KEYS: dict[str, str] = {PREFER_A: "1", PREFER_B: "2", SAME: "3", SKIP: "S", UNDO: "U"}
INTERLEAVED_KEYS: dict[str, str] = {DONE: "D", SKIP: "S", UNDO: "U"}
MARK_KEYS = "1234567890"  # the films of an interleaved list, from the top

GRADED_ONLY = frozenset({PERFECT})
RESERVED = frozenset({"C", "R"})

_PRINTED = {"Left": "←", "Right": "→"}
# As the browser names the place of a key, whatever letter an input method makes of it.
_CODES = {"Left": "ArrowLeft", "Right": "ArrowRight", "?": "Slash"}
_SHIFTED = frozenset({"?"})
# As the attribute aria-keyshortcuts wants it.
_SPOKEN = {"Left": "ArrowLeft", "Right": "ArrowRight"}


def printed(action: str) -> str:
    """Return the key of an action as it is printed on a keyboard."""
    return _PRINTED.get(KEYS[action], KEYS[action])


def keys_for(graded: bool) -> dict[str, dict[str, str | bool]]:
    """Return the keys as the browser takes them: by place, with or without shift; ``graded`` adds the second grade."""
    return {
        action: {
            "code": _CODES.get(key, f"Key{key}"),
            "shift": key in _SHIFTED,
            "printed": printed(action),
            "shortcut": _SPOKEN.get(key, key),
        }
        for action, key in KEYS.items()
        if graded or action not in GRADED_ONLY
    }
