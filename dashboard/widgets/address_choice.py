"""A choice of which the page's address holds the value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st


def address_choice(
    name: str, label: str, options: Sequence[str], current: str, says: Callable[[str], str], **look: Any
) -> str:
    """Draw options side by side and return the one that is chosen; where it is another, the caller goes to it.

    The key changes with the address, which a link or the way back changes too: a widget keeps what it was once given.

    Args:
        name: begins the key.
        current: the option that the address holds.
        says: the text of an option.
        look: what else ``st.segmented_control`` takes.
    """
    chosen = st.segmented_control(
        label, options, format_func=says, default=current, required=True, key=f"{name}_{current}", **look
    )
    return str(chosen)
