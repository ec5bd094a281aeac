"""What the page's address newly asks for. The browser may still name what the page has long left.

The page writes into its address what it shows, and every message of the browser names the address as the browser has
it. Between the two a busy machine takes seconds, so a message may name the query before; taken for a wish, it would
put films before a curator that they have already answered.
"""

from __future__ import annotations

import streamlit as st

from dashboard import session

PAGE = "address"
QUERY, MODE = "query", "mode"  # of the Label page: ?query=ID&mode=gaps
NOTHING: frozenset[str] = frozenset()


def asked(name: str) -> str:
    """Return what the address asks for under a name, empty when it only repeats what the page has put there."""
    value = str(st.query_params.get(name, ""))
    return "" if value == _written(name) or value in _behind(name) else value


def put(name: str, value: str) -> None:
    """Name in the address what the page shows, so that it can be sent to a colleague."""
    now = str(st.query_params.get(name, ""))
    session.remember(PAGE, f"behind/{name}", (_behind(name) | {_written(name), now}) - {"", value})
    session.remember(PAGE, f"written/{name}", value)
    if now != value:
        st.query_params[name] = value


def catch_up() -> None:
    """Note what the browser names now: once it is no longer behind, whatever it names is a wish (its back button).

    To be called where a run begins, for after ``put`` the address is what the page wants, not what the browser has.
    """
    for name in (QUERY, MODE):
        if str(st.query_params.get(name, "")) not in _behind(name):
            session.remember(PAGE, f"behind/{name}", NOTHING)


def _written(name: str) -> str:
    return session.recall(PAGE, f"written/{name}", "")


def _behind(name: str) -> frozenset[str]:
    """Return what the page had put there before, until the browser names something else."""
    return session.recall(PAGE, f"behind/{name}", NOTHING)
