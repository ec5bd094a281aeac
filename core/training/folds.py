"""Cross-validation by query: with few labels, every train query chooses, and every one trains.

Each part of the queries is set aside in turn while an adapter trains on the rest, and is scored after every epoch.
The epoch and the strength that do best on all parts together are those of the final adapter, which then trains on
all of them. A tenth of 40 queries would choose by chance.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.config import TrainConfig
from core.errors import TrainingError
from core.files import read_json, write_json
from core.runs.folder import RunFolder
from core.training.checkpoint import load_weights, save_weights
from core.training.dev import DevScore
from core.training.fit import Fit, Material
from core.training.pairs import Batch, TrainingData, planned_steps
from core.training.scorer import PARTIAL_STRENGTHS, Choice, Scorer

log = logging.getLogger(__name__)

Step = Callable[[Fit, Batch, int, int], dict[str, float]]


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


def steps_of_folds(data: TrainingData, config: TrainConfig) -> list[int]:
    """Return how many optimiser steps the training of each part takes."""
    parts = [data.train.without(set(held_out)) for held_out in data.folds]
    return [planned_steps(part.pairs_an_epoch(config.positives), config.batch_size, config.epochs) for part in parts]


class CrossValidation:
    """The trial trainings of a run. What a part has measured is kept, so that a run that goes on does not repeat it."""

    def __init__(self, material: Material, data: TrainingData, scorer: Scorer, run: RunFolder) -> None:
        self._material, self._data, self._scorer, self._run = material, data, scorer, run
        self._steps = steps_of_folds(data, material.config)

    def choose(self, step: Step, report: Callable[[int, int], None]) -> tuple[int, Choice]:
        """Return the epoch (from 1) to train to, and the strength of the adapter.

        Args:
            step: takes one optimiser step and returns its facts.
            report: called with (step of all parts, epoch) after each.
        """
        folds = self._measure(step, report)
        for epoch in range(self._material.config.epochs + 1):
            self._scorer.show(epoch, together([fold.epochs[epoch - 1] if epoch else fold.base for fold in folds]))
        epoch = best_epoch(folds)
        by_strength = {0.0: [fold.base for fold in folds], 1.0: [fold.epochs[epoch - 1] for fold in folds]}
        fit = Fit(self._material, self._data.train)
        fit.make_whole()
        for number in range(len(folds)):
            load_weights(fit.model, self._weights(number, epoch))
            for alpha, score in self._scorer.by_strength(fit, PARTIAL_STRENGTHS, self._asked(number)).items():
                by_strength.setdefault(alpha, []).append(score)
        return epoch, self._scorer.choose({alpha: together(parts) for alpha, parts in by_strength.items()})

    def _measure(self, step: Step, report: Callable[[int, int], None]) -> list[FoldScores]:
        path = self._run.folds / "scores.json"
        done = [FoldScores.from_row(row) for row in read_json(path, TrainingError)] if path.is_file() else []
        for number in range(len(done), len(self._data.folds)):
            done.append(self._train(number, step, report))
            write_json(path, [fold.row() for fold in done])
        return done

    def _train(self, number: int, step: Step, report: Callable[[int, int], None]) -> FoldScores:
        fit = Fit(self._material, self._data.train.without(set(self._data.folds[number])))
        fit.keep()
        before, taken = sum(self._steps[:number]), 0
        scores = []
        for epoch in range(self._material.config.epochs):
            for batch in fit.batches(epoch):
                facts = step(fit, batch, taken, epoch)
                taken += 1
                row = {"kind": "fold", "fold": number + 1, "step": before + taken, "epoch": epoch + 1}
                self._run.append_metric({**row, "loss": facts["loss"]})
                report(before + taken, epoch + 1)
            scores.append(self._scorer.score(fit, self._asked(number)))
            save_weights(fit.model, self._weights(number, epoch + 1))
            log.info("Part %d, epoch %d: nDCG@10 %.4f on what it set aside.", number + 1, epoch + 1, scores[-1].mean)
        return FoldScores(self._scorer.dev.score_base(self._asked(number)), tuple(scores))

    def _asked(self, number: int) -> frozenset[str]:
        """Return the queries that judge a part: those it sets aside, and the dev queries, which no part trains on."""
        return self._data.folds[number] | self._data.dev.grades.keys()

    def _weights(self, number: int, epoch: int) -> Path:
        return self._run.folds / f"{number + 1}-{epoch}.safetensors"
