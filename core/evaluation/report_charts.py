"""Where the marks of a report's two charts stand, in the units of their drawings; the template draws them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.evaluation.comparison import Comparison, QueryComparison
from core.evaluation.measures import PRIMARY

WIDTH = 720.0
ROW = 30.0
LABELS = 96.0  # left of the plot, for the names of measures
FIGURES = 64.0  # right of it, for the differences
MARGIN = 8.0
BARS_HEIGHT = 220.0
WIDEST_BAR = 28.0
TICKS = 3  # on either side of zero, at most
# The interval of two queries can be far wider than the measure's own scale.
STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class Tick:
    place: float
    label: str


@dataclass(frozen=True, slots=True)
class IntervalMark:
    """One measure's difference: a dot, and a line from ``low`` to ``high`` where there is an interval."""

    name: str
    y: float
    dot: float
    low: float | None
    high: float | None
    delta: float


@dataclass(frozen=True, slots=True)
class IntervalChart:
    width: float
    height: float
    zero: float
    ticks: tuple[Tick, ...]
    marks: tuple[IntervalMark, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """One query's difference. A difference of zero is a bar without height."""

    x: float
    y: float
    width: float
    height: float
    row: QueryComparison
    delta: float


@dataclass(frozen=True, slots=True)
class BarChart:
    width: float
    height: float
    zero: float
    ticks: tuple[Tick, ...]
    bars: tuple[Bar, ...]
    left: float
    right: float


def interval_chart(comparison: Comparison) -> IntervalChart:
    """Return the differences of all measures with their 95 % intervals, one line each, zero on one upright."""
    measures = comparison.measures
    ends = [abs(value) for each in measures.values() for value in (each.delta, *(each.ci or ()))]
    reach, ticks = scale(max(ends, default=0.0))
    middle = (LABELS + WIDTH - FIGURES) / 2
    unit = (WIDTH - FIGURES - LABELS) / 2 / reach
    marks = tuple(
        IntervalMark(
            name=name,
            y=ROW * (position + 0.5),
            dot=middle + each.delta * unit,
            low=None if each.ci is None else middle + each.ci[0] * unit,
            high=None if each.ci is None else middle + each.ci[1] * unit,
            delta=each.delta,
        )
        for position, (name, each) in enumerate(measures.items())
    )
    placed = tuple(Tick(middle + value * unit, label) for value, label in ticks)
    return IntervalChart(WIDTH, ROW * len(marks), middle, placed, marks)


def difference_chart(comparison: Comparison) -> BarChart:
    """Return every query's difference in the primary measure as a bar, the largest gain first."""
    rows = sorted(comparison.per_query, key=lambda row: (-row.delta[PRIMARY], row.query_id))
    deltas = [row.delta[PRIMARY] for row in rows]
    reach, ticks = scale(max((abs(delta) for delta in deltas), default=0.0))
    zero = BARS_HEIGHT / 2
    unit = (BARS_HEIGHT / 2 - MARGIN) / reach
    left, right = LABELS / 2, WIDTH - MARGIN
    step = min(WIDEST_BAR, (right - left) / max(1, len(rows)))
    bars = tuple(
        Bar(
            x=left + position * step,
            y=zero - max(0.0, delta) * unit,
            width=step * (0.8 if step > 4 else 1.0),
            height=abs(delta) * unit,
            row=row,
            delta=delta,
        )
        for position, (row, delta) in enumerate(zip(rows, deltas, strict=True))
    )
    placed = tuple(Tick(zero - value * unit, label) for value, label in ticks)
    return BarChart(WIDTH, BARS_HEIGHT, zero, placed, bars, left, right)


def scale(largest: float) -> tuple[float, Sequence[tuple[float, str]]]:
    """Return how far an axis reaches on either side of zero, and its ticks at round values: (value, label).

    >>> scale(0.07)[0]
    0.1
    """
    step = next((step for step in STEPS if largest <= TICKS * step), STEPS[-1])
    count = max(1, math.ceil(largest / step - 1e-9))
    digits = max(1, -math.floor(math.log10(step) + 1e-9))
    values = [step * number for number in range(-count, count + 1)]
    return step * count, [(value, "0" if abs(value) < step / 2 else f"{value:+.{digits}f}") for value in values]
