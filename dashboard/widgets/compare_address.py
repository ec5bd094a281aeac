"""What the Compare page is asked to show. The page's address holds all of it, so every view can be sent as a link.

Whatever is chosen makes a step of the browser's history (``go_to``). What is typed does not, or the way back would
lead through every letter: it is noted here (``note_down``), and the lists rewrite the address in the browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from core.judgments import Query, Split, group_key
from core.judgments.preferences import Form
from dashboard import session

PAGE = "compare"
NAMES = (
    *("part", "base", "tuned", "also", "q", "query", "scores", "split", "comparison", "kept", "form", "among"),
    *("film", "find", "colour"),
)
SIDE_BY_SIDE, NUMBERS, SIMILAR, BLIND, KEPT = "side", "numbers", "similar", "blind", "kept"
PARTS = (SIDE_BY_SIDE, NUMBERS, SIMILAR, BLIND, KEPT)
COLOURS = ("genre", "decade", "language")
OWN = "own"  # beside the splits: queries of one's own
SPLITS = (Split.TEST.value, Split.DEV.value, OWN)
MOST_ALSO = 2  # retrievers beside base and tuned


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says.

    ``query`` is the known query that was ``picked`` or whose text was typed; ``written`` is what stands in the search
    box, which may be spelled otherwise. ``also`` names the retrievers beside base and tuned; ``scores`` says whether
    scores are shown. ``split`` is of the figures, ``comparison`` the one to open among those on queries of one's own.
    ``kept`` names the kept comparison to open.
    ``form`` and ``among`` are of judging blind: in which form, and the queries of which split, empty
    for all.
    ``film``, ``find`` and ``colour`` are of similar films: whose neighbours are shown, what the films are searched for,
    and what the map is coloured by.
    """

    part: str
    base: str
    tuned: str
    also: tuple[str, ...]
    text: str
    written: str
    query: Query | None
    picked: bool
    scores: bool
    split: str
    comparison: str
    kept: str
    form: Form
    among: str
    film: str
    find: str
    colour: str


def read_address(queries: Mapping[str, Query]) -> Asked:
    """Return what the page should show; an address without a word of it means what was shown before."""
    there = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    if not there:
        there = session.recall(PAGE, "address", {})
        st.query_params.update(there)
    if there != session.recall(PAGE, "address", {}):
        session.remember(PAGE, "noted", {})  # a link, or a step back: what was typed before it no longer counts
    session.remember(PAGE, "address", there)
    given = _with(there, session.recall(PAGE, "noted", {}))
    text = given.get("q", "").strip()
    query = _same_text(text, queries) if text else queries.get(given.get("query", ""))
    also = dict.fromkeys(name.strip() for name in given.get("also", "").split(","))
    return Asked(
        part=given["part"] if given.get("part") in PARTS else SIDE_BY_SIDE,
        base=given.get("base", ""),
        tuned=given.get("tuned", ""),
        also=tuple(name for name in also if name)[:MOST_ALSO],
        text=query.text if query else text,
        written=text or (query.text if query else ""),
        query=query,
        picked=query is not None and not text,
        scores=given.get("scores") == "1",
        split=given["split"] if given.get("split") in SPLITS else Split.TEST.value,
        comparison=given.get("comparison", ""),
        kept=given.get("kept", ""),
        form=Form(given["form"]) if given.get("form") in list(Form) else Form.SIDE_BY_SIDE,
        among=given["among"] if given.get("among") in list(Split) else "",
        film=given.get("film", ""),
        find=given.get("find", "").strip(),
        colour=given["colour"] if given.get("colour") in COLOURS else COLOURS[0],
    )


def go_to(**changes: str) -> None:
    """Change the address, an empty value taking its name out, and draw the page again.

    All changes go in at once: each one by itself would be a step of its own for the browser's back button.
    """
    address = _with(st.query_params.to_dict(), session.recall(PAGE, "noted", {}), changes)
    st.query_params.from_dict(address)
    session.remember(PAGE, "address", {name: address[name] for name in NAMES if name in address})
    session.remember(PAGE, "noted", {})
    st.rerun()


def note_down(**changes: str) -> None:
    """Change what the address should say without a step of the browser's history, and draw nothing."""
    session.remember(PAGE, "noted", {**session.recall(PAGE, "noted", {}), **changes})


def noted_address() -> str:
    """Return the address as it should read with what was noted down, empty when nothing was."""
    return full_address() if session.recall(PAGE, "noted", {}) else ""


def full_address(**changes: str) -> str:
    """Return the address with what was noted down and these changes, as it stands behind the question mark."""
    return urlencode(_with(st.query_params.to_dict(), session.recall(PAGE, "noted", {}), changes))


def _with(address: Mapping[str, str], *changes: Mapping[str, str]) -> dict[str, str]:
    changed = dict(address)
    for change in changes:
        changed |= change
    return {name: value for name, value in changed.items() if value}


def _same_text(text: str, queries: Mapping[str, Query]) -> Query | None:
    group = group_key(text)
    return next((query for query in queries.values() if query.group == group), None)
