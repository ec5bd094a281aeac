"""The Help page: what the loop is, how to judge, the keys, and what the figures mean."""

from __future__ import annotations

import streamlit as st

from core.judgments import Project, Split
from dashboard.shortcuts import KEYS, printed
from dashboard.strings import t
from dashboard.widgets.guideline_panel import guideline_text

STEPS = {
    "label": ":material/thumbs_up_down:",
    "train": ":material/model_training:",
    "compare": ":material/compare_arrows:",
}
MEASURES = {"nDCG@10": "ndcg", "R@k": "recall", "RR@10": "rr", "Judged@10": "judged"}


def draw() -> None:
    """Draw the page."""
    st.title(t("nav.help"), anchor=False)
    st.markdown(t("help.intro"))
    loop()
    judging()
    keys()
    splits()
    queries()
    settings()
    measures()
    training()
    st.subheader(t("help.chatbot"), anchor=False)
    st.markdown(t("help.chatbot_why"))
    st.subheader(t("help.safe"), anchor=False)
    st.markdown(t("help.safe_why"))


def loop() -> None:
    """Draw the three steps, each with a link to its page."""
    st.subheader(t("help.loop"), anchor=False)
    for column, (number, (step, icon)) in zip(st.columns(len(STEPS)), enumerate(STEPS.items(), 1), strict=True):
        with column.container(border=True, height="stretch"):
            st.page_link(f"views/{step}.py", label=f"{number}. {t(f'nav.{step}')}", icon=icon)
            st.markdown(t(f"help.loop_{step}"))


def judging() -> None:
    """Draw the guideline that holds."""
    st.subheader(t("help.judging"), anchor=False)
    st.markdown(t("help.judging_where"))
    with st.container(border=True):
        guideline_text()
    st.markdown(t("help.judging_undo"))


def keys() -> None:
    """Draw the table of keys."""
    st.subheader(t("help.keys"), anchor=False)
    rows = {
        t("help.keys_key"): [f"**{printed(action)}**" for action in KEYS],
        t("help.keys_action"): [t(f"help.key_{action}") for action in KEYS],
    }
    st.table(rows, hide_index=True)
    st.caption(t("help.keys_why"))


def splits() -> None:
    """Draw what the queries of each split are for."""
    st.subheader(t("help.splits"), anchor=False)
    st.markdown(t("help.splits_why"))
    st.markdown("\n".join(f"- **{t(f'common.{split}')}**: {t(f'label.split_{split}_help')}" for split in Split))
    st.markdown(t("help.splits_close"))


def queries() -> None:
    """Draw what becomes of queries that are left, and of films that are searched for."""
    st.subheader(t("help.queries"), anchor=False)
    st.markdown("\n".join(f"- {t(f'help.queries_{part}')}" for part in ("next", "skip", "found")))


def settings() -> None:
    """Draw the team's settings in the words of their dialog."""
    st.subheader(t("help.settings"), anchor=False)
    st.markdown(t("help.settings_why"))
    lines = (f"- **{t(f'pool.{name}')}**: {t(f'pool.{name}_why')}" for name in Project.model_fields)
    st.markdown("\n".join(lines))


def measures() -> None:
    """Draw each measure in one sentence."""
    st.subheader(t("help.measures"), anchor=False)
    st.markdown(t("help.measures_why"))
    rows = {
        t("help.measure"): [f"**{name}**" for name in MEASURES],
        t("help.meaning"): [t(f"help.measure_{key}") for key in MEASURES.values()],
    }
    st.table(rows, hide_index=True)


def training() -> None:
    """Draw what a training does beside learning."""
    st.subheader(t("help.training"), anchor=False)
    st.markdown("\n".join(f"- {t(f'help.training_{part}')}" for part in ("trials", "titles", "mined")))


draw()
