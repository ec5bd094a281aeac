"""What the Compare page is asked to show. The page's address holds all of it, so every view can be sent as a link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from core.judgments import Query, group_key
from dashboard import session

PAGE = "compare"
NAMES = ("part", "base", "tuned", "q", "query", "split")
SIDE_BY_SIDE, NUMBERS = "side", "numbers"
PARTS = (SIDE_BY_SIDE, NUMBERS)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says. ``query`` is the known query that was picked or whose text was typed."""

    part: str
    base: str
    tuned: str
    text: str
    query: Query | None
    split: str


def read_address(queries: Mapping[str, Query]) -> Asked:
    """Return what the page should show; an address without a word of it means what was shown before."""
    given = {name: st.query_params[name] for name in NAMES if name in st.query_params}
    if not given:
        given = session.recall(PAGE, "address", {})
        st.query_params.update(given)
    session.remember(PAGE, "address", given)
    text = given.get("q", "").strip()
    query = _same_text(text, queries) if text else queries.get(given.get("query", ""))
    return Asked(
        part=given["part"] if given.get("part") in PARTS else SIDE_BY_SIDE,
        base=given.get("base", ""),
        tuned=given.get("tuned", ""),
        text=query.text if query else text,
        query=query,
        split=given["split"] if given.get("split") in ("test", "dev") else "test",
    )


def go_to(**changes: str) -> None:
    """Change the address, an empty value taking its name out, and draw the page again.

    All changes go in at once: each one by itself would be a step of its own for the browser's back button.
    """
    address = {**st.query_params.to_dict(), **changes}
    address = {name: value for name, value in address.items() if value}
    st.query_params.from_dict(address)
    session.remember(PAGE, "address", {name: address[name] for name in NAMES if name in address})
    st.rerun()


def _same_text(text: str, queries: Mapping[str, Query]) -> Query | None:
    group = group_key(text)
    return next((query for query in queries.values() if query.group == group), None)
