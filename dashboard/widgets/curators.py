"""Who is working: chosen once a session, before the first card."""

from __future__ import annotations

import streamlit as st

from core.starter import STARTER_ANNOTATOR
from dashboard import resources, session
from dashboard.strings import t


def known_curators() -> list[str]:
    """Return everybody who has judged here, but for the starter set."""
    return sorted({judgment.annotator for judgment in resources.store().judgments()} - {STARTER_ANNOTATOR})


def choose_curator() -> None:
    """Draw the question who is working."""
    with st.container(border=True, width=560):
        st.subheader(t("nav.curator_none"), anchor=False)
        known = known_curators()
        if known:
            chosen = st.pills(t("nav.curator_known"), known, key="label_curator_known")
            if chosen:
                session.set_curator(chosen)
                st.rerun()
        with st.form("label_curator_form", border=False):
            name = st.text_input(
                t("label.who_new") if known else t("nav.curator_new"), key="label_curator_new", max_chars=60
            )
            if st.form_submit_button(t("nav.curator_use"), type="primary") and name and name.strip():
                session.set_curator(name)
                st.rerun()
        st.caption(t("nav.curator_why"))
        st.page_link("views/help.py", label=t("label.to_help"), icon=":material/help:")
