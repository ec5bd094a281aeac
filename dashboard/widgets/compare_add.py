"""Adding what stands in the search box as a query, in place, held against the queries that are here."""

from __future__ import annotations

import streamlit as st

from dashboard import session
from dashboard.strings import t
from dashboard.widgets import label_work as work
from dashboard.widgets import query_presses
from dashboard.widgets.compare_address import PAGE, go_to
from dashboard.widgets.films import plain
from dashboard.widgets.query_add import add_dialog, begin_review, compared, forget_review


def add_typed(text: str) -> None:
    """Draw the button; a text that resembles no query is added at once, any other is decided on in a dialog."""
    label, key = t("compare.add_query"), "compare_add_query"
    if st.button(label, key=key, type="tertiary", icon=":material/add:", help=t("compare.add_query_help")):
        with st.spinner(t("queries.comparing")):
            review = compared([text])
        if not review.new():
            begin_review(review)
            session.remember(PAGE, "adding", True)
        elif query_id := query_presses.add(review.texts, review.neighbours, review.new()):
            _open(query_id)
        else:
            st.error(f"{t('label.not_saved')}: {plain(work.problem())}", icon=":material/error:")
    if session.recall(PAGE, "adding", False):
        st.dialog(t("label.add"), width="medium", on_dismiss=_dismiss)(add_dialog)(_open)


def _open(query_id: str) -> None:
    session.remember(PAGE, "adding", False)
    go_to(q="", query=query_id)


def _dismiss() -> None:
    session.remember(PAGE, "adding", False)
    forget_review()
