"""One model against the labels: the mean of every measure, with bounds."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from core.evaluation.measures import BOUNDED_MEASURES, Qrels, Rankings, bounds, per_query, queries_to_score
from core.fingerprint import canonical_json


@dataclass(frozen=True, slots=True)
class MeasureScore:
    """The mean of a measure over the scored queries, and the means of its bounds where they apply."""

    mean: float
    lower: float | None
    upper: float | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One model's scores.

    Attributes:
        queries: how many were scored; ``left_out``: how many were not, having no film labelled positive.
        per_query: for each measure, the value of each scored query.
        lineage: what the figures were made from.
    """

    model: str
    queries: int
    left_out: int
    measures: dict[str, MeasureScore]
    per_query: dict[str, dict[str, float]]
    lineage: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        row: dict[str, Any] = json.loads(canonical_json(asdict(self)))
        return row


def evaluate_rankings(
    rankings: Rankings, qrels: Qrels, *, model: str, queries: Mapping[str, str], lineage: Mapping[str, Any]
) -> Evaluation:
    """Score what one model ranks; arguments and errors as in ``compare_rankings``."""
    scored = queries_to_score(qrels, queries)
    values = per_query(rankings, qrels)
    return Evaluation(
        model=model,
        queries=len(scored),
        left_out=len(set(queries) | set(qrels)) - len(scored),
        measures={name: _score(name, by_query, rankings, qrels) for name, by_query in values.items()},
        per_query=values,
        lineage=dict(lineage),
    )


def _score(name: str, by_query: Mapping[str, float], rankings: Rankings, qrels: Qrels) -> MeasureScore:
    count = len(by_query)
    mean = math.fsum(by_query.values()) / count
    if name not in BOUNDED_MEASURES:
        return MeasureScore(mean, None, None)
    pairs = bounds(rankings, qrels, name).values()
    return MeasureScore(mean, math.fsum(low for low, _ in pairs) / count, math.fsum(high for _, high in pairs) / count)
