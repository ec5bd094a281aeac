"""A base and a tuned model, ranked against the same labels: every measure, every query, and a verdict."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from core.evaluation.measures import JUDGED, MEASURES, PRIMARY, TOP, Qrels, Rankings, per_query, queries_to_score
from core.evaluation.missing import MissingPair, missing_pairs
from core.evaluation.overlap import jaccard, rbo
from core.evaluation.paired import MeasureComparison, compare_measures
from core.evaluation.significance import differing, smallest_detectable
from core.evaluation.slices import Membership, SliceComparison, compare_slices
from core.evaluation.verdict import Verdict, decide
from core.fingerprint import fingerprint, json_values

LATER = ("rbo", "jaccard", "slices")  # what rows of older comparisons do not have


@dataclass(frozen=True, slots=True)
class QueryComparison:
    """One query under both models.

    Attributes:
        base, tuned, delta: for each measure.
        base_top, tuned_top: the ten films ranked first, best first.
        overlap: how many films the two have in common.
        unjudged: how many distinct films among the two nobody has judged.
        rbo: rank-biased overlap (p = .9) of the whole rankings, to the depth that was compared.
        jaccard: of the two top tens.
        slices: the parts of the queries that this one belongs to, way to value (see ``slices``).
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
    rbo: float | None = None
    jaccard: float | None = None
    slices: dict[str, str] | None = None

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
        slices: nDCG@10 over parts of the queries; ``None`` where nothing was known to divide them by.
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
    slices: tuple[SliceComparison, ...] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values; an interval that does not exist is ``[None, None]`` under ``ci``.

        What older comparisons do not have yet is left out where it is ``None``, so that their fingerprints still fit.
        """
        row = json_values(self)
        for measure in (*row["measures"].values(), *(row["slices"] or ())):
            measure["ci"] = measure["ci"] or [None, None]
        for part, names in (
            (row, ("slices",)),
            (row["verdict"], ("moves",)),
            *((query, LATER) for query in row["per_query"]),
        ):
            for name in names:
                if part[name] is None:
                    del part[name]
        return row

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> Comparison:
        """Read what ``as_dict`` wrote.

        Raises:
            KeyError, TypeError, ValueError, AttributeError: a field is missing or of the wrong kind.
        """
        read = {
            "measures": {
                name: MeasureComparison.from_dict(row["measures"][name]) for name in _ordered(row["measures"])
            },
            "per_query": tuple(QueryComparison.from_dict(value) for value in row["per_query"]),
            "verdict": Verdict.from_dict(row["verdict"]),
            "slices": None if row.get("slices") is None else tuple(map(SliceComparison.from_dict, row["slices"])),
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
    divided: Mapping[str, Membership] | None = None,
) -> Comparison:
    """Compare what two models rank for the same queries.

    Args:
        base, tuned: film ids for each query, best first; a query that is absent scores 0.
        qrels: the grade of each judged film, for each query.
        queries: the text of each query.
        lineage: JSON values to keep with the figures.
        divided: the slices of each query, as ``slices.memberships`` returns them.

    Raises:
        EvaluationError: nothing can be scored, a judged query has no text, or rankings or grades are malformed.
    """
    scored = queries_to_score(qrels, queries)
    scores = per_query(base, qrels), per_query(tuned, qrels)
    rows = tuple(
        _query(query_id, queries[query_id], base, tuned, qrels[query_id], scores, (divided or {}).get(query_id))
        for query_id in scored
    )
    measures = compare_measures(*scores, (base, tuned), qrels)
    created = datetime.now(UTC)
    content: dict[str, Any] = {
        "created_at": created.isoformat(timespec="seconds"),
        "base": base_name,
        "tuned": tuned_name,
        "queries": len(scored),
        "left_out": len(set(queries) | set(qrels)) - len(scored),
        "measures": measures,
        "per_query": rows,
        "verdict": _verdict(rows, measures, missing_pairs(base, tuned, qrels, scored)),
        "lineage": dict(lineage),
        "slices": None if divided is None else compare_slices(scores[0][PRIMARY], scores[1][PRIMARY], divided),
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
    slices: Membership | None,
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
        rbo=rbo(base.get(query_id, ()), tuned.get(query_id, ())),
        jaccard=jaccard(base_top, tuned_top),
        slices=None if slices is None else dict(slices),
    )


def _verdict(
    rows: tuple[QueryComparison, ...], measures: dict[str, MeasureComparison], missing: tuple[MissingPair, ...]
) -> Verdict:
    primary, judged = measures[PRIMARY], measures[JUDGED]
    deltas = [row.delta[PRIMARY] for row in rows]
    detectable = smallest_detectable(deltas)
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
        missing=tuple((pair.query_id, pair.movie_id) for pair in missing),
        moves=tuple(pair.moves for pair in missing),
    )


def _ordered(names: Iterable[str]) -> list[str]:
    """Return measures in the order of ``MEASURES``: a file holds them in that of their names."""
    return sorted(names, key=lambda name: MEASURES.index(name) if name in MEASURES else len(MEASURES))
