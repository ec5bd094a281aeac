"""The trainer: from labels and a base model to an adapter, chosen on queries that did not train it."""

from __future__ import annotations

import logging
import math
import shutil
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import Any

from core.catalog import Catalog, document_text
from core.config import TrainConfig
from core.errors import TrainingError
from core.files import read_json, write_json
from core.models.adapter import WEIGHTS, merged, strength_dial
from core.models.backbone import Backbone, load_backbone
from core.models.device import Compute, choose_compute
from core.models.embedder import Embedder
from core.models.loading import Tuning
from core.runs.folder import RunFolder
from core.training.checkpoint import (
    POSITION,
    Position,
    load_checkpoint,
    load_weights,
    save_checkpoint,
    save_weights,
    trainable,
)
from core.training.dev import DevScore, DevSet, choose_strength
from core.training.distributed import World, agree, check_same_weights, from_main
from core.training.fit import Fit, Material
from core.training.folds import FoldScores, best_epoch, together
from core.training.lora import check_moved, training_mode
from core.training.mining import mine_negatives, save_mined
from core.training.out_of_memory import MemoryPlan
from core.training.pairs import Batch, TrainingData, planned_steps
from core.training.plan import measure
from core.workspace import Workspace

log = logging.getLogger(__name__)

PARTIAL_STRENGTHS = (0.25, 0.5, 0.75)
SECONDS_BETWEEN_CHECKPOINTS = 60.0
PATIENCE = 3  # epochs without a better dev score, after which the rest is not worth its time

Report = Callable[[int, int, int], None]


class Cancelled(Exception):
    """The curator wished the run to stop; what it had learned is dropped."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a training came to.

    Attributes:
        steps: optimiser steps of the adapter itself, those of a cross-validation not counted.
        epoch: the epoch whose adapter was kept.
        alpha: strength of the adapter that scored best; 0 means that the base was not beaten.
        base, tuned: scores of the base and of the tuned model at that strength, ``None`` without anything to choose on.
    """

    steps: int
    seconds: float
    epoch: int
    alpha: float
    base: DevScore | None
    tuned: DevScore | None
    layers: int
    last_loss: float

    @property
    def improved(self) -> bool:
        return self.alpha > 0


class Trainer:
    """One training, step by step, in a run folder."""

    def __init__(
        self,
        run: RunFolder,
        config: TrainConfig,
        data: TrainingData,
        catalog: Catalog,
        workspace: Workspace,
        world: World | None = None,
    ) -> None:
        """Load the base and lay out the texts. ``world`` names the processes that train together, one by default."""
        self.run, self.config, self.data, self.catalog = run, config, data, catalog
        self.world = world or World()
        self.compute: Compute = self._compute()
        self.backbone: Backbone = load_backbone(config.base, workspace)
        self.base = Embedder(self.backbone, self.compute, cache=workspace.vectors)
        texts = {movie.movie_id: document_text(movie) for movie in catalog.movies}
        titles = {movie.movie_id: movie.title for movie in catalog.movies}
        choosing = data.train | data.dev if data.folds else data.dev
        self.dev = DevSet(choosing, texts, titles, self.base, config.seed)
        self.material = Material.of(config, self.backbone, self.compute, catalog, data.train.texts, self.world)
        self._know_the_catalogue(texts)
        self.fit = Fit(self.material, data.train)
        check_same_weights(trainable(self.fit.model), self.world)
        parts = [data.train.without(set(held_out)) for held_out in data.folds]
        self.fold_steps = [
            planned_steps(part.pairs_an_epoch(config.positives), config.batch_size, config.epochs) for part in parts
        ]
        self.steps = sum(self.fold_steps) + self.fit.steps

    def _compute(self) -> Compute:
        """Return the device and number format: those that the run began with, where it goes on."""
        path = self.run.path / "compute.json"
        if path.is_file():
            return Compute(**read_json(path, TrainingError))
        compute = choose_compute(self.config.device)
        write_json(path, {"device": compute.device, "bf16": compute.bf16, "reason": compute.reason})
        return compute

    def _know_the_catalogue(self, texts: dict[str, str]) -> None:
        """Take from the base what needs every film: fixed vectors of a query-side training, and mined negatives."""
        import torch

        if self.config.side == "query" or self.config.mined:
            movies = self.base.encode(list(texts.values()), "document")
            if self.config.side == "query":
                self.material.fixed_movies = torch.from_numpy(movies).to(self.compute.torch_device())
            if self.config.mined:
                query_ids = sorted(self.data.train.grades)
                queries = self.base.encode([self.data.train.texts[query] for query in query_ids], "query")
                mined = mine_negatives(
                    self.data.train, query_ids, queries, list(texts), movies, model=self.backbone.name
                )
                save_mined(mined, self.run.mined)
                self.material.mined = {query: [film.movie_id for film in films] for query, films in mined.items()}

    def train(self, report: Report) -> Result:
        """Train, choose epoch and strength, save the adapter, and return what it came to.

        ``report`` is called with (step, steps, epoch) after every step. A checkpoint in the run folder is taken up
        where it stands.

        Raises:
            TrainingError: loss or gradient are not finite, or an adapter layer never moved.
            Cancelled: the run folder asks for it.
        """
        self._plan()
        if self.data.folds:
            return self._train_after_folds(report)
        position = self._resume()
        base = self.dev.score_base() if len(self.dev) else None
        if position.step == 0 and base is not None:
            self._show_dev(0, base)
        position, loss = self._train_fit(position, report, epochs=self.config.epochs, score=base is not None)
        self._load_best()
        layers = check_moved(self.fit.model)
        alpha, tuned = (1.0, None) if base is None else self._choose_strength(base)
        self._save_adapter(alpha)
        return Result(position.step, position.seconds, position.best_epoch, alpha, base, tuned, layers, loss)

    def _train_after_folds(self, report: Report) -> Result:
        folds = self._cross_validate(report)
        epoch = best_epoch(folds)
        alpha, base, tuned = self._fold_strength(folds, epoch)
        position, loss = self._train_fit(self._resume(), report, epochs=epoch, score=False)
        layers = check_moved(self.fit.model)
        self._save_adapter(alpha)
        return Result(position.step, position.seconds, epoch, alpha, base, tuned, layers, loss)

    def _plan(self) -> None:
        """Measure what the training will take, once: a run that goes on keeps to what it began with."""
        if self.run.plan() is None:
            self.fit.keep()
            scores = (len(self.data.folds) or 1) * (self.config.epochs + len(PARTIAL_STRENGTHS)) if len(self.dev) else 0
            plan = measure(self.fit, steps=self.steps, scores=scores, dev_tokens=self.dev.tokens)
            write_json(self.run.path / "plan.json", plan.as_dict())
            log.info("%d steps, about %.0f s and %.1f GB.", plan.steps, plan.seconds, plan.memory_bytes / 1e9)
        plan_kept = self.run.plan() or {}
        self.material.memory = MemoryPlan(plan_kept["cached"], plan_kept["chunk_tokens"])

    # One optimisation, with checkpoints

    def _train_fit(self, position: Position, report: Report, *, epochs: int, score: bool) -> tuple[Position, float]:
        """Run the epochs that are left and return how far it came, with the last loss."""
        self.fit.keep()
        loss = math.nan
        while position.epoch < epochs and not (score and position.epoch - position.best_epoch >= PATIENCE):
            position, loss = self._epoch(position, report)
            position = self._end_epoch(position, score=score)
        return position, loss

    def _epoch(self, position: Position, report: Report) -> tuple[Position, float]:
        loss = math.nan
        saved = time.monotonic()
        for number, batch in enumerate(self.fit.batches(position.epoch)):
            if number < position.batch:
                continue
            started = time.monotonic()
            facts = self._step(self.fit, batch, position.step, position.epoch)
            loss = facts["loss"]
            position = replace(
                position,
                batch=number + 1,
                step=position.step + 1,
                seconds=position.seconds + time.monotonic() - started,
                cached=self.material.memory.cached,
                token_budget=self.material.memory.token_budget,
            )
            self.run.append_metric({"kind": "step", "step": position.step, "epoch": position.epoch + 1, **facts})
            report(sum(self.fold_steps) + position.step, self.steps, position.epoch + 1)
            if time.monotonic() - saved > SECONDS_BETWEEN_CHECKPOINTS:
                save_checkpoint(self.run.checkpoint, self.fit.model, self.fit.optimizer, position)
                saved = time.monotonic()
        return position, loss

    def _step(self, fit: Fit, batch: Batch, number: int, epoch: int) -> dict[str, float]:
        if agree(self.run.cancel_wish.exists(), self.world):
            raise Cancelled
        return fit.step(batch, number, epoch)

    def _end_epoch(self, position: Position, *, score: bool) -> Position:
        position = replace(position, epoch=position.epoch + 1, batch=0)
        value = None
        if score:
            found = self._score(self.fit)
            value = found.mean
            self._show_dev(position.epoch, found)
            log.info("Dev nDCG@10 after epoch %d: %.4f.", position.epoch, value)
        if value is None or position.best is None or value > position.best:
            position = replace(position, best=value, best_epoch=position.epoch)
            self.fit.model.save_pretrained(self.run.best)
        save_checkpoint(self.run.checkpoint, self.fit.model, self.fit.optimizer, position)
        return position

    def _resume(self) -> Position:
        if not (self.run.checkpoint / POSITION).is_file():
            return Position()
        position = load_checkpoint(self.run.checkpoint, self.fit.model, self.fit.optimizer)
        if position.token_budget:
            self.material.memory = MemoryPlan(position.cached, position.token_budget)
        return position

    def _score(self, fit: Fit, only: Collection[str] | None = None) -> DevScore:
        """Score an adapter; of several processes the first does, so that all decide by the same figures."""
        asked = self.dev.asked(only)
        values = [0.0] * (len(asked) + 1)
        if self.world.main:
            fit.model.eval()
            with merged(fit.model):
                score = self.dev.score(fit.encoder, tunes_movies=self.config.side == "both", only=only)
            training_mode(fit.model)
            values = [*(score.queries[query] for query in asked), score.titles]
        values = from_main(values, self.world)
        return DevScore(dict(zip(asked, values, strict=False)), values[-1])

    # Choosing on dev queries

    def _load_best(self) -> None:
        from peft import set_peft_model_state_dict
        from safetensors.torch import load_file

        set_peft_model_state_dict(self.fit.model, load_file(self.run.best / WEIGHTS))

    def _choose_strength(self, base: DevScore) -> tuple[float, DevScore]:
        """Return the strength that scores best on dev, and its score."""
        scores = {0.0: base} | self._scores_by_strength(self.fit, (*PARTIAL_STRENGTHS, 1.0))
        return self._best_strength(scores)

    def _scores_by_strength(
        self, fit: Fit, strengths: Collection[float], only: Collection[str] | None = None
    ) -> dict[float, DevScore]:
        turn = strength_dial(fit.model)
        scores = {}
        for alpha in strengths:
            turn(alpha)
            scores[alpha] = self._score(fit, only)
        turn(1.0)
        return scores

    def _best_strength(self, scores: dict[float, DevScore]) -> tuple[float, DevScore]:
        for alpha, score in sorted(scores.items()):
            self.run.append_metric({"kind": "strength", "alpha": alpha, "nDCG@10": score.mean, "titles": score.titles})
            log.info("Dev nDCG@10 at strength %s: %.4f, titles %.4f.", alpha, score.mean, score.titles)
        means = {alpha: score.mean for alpha, score in scores.items()}
        best = choose_strength(means, {alpha: score.titles for alpha, score in scores.items()})
        return best, scores[best]

    # Choosing by cross-validation

    def _cross_validate(self, report: Report) -> list[FoldScores]:
        """Return what every part measured; parts that an interrupted run had finished are not measured again."""
        path = self.run.folds / "scores.json"
        done = [FoldScores.from_row(row) for row in read_json(path, TrainingError)] if path.is_file() else []
        for number in range(len(done), len(self.data.folds)):
            done.append(self._fold(number, report))
            write_json(path, [fold.row() for fold in done])
        for epoch in range(self.config.epochs + 1):
            parts = [fold.epochs[epoch - 1] if epoch else fold.base for fold in done]
            self._show_dev(epoch, together(parts))
        return done

    def _fold(self, number: int, report: Report) -> FoldScores:
        held_out = self.data.folds[number]
        only = held_out | set(self.data.dev.grades)
        fit = Fit(self.material, self.data.train.without(set(held_out)))
        fit.keep()
        before, step = sum(self.fold_steps[:number]), 0
        scores = []
        for epoch in range(self.config.epochs):
            for batch in fit.batches(epoch):
                facts = self._step(fit, batch, step, epoch)
                step += 1
                row = {"kind": "fold", "fold": number + 1, "step": before + step, "epoch": epoch + 1}
                self.run.append_metric({**row, "loss": facts["loss"]})
                report(before + step, self.steps, epoch + 1)
            scores.append(self._score(fit, only))
            save_weights(fit.model, self._fold_weights(number, epoch + 1))
            log.info("Part %d, epoch %d: nDCG@10 %.4f on what it set aside.", number + 1, epoch + 1, scores[-1].mean)
        return FoldScores(self.dev.score_base(only), tuple(scores))

    def _fold_strength(self, folds: list[FoldScores], epoch: int) -> tuple[float, DevScore, DevScore]:
        """Return the strength that scores best on all parts together, with the scores of the base and at it."""
        by_strength: dict[float, list[DevScore]] = {0.0: [fold.base for fold in folds]}
        by_strength[1.0] = [fold.epochs[epoch - 1] for fold in folds]
        fit = Fit(self.material, self.data.train)
        for number, held_out in enumerate(self.data.folds):
            load_weights(fit.model, self._fold_weights(number, epoch))
            only = held_out | set(self.data.dev.grades)
            for alpha, score in self._scores_by_strength(fit, PARTIAL_STRENGTHS, only).items():
                by_strength.setdefault(alpha, []).append(score)
        scores = {alpha: together(parts) for alpha, parts in by_strength.items()}
        alpha, tuned = self._best_strength(scores)
        return alpha, scores[0.0], tuned

    def _fold_weights(self, number: int, epoch: int) -> Any:
        return self.run.folds / f"{number + 1}-{epoch}.safetensors"

    # What is left behind

    def _show_dev(self, epoch: int, score: DevScore) -> None:
        self.run.append_metric({"kind": "dev", "epoch": epoch, "nDCG@10": score.mean, "titles": score.titles})

    def _save_adapter(self, alpha: float) -> None:
        Tuning(self.config.base, alpha, self.config.side).write(self.run.best)
        # In this order a run killed in between starts anew; the checkpoint of a finished run has no best adapter.
        shutil.rmtree(self.run.checkpoint, ignore_errors=True)
        shutil.rmtree(self.run.folds, ignore_errors=True)
        shutil.rmtree(self.run.adapter, ignore_errors=True)
        self.run.best.rename(self.run.adapter)

    def description(self) -> dict[str, Any]:
        """Return the facts of this training that a report keeps."""
        return {
            "pairs": len(self.data.train.pairs()),
            "pairs_an_epoch": self.fit.pairs,
            "queries": len(self.data.train.grades),
            "dev_queries": len(self.dev),
            "dev_films": len(self.dev.movie_ids),
            "dev_from_train": self.data.dev_from_train,
            "folds": len(self.data.folds),
            "negatives": self.data.negatives,
            "synthetic": self.fit.synthetic,
            "mined": sum(len(films) for films in self.material.mined.values()),
            "learning_rate": self.material.learning_rate,
            "device": self.compute.device,
            "precision": "bfloat16" if self.compute.bf16 else "float32",
            "catalog": self.catalog.fingerprint,
        }
