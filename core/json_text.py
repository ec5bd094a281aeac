"""JSON that others wrote, within bounds: what is nested without end is refused before anything walks through it."""

from __future__ import annotations

import json
from typing import Any

# A film's own lists are 3 deep. Python gives up near 1,000 levels, and where exactly depends on who calls.
MOST_LEVELS = 100


def parse_json(text: str | bytes) -> Any:
    """Return what a JSON text, or its bytes in UTF-8, 16 or 32, holds.

    Raises:
        ValueError: it is not JSON (``json.JSONDecodeError``, with the place), holds a number of over 4,300 digits, or
            is nested more than ``MOST_LEVELS`` deep.
    """
    if isinstance(text, bytes):
        text = text.decode(json.detect_encoding(text), "surrogatepass")  # as json.loads does
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError(_too_deep()) from None
    if text.count("[") + text.count("{") > MOST_LEVELS and _is_deeper(value, MOST_LEVELS):
        raise ValueError(_too_deep())
    return value


def _is_deeper(value: Any, levels: int) -> bool:
    level = [value]
    for _ in range(levels):
        level = [inner for outer in level for inner in _inside(outer) if isinstance(inner, dict | list)]
        if not level:
            return False
    return True


def _inside(value: Any) -> Any:
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _too_deep() -> str:
    return f"nested more than {MOST_LEVELS} levels deep"
