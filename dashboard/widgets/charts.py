"""Charts in the theme's two colours: base and tuned."""

from __future__ import annotations

import altair as alt
import streamlit as st

LIGHT = {"base": "#6b7a90", "tuned": "#d9622b"}
DARK = {"base": "#9fb0c8", "tuned": "#f08a54"}


def colour(side: str) -> str:
    """Return the colour of ``base`` or ``tuned`` in the theme that is shown."""
    dark = st.context.theme.type == "dark"
    return (DARK if dark else LIGHT)[side]


def show(chart: alt.Chart | alt.LayerChart, *, key: str, alt_text: str) -> None:
    """Draw a chart over the full width, named for screen readers."""
    st.altair_chart(chart, width="stretch", key=key, alt=alt_text)
