"""One model against the labels: the mean of every measure, with bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.evaluation.measures import BOUNDED_MEASURES, Qrels, Rankings, mean, mean_bounds, per_query, queries_to_score
from core.fingerprint import json_values


@dataclass(frozen=True, slots=True)
class Evaluation:
    """One model's scores.

    Attributes:
        queries: how many were scored; ``left_out``: how many were not, having no film labelled positive.
        measures: the mean of each measure over the scored queries.
        bounds: means of the lower and upper bounds, for the measures that have them (see ``measures.bounds``).
        per_query: for each measure, the value of each scored query.
        lineage: what the figures were made from.
    """

    model: str
    queries: int
    left_out: int
    measures: dict[str, float]
    bounds: dict[str, tuple[float, float]]
    per_query: dict[str, dict[str, float]]
    lineage: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return json_values(self)


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
        measures={name: mean(by_query.values()) for name, by_query in values.items()},
        bounds={name: mean_bounds(rankings, qrels, name) for name in BOUNDED_MEASURES},
        per_query=values,
        lineage=dict(lineage),
    )
