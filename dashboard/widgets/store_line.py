"""The team's object store behind every page: what is new in it is fetched, and what is wrong with it is said."""

from __future__ import annotations

import streamlit as st

from core.object_store import trouble
from dashboard import resources
from dashboard.strings import t

PATIENCE = 0.5  # seconds that a page waits for what is new, before it is drawn without


def keep_up() -> None:
    """Fetch what other replicas have made."""
    resources.team_store().follow(PATIENCE)


def store_line() -> None:
    """Draw a line where the store could not be used; nothing where it could, or where there is none."""
    if reason := trouble(resources.workspace()):
        with st.expander(t("store.trouble"), icon=":material/cloud_off:"):
            st.caption(t("store.stays"))
            st.text(reason)
