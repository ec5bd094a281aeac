"""Which of what was made may go: a pure function of the stock, the rules and the time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.retention.stock import Holding, Kind, Stock
from core.runs import RunState

DAY = 24 * 3600.0
RUN_NAME = re.compile(r"\d{8}-\d{6}-[a-z0-9.-]+-[0-9a-f]{4}")


@dataclass(frozen=True, slots=True)
class Rules:
    """What stays.

    Attributes:
        keep_runs: so many runs that succeeded, the newest.
        older_than: days; whatever was written since stays.
    """

    keep_runs: int = 5
    older_than: float = 30


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a thing may go, and why or why not."""

    holding: Holding
    goes: bool
    reason: str


def plan(stock: Stock, rules: Rules, now: float) -> list[Decision]:
    """Decide on everything, in the order of the stock.

    A run stays while it is in use, was in use before, trains, is among the newest that succeeded, or is young. A
    comparison goes with the runs that it is of, rankings with the comparisons that were made from them. Indexes and
    vectors stay while a run that stays, its base, or the base that serves without a run uses their model; an index
    goes with its catalogue, too. What cannot be read stays: the doctor tells of it.

    Args:
        now: seconds since the epoch.
    """
    runs = [_run(run, stock, rules, now, _newest(stock, rules)) for run in stock.of(Kind.RUN)]
    staying = [decision.holding for decision in runs if not decision.goes]
    used = {stock.base, *(run.name for run in staying), *(base for run in staying for base in run.models)}
    comparisons = [_comparison(one, {run.name for run in staying}, rules, now) for one in stock.of(Kind.COMPARISON)]
    return [
        *runs,
        *comparisons,
        *_rankings(stock, comparisons, rules, now),
        *(_index(one, stock, used, rules, now) for one in stock.of(Kind.INDEX)),
        *(_vectors(one, used, rules, now) for one in stock.of(Kind.VECTORS)),
    ]


def _newest(stock: Stock, rules: Rules) -> set[str]:
    succeeded = [run.name for run in stock.of(Kind.RUN) if run.state is RunState.SUCCEEDED]
    return set(succeeded[: rules.keep_runs])


def _run(run: Holding, stock: Stock, rules: Rules, now: float, newest: set[str]) -> Decision:
    if run.name == stock.active:
        return Decision(run, False, "in use")
    if run.name == stock.before:
        return Decision(run, False, "was in use before; rolling back needs it")
    if run.state is None or run.state.active:
        return Decision(run, False, "training")
    if run.name in newest:
        return Decision(run, False, f"one of the {rules.keep_runs} newest that succeeded")
    return _by_age(run, rules, now, f"{run.state.value}, not in use")


def _comparison(one: Holding, staying: set[str], rules: Rules, now: float) -> Decision:
    if not one.models:
        return Decision(one, False, "cannot be read; see doctor")
    gone = [model for model in one.models if RUN_NAME.fullmatch(model) and model not in staying]
    if not gone:
        return Decision(one, False, "its models stay")
    return _by_age(one, rules, now, f"of {gone[0]}, which goes or is gone")


def _rankings(stock: Stock, comparisons: list[Decision], rules: Rules, now: float) -> Iterator[Decision]:
    staying = [decision.holding for decision in comparisons if not decision.goes]
    held = {one.rankings for one in staying}
    unread = any(not one.models for one in staying)
    for one in stock.of(Kind.RANKINGS):
        if one.name in held:
            yield Decision(one, False, "a comparison that stays was made from them")
        elif unread:
            yield Decision(one, False, "a comparison cannot be read, which may hold them; see doctor")
        else:
            yield _by_age(one, rules, now, "no comparison that stays was made from them")


def _index(one: Holding, stock: Stock, used: set[str], rules: Rules, now: float) -> Decision:
    if not one.models:
        return Decision(one, False, "cannot be read; see doctor")
    if stock.catalog and one.catalog != stock.catalog:
        return _by_age(one, rules, now, "of a catalogue that has changed since")
    if used.isdisjoint(one.models):
        return _by_age(one, rules, now, f"of {one.models[0]}, which no run that stays uses")
    return Decision(one, False, f"of {one.models[0]}, in use")


def _vectors(one: Holding, used: set[str], rules: Rules, now: float) -> Decision:
    if not one.models:
        return Decision(one, False, "says of no model; it will when it is next used")
    if used.isdisjoint(one.models):
        return _by_age(one, rules, now, f"of {one.models[0]}, which no run that stays uses")
    return Decision(one, False, f"of {one.models[0]}, in use")


def _by_age(one: Holding, rules: Rules, now: float, reason: str) -> Decision:
    if now - one.written < rules.older_than * DAY:
        return Decision(one, False, f"written in the last {rules.older_than:g} days")
    return Decision(one, True, reason)
