"""What the page's address newly asks for. The browser may still name what the page has long left.

The page writes into its address what it shows, and every message of the browser names the address as the browser has
it. Between the two a busy machine takes seconds, so a message may name the query before; taken for a wish, it would
put films before a curator that they have already answered.
"""

from __future__ import annotations

import streamlit as st

from dashboard import session

PAGE = "address"
WRITTEN = "written"  # what the page has put into the address, by name
BEHIND = "behind"  # what it had put there before, until the browser names something else


def asked(name: str) -> str:
    """Return what the address asks for under a name, empty when it only repeats what the page has put there."""
    value = st.query_params.get(name, "")
    known = (session.recall(PAGE, WRITTEN, {}).get(name, ""), *session.recall(PAGE, BEHIND, {}).get(name, ()))
    return "" if value in known else value


def put(name: str, value: str) -> None:
    """Name in the address what the page shows, so that it can be sent to a colleague."""
    written, behind = session.recall(PAGE, WRITTEN, {}), session.recall(PAGE, BEHIND, {})
    now = st.query_params.get(name, "")
    left = {written.get(name, ""), now} - {"", value}
    if left:
        session.remember(PAGE, BEHIND, {**behind, name: frozenset(left.union(behind.get(name, ())))})
    session.remember(PAGE, WRITTEN, {**written, name: value})
    if now != value:
        st.query_params[name] = value


def catch_up() -> None:
    """Note what the browser names now: once it is no longer behind, whatever it names is a wish (its back button).

    To be called where a run begins, for after ``put`` the address is what the page wants, not what the browser has.
    """
    behind: dict[str, frozenset[str]] = session.recall(PAGE, BEHIND, {})
    if behind:
        still = {name: values for name, values in behind.items() if st.query_params.get(name, "") in values}
        session.remember(PAGE, BEHIND, still)
