"""The search box of the Compare page, which searches while somebody types.

Only the lists are drawn anew then. The box keeps what stands in it, so its key stays while it is typed into; a text
from elsewhere (a link, a picked query, a step back) comes in a new box.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from dashboard import session
from dashboard.strings import t
from dashboard.widgets.compare_address import PAGE, Asked, note_down
from dashboard.widgets.compare_presses import LISTS

PAUSE = "100ms"  # without a key until what was typed is searched for; a search takes about as long
FOUND = "compare_found"  # the key of the fragment that holds the lists
COMPOSED = "composed"  # what the lists send of a text that an input method is still composing


@dataclass(frozen=True, slots=True)
class Box:
    """The box on screen: its number, the text that it began with, and the one that was searched for last."""

    number: int = 0
    begun: str = ""
    text: str = ""

    @property
    def key(self) -> str:
        """The key of the widget."""
        return f"compare_text_{self.number}"


def search_box(asked: Asked, models: dict[str, str]) -> None:
    """Draw the box. ``models`` is what the address should say of the models once something is searched for."""
    box = box_now()
    if box.text != asked.written or not session.on_page(box.key):
        box = Box(box.number + 1, asked.written, asked.written)
        _keep(box)
    session.remember(PAGE, "search", (asked.picked, models))
    st.text_input(
        t("compare.search"),
        value=box.begun,
        type="search",
        live=PAUSE,
        placeholder=t("compare.search_hint"),
        key=box.key,
        on_change=_typed,
        args=(box.key,),
    )


def box_now() -> Box:
    """Return the box on screen."""
    return session.recall(PAGE, "box", Box())


def search_composed() -> None:
    """Search for what an input method is composing: the box itself waits until it has been composed."""
    text = session.sent(LISTS, COMPOSED)
    if isinstance(text, str):
        _search(text)


def _typed(key: str) -> None:
    _search(session.entered(key))
    st.rerun(FOUND)


def _search(text: str) -> None:
    text = " ".join(text.split())
    search: tuple[bool, dict[str, str]] = session.recall(PAGE, "search", (False, {}))
    picked, models = search
    _keep(replace(box_now(), text=text))
    note_down(q=text, query="", **models)
    if picked:  # the whole page: the query that was picked no longer is
        st.rerun()


def _keep(box: Box) -> None:
    session.remember(PAGE, "box", box)
