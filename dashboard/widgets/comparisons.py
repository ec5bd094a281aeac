"""Figures for the Compare page: the queries to compare on, and comparisons that were stored or are made now."""

from __future__ import annotations

import streamlit as st

from core.errors import EvaluationError
from core.evaluation import Comparison, Evaluation, compare_models, evaluate_model, list_comparisons
from core.evaluation.query_sets import Origin, QuerySet, split_set
from core.evaluation.seen import seen_in_training
from core.fingerprint import fingerprint
from core.judgments import Split
from core.roles import Action
from dashboard import deeds, resources
from dashboard.permission import require
from dashboard.strings import t


def labels_now(split: Split) -> QuerySet:
    """Return the labels of a split as they stand now, in the form that snapshots give them."""
    return split_set(split, resources.store().queries(split), resources.standing_truth())


def stored(base: str, tuned: str, split: Split) -> list[Comparison]:
    """Return the stored comparisons of two models on one split, newest first; damaged files are passed over."""
    found = _stored(base, tuned)
    return [one for one in found if one.lineage.get("split") == split.value and "set" not in one.lineage]


def stored_on_own(base: str, tuned: str) -> list[Comparison]:
    """Return the stored comparisons of two models on queries of one's own, newest first."""
    return [one for one in _stored(base, tuned) if "set" in one.lineage]


def _stored(base: str, tuned: str) -> list[Comparison]:
    found = (opened(name) for name in list_comparisons(resources.workspace()))
    return [one for one in found if one is not None and (one.base, one.tuned) == (base, tuned)]


def opened(name: str) -> Comparison | None:
    """Return a stored comparison, ``None`` where there is none of that name or its file is damaged."""
    try:
        return resources.comparison(name)
    except EvaluationError:
        return None


@st.cache_resource(max_entries=8, show_spinner=False)
def learnt_groups(base: str, tuned: str | None) -> frozenset[str]:
    """Return the groups of the queries that the runs among two models were trained on.

    Raises:
        LabelError: a run's snapshot is damaged.
    """
    seen = seen_in_training((base, tuned or ""), resources.workspace())
    return seen.groups if seen else frozenset()


def is_current(comparison: Comparison, chosen: QuerySet) -> bool:
    """Return whether the labels and the catalogue are still those that the figures were made from."""
    now = {
        "queries": fingerprint(chosen.texts),
        "qrels": fingerprint(chosen.qrels),
        "catalog": resources.catalog().fingerprint,
    }
    return all(comparison.lineage.get(name) == value for name, value in now.items())


def compare_now(base: str, tuned: str, chosen: QuerySet) -> Comparison:
    """Compare two models on queries with their labels, behind a progress bar, and store the result.

    Raises:
        ReelignError: the models cannot be compared on these labels.
    """
    require(Action.KEEP_COMPARISON)  # before the work, not after it
    with _Bar() as bar:
        comparison = compare_models(
            base,
            tuned,
            resources.workspace(),
            queries=chosen.texts,
            qrels=chosen.qrels,
            split_name=chosen.split_name,
            described=chosen.queries,
            labels=None if chosen.origin is Origin.UPLOADED else resources.standing_truth().grades,
            query_set=chosen.record(),
            progress=bar.show,
            opener=resources.retriever,
        )
    deeds.keep_comparison(comparison)
    return comparison


def evaluate_now(base: str, chosen: QuerySet) -> Evaluation:
    """Score one model on queries with their labels, behind a progress bar.

    Raises:
        ReelignError: the model cannot be scored on these labels.
    """
    with _Bar() as bar:
        return evaluate_model(
            base,
            resources.workspace(),
            queries=chosen.texts,
            qrels=chosen.qrels,
            split_name=chosen.split_name,
            progress=bar.show,
            opener=resources.retriever,
        )


class _Bar:
    """A progress bar that is there as long as the work takes."""

    def __enter__(self) -> _Bar:
        self._bar = st.progress(0.0, text=t("compare_numbers.working"))
        return self

    def show(self, done: int, total: int) -> None:
        text = t("compare_numbers.encoding", done=done, total=total)
        self._bar.progress(done / total if total else 1.0, text=text)

    def __exit__(self, *_: object) -> None:
        self._bar.empty()
