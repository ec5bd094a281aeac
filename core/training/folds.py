"""Cross-validation by query: with few labels, every train query chooses, and every one trains.

Each part of the queries is set aside in turn while an adapter trains on the rest, and is scored after every epoch.
The epoch and the strength that do best on all parts together are those of the final adapter, which then trains on
all of them. A tenth of 40 queries would choose by chance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from core.training.dev import DevScore


@dataclass(frozen=True, slots=True)
class FoldScores:
    """What one part measured: the base, and its adapter after each epoch (from 1), at full strength."""

    base: DevScore
    epochs: tuple[DevScore, ...]

    def row(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> FoldScores:
        return cls(DevScore(**row["base"]), tuple(DevScore(**epoch) for epoch in row["epochs"]))


def together(parts: Sequence[DevScore]) -> DevScore:
    """Return the score of all parts: a query that several have scored counts once, with its mean."""
    values: dict[str, list[float]] = {}
    for part in parts:
        for query, value in part.queries.items():
            values.setdefault(query, []).append(value)
    queries = {query: float(np.mean(found)) for query, found in values.items()}
    return DevScore(queries, float(np.mean([part.titles for part in parts])))


def best_epoch(folds: Sequence[FoldScores]) -> int:
    """Return the epoch (from 1) with the best mean over all queries; ties go to the earlier."""
    scores = [together([fold.epochs[epoch] for fold in folds]).mean for epoch in range(len(folds[0].epochs))]
    return int(np.argmax(scores)) + 1
