"""Choosing the base and the tuned model to compare."""

from __future__ import annotations

import streamlit as st

from core.models.packaged import PACKAGED, packaged_file
from dashboard import resources
from dashboard.strings import t
from dashboard.widgets.compare_address import Asked, go_to
from dashboard.widgets.run_facts import RunFacts, all_runs, local_time


def choose_models(asked: Asked) -> tuple[str, str | None]:
    """Draw both choices and return the names of the base and the tuned model, ``None`` without a finished run.

    The tuned model is at first the one in use, else the newest; the base is at first the one that it was tuned from.
    """
    runs = {facts.name: facts for facts in all_runs() if facts.succeeded}
    tuned = _first_of((asked.tuned, resources.active_run() or "", *runs), runs)
    own_base = runs[tuned].base if tuned else ""
    bases = _bases(runs, asked.base)
    base = _first_of((asked.base, own_base, resources.DEFAULT_BASE, *bases), bases) or resources.DEFAULT_BASE
    left, right = st.columns(2)
    with left:
        chosen = st.selectbox(t("common.base"), bases, index=bases.index(base), key=f"compare_base_{base}")
    if chosen != base:
        go_to(base=str(chosen))
    if tuned is None:
        return base, None
    with right:
        picked = st.selectbox(
            t("common.tuned"),
            list(runs),
            index=list(runs).index(tuned),
            format_func=lambda name: run_title(runs[name]),
            key=f"compare_tuned_{tuned}",
        )
    if picked != tuned:
        go_to(tuned=str(picked))
    return base, tuned


def run_title(facts: RunFacts) -> str:
    """Return a run as people tell runs apart: when, from which base, by whom, and whether it is in use."""
    when = local_time(str(facts.about.get("created_at") or facts.name))
    parts = [when, facts.base, str(facts.about.get("by") or "")]
    if facts.name == resources.active_run():
        parts.append(t("compare.in_use"))
    return " · ".join(part for part in parts if part)


def _bases(runs: dict[str, RunFacts], asked: str) -> list[str]:
    there = [name for name, model in PACKAGED.items() if packaged_file(model) is not None]
    return list(dict.fromkeys([*there, *(facts.base for facts in runs.values() if facts.base), *filter(None, [asked])]))


def _first_of(wanted: tuple[str, ...], known: dict[str, RunFacts] | list[str]) -> str | None:
    return next((name for name in wanted if name and name in known), None)
