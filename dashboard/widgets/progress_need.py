"""What the labelling needs next, by the rules that training and comparison themselves follow."""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from core.evaluation.measures import TOP
from core.evaluation.significance import FEWEST_DIFFERING
from core.evaluation.verdict import JUDGED_ENOUGH
from core.training.pairs import LEAST_TRAIN_QUERIES
from dashboard.strings import t
from dashboard.widgets.readiness import Readiness

LABEL, REVIEW, TRAIN = "label", "review", "train"
ICONS = {LABEL: ":material/thumbs_up_down:", REVIEW: ":material/rule:", TRAIN: ":material/model_training:"}
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Need:
    """One sentence, why where that is not plain, and the page where it is met."""

    text: str
    page: str
    why: str = ""


def films_short(tops: Iterable[Sequence[str]], judged: Iterable[Container[str]]) -> int:
    """Return how many more films of these top lists have to be judged until Judged@10 is .95; 0 when it is.

    Args:
        tops: the films that one model ranks first for each query; as long as the lists are equally long, the share
            over all of them is the mean over queries.
        judged: the films that have been judged for each query, in the same order.
    """
    lists = list(tops)
    found = sum(movie in known for top, known in zip(lists, judged, strict=True) for movie in top)
    return max(0, math.ceil(JUDGED_ENOUGH * sum(map(len, lists)) - _ROUNDING) - found)


def next_need(ready: Readiness, short: Mapping[str, int] | None) -> Need:
    """Return the first thing that is missing, in the order in which it stands in the way.

    Args:
        short: for each model, how many films of the test queries' top lists are missing; ``None`` before they have
            been looked up, and empty when they could not be.
    """
    if not ready.enough:
        return Need(_counted("need_train", LEAST_TRAIN_QUERIES - ready.queries), LABEL)
    if ready.conflicts:
        return Need(_counted("need_settle", len(ready.conflicts)), REVIEW)
    if ready.test < FEWEST_DIFFERING:
        why = t("progress.need_test_why", least=FEWEST_DIFFERING)
        return Need(_counted("need_test", FEWEST_DIFFERING - ready.test), LABEL, why)
    if not short:
        return Need(t("progress.need_checking" if short is None else "progress.need_unknown", top=TOP), TRAIN)
    if most := max(short.values()):
        why = t("progress.need_films_why", share=round(100 * JUDGED_ENOUGH), top=TOP)
        return Need(_counted("need_films", most, top=TOP), LABEL, why)
    return Need(t("progress.need_none"), TRAIN)


def _counted(key: str, count: int, **values: int) -> str:
    return t(f"progress.{key}_one" if count == 1 else f"progress.{key}", count=count, **values)


def show_need(need: Need) -> None:
    """Draw the sentence and the way to the page."""
    with st.container(border=True):
        st.markdown(f":material/flag: **{need.text}**")
        if need.why:
            st.caption(need.why)
        st.page_link(f"views/{need.page}.py", label=t(f"progress.to_{need.page}"), icon=ICONS[need.page])
