"""What is trained on: the pairs of a snapshot, and the batches they are drawn in."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from core.catalog import Catalog
from core.errors import TrainingError
from core.judgments import Snapshot, Split

LEAST_TRAIN_QUERIES = 2
HELD_OUT_SHARE = 0.1
FOLDED_BELOW = 60  # train queries; a tenth of fewer would choose by chance
FOLDS = 3
FEWEST_EPOCHS, MOST_EPOCHS, STEPS_WANTED = 2, 4, 24


@dataclass(frozen=True, slots=True)
class Pair:
    """A training query and a film judged positive for it."""

    query_id: str
    movie_id: str


@dataclass(frozen=True, slots=True)
class LabelledQueries:
    """Queries of one split with what is known of them.

    Attributes:
        texts: query id to text.
        grades: query id to film to grade; 0 is a judged negative.
        unsure: query id to films that a curator could not decide on.
    """

    texts: dict[str, str]
    grades: dict[str, dict[str, int]]
    unsure: dict[str, frozenset[str]]

    def positives(self, query_id: str) -> list[str]:
        return sorted(movie for movie, grade in self.grades[query_id].items() if grade > 0)

    def judged_negative(self, query_id: str) -> list[str]:
        return sorted(movie for movie, grade in self.grades[query_id].items() if grade <= 0)

    def pairs(self) -> list[Pair]:
        """Return every positive pair, in a fixed order."""
        return [Pair(query, movie) for query in sorted(self.grades) for movie in self.positives(query)]

    def pairs_an_epoch(self, most: int) -> int:
        """Return how many pairs an epoch has when a query brings at most ``most`` of its positives."""
        return sum(min(most, len(self.positives(query))) for query in self.grades)

    def without(self, query_ids: set[str]) -> LabelledQueries:
        return LabelledQueries(
            {query: text for query, text in self.texts.items() if query not in query_ids},
            {query: grades for query, grades in self.grades.items() if query not in query_ids},
            {query: movies for query, movies in self.unsure.items() if query not in query_ids},
        )

    def only(self, query_ids: set[str]) -> LabelledQueries:
        return self.without(set(self.texts) - query_ids)

    def __or__(self, other: LabelledQueries) -> LabelledQueries:
        """Return the queries of both, which have none in common."""
        return LabelledQueries(self.texts | other.texts, self.grades | other.grades, self.unsure | other.unsure)


@dataclass(frozen=True, slots=True)
class TrainingData:
    """Train and dev queries. The test queries of the snapshot are not here, so they cannot be trained on.

    ``folds`` holds, for a cross-validation, the train queries that each part sets aside; empty where dev queries
    alone choose. ``dev_from_train`` says that the dev queries were taken from the train queries.
    """

    train: LabelledQueries
    dev: LabelledQueries
    dev_from_train: bool
    folds: tuple[frozenset[str], ...] = ()

    @property
    def negatives(self) -> int:
        return sum(len(self.train.judged_negative(query)) for query in self.train.grades)


def training_data(snapshot: Snapshot, catalog: Catalog, *, seed: int = 0, folds: int | None = None) -> TrainingData:
    """Return what a snapshot offers for training, with films that the catalogue no longer has left out.

    Few train queries choose epoch and strength by cross-validation and then train all together. With more of them,
    dev queries choose; where the snapshot has none, a tenth of the train queries is set aside for that.

    Args:
        folds: parts of the cross-validation, 0 for none; by default ``FOLDS`` below ``FOLDED_BELOW`` train queries.

    Raises:
        TrainingError: no positive pair, or a single query, which has nothing to be told apart from.
    """
    train, dev = (_labelled(snapshot, split, catalog) for split in (Split.TRAIN, Split.DEV))
    if len(train.grades) < LEAST_TRAIN_QUERIES:
        raise TrainingError(
            f"Training needs at least {LEAST_TRAIN_QUERIES} train queries with a film judged positive; "
            f"these labels have {len(train.grades)}. Label more queries first."
        )
    parts = planned_folds(len(train.grades)) if folds is None else folds
    if parts:
        return TrainingData(train, dev, dev_from_train=False, folds=split_in_folds(train, parts, seed))
    if dev.grades:
        return TrainingData(train, dev, dev_from_train=False)
    queries = sorted(train.grades)
    count = min(max(1, round(len(queries) * HELD_OUT_SHARE)), len(queries) - LEAST_TRAIN_QUERIES)
    held_out = set(random.Random(seed).sample(queries, count)) if count > 0 else set()
    return TrainingData(train.without(held_out), train.only(held_out), dev_from_train=True)


def planned_folds(train_queries: int) -> int:
    """Return the parts of the cross-validation for so many train queries, 0 where it needs none or cannot have it."""
    return FOLDS if LEAST_TRAIN_QUERIES * FOLDS <= train_queries < FOLDED_BELOW else 0


def split_in_folds(train: LabelledQueries, parts: int, seed: int) -> tuple[frozenset[str], ...]:
    """Return the queries that each part of a cross-validation sets aside: disjoint, of even size, all together.

    Raises:
        TrainingError: more parts than leave each training enough queries.
    """
    queries = sorted(train.grades)
    if parts == 1:
        raise TrainingError("A cross-validation in 1 part leaves no query to train on. Use 0 folds, or at least 2.")
    least = parts * LEAST_TRAIN_QUERIES
    if len(queries) < least:
        raise TrainingError(
            f"A cross-validation in {parts} parts needs at least {least} train queries; there are {len(queries)}. "
            "Use fewer folds, or 0."
        )
    random.Random(seed).shuffle(queries)
    return tuple(frozenset(queries[part::parts]) for part in range(parts))


def _labelled(snapshot: Snapshot, split: Split, catalog: Catalog) -> LabelledQueries:
    grades = {
        query: {movie: grade for movie, grade in films.items() if movie in catalog}
        for query, films in snapshot.qrels(split).items()
    }
    grades = {query: films for query, films in grades.items() if any(grade > 0 for grade in films.values())}
    texts = {query: text for query, text in snapshot.queries(split).items() if query in grades}
    unsure = {query: frozenset(films) for query, films in snapshot.unsure(split).items() if query in grades}
    return LabelledQueries(texts, grades, unsure)


@dataclass(frozen=True, slots=True)
class Batch:
    """One step: its pairs, and every distinct query and film in it, each encoded once."""

    pairs: tuple[Pair, ...]
    query_ids: tuple[str, ...]
    movie_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """How batches are drawn: pairs in one, films a query brings into an epoch or a batch, and the seed.

    ``mined`` holds, by query, the films of which up to ``most_mined`` join as further negatives.
    """

    batch_size: int
    positives: int
    negatives: int
    seed: int
    mined: Mapping[str, Sequence[str]] = field(default_factory=dict)
    most_mined: int = 0


def batches(data: LabelledQueries, plan: BatchPlan, epoch: int) -> Iterator[Batch]:
    """Yield the batches of one epoch, in an order fixed by seed and epoch.

    Each query brings up to ``positives`` of its positive films, drawn anew each epoch, as pairs; and into each of
    its batches up to ``negatives`` of the films that curators judged negative for it, and of those mined for it. A
    last batch of a single pair joins the one before, since alone it would have next to nothing to be told apart from.
    """
    shuffler = random.Random(f"{plan.seed}/{epoch}")
    pairs = []
    for query in sorted(data.grades):
        known = data.positives(query)
        pairs += [Pair(query, movie) for movie in shuffler.sample(known, min(plan.positives, len(known)))]
    shuffler.shuffle(pairs)
    groups = [pairs[start : start + plan.batch_size] for start in range(0, len(pairs), plan.batch_size)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2].extend(groups.pop())
    for group in groups:
        query_ids = tuple(dict.fromkeys(pair.query_id for pair in group))
        movies = dict.fromkeys(pair.movie_id for pair in group)
        for query in query_ids:
            judged, mined = data.judged_negative(query), plan.mined.get(query, ())
            movies.update(dict.fromkeys(shuffler.sample(judged, min(plan.negatives, len(judged)))))
            movies.update(dict.fromkeys(shuffler.sample(mined, min(plan.most_mined, len(mined)))))
        yield Batch(tuple(group), query_ids, tuple(movies))


def suggested_epochs(pairs: int, batch_size: int) -> int:
    """Return how often to see ``pairs`` an epoch: few pairs more often, so that there are steps to learn in."""
    return min(MOST_EPOCHS, max(FEWEST_EPOCHS, math.ceil(STEPS_WANTED / planned_steps(pairs, batch_size, 1))))


def planned_steps(pairs: int, batch_size: int, epochs: int) -> int:
    """Return how many optimiser steps a training of ``pairs`` an epoch takes."""
    whole, rest = divmod(pairs, batch_size)
    return epochs * max(1, whole + (rest > (1 if whole else 0)))
