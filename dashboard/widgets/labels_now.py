"""The labels as they are now, frozen in memory, and what forbids that; made once for each state of the store."""

from __future__ import annotations

import streamlit as st

from core.judgments import Snapshot, labels_now
from dashboard import resources
from dashboard.strings import t


def current_labels() -> Snapshot:
    """Return the labels as they are now.

    Raises:
        LabelError: there are none, or a pair is answered both ways.
    """
    return _labels(str(resources.workspace().root), resources.store().last_event_number())


@st.cache_resource(max_entries=2, show_spinner=False)
def _labels(root: str, last_event: int) -> Snapshot:
    return labels_now(resources.store())


def conflicts_now() -> int:
    """Return how many pairs are answered both ways."""
    return len(resources.standing_truth().conflicts)


def show_conflicts(text: str, count: int) -> None:
    """Draw that pairs are answered both ways, and where to settle them."""
    st.warning(t(text, count=f"{count:,}"), icon=":material/warning:")
    st.page_link("views/review.py", label=t("labels.to_review"), icon=":material/rule:")
