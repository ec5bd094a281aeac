"""Who is working: asked before the first card, remembered by the browser. A name says whose an answer is, no more."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from core.starter import STARTER_ANNOTATOR
from dashboard import resources, session
from dashboard.curator_names import LONGEST, close_names, tidy_name
from dashboard.strings import t
from dashboard.widgets.films import plain

PAGE = "curators"


def known_curators() -> dict[str, int]:
    """Return how many answers of everybody stand, but for the starter set, the busiest first."""
    answers = Counter(judgment.annotator for judgment in resources.standing_judgments().all())
    del answers[STARTER_ANNOTATOR]
    return dict(sorted(answers.items(), key=lambda item: (-item[1], item[0])))


def choose_curator() -> None:
    """Draw the question who is working."""
    with st.container(border=True, width=560):
        st.subheader(t("nav.curator_none"), anchor=False)
        known = known_curators()
        if known:
            chosen = st.pills(
                t("nav.curator_known"),
                list(known),
                format_func=lambda name: f"{plain(name)} · {known[name]:,}",
                key="label_curator_known",
            )
            if chosen:
                _work_as(chosen)
        with st.form("label_curator_form", border=False):
            name = st.text_input(
                t("label.who_new") if known else t("nav.curator_new"), key="label_curator_new", max_chars=LONGEST
            )
            asked = st.form_submit_button(t("nav.curator_use"), type="primary")
        if asked:
            session.remember(PAGE, "name", tidy_name(name or ""))
        _check(session.recall(PAGE, "name", ""), known)
        st.caption(t("nav.curator_why"))
        st.page_link("views/help.py", label=t("label.to_help"), icon=":material/help:")


def _check(name: str, known: dict[str, int]) -> None:
    """Go on with a new name, or ask where it is nearly a known one."""
    if not name:
        return
    if name == STARTER_ANNOTATOR or close_names(name, [STARTER_ANNOTATOR]):
        st.warning(t("nav.curator_taken", name=plain(STARTER_ANNOTATOR)), icon=":material/person_off:")
        return
    close = [] if name in known else close_names(name, known)
    if not close:
        _work_as(name)
    st.warning(t("nav.curator_close", name=plain(name)), icon=":material/person_search:")
    for other in close:
        if st.button(t("nav.curator_is_me", name=plain(other)), key=f"label_curator_is_{other}", type="primary"):
            _work_as(other)
    if st.button(t("nav.curator_is_new", name=plain(name)), key="label_curator_is_new"):
        _work_as(name)


def _work_as(name: str) -> None:
    session.set_curator(name)
    session.remember(PAGE, "name", "")
    st.rerun()
