"""Figures for the Compare page: the labels of one split, and comparisons that were stored or are made now."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.errors import EvaluationError
from core.evaluation import Comparison, Evaluation, compare_models, evaluate_model, list_comparisons, save_comparison
from core.fingerprint import fingerprint
from core.judgments import Split
from dashboard import resources
from dashboard.strings import t


@dataclass(frozen=True, slots=True)
class SplitLabels:
    """The labels of one split as they stand now: the texts of its judged queries, and their grades."""

    split: Split
    queries: dict[str, str]
    qrels: dict[str, dict[str, int]]

    @property
    def scorable(self) -> int:
        """How many queries have a film labelled positive."""
        return sum(any(grades.values()) for grades in self.qrels.values())


def labels_now(split: Split) -> SplitLabels:
    """Return the labels of a split, in the form that snapshots give them."""
    labels = resources.standing_truth()
    texts = {query.query_id: query.text for query in resources.store().queries(split)}
    judged = sorted(query_id for query_id in texts if query_id in labels.grades or query_id in labels.unsure)
    return SplitLabels(
        split,
        {query_id: texts[query_id] for query_id in judged},
        {query_id: dict(sorted(labels.grades[query_id].items())) for query_id in judged if query_id in labels.grades},
    )


def stored(base: str, tuned: str, split: Split) -> list[Comparison]:
    """Return the stored comparisons of two models on one split, newest first; damaged files are passed over."""
    found = []
    for name in list_comparisons(resources.workspace()):
        try:
            comparison = resources.comparison(name)
        except EvaluationError:
            continue
        if (comparison.base, comparison.tuned, comparison.lineage.get("split")) == (base, tuned, split.value):
            found.append(comparison)
    return found


def is_current(comparison: Comparison, labels: SplitLabels) -> bool:
    """Return whether the labels and the catalogue are still those that the figures were made from."""
    now = {
        "queries": fingerprint(labels.queries),
        "qrels": fingerprint(labels.qrels),
        "catalog": resources.catalog().fingerprint,
    }
    return all(comparison.lineage.get(name) == value for name, value in now.items())


def compare_now(base: str, tuned: str, labels: SplitLabels) -> Comparison:
    """Compare two models on the labels as they are, behind a progress bar, and store the result.

    Raises:
        ReelignError: the models cannot be compared on these labels.
    """
    with _Bar() as bar:
        comparison = compare_models(
            base,
            tuned,
            resources.workspace(),
            queries=labels.queries,
            qrels=labels.qrels,
            split_name=labels.split.value,
            progress=bar.show,
        )
    save_comparison(comparison, resources.workspace())
    return comparison


def evaluate_now(base: str, labels: SplitLabels) -> Evaluation:
    """Score one model on the labels as they are, behind a progress bar.

    Raises:
        ReelignError: the model cannot be scored on these labels.
    """
    with _Bar() as bar:
        return evaluate_model(
            base,
            resources.workspace(),
            queries=labels.queries,
            qrels=labels.qrels,
            split_name=labels.split.value,
            progress=bar.show,
        )


class _Bar:
    """A progress bar that is there as long as the work takes."""

    def __enter__(self) -> _Bar:
        self._bar = st.progress(0.0, text=t("compare_numbers.working"))
        return self

    def show(self, done: int, total: int) -> None:
        self._bar.progress(done / total if total else 1.0, text=t("compare_numbers.encoding", done=done, total=total))

    def __exit__(self, *_: object) -> None:
        self._bar.empty()
