"""Who gave an answer, by name or by a number that tells no name."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.fingerprint import fingerprint
from core.judgments import Judgment
from dashboard import session
from dashboard.strings import t

PAGE = "review"


def names_toggle(part: str) -> bool:
    """Draw the switch and return whether names are shown; both parts of the page keep one answer."""
    shown = st.toggle(
        t("review.names"),
        value=session.recall(PAGE, "names", False),
        key=f"review_names_{part}",
        help=t("review.names_help"),
    )
    session.remember(PAGE, "names", shown)
    return shown


def called(answers: Sequence[Judgment], *, names: bool) -> list[tuple[str, Judgment]]:
    """Return the answers to one pair with what each annotator is called.

    Without ``names`` they are numbered in an order by hash, another for each pair: neither the number nor the place
    tells whose an answer is.
    """
    if names:
        return [(judgment.annotator, judgment) for judgment in answers]
    blind = sorted(answers, key=lambda one: fingerprint([one.query_id, one.movie_id, one.annotator]))
    return [(t("review.someone", number=number), judgment) for number, judgment in enumerate(blind, start=1)]


def author(annotator: str, *, names: bool) -> str:
    """Return whose an answer is, as the curator at work should read it."""
    if annotator == session.curator():
        return t("review.you")
    return annotator if names else t("review.colleague")
