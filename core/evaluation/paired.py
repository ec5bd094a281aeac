"""One figure of both models over the same queries: means, difference, interval, p, and who wins how often."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.evaluation.measures import BOUNDED_MEASURES, JUDGED, MEASURES, PRIMARY, Qrels, Rankings, mean, mean_bounds
from core.evaluation.significance import NEGLIGIBLE, holm, mean_interval, sign_flip_p

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class MeasureComparison:
    """One measure of both models, over the scored queries.

    Attributes:
        base, tuned: means; ``delta`` is tuned minus base.
        ci: 95 % t interval of ``delta``; ``None`` for a single query.
        p: two-sided p of the sign-flip test; ``None`` below 6 differing queries.
        p_adjusted: for the primary measure, ``p``; for the others, p after Holm's correction over them all. ``None``
            for Judged@10, which says nothing of quality.
        wins, ties, losses: queries where the tuned model scores higher, the same, lower.
        base_bounds, tuned_bounds: means of the lower and upper bounds (see ``measures.bounds``), where they apply.
    """

    base: float
    tuned: float
    delta: float
    ci: Interval | None
    p: float | None
    p_adjusted: float | None
    wins: int
    ties: int
    losses: int
    base_bounds: Interval | None
    tuned_bounds: Interval | None

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> MeasureComparison:
        """Read what ``Comparison.as_dict`` wrote."""
        pairs = {name: interval_from(row[name]) for name in ("ci", "base_bounds", "tuned_bounds")}
        return cls(**{**row, **pairs})


def compare_measures(
    base: Mapping[str, Mapping[str, float]],
    tuned: Mapping[str, Mapping[str, float]],
    rankings: tuple[Rankings, Rankings],
    qrels: Qrels,
) -> dict[str, MeasureComparison]:
    """Compare every measure.

    Args:
        base, tuned: for each measure, the value of each scored query, as ``per_query`` returns them.
        rankings: what base and tuned model rank, for the bounds.
    """
    sides = {name: (list(base[name].values()), [tuned[name][query] for query in base[name]]) for name in MEASURES}
    p_values = {name: sign_flip_p(differences(*values)) for name, values in sides.items()}
    adjusted = holm({name: p for name, p in p_values.items() if name not in (PRIMARY, JUDGED)})
    adjusted[PRIMARY] = p_values[PRIMARY]
    compared = {}
    for name, (one, other) in sides.items():
        deltas = differences(one, other)
        bounded = [mean_bounds(side, qrels, name) if name in BOUNDED_MEASURES else None for side in rankings]
        wins, ties, losses = tally(deltas)
        compared[name] = MeasureComparison(
            base=mean(one),
            tuned=mean(other),
            delta=mean(deltas),
            ci=interval(deltas),
            p=p_values[name],
            p_adjusted=adjusted.get(name),
            wins=wins,
            ties=ties,
            losses=losses,
            base_bounds=bounded[0],
            tuned_bounds=bounded[1],
        )
    return compared


def differences(base: Sequence[float], tuned: Sequence[float]) -> list[float]:
    """Return tuned minus base, query by query."""
    return [other - one for one, other in zip(base, tuned, strict=True)]


def tally(deltas: Sequence[float]) -> tuple[int, int, int]:
    """Return on how many queries the tuned model scores higher, the same, lower."""
    wins = sum(delta > NEGLIGIBLE for delta in deltas)
    losses = sum(delta < -NEGLIGIBLE for delta in deltas)
    return wins, len(deltas) - wins - losses, losses


def interval(deltas: Sequence[float]) -> Interval | None:
    """Return the 95 % t interval of the mean; ``None`` for a single query."""
    low, high = mean_interval(deltas)
    return None if math.isnan(low) else (low, high)


def interval_from(pair: list[float | None] | None) -> Interval | None:
    """Read an interval from JSON, where none is null or two nulls."""
    if pair is None or pair[0] is None or pair[1] is None:
        return None
    return pair[0], pair[1]
