"""The Activity page: who did what, and who may do what."""

from __future__ import annotations

import streamlit as st

from dashboard import session, sign_in
from dashboard.strings import t
from dashboard.widgets.activity_table import show_activity
from dashboard.widgets.problems import shown_as_problems
from dashboard.widgets.roles_panel import show_roles

PAGE = "activity"
ACTIVITY, ROLES = "activity", "roles"


def draw() -> None:
    """Draw the page."""
    st.title(t("nav.activity"), anchor=False)
    st.caption(t("activity.intro"))
    if not sign_in.required():
        st.caption(f":material/info: {t('activity.unproven')}")
    part = st.segmented_control(
        t("activity.part"),
        [ACTIVITY, ROLES],
        default=session.recall(PAGE, "part", ACTIVITY),
        format_func=lambda name: t(f"activity.part_{name}"),
        required=True,
        key="activity_part",
        label_visibility="collapsed",
    )
    session.remember(PAGE, "part", part)
    with shown_as_problems():
        if part == ROLES:
            show_roles()
        else:
            show_activity()


draw()
