"""Skipping a query for a reason, and taking it back in."""

from __future__ import annotations

import streamlit as st

from core.judgments import Query, SkipReason
from dashboard.strings import t
from dashboard.widgets import label_work as work
from dashboard.widgets import query_presses as presses
from dashboard.widgets.films import plain

LONGEST = 200  # characters of a reason in one's own words


def show_skip(query: Query) -> None:
    """Draw the choice. Its key names the query, so that it is closed when another query appears."""
    with st.popover(t("queries.skip"), key=f"label_skip_for_{query.query_id}"):
        if (reason := work.queue().skipped.get(query.query_id)) is not None:
            st.markdown(t("queries.skipped", reason=plain(reason_in_words(reason))))
            key = f"label_resume_{query.query_id}"
            st.button(t("queries.resume"), key=key, on_click=presses.resume, args=(query,))
            return
        st.caption(t("queries.skip_why"))
        for one in SkipReason:
            st.button(
                reason_in_words(one).capitalize(),
                key=f"label_skip_{one.name.lower()}_{query.query_id}",
                width="stretch",
                on_click=presses.skip,
                args=(query, one),
            )
        own = st.text_input(t("queries.reason_own"), key=f"label_skip_own_{query.query_id}", max_chars=LONGEST)
        if own and own.strip():
            key = f"label_skip_do_{query.query_id}"
            st.button(t("queries.skip_do"), key=key, type="primary", on_click=presses.skip, args=(query, own))


def reason_in_words(reason: str) -> str:
    """Return why a query was skipped, in the session's language; a curator's own words as they are."""
    named = reason in list(SkipReason)
    return t(f"queries.reason_{SkipReason(reason).name.lower()}") if named else reason
