"""The trainer: from labels and a base model to an adapter, chosen on queries that did not train it."""

from __future__ import annotations

import logging
import math
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from core.catalog import Catalog, document_text
from core.config import TrainConfig
from core.errors import TrainingError
from core.files import read_json, sync, write_json
from core.models.adapter import WEIGHTS
from core.models.backbone import Backbone, load_backbone
from core.models.device import Compute, choose_compute
from core.models.embedder import Embedder
from core.models.loading import Tuning, read_tuning
from core.runs.folder import RunFolder
from core.training.checkpoint import (
    POSITION,
    Position,
    load_checkpoint,
    save_checkpoint,
    trainable,
)
from core.training.dev import DevSet
from core.training.distributed import World, agree, check_same_weights, from_main
from core.training.fit import Fit, Material
from core.training.folds import CrossValidation, steps_of_folds
from core.training.lora import check_moved
from core.training.mining import mine_negatives, save_mined
from core.training.out_of_memory import MemoryPlan
from core.training.pairs import Batch, TrainingData
from core.training.plan import Plan, measure
from core.training.scorer import PARTIAL_STRENGTHS, Choice, Scorer
from core.training.sharded import ShardedBase, sharded_model
from core.workspace import Workspace

log = logging.getLogger(__name__)

DEV_TOKENS = {"cpu": 32_768, "cuda": 1_048_576}
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
        choice: the strength of the adapter that is used, and why.
    """

    steps: int
    seconds: float
    epoch: int
    choice: Choice
    layers: int
    last_loss: float

    @property
    def improved(self) -> bool:
        return self.choice.alpha > 0


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
        self.backbone: Backbone = load_backbone(config.base, workspace, weights=not config.shard)
        sharded = sharded_model(self.backbone, config, self.compute, workspace, self.world) if config.shard else None
        self.base = (
            ShardedBase(self.backbone, self.compute, model=sharded)
            if sharded is not None
            else Embedder(self.backbone, self.compute, cache=workspace.vectors)
        )
        texts = {movie.movie_id: document_text(movie) for movie in catalog.movies}
        titles = {movie.movie_id: movie.title for movie in catalog.movies}
        choosing = data.train | data.dev if data.folds else data.dev
        tokens = DEV_TOKENS[self.compute.device] // (2 if data.folds else 1)  # each part of a cross-validation scores
        self.dev = DevSet(choosing, texts, titles, self.base, config.seed, tokens)
        self.scorer = Scorer(self.dev, run, self.world, tunes_movies=config.side == "both")
        self.material = Material.of(config, self.backbone, self.compute, catalog, data.train.texts, self.world)
        self.material.sharded = sharded
        self._know_the_catalogue(texts)
        self.fit = Fit(self.material, data.train)
        check_same_weights(trainable(self.fit.model), self.world)
        self.fold_steps = sum(steps_of_folds(data, config))
        self.steps = self.fold_steps + self.fit.steps

    def _compute(self) -> Compute:
        """Return the device and number format: those that the run began with, where it goes on."""
        path = self.run.path / "compute.json"
        if path.is_file():
            return Compute(**read_json(path, TrainingError))
        found = choose_compute(self.config.device)
        (bf16,) = from_main([found.bf16], self.world)  # measured, so processes might differ
        compute = replace(found, bf16=bool(bf16))
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
        plan = self.plan()
        self.material.memory = MemoryPlan(plan.cached, plan.chunk_tokens)
        if self.data.folds:
            epoch, choice = CrossValidation(self.material, self.data, self.scorer, self.run).choose(
                self._step, lambda step, epoch: report(step, self.steps, epoch)
            )
            self.steps = self.fold_steps + epoch * self.fit.steps // self.config.epochs
            position, loss = self._train_fit(self._resume(), report, epochs=epoch, score=False)
            layers = check_moved(self.fit.model)
            self.fit.make_whole()
        else:
            position = self._resume()
            base = self.dev.score_base() if len(self.dev) else None
            if position.step == 0 and base is not None:
                self.scorer.show(0, base)
            position, loss = self._train_fit(position, report, epochs=self.config.epochs, score=base is not None)
            epoch = position.best_epoch
            self._load_best()
            layers = check_moved(self.fit.model)
            self.fit.make_whole()
            choice = Choice(1.0)
            if base is not None:
                choice = self.scorer.choose({0.0: base} | self.scorer.by_strength(self.fit, (*PARTIAL_STRENGTHS, 1.0)))
        self._save_adapter(choice.alpha)
        return Result(position.step, position.seconds, epoch, choice, layers, loss)

    def plan(self) -> Plan:
        """Measure what the training will take, once: a run that goes on keeps to what it began with."""
        known = self.run.plan()
        if known is not None:
            return Plan(**known)
        self.fit.keep()
        rounds = len(self.data.folds) or 1
        strengths = len(PARTIAL_STRENGTHS) + (0 if self.data.folds else 1)  # parts know full strength from their epochs
        scores = rounds * (self.config.epochs + strengths) if len(self.dev) else 0
        plan = measure(self.fit, steps=self.steps, scores=scores, dev_tokens=self.dev.tokens)
        write_json(self.run.path / "plan.json", plan.as_dict())
        log.info("%d steps, about %.0f s and %.1f GB.", plan.steps, plan.seconds, plan.memory_bytes / 1e9)
        return plan

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
            report(self.fold_steps + position.step, self.steps, position.epoch + 1)
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
            found = self.scorer.score(self.fit)
            value = found.mean
            self.scorer.show(position.epoch, found)
            log.info("Dev nDCG@10 after epoch %d: %.4f.", position.epoch, value)
        if value is None or position.best is None or value > position.best:
            position = replace(position, best=value, best_epoch=position.epoch)
            self.fit.model.save_pretrained(self.run.best)
            Tuning(self.config.base, 1.0, self.config.side).write(self.run.best)
        save_checkpoint(self.run.checkpoint, self.fit.model, self.fit.optimizer, position)
        return position

    def _resume(self) -> Position:
        if not (self.run.checkpoint / POSITION).is_file():
            return Position()
        position = load_checkpoint(self.run.checkpoint, self.fit.model, self.fit.optimizer)
        if position.token_budget:
            self.material.memory = MemoryPlan(position.cached, position.token_budget)
        return position

    def _load_best(self) -> None:
        from peft import set_peft_model_state_dict
        from safetensors.torch import load_file

        read_tuning(self.run.best)  # refuses one that is damaged
        set_peft_model_state_dict(self.fit.model, load_file(self.run.best / WEIGHTS))

    # What is left behind

    def _save_adapter(self, alpha: float) -> None:
        Tuning(self.config.base, alpha, self.config.side).write(self.run.best)
        for path in self.run.best.iterdir():
            sync(path)
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
