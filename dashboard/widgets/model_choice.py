"""Choosing what to compare: the base, the tuned model, search by words, or a model fused with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from core.models.packaged import PACKAGED, packaged_file
from core.retrievers import FUSED, LEXICAL
from dashboard import resources
from dashboard.strings import t
from dashboard.widgets.compare_address import MOST_ALSO, Asked, go_to
from dashboard.widgets.run_facts import RunFacts, all_runs, local_time

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

FURTHER = ("third", "fourth")


@dataclass(frozen=True, slots=True)
class Choice:
    """What is compared, and what there is to choose from on either side; ``tuned`` is ``None`` without any."""

    base: str
    tuned: str | None
    bases: list[str]
    systems: list[str]
    runs: dict[str, RunFacts]

    def title(self, name: str) -> str:
        """Return a retriever's name as people tell retrievers apart."""
        return system_title(name, self.runs)


def choose_models(asked: Asked, *, also: bool = False) -> tuple[str, str | None]:
    """Draw both choices and return the names of the base and the tuned model, ``None`` without a finished run.

    With ``also`` up to two more can be chosen beside them.
    """
    choice = model_choice(asked)
    more = further(asked, choice.base, choice.tuned) if also else ()
    boxes = st.columns(2 + len(more) + (also and len(more) < MOST_ALSO), vertical_alignment="bottom")
    with boxes[0]:
        _choose_base(choice)
    with boxes[1]:
        _choose_tuned(choice)
    if also:
        _choose_more(choice, more, boxes[2:])
    return choice.base, choice.tuned


def further(asked: Asked, base: str, tuned: str | None) -> tuple[str, ...]:
    """Return what stands beside base and tuned: what the address names, each retriever once."""
    return tuple(name for name in asked.also if name not in (base, tuned))


def _choose_base(choice: Choice) -> None:
    chosen = st.selectbox(
        t("common.base"),
        choice.bases,
        index=choice.bases.index(choice.base),
        format_func=choice.title,
        key=f"compare_base_{choice.base}",
    )
    if chosen != choice.base:
        go_to(base=str(chosen))


def _choose_tuned(choice: Choice) -> None:
    picked = st.selectbox(
        t("common.tuned"),
        choice.systems,
        index=choice.systems.index(choice.tuned) if choice.tuned else None,
        format_func=choice.title,
        placeholder=t("compare.no_run_yet"),
        key=f"compare_tuned_{choice.tuned}",
    )
    if picked != choice.tuned:
        go_to(tuned=picked or "")


def _choose_more(choice: Choice, more: tuple[str, ...], boxes: Sequence[DeltaGenerator]) -> None:
    """Draw a choice with a way out for each of ``more``, and one to add where there is room."""
    known = dict.fromkeys([*choice.systems, *choice.bases, *more])
    for place, (name, box) in enumerate(zip(more, boxes, strict=False)):
        others = [*more[:place], *more[place + 1 :]]
        options = [one for one in known if one not in (choice.base, choice.tuned, *others)]
        with box:
            choice_box, way_out = st.columns([6, 1], gap="xxsmall", vertical_alignment="bottom")
        chosen = choice_box.selectbox(
            t(f"compare.{FURTHER[place]}"),
            options,
            index=options.index(name),
            format_func=choice.title,
            key=f"compare_also_{place}_{name}",
        )
        removed = way_out.button(
            "",
            key=f"compare_also_remove_{place}_{name}",
            icon=":material/close:",
            type="tertiary",
            help=t("compare.also_remove"),
        )
        if removed or chosen != name:
            go_to(also=",".join([*more[:place], *([] if removed else [str(chosen)]), *more[place + 1 :]]))
    if len(more) < len(boxes):
        free = [one for one in known if one not in (choice.base, choice.tuned, *more)]
        with boxes[-1]:
            added = st.selectbox(
                t("compare.also_add"),
                free,
                index=None,
                format_func=choice.title,
                placeholder=t("compare.also_hint"),
                key=f"compare_also_add_{','.join(more)}",
            )
        if added:
            go_to(also=",".join([*more, added]))


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
