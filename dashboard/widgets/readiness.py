"""Whether the labels suffice for a training, and what they lack."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

import streamlit as st

from core.judgments import Judgment, Query, Split, Truth
from core.training.pairs import HELD_OUT_SHARE, LEAST_TRAIN_QUERIES, planned_folds
from dashboard import resources
from dashboard.strings import t
from dashboard.widgets.films import title_line

CONFLICTS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Readiness:
    """What the labels offer as they stand. Only queries with a film judged positive count.

    ``positives`` holds how many films each train query has; ``negatives`` is of the train split too. ``absent``
    counts judged films that the catalogue does not have.
    """

    positives: tuple[int, ...] = ()
    negatives: int = 0
    dev: int = 0
    test: int = 0
    absent: int = 0
    conflicts: tuple[tuple[Judgment, Judgment], ...] = ()

    @property
    def queries(self) -> int:
        return len(self.positives)

    @property
    def pairs(self) -> int:
        return sum(self.positives)

    @property
    def enough(self) -> bool:
        return self.queries >= LEAST_TRAIN_QUERIES

    @property
    def ready(self) -> bool:
        return self.enough and not self.conflicts

    def parts(self, folds: int | None) -> int:
        """Return the parts of the cross-validation when the settings ask for ``folds``, 0 where there is none."""
        return planned_folds(self.queries) if folds is None else folds

    def set_aside(self, folds: int | None) -> int:
        """Return how many train queries are set aside to choose with, where neither dev queries nor parts do."""
        if self.dev or self.parts(folds):
            return 0
        return max(0, min(max(1, round(self.queries * HELD_OUT_SHARE)), self.queries - LEAST_TRAIN_QUERIES))

    def pairs_an_epoch(self, most: int, folds: int | None = None) -> int:
        """Return how many pairs an epoch sees when a query brings at most ``most`` of its positives.

        Which queries are set aside only the training knows, so they are taken to have as many films as the others.
        """
        pairs = sum(min(most, count) for count in self.positives)
        set_aside = self.set_aside(folds)
        return max(1, round(pairs * (1 - set_aside / self.queries))) if set_aside else pairs


def count_labels(queries: Iterable[Query], labels: Truth, movie_ids: Collection[str]) -> Readiness:
    """Return what labels offer, counted as a training does: films outside ``movie_ids`` left out."""
    counts = dict.fromkeys(Split, 0)
    positives = []
    negatives = 0
    for query in queries:
        grades = [grade for movie, grade in labels.grades.get(query.query_id, {}).items() if movie in movie_ids]
        found = sum(grade > 0 for grade in grades)
        if not found:
            continue
        counts[query.split] += 1
        if query.split is Split.TRAIN:
            positives.append(found)
            negatives += len(grades) - found
    judged = {movie for grades in labels.grades.values() for movie in grades}
    return Readiness(
        positives=tuple(positives),
        negatives=negatives,
        dev=counts[Split.DEV],
        test=counts[Split.TEST],
        absent=sum(movie not in movie_ids for movie in judged),
        conflicts=tuple(labels.conflicts),
    )


def readiness_now() -> Readiness:
    """Return what the labels of the workspace offer now."""
    return count_labels(resources.store().queries(), resources.standing_truth(), frozenset(resources.catalog().ids))


def show_readiness(ready: Readiness) -> None:
    """Draw the counts, then what is missing and where to mend it."""
    st.subheader(t("train.ready"), anchor=False)
    with st.grid(5, min_column_width=140):
        for name in ("queries", "pairs", "negatives", "dev", "test"):
            st.metric(
                t(f"train.ready_{name}"),
                f"{getattr(ready, name):,}",
                border=True,
                help=t(f"train.ready_{name}_why"),
            )
    if ready.conflicts:
        show_conflicts(ready.conflicts)
    missing = what_is_missing(ready)
    for text in missing:
        st.markdown(f":material/info: {text}")
    if missing:
        st.page_link("views/label.py", label=t("train.to_label"), icon=":material/thumbs_up_down:")


def what_is_missing(ready: Readiness) -> list[str]:
    """Return a sentence for each thing the labels lack, the worst first."""
    missing = []
    if not ready.enough:
        missing.append(t("train.missing_queries", least=LEAST_TRAIN_QUERIES, count=ready.queries))
    if ready.set_aside(folds=None):
        missing.append(t("train.missing_dev"))
    if not ready.test:
        missing.append(t("train.missing_test"))
    if ready.absent:
        missing.append(t("train.missing_films", count=ready.absent))
    return missing


def show_conflicts(conflicts: tuple[tuple[Judgment, Judgment], ...]) -> None:
    """Draw the pairs answered both ways, each with a link to label it again."""
    catalog = resources.catalog()
    texts = {query.query_id: query.text for query in resources.store().queries()}
    st.warning(t("train.conflicts", count=len(conflicts)), icon=":material/warning:")
    for yes, no in conflicts[:CONFLICTS_SHOWN]:
        film = title_line(catalog[yes.movie_id]) if yes.movie_id in catalog else yes.movie_id
        who = (t("train.conflict_yes", who=yes.annotator), t("train.conflict_no", who=no.annotator))
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            with st.container(gap="xxsmall"):
                st.text(f"{texts.get(yes.query_id, yes.query_id)}  →  {film}")
                st.text("  ·  ".join(who))
            st.page_link(
                "views/label.py",
                label=t("train.conflict_label"),
                icon=":material/undo:",
                query_params={"query": yes.query_id},
            )
    if len(conflicts) > CONFLICTS_SHOWN:
        st.caption(t("train.conflicts_more", count=len(conflicts) - CONFLICTS_SHOWN))
    st.page_link("views/review.py", label=t("review.to_settle"), icon=":material/rule:")
