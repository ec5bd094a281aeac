"""A click on a row of a table that leads somewhere.

The browser selects the first cell by itself when a table gets the focus, be it by a click that sorts it. So the first
column of such a table only numbers the rows, and opens nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import streamlit as st

PLACE = "place"


def numbered(rows: Iterable[dict[str, Any]], start: int = 1) -> list[dict[str, Any]]:
    """Return rows with their number before everything else."""
    return [{PLACE: place, **row} for place, row in enumerate(rows, start=start)]


def place_column(**options: Any) -> dict[str, Any]:
    """Return how the column of the numbers looks, for ``column_config``."""
    return {PLACE: st.column_config.NumberColumn("#", **{"width": 48, **options})}


def clicked_row(event: Any, count: int) -> int | None:
    """Return which of ``count`` rows was clicked, ``None`` where none was, or only its number."""
    cells = event.selection.cells
    if not cells or cells[0][1] == PLACE or cells[0][0] >= count:
        return None
    return int(cells[0][0])
