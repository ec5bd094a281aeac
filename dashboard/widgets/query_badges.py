"""What kind of query it is, in small badges."""

from __future__ import annotations

import streamlit as st

from core.judgments import Query, Split
from dashboard.strings import t
from dashboard.strings.label import TEXTS
from dashboard.widgets.films import in_badge


def query_badges(query: Query) -> None:
    """Draw language, kind and use of a query; those that only measure stand out."""
    with st.container(horizontal=True, gap="xsmall", width="content"):
        if query.lang:
            st.badge(t(f"label.lang_{query.lang}"), color="gray")
        if query.kind:
            known = f"kind_{query.kind}" in TEXTS
            st.badge(t(f"label.kind_{query.kind}") if known else in_badge(query.kind), color="gray")
        measuring = query.split is not Split.TRAIN
        st.badge(
            t(f"label.split_{query.split}"),
            icon=":material/lock:" if measuring else ":material/model_training:",
            color="orange" if measuring else "gray",
            help=t(f"label.split_{query.split}_help"),
        )
