"""Measures of a ranking against the labels, computed by ``ir_measures`` and ``pytrec_eval`` from our own ranks.

A film is relevant when its grade is 1 or more. What the names stand for, per query, with R the number of relevant
films and k the cutoff:

* ``nDCG@k``: DCG@k over the DCG@k of the best possible order of all judged films; DCG@k is the sum over ranks
  r = 1..k of grade / log2(r + 1) (linear gain; Järvelin and Kekäläinen 2002, as trec_eval computes it).
* ``R@k``: relevant films among the first k, over R. It cannot reach 1 where R > k.
* ``RR@k``: 1 over the rank of the first relevant film, 0 when none is among the first k.
* ``AP``: mean over the R relevant films of the precision at each one's rank, 0 for one that is not ranked. Of a
  ranking that stops at rank 100 it is AP@100.
* ``P@k``: relevant films among the first k, over k, however short the ranking.
* ``Judged@k``: films among the first k that were judged at all, over the length of the ranking up to k.

Ties are no question here: a ranking is a list, and its ranks are what is scored. Queries without a relevant film
have no defined nDCG, R or AP and are left out of everything; a query that has no ranking scores 0.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations_with_replacement

import ir_measures
import numpy as np

from core.errors import EvaluationError

MEASURES = ("nDCG@10", "R@10", "R@100", "RR@10", "AP", "P@10", "Judged@10")
BOUNDED_MEASURES = ("nDCG@10", "R@10", "R@100", "RR@10", "P@10")
PRIMARY = "nDCG@10"
JUDGED = "Judged@10"
TOP = 10
MAX_GRADE = 5

Qrels = Mapping[str, Mapping[str, int]]
Rankings = Mapping[str, Sequence[str]]

_NAME = re.compile(r"(nDCG|R|RR|P|Judged)@([1-9]\d*)|AP")
_BOUNDED = frozenset({"nDCG", "R", "RR", "P"})


def scored_queries(qrels: Qrels) -> list[str]:
    """Return the queries that count: those with at least one relevant film, in the order of the labels.

    Raises:
        EvaluationError: a grade is not a whole number from 0 to ``MAX_GRADE``.
    """
    for query_id, grades in qrels.items():
        for movie_id, grade in grades.items():
            if not isinstance(grade, int) or not 0 <= grade <= MAX_GRADE:
                raise EvaluationError(
                    f"Query '{query_id}', film '{movie_id}': the grade is {grade!r}; expected a whole number from 0 "
                    f"(not relevant) to {MAX_GRADE}. Correct the label."
                )
    return [query_id for query_id, grades in qrels.items() if any(grade >= 1 for grade in grades.values())]


def queries_to_score(qrels: Qrels, queries: Mapping[str, str]) -> list[str]:
    """Return the queries that count, each of which has a text in ``queries``.

    Raises:
        EvaluationError: no query has a relevant film, or one that has is not among ``queries``.
    """
    scored = scored_queries(qrels)
    if not scored:
        raise EvaluationError(
            f"None of the {len(qrels)} judged queries has a film labelled positive, so nothing can be scored. "
            "Label at least one positive film."
        )
    unknown = [query_id for query_id in scored if query_id not in queries]
    if unknown:
        raise EvaluationError(
            f"{len(unknown)} judged queries have no text, '{unknown[0]}' first. "
            "Check that the labels and the queries belong together."
        )
    return scored


def per_query(rankings: Rankings, qrels: Qrels, measures: Iterable[str] = MEASURES) -> dict[str, dict[str, float]]:
    """Score every query that has a relevant film (see ``scored_queries``).

    Args:
        rankings: film ids for each query, best first, none twice.
        qrels: the grade of each judged film, for each query.
        measures: names as this module defines them.

    Returns:
        For each measure, the value of each scored query, from 0 to 1; 0 where ``rankings`` lacks the query.

    Raises:
        EvaluationError: an unknown measure, a film ranked twice, or a grade out of range.
    """
    names = {_measure(name): name for name in measures}
    scored = scored_queries(qrels)
    values = {name: dict.fromkeys(scored, 0.0) for name in names.values()}
    # Descending whole numbers keep our order: libraries break ties in opposite ways, and compare as float32.
    run = {
        query_id: {movie_id: -float(rank) for rank, movie_id in enumerate(rankings[query_id], start=1)}
        for query_id in scored
        if rankings.get(query_id)
    }
    for query_id, ranked in run.items():
        if len(ranked) != len(rankings[query_id]):
            raise EvaluationError(f"Query '{query_id}': a film is ranked twice. Each film may appear once.")
    if run and names:
        judged = {query_id: dict(qrels[query_id]) for query_id in run}
        for metric in ir_measures.iter_calc(list(names), judged, run):
            values[names[metric.measure]][metric.query_id] = float(metric.value)
    return values


def bounds(rankings: Rankings, qrels: Qrels, measure: str = PRIMARY) -> dict[str, tuple[float, float]]:
    """Return how low and how high each query could score once the films it ranks were all judged.

    Over every way of labelling the unjudged films among the first k, from not relevant to the highest grade that
    these labels use; films further down, and films not ranked, stay as they are known. For P, R and RR the extremes
    are "none of them is relevant" and "all of them are". For nDCG they need not be, since a relevant film also
    raises the best possible DCG, so its labellings are enumerated. A query without unjudged films among its first k
    has both bounds at its value.

    Returns:
        For each scored query, (lower, upper).

    Raises:
        EvaluationError: the measure has no cutoff to bound (AP), or nothing to bound (Judged@k).
    """
    kind, cutoff = _parse(measure)
    if kind not in _BOUNDED:
        raise EvaluationError(f"{measure} has no bounds; expected one of {', '.join(BOUNDED_MEASURES)}.")
    scored = scored_queries(qrels)
    levels = grades_in_use(qrels)
    if kind == "nDCG":
        return {
            query_id: _ndcg_bounds(rankings.get(query_id, ())[:cutoff], qrels[query_id], levels, cutoff)
            for query_id in scored
        }
    hopeful = {
        query_id: {**dict.fromkeys(rankings.get(query_id, ())[:cutoff], levels[0]), **qrels[query_id]}
        for query_id in scored
    }
    lower = per_query(rankings, qrels, [measure])[measure]
    upper = per_query(rankings, hopeful, [measure])[measure]
    return {query_id: (lower[query_id], upper[query_id]) for query_id in scored}


def grades_in_use(qrels: Qrels) -> list[int]:
    """Return the grades above 0 that the labels use, the highest first."""
    return sorted({grade for grades in qrels.values() for grade in grades.values() if grade}, reverse=True)


def mean(values: Iterable[float]) -> float:
    """Return the mean over queries, of at least one; the order of the queries does not change its last bit."""
    listed = list(values)
    return math.fsum(listed) / len(listed)


def mean_bounds(rankings: Rankings, qrels: Qrels, measure: str) -> tuple[float, float]:
    """Return the means of the lower and of the upper ``bounds`` over the scored queries."""
    pairs = bounds(rankings, qrels, measure).values()
    return mean(low for low, _ in pairs), mean(high for _, high in pairs)


def _ndcg_bounds(
    top: Sequence[str], grades: Mapping[str, int], levels: Sequence[int], cutoff: int
) -> tuple[float, float]:
    discounts = 1.0 / np.log2(np.arange(2, cutoff + 2))
    unjudged = [position for position, movie_id in enumerate(top) if movie_id not in grades]
    known = sum(grades.get(movie_id, 0) * discounts[position] for position, movie_id in enumerate(top))
    # The ideal depends only on which grades are given out, so each multiset needs trying just twice: with its
    # grades falling along the ranks (the most DCG they can bring) and rising (the least).
    labellings = np.array(list(combinations_with_replacement((*levels, 0), len(unjudged))), dtype=float)
    judged = np.broadcast_to(np.array(list(grades.values()), dtype=float), (len(labellings), len(grades)))
    best_order = -np.sort(-np.concatenate([judged, labellings], axis=1), axis=1)[:, :cutoff]
    ideal = best_order @ discounts[: best_order.shape[1]]
    lowest = (known + labellings[:, ::-1] @ discounts[unjudged]) / ideal
    highest = (known + labellings @ discounts[unjudged]) / ideal
    return float(lowest.min()), min(1.0, float(highest.max()))


def _measure(name: str) -> ir_measures.Measure:
    _parse(name)
    return ir_measures.parse_measure(name)


def _parse(name: str) -> tuple[str, int]:
    match = _NAME.fullmatch(name)
    if match is None:
        raise EvaluationError(f"Unknown measure '{name}'; expected one of {', '.join(MEASURES)}.")
    return (match[1], int(match[2])) if match[1] else (name, 0)
