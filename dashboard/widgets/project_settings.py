"""The team's settings of the labelling, in a dialog of the Label page."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.errors import ReelignError
from core.judgments import Project
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets import label_presses as presses
from dashboard.widgets import label_work as work
from dashboard.widgets.problems import show_problem

PROJECT = "project"  # the dialog
PERCENT = ("random_share", "overlap")  # kept as shares from 0 to 1
SWITCHES = ("graded", "remote_images")


def show_project_settings() -> None:
    """Open the dialog if it was asked for."""
    if session.recall(work.PAGE, "dialog", "") == PROJECT:
        st.dialog(t("pool.settings"), on_dismiss=presses.close_dialog)(_form)()


def _form() -> None:
    current = resources.store().project.current()
    st.caption(t("pool.settings_about"))
    with st.form("label_project", border=False):
        values: dict[str, Any] = {"depth": _number("depth", current.depth, 1)}
        for name in PERCENT:
            values[name] = _number(name, round(100 * getattr(current, name)), 100) / 100
        for name in SWITCHES:
            with st.container(gap="xxsmall"):
                values[name] = st.toggle(t(f"pool.{name}"), value=getattr(current, name), key=f"label_project_{name}")
                st.caption(t(f"pool.{name}_why"))
        if st.form_submit_button(t("common.save"), type="primary") and _saved(values):
            st.rerun()


def _number(name: str, value: int, scale: int) -> int:
    low, high = limits(name)
    key = f"label_project_{name}"
    with st.container(gap="xxsmall"):
        chosen = st.number_input(t(f"pool.{name}"), int(low * scale), int(high * scale), value, key=key)
        st.caption(t(f"pool.{name}_why"))
    return chosen


def limits(name: str) -> tuple[float, float]:
    """Return the least and the greatest value of a setting that is a number."""
    rules = Project.model_fields[name].metadata
    low = next(rule.ge for rule in rules if hasattr(rule, "ge"))
    high = next(rule.le for rule in rules if hasattr(rule, "le"))
    return low, high


def _saved(values: dict[str, Any]) -> bool:
    try:
        resources.store().project.change(session.curator(), **values)
    except ReelignError as reason:
        show_problem(reason)
        return False
    presses.close_dialog()
    work.say(t("pool.settings_saved"))
    return True
