"""From model names to figures: load, index, encode, search, score."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from core.catalog import Catalog, load_catalog
from core.errors import EvaluationError
from core.evaluation.comparison import Comparison, compare_rankings
from core.evaluation.kept_rankings import RANKINGS, KeptRankings, keep_rankings
from core.evaluation.measures import Qrels, queries_to_score
from core.evaluation.scoring import Evaluation, evaluate_rankings
from core.evaluation.seen import seen_in_training
from core.evaluation.slices import Described, memberships
from core.fingerprint import fingerprint
from core.retrievers import Retriever, open_retriever
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.models.embedder import Progress

SMALLEST_DEPTH = 100

Opener = Callable[[str], Retriever]


def compare_models(
    base: str,
    tuned: str,
    workspace: Workspace,
    *,
    queries: Mapping[str, str],
    qrels: Qrels,
    split_name: str,
    described: Iterable[Described] | None = None,
    labels: Qrels | None = None,
    query_set: Mapping[str, Any] | None = None,
    depth: int = 100,
    device: str = "auto",
    progress: Progress | None = None,
    opener: Opener | None = None,
) -> Comparison:
    """Rank the catalogue under both models, keep what was ranked, and compare them.

    Args:
        base, tuned: names as ``open_retriever`` takes them.
        queries: the text of each query, of one split only.
        qrels: the grade of each judged film, for each query.
        split_name: which split the queries are of, for the record.
        described: what is known of the queries, to divide them into slices; ``None`` leaves slices out.
        labels: the grades of all queries that these are part of, of every split, to tell head films by; by default
            ``qrels``.
        query_set: what to record of queries that are not just one split (see ``QuerySet.record``).
        depth: how many films are ranked a query, at least 100.
        progress: called with (texts encoded, texts to encode), for each model and side from the start.
        opener: gives what a name stands for over the workspace's catalogue, where that is loaded already; by default
            it is loaded now, on ``device``.

    Raises:
        EvaluationError: nothing can be scored, a judged query has no text, or ``depth`` is too small.
        CatalogError, ModelError, SearchIndexError, ConfigError: catalogue, model or device cannot be used.
        LabelError: the snapshot of a run among the two is damaged.
    """
    lineage = _lineage(queries, qrels, split_name, depth)
    if query_set is not None:
        lineage["set"] = dict(query_set)
    divided = None
    if described is not None:
        seen = seen_in_training((base, tuned), workspace)
        trained = None if seen is None else seen.films
        divided = memberships(described, qrels, labels=qrels if labels is None else labels, trained=trained)
    catalog = load_catalog(workspace)
    texts = {query_id: queries[query_id] for query_id in queries_to_score(qrels, queries)}
    opener = opener or _opener(catalog, workspace, device, progress)
    base_rankings, base_origin = _rank(opener(base), texts, depth, progress)
    tuned_rankings, tuned_origin = _rank(opener(tuned), texts, depth, progress)
    kept = KeptRankings(base_rankings, tuned_rankings, {query: dict(grades) for query, grades in qrels.items()})
    comparison = compare_rankings(
        base_rankings,
        tuned_rankings,
        qrels,
        base_name=base,
        tuned_name=tuned,
        queries=queries,
        lineage={
            **lineage,
            "catalog": catalog.fingerprint,
            "base": base_origin,
            "tuned": tuned_origin,
            RANKINGS: kept.fingerprint,
        },
        divided=divided,
    )
    keep_rankings(kept, workspace)
    return comparison


def evaluate_model(
    name: str,
    workspace: Workspace,
    *,
    queries: Mapping[str, str],
    qrels: Qrels,
    split_name: str,
    depth: int = 100,
    device: str = "auto",
    progress: Progress | None = None,
    opener: Opener | None = None,
) -> Evaluation:
    """Rank the catalogue under one model and score it; arguments and errors as in ``compare_models``."""
    lineage = _lineage(queries, qrels, split_name, depth)
    catalog = load_catalog(workspace)
    texts = {query_id: queries[query_id] for query_id in queries_to_score(qrels, queries)}
    opener = opener or _opener(catalog, workspace, device, progress)
    rankings, origin = _rank(opener(name), texts, depth, progress)
    return evaluate_rankings(
        rankings,
        qrels,
        model=name,
        queries=queries,
        lineage={**lineage, "catalog": catalog.fingerprint, "model": origin},
    )


def _lineage(queries: Mapping[str, str], qrels: Qrels, split_name: str, depth: int) -> dict[str, Any]:
    if depth < SMALLEST_DEPTH:
        raise EvaluationError(f"depth is {depth}; expected at least {SMALLEST_DEPTH}, or R@100 would not be R@100.")
    judged = {query_id: dict(grades) for query_id, grades in qrels.items()}
    return {"split": split_name, "depth": depth, "queries": fingerprint(dict(queries)), "qrels": fingerprint(judged)}


def _opener(catalog: Catalog, workspace: Workspace, device: str, progress: Progress | None) -> Opener:
    return lambda name: open_retriever(name, catalog, workspace, device=device, progress=progress)


def _rank(
    retriever: Retriever, texts: Mapping[str, str], depth: int, progress: Progress | None
) -> tuple[dict[str, list[str]], dict[str, str]]:
    found = retriever.search(list(texts.values()), depth, progress)
    rankings = {query_id: [hit.movie_id for hit in hits] for query_id, hits in zip(texts, found, strict=True)}
    return rankings, retriever.origin()
