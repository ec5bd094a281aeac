"""Scoring adapters on queries that did not train them, and choosing a strength by it."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass

from core.models.adapter import is_sharded, merged, strength_dial
from core.runs.folder import RunFolder
from core.training.dev import DevScore, DevSet, choose_strength
from core.training.distributed import World, from_main
from core.training.fit import Fit
from core.training.lora import training_mode

log = logging.getLogger(__name__)

PARTIAL_STRENGTHS = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class Choice:
    """A strength of the adapter, and what it was chosen by.

    Attributes:
        alpha: 0 means that the base was not beaten.
        base, tuned: scores of the base and at that strength; ``None`` where there is nothing to choose by.
        titles_lost: whether a strength that scored above the base was refused because the title probe fell.
    """

    alpha: float
    base: DevScore | None = None
    tuned: DevScore | None = None
    titles_lost: bool = False


class Scorer:
    """The dev set, and how the adapters of one training are scored on it."""

    def __init__(self, dev: DevSet, run: RunFolder, world: World, *, tunes_movies: bool) -> None:
        self.dev, self._run, self._world, self._tunes_movies = dev, run, world, tunes_movies

    def score(self, fit: Fit, only: Collection[str] | None = None) -> DevScore:
        """Score an adapter; of several processes the first does, so that all decide by the same figures.

        Where the weights are spread over them, all must compute what the first wants to know.
        """
        asked = self.dev.asked(only)
        values = [0.0] * (len(asked) + 1)
        if self._world.main or is_sharded(fit.model):
            fit.model.eval()
            with merged(fit.model):
                score = self.dev.score(fit.encoder, tunes_movies=self._tunes_movies, only=only)
            training_mode(fit.model)
            values = [*(score.queries[query] for query in asked), score.titles]
        values = from_main(values, self._world)
        return DevScore(dict(zip(asked, values, strict=False)), values[-1])

    def by_strength(
        self, fit: Fit, strengths: Collection[float], only: Collection[str] | None = None
    ) -> dict[float, DevScore]:
        """Score an adapter at several strengths."""
        turn = strength_dial(fit.model)
        scores = {}
        for alpha in strengths:
            turn(alpha)
            scores[alpha] = self.score(fit, only)
        turn(1.0)
        return scores

    def choose(self, scores: dict[float, DevScore]) -> Choice:
        """Choose among strengths, 0 (the base) among them, and keep what each scored among the run's metrics."""
        for alpha, score in sorted(scores.items()):
            self._run.append_metric({"kind": "strength", "alpha": alpha, "nDCG@10": score.mean, "titles": score.titles})
            log.info("Dev nDCG@10 at strength %s: %.4f, titles %.4f.", alpha, score.mean, score.titles)
        means = {alpha: score.mean for alpha, score in scores.items()}
        best = choose_strength(means, {alpha: score.titles for alpha, score in scores.items()})
        return Choice(best, scores[0.0], scores[best], titles_lost=best == 0 and max(means.values()) > means[0.0])

    def show(self, epoch: int, score: DevScore) -> None:
        """Keep the score of an epoch (0: the base) for the curves."""
        self._run.append_metric({"kind": "dev", "epoch": epoch, "nDCG@10": score.mean, "titles": score.titles})
