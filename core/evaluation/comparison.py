"""A base and a tuned model, ranked against the same labels: every measure, every query, and a verdict."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from core.evaluation.measures import (
    BOUNDED_MEASURES,
    MEASURES,
    PRIMARY,
    TOP,
    Qrels,
    Rankings,
    mean,
    mean_bounds,
    per_query,
    queries_to_score,
)
from core.evaluation.significance import NEGLIGIBLE, differing, holm, mean_interval, sign_flip_p, smallest_detectable
from core.evaluation.verdict import Verdict, decide
from core.fingerprint import canonical_json, fingerprint

JUDGED = "Judged@10"
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
        pairs = {name: _interval(row[name]) for name in ("ci", "base_bounds", "tuned_bounds")}
        return cls(**{**row, **pairs})


@dataclass(frozen=True, slots=True)
class QueryComparison:
    """One query under both models.

    Attributes:
        base, tuned, delta: for each measure.
        base_top, tuned_top: the ten films ranked first, best first.
        overlap: how many films the two have in common.
        unjudged: how many distinct films among the two nobody has judged.
    """

    query_id: str
    text: str
    base: dict[str, float]
    tuned: dict[str, float]
    delta: dict[str, float]
    base_top: tuple[str, ...]
    tuned_top: tuple[str, ...]
    overlap: int
    unjudged: int

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> QueryComparison:
        """Read what ``Comparison.as_dict`` wrote."""
        return cls(**{**row, "base_top": tuple(row["base_top"]), "tuned_top": tuple(row["tuned_top"])})


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two models over the same queries.

    Attributes:
        name: time and fingerprint of the content; names the saved file.
        base, tuned: the models' names.
        queries: how many were scored; ``left_out``: how many were not, having no film labelled positive.
        lineage: what the figures were made from: split, fingerprints of labels, catalogue, models and indexes.
    """

    name: str
    created_at: str
    base: str
    tuned: str
    queries: int
    left_out: int
    measures: dict[str, MeasureComparison]
    per_query: tuple[QueryComparison, ...]
    verdict: Verdict
    lineage: dict[str, Any]

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values; an interval that does not exist is ``[None, None]`` under ``ci``."""
        row: dict[str, Any] = json.loads(canonical_json(asdict(self)))
        for measure in row["measures"].values():
            measure["ci"] = measure["ci"] or [None, None]
        return row

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> Comparison:
        """Read what ``as_dict`` wrote.

        Raises:
            KeyError, TypeError, ValueError, AttributeError: a field is missing or of the wrong kind.
        """
        read = {
            "measures": {name: MeasureComparison.from_dict(value) for name, value in row["measures"].items()},
            "per_query": tuple(QueryComparison.from_dict(value) for value in row["per_query"]),
            "verdict": Verdict.from_dict(row["verdict"]),
        }
        return cls(**{**row, **read})


def compare_rankings(
    base: Rankings,
    tuned: Rankings,
    qrels: Qrels,
    *,
    base_name: str,
    tuned_name: str,
    queries: Mapping[str, str],
    lineage: Mapping[str, Any],
) -> Comparison:
    """Compare what two models rank for the same queries.

    Args:
        base, tuned: film ids for each query, best first; a query that is absent scores 0.
        qrels: the grade of each judged film, for each query.
        queries: the text of each query.
        lineage: JSON values to keep with the figures.

    Raises:
        EvaluationError: nothing can be scored, a judged query has no text, or rankings or grades are malformed.
    """
    scored = queries_to_score(qrels, queries)
    scores = per_query(base, qrels), per_query(tuned, qrels)
    rows = tuple(_query(query_id, queries[query_id], base, tuned, qrels[query_id], scores) for query_id in scored)
    measures = _measures(rows, base, tuned, qrels)
    created = datetime.now(UTC)
    content: dict[str, Any] = {
        "created_at": created.isoformat(timespec="seconds"),
        "base": base_name,
        "tuned": tuned_name,
        "queries": len(scored),
        "left_out": len(set(queries) | set(qrels)) - len(scored),
        "measures": measures,
        "per_query": rows,
        "verdict": _verdict(rows, measures, qrels),
        "lineage": dict(lineage),
    }
    unnamed = Comparison(name="", **content)
    return Comparison(name=comparison_name(unnamed), **content)


def comparison_name(comparison: Comparison) -> str:
    """Return the time and the fingerprint of everything but the name, such as ``20260131T090500Z-1f0c9a2b3d4e``."""
    moment = datetime.fromisoformat(comparison.created_at)
    return f"{moment:%Y%m%dT%H%M%SZ}-{fingerprint({**comparison.as_dict(), 'name': ''})[:12]}"


def _query(
    query_id: str,
    text: str,
    base: Rankings,
    tuned: Rankings,
    grades: Mapping[str, int],
    scores: tuple[dict[str, dict[str, float]], dict[str, dict[str, float]]],
) -> QueryComparison:
    base_values, tuned_values = ({name: values[query_id] for name, values in side.items()} for side in scores)
    base_top, tuned_top = (tuple(side.get(query_id, ())[:TOP]) for side in (base, tuned))
    return QueryComparison(
        query_id=query_id,
        text=text,
        base=base_values,
        tuned=tuned_values,
        delta={name: tuned_values[name] - base_values[name] for name in base_values},
        base_top=base_top,
        tuned_top=tuned_top,
        overlap=len(set(base_top) & set(tuned_top)),
        unjudged=len({*base_top, *tuned_top} - set(grades)),
    )


def _measures(
    rows: tuple[QueryComparison, ...], base: Rankings, tuned: Rankings, qrels: Qrels
) -> dict[str, MeasureComparison]:
    p_values = {name: sign_flip_p([row.delta[name] for row in rows]) for name in MEASURES}
    adjusted = holm({name: p for name, p in p_values.items() if name not in (PRIMARY, JUDGED)})
    adjusted[PRIMARY] = p_values[PRIMARY]
    return {name: _measure(name, rows, (base, tuned), qrels, p_values[name], adjusted.get(name)) for name in MEASURES}


def _measure(
    name: str,
    rows: tuple[QueryComparison, ...],
    sides: tuple[Rankings, Rankings],
    qrels: Qrels,
    p: float | None,
    p_adjusted: float | None,
) -> MeasureComparison:
    deltas = [row.delta[name] for row in rows]
    low, high = mean_interval(deltas)
    bounded = [mean_bounds(side, qrels, name) for side in sides] if name in BOUNDED_MEASURES else [None, None]
    wins = sum(delta > NEGLIGIBLE for delta in deltas)
    losses = sum(delta < -NEGLIGIBLE for delta in deltas)
    return MeasureComparison(
        base=mean([row.base[name] for row in rows]),
        tuned=mean([row.tuned[name] for row in rows]),
        delta=mean(deltas),
        ci=None if math.isnan(low) else (low, high),
        p=p,
        p_adjusted=p_adjusted,
        wins=wins,
        ties=len(deltas) - wins - losses,
        losses=losses,
        base_bounds=bounded[0],
        tuned_bounds=bounded[1],
    )


def _verdict(rows: tuple[QueryComparison, ...], measures: dict[str, MeasureComparison], qrels: Qrels) -> Verdict:
    primary, judged = measures[PRIMARY], measures[JUDGED]
    deltas = [row.delta[PRIMARY] for row in rows]
    detectable = smallest_detectable(deltas)
    missing = tuple((row.query_id, movie_id) for row in rows for movie_id in _unjudged(row, qrels[row.query_id]))
    kind = decide(
        delta=primary.delta,
        ci=primary.ci,
        p=primary.p,
        judged_base=judged.base,
        judged_tuned=judged.tuned,
        labels_missing=bool(missing),
        same_lists=all(row.base_top == row.tuned_top for row in rows),
    )
    return Verdict(
        kind=kind,
        delta=primary.delta,
        ci=primary.ci,
        p=primary.p,
        queries=len(rows),
        differing=len(differing(deltas)),
        smallest_detectable=None if math.isnan(detectable) else detectable,
        judged_base=judged.base,
        judged_tuned=judged.tuned,
        missing=missing,
    )


def _unjudged(row: QueryComparison, grades: Mapping[str, int]) -> list[str]:
    """Return the unjudged films of both top tens by their better rank, then id: the order gives away no side."""
    best: dict[str, int] = {}
    for top in (row.base_top, row.tuned_top):
        for rank, movie_id in enumerate(top):
            if movie_id not in grades:
                best[movie_id] = min(rank, best.get(movie_id, rank))
    return sorted(best, key=lambda movie_id: (best[movie_id], movie_id))


def _interval(pair: list[float | None] | None) -> Interval | None:
    if pair is None or pair[0] is None or pair[1] is None:
        return None
    return pair[0], pair[1]
