"""What a training will take before it starts: optimiser steps, and time going by earlier runs."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from core.config import TrainConfig
from core.training.pairs import planned_steps
from dashboard.strings import t
from dashboard.widgets.films import plain
from dashboard.widgets.readiness import Readiness
from dashboard.widgets.run_facts import RunFacts, duration

FEW_STEPS = 30


def show_plan(config: TrainConfig, ready: Readiness, runs: Iterable[RunFacts]) -> None:
    """Draw the steps and the time, with a warning when there are too few steps to learn from."""
    pairs = ready.pairs_an_epoch(config.positives)
    steps = planned_steps(pairs, config.batch_size, config.epochs)
    about = t("train.plan_steps", steps=f"{steps:,}", pairs=f"{pairs:,}")
    like = most_like(config, runs)
    if like is None:
        time = t("train.plan_time_unknown")
    else:
        seconds = seconds_per_pair(like) * pairs * config.epochs + seconds_to_evaluate(like)
        time = t("train.plan_time", time=duration(seconds), run=plain(like.name))
    st.markdown(f":material/timer: {about} · {time}")
    if steps < FEW_STEPS:
        st.warning(t("train.plan_few", steps=steps), icon=":material/warning:")


def most_like(config: TrainConfig, runs: Iterable[RunFacts]) -> RunFacts | None:
    """Return the latest finished run whose speed foretells this one: same base, side, text length and device."""
    for facts in runs:
        if not facts.succeeded or not facts.report.get("pairs_an_epoch") or facts.config is None:
            continue
        same = ("base", "side", "max_length")
        if any(getattr(facts.config, name) != getattr(config, name) for name in same):
            continue
        if config.device in (facts.config.device, facts.report.get("device")):
            return facts
    return None


def seconds_per_pair(facts: RunFacts) -> float:
    """Return the seconds a run took for one pair of one epoch."""
    epochs = facts.config.epochs if facts.config else 1
    return float(facts.report.get("seconds") or 0) / (int(facts.report["pairs_an_epoch"]) * epochs)


def seconds_to_evaluate(facts: RunFacts) -> float:
    return float(facts.report.get("evaluation_seconds") or 0)
