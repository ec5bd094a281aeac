"""What a training will take before it starts: optimiser steps, and time going by earlier runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st

from core.config import TrainConfig
from core.training.pairs import LEAST_TRAIN_QUERIES, planned_steps
from dashboard.strings import t
from dashboard.widgets.films import plain
from dashboard.widgets.readiness import Readiness
from dashboard.widgets.run_facts import RunFacts, duration

FEW_STEPS = 30


@dataclass(frozen=True, slots=True)
class Plan:
    """The work of a training: the pairs of an epoch and the steps of all of them, and the same of its trial trainings.

    ``parts`` is how many trial trainings there are; each trains on the queries of the other parts, which are taken
    to have an even share of the pairs. ``steps`` are at most those: the best epoch may be an early one.
    """

    pairs: int
    steps: int
    epochs: int
    parts: int = 0
    trial_pairs: int = 0
    trial_steps: int = 0

    @property
    def pairs_seen(self) -> int:
        """How many times a pair is trained on, all trainings together."""
        return self.epochs * (self.pairs + self.parts * self.trial_pairs)


def plan(config: TrainConfig, ready: Readiness) -> Plan:
    """Return the work of a training on the labels as they stand."""
    parts = ready.parts(config.folds)
    pairs = ready.pairs_an_epoch(config.positives, config.folds)
    trial_pairs = round(pairs * (parts - 1) / parts) if parts else 0
    trial_steps = parts * planned_steps(trial_pairs, config.batch_size, config.epochs)
    steps = planned_steps(pairs, config.batch_size, config.epochs)
    return Plan(pairs, steps, config.epochs, parts, trial_pairs, trial_steps)


def folds_refused(config: TrainConfig, ready: Readiness) -> str:
    """Return why the labels do not suffice for the cross-validation that is asked for, empty when they do."""
    parts = ready.parts(config.folds)
    least = max(parts, 2) * LEAST_TRAIN_QUERIES
    if parts == 1:
        return t("train.folds_one")
    if parts and ready.queries < least:
        return t("train.folds_many", parts=parts, least=least, count=ready.queries)
    return ""


def show_plan(config: TrainConfig, ready: Readiness, runs: Iterable[RunFacts]) -> None:
    """Draw the steps and the time, with a warning when there are too few steps to learn from."""
    work = plan(config, ready)
    about = t("train.plan_steps", steps=f"{work.steps + work.trial_steps:,}", pairs=f"{work.pairs:,}")
    like = most_like(config, runs)
    if like is None:
        time = t("train.plan_time_unknown")
    else:
        seconds = seconds_per_pair(like) * work.pairs_seen + seconds_to_evaluate(like)
        time = t("train.plan_time", time=duration(seconds), run=plain(like.name))
    st.markdown(f":material/timer: {about} · {time}")
    if work.parts:
        shares = {"parts": work.parts, "rest": work.parts - 1}
        steps = t("train.plan_folds_steps", trial=f"{work.trial_steps:,}", last=f"{work.steps:,}")
        st.markdown(f":material/splitscreen: {t('train.plan_folds', **shares)} {steps}")
    if work.steps < FEW_STEPS:
        st.warning(t("train.plan_few", steps=work.steps), icon=":material/warning:")


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
    """Return the seconds a run took for one pair of one epoch: of all its trainings, where it timed them together."""
    report = facts.report
    pairs, total = int(report["pairs_an_epoch"]), facts.seconds
    batch_size, planned = (facts.config.batch_size, facts.config.epochs) if facts.config else (pairs, 1)
    steps_an_epoch = planned_steps(pairs, batch_size, 1)
    seen = pairs * int(report.get("steps") or steps_an_epoch) / steps_an_epoch
    if facts.folds and "total_seconds" in report:
        seen += planned * (facts.folds - 1) * pairs  # each of the parts trains on the pairs of the others
    return (total or 0.0) / seen


def seconds_to_evaluate(facts: RunFacts) -> float:
    return float(facts.report.get("evaluation_seconds") or 0)
