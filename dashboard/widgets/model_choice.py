"""Choosing what to compare: the base, the tuned model, search by words, or a model fused with it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.models.packaged import PACKAGED, packaged_file
from core.retrievers import FUSED, LEXICAL
from dashboard import resources
from dashboard.strings import t
from dashboard.widgets.compare_address import Asked, go_to
from dashboard.widgets.run_facts import RunFacts, all_runs, local_time


@dataclass(frozen=True, slots=True)
class Choice:
    """What is compared, and what there is to choose from on either side; ``tuned`` is ``None`` without any."""

    base: str
    tuned: str | None
    bases: list[str]
    systems: list[str]
    runs: dict[str, RunFacts]


def choose_models(asked: Asked) -> tuple[str, str | None]:
    """Draw both choices and return the names of the base and the tuned model, ``None`` without a finished run."""
    choice = model_choice(asked)

    def title(name: str) -> str:
        return system_title(name, choice.runs)

    base, tuned = choice.base, choice.tuned
    left, right = st.columns(2)
    with left:
        chosen = st.selectbox(
            t("common.base"),
            choice.bases,
            index=choice.bases.index(base),
            format_func=title,
            key=f"compare_base_{base}",
        )
    if chosen != base:
        go_to(base=str(chosen))
    with right:
        picked = st.selectbox(
            t("common.tuned"),
            choice.systems,
            index=choice.systems.index(tuned) if tuned else None,
            format_func=title,
            placeholder=t("compare.no_run_yet"),
            key=f"compare_tuned_{tuned}",
        )
    if picked != tuned:
        go_to(tuned=picked or "")
    return base, tuned


def model_choice(asked: Asked) -> Choice:
    """Return what is compared, drawing nothing.

    The tuned model is at first the one in use, else the newest; the base is at first the one that it was tuned from.
    Either side may be search by words instead, or a model fused with it.
    """
    runs = {facts.name: facts for facts in all_runs() if facts.succeeded}
    own = _first_of((asked.tuned.removesuffix(FUSED), resources.active_run() or "", *runs), runs)
    models = _models(runs, asked)
    bases = [*models, LEXICAL, *(name + FUSED for name in [*models, *runs]), *runs]
    systems = [*runs, *(name + FUSED for name in runs), LEXICAL, *(name + FUSED for name in models), *models]
    tuned = _first_of((asked.tuned, own or ""), systems)
    own_base = runs[own].base if own else ""
    base = _first_of((asked.base, own_base, resources.DEFAULT_BASE, *bases), bases) or resources.DEFAULT_BASE
    return Choice(base, tuned, bases, systems, runs)


def system_title(name: str, runs: dict[str, RunFacts]) -> str:
    """Return a retriever's name as people tell retrievers apart."""
    if name == LEXICAL:
        return t("compare.lexical")
    model = name.removesuffix(FUSED)
    title = run_title(runs[model]) if model in runs else model
    return t("compare.fused", model=title) if name.endswith(FUSED) else title


def run_title(facts: RunFacts) -> str:
    """Return a run as people tell runs apart: when, from which base, by whom, and whether it is in use."""
    when = local_time(str(facts.about.get("created_at") or facts.name))
    parts = [when, facts.base, str(facts.about.get("by") or "")]
    if facts.name == resources.active_run():
        parts.append(t("compare.in_use"))
    return " · ".join(part for part in parts if part)


def _models(runs: dict[str, RunFacts], asked: Asked) -> list[str]:
    """Return the models that are there untuned: packaged, what runs began with, and one that a link names."""
    there = [name for name, model in PACKAGED.items() if packaged_file(model) is not None]
    linked = asked.base.removesuffix(FUSED)
    named = [] if linked in ("", LEXICAL) or linked in runs else [linked]
    return list(dict.fromkeys([*there, *(facts.base for facts in runs.values() if facts.base), *named]))


def _first_of(wanted: tuple[str, ...], known: dict[str, RunFacts] | list[str]) -> str | None:
    return next((name for name in wanted if name and name in known), None)
