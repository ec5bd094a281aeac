"""The trainer: from labels and a base model to an adapter, chosen on dev queries, never worse than its base there."""

from __future__ import annotations

import logging
import math
import random
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from core.catalog import Catalog, document_text
from core.config import TrainConfig
from core.errors import TrainingError
from core.models.adapter import WEIGHTS, merged, strength_dial
from core.models.backbone import Backbone, load_backbone, model_type
from core.models.device import Compute, choose_compute
from core.models.embedder import Embedder
from core.models.loading import Tuning
from core.models.recipe import DECODERS
from core.runs.folder import RunFolder
from core.training.checkpoint import POSITION, Position, load_checkpoint, save_checkpoint, trainable
from core.training.dev import DevSet
from core.training.encoding import TextRows, encode_rows
from core.training.lora import add_adapter, check_moved, training_mode
from core.training.loss import info_nce, negative_mask
from core.training.pairs import Batch, TrainingData, batches, planned_steps
from core.workspace import Workspace

if TYPE_CHECKING:
    from torch import Tensor

log = logging.getLogger(__name__)

PARTIAL_STRENGTHS = (0.25, 0.5, 0.75)
SECONDS_BETWEEN_CHECKPOINTS = 60.0
ENCODER_LEARNING_RATE = 5e-4
DECODER_LEARNING_RATE = 2e-3


class Cancelled(Exception):
    """The curator wished the run to stop; what it had learned is dropped."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a training came to.

    Attributes:
        alpha: strength of the adapter that scored best on dev; 0 means that the base was not beaten.
        dev_base, dev_tuned: nDCG@10 on the dev queries, ``None`` without dev queries.
    """

    steps: int
    seconds: float
    alpha: float
    dev_base: float | None
    dev_tuned: float | None
    layers: int
    last_loss: float

    @property
    def improved(self) -> bool:
        return self.alpha > 0


Report = Callable[[int, int, int], None]


class Trainer:
    """One training, step by step, in a run folder."""

    def __init__(
        self, run: RunFolder, config: TrainConfig, data: TrainingData, catalog: Catalog, workspace: Workspace
    ) -> None:
        import torch

        self.run, self.config, self.data, self.catalog = run, config, data, catalog
        self.compute: Compute = choose_compute(config.device)
        self.backbone: Backbone = load_backbone(config.base, workspace)
        self.model = add_adapter(self.backbone.model, config).to(self.compute.torch_device())
        self.pairs = data.train.pairs_an_epoch(config.positives)
        self.steps = planned_steps(self.pairs, config.batch_size, config.epochs)
        self.learning_rate = config.learning_rate or default_learning_rate(self.backbone)
        self.optimizer = torch.optim.AdamW(
            list(trainable(self.model).values()), lr=self.learning_rate, weight_decay=config.weight_decay
        )
        length = min(config.max_length, self.backbone.recipe.max_length)
        texts = {movie.movie_id: document_text(movie) for movie in catalog.movies}
        views = {(movie_id, False): text for movie_id, text in texts.items()}
        views |= {(movie.movie_id, True): document_text(movie, korean_first=True) for movie in catalog.movies}
        self.queries = TextRows(self.backbone, data.train.texts, "query", length)
        self.movies = TextRows(self.backbone, views, "document", length)
        self.base = Embedder(self.backbone, self.compute, cache=workspace.vectors)
        self.dev = DevSet(data.dev, texts, self.base, config.seed)
        self.fixed_movies: Tensor | None = None
        if config.side == "query":
            vectors = self.base.encode(list(texts.values()), "document")
            self.fixed_movies = torch.from_numpy(vectors).to(self.compute.torch_device())

    def train(self, report: Report) -> Result:
        """Train, choose the strength on dev, save the adapter, and return what it came to.

        ``report`` is called with (step, steps, epoch) after every step. A checkpoint in the run folder is taken up
        where it stands.

        Raises:
            TrainingError: the loss is not finite, or an adapter layer never moved.
            Cancelled: the run folder asks for it.
        """
        position = self._resume()
        dev_base = self.dev.score_base() if len(self.dev) else None
        if position.step == 0 and dev_base is not None:
            self.run.append_metric({"kind": "dev", "epoch": 0, "nDCG@10": dev_base})
        loss = math.nan
        for epoch in range(position.epoch, self.config.epochs):
            position, loss = self._epoch(replace(position, epoch=epoch), report)
            position = self._end_epoch(position)
        self._load_best()
        layers = check_moved(self.model)
        alpha, dev_tuned = self._choose_strength(dev_base, position.best)
        self._save_adapter(alpha)
        return Result(position.step, position.seconds, alpha, dev_base, dev_tuned, layers, loss)

    def _epoch(self, position: Position, report: Report) -> tuple[Position, float]:
        loss = math.nan
        saved = time.monotonic()
        for number, batch in enumerate(self._batches(position.epoch)):
            if number < position.batch:
                continue
            if self.run.cancel_wish.exists():
                raise Cancelled
            started = time.monotonic()
            loss, facts = self._step(batch, position)
            position = replace(
                position,
                batch=number + 1,
                step=position.step + 1,
                seconds=position.seconds + time.monotonic() - started,
            )
            self.run.append_metric({"kind": "step", "step": position.step, "epoch": position.epoch + 1, **facts})
            report(position.step, self.steps, position.epoch + 1)
            if time.monotonic() - saved > SECONDS_BETWEEN_CHECKPOINTS:
                save_checkpoint(self.run.checkpoint, self.model, self.optimizer, position)
                saved = time.monotonic()
        return position, loss

    def _step(self, batch: Batch, position: Position) -> tuple[float, dict[str, float]]:
        import torch

        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate * schedule(position.step, self.steps, self.config.warmup)
        similarities, movie_ids = self._similarities(batch, position.epoch)
        train = self.data.train
        mask = negative_mask(batch.query_ids, movie_ids, train.grades, train.unsure).to(similarities.device)
        rows = {query: row for row, query in enumerate(batch.query_ids)}
        columns = {movie: column for column, movie in enumerate(movie_ids)}
        queries = torch.tensor([rows[pair.query_id] for pair in batch.pairs], device=similarities.device)
        positives = torch.tensor([columns[pair.movie_id] for pair in batch.pairs], device=similarities.device)
        loss = info_nce(similarities, mask, queries, positives, self.config.temperature)
        value = float(loss.detach())
        if not math.isfinite(value):
            where = f"The loss is {value} at step {position.step + 1}."
            raise TrainingError(f"{where} Lower the learning rate, or train on the CPU.")
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(trainable(self.model).values(), self.config.max_grad_norm)
        self.optimizer.step()
        cosines = similarities.detach()
        facts = {
            "loss": value,
            "learning_rate": float(self.optimizer.param_groups[0]["lr"]),
            "gradient_norm": float(norm),
            "cosine_mean": float(cosines.mean()),
            "cosine_spread": float(cosines.std()),
        }
        return value, facts

    def _similarities(self, batch: Batch, epoch: int) -> tuple[Tensor, tuple[str, ...]]:
        """Return the cosines (queries, films) of a batch and its films."""
        query_rows = self.queries[batch.query_ids]
        if self.fixed_movies is not None:
            vectors = encode_rows(self.model, query_rows, self.backbone, self.compute)
            return vectors @ self.fixed_movies.T, self.catalog.ids
        views = [(movie_id, korean_first(movie_id, self.config.seed, epoch)) for movie_id in batch.movie_ids]
        rows = query_rows + self.movies[views]
        vectors = encode_rows(self.model, rows, self.backbone, self.compute)
        split = len(batch.query_ids)
        return vectors[:split] @ vectors[split:].T, batch.movie_ids

    def _batches(self, epoch: int) -> Iterator[Batch]:
        negatives = 0 if self.config.side == "query" else self.config.negatives
        return batches(
            self.data.train,
            batch_size=self.config.batch_size,
            positives=self.config.positives,
            negatives=negatives,
            seed=self.config.seed,
            epoch=epoch,
        )

    def _end_epoch(self, position: Position) -> Position:
        position = replace(position, epoch=position.epoch + 1, batch=0)
        score = self._dev_score() if len(self.dev) else None
        if score is not None:
            self.run.append_metric({"kind": "dev", "epoch": position.epoch, "nDCG@10": score})
            log.info("Dev nDCG@10 after epoch %d: %.4f.", position.epoch, score)
        if score is None or position.best is None or score > position.best:
            position = replace(position, best=score)
            self.model.save_pretrained(self.run.best)
        save_checkpoint(self.run.checkpoint, self.model, self.optimizer, position)
        return position

    def _resume(self) -> Position:
        if not (self.run.checkpoint / POSITION).is_file():
            return Position()
        return load_checkpoint(self.run.checkpoint, self.model, self.optimizer)

    def _dev_score(self) -> float:
        self.model.eval()
        with merged(self.model):
            score = self.dev.score(self.model, tunes_movies=self.config.side == "both")
        training_mode(self.model)
        return score

    def _load_best(self) -> None:
        from peft import set_peft_model_state_dict
        from safetensors.torch import load_file

        set_peft_model_state_dict(self.model, load_file(self.run.best / WEIGHTS))

    def _choose_strength(self, dev_base: float | None, dev_full: float | None) -> tuple[float, float | None]:
        """Return the strength with the best dev score and that score; ties go to the weaker adapter, 0 included.

        ``dev_full`` is the score at full strength, known since the best epoch ended.
        """
        if dev_base is None or dev_full is None:
            return 1.0, None
        turn = strength_dial(self.model)
        scores = {0.0: dev_base}
        for alpha in PARTIAL_STRENGTHS:
            turn(alpha)
            scores[alpha] = self._dev_score()
        turn(1.0)
        scores[1.0] = dev_full
        for alpha, score in scores.items():
            self.run.append_metric({"kind": "strength", "alpha": alpha, "nDCG@10": score})
            log.info("Dev nDCG@10 at strength %s: %.4f.", alpha, score)
        best = max(scores, key=lambda alpha: (scores[alpha], -alpha))
        return best, scores[best]

    def _save_adapter(self, alpha: float) -> None:
        Tuning(self.config.base, alpha, self.config.side).write(self.run.best)
        # In this order a run killed in between starts anew; the checkpoint of a finished run has no best adapter.
        shutil.rmtree(self.run.checkpoint, ignore_errors=True)
        shutil.rmtree(self.run.adapter, ignore_errors=True)
        self.run.best.rename(self.run.adapter)

    def description(self) -> dict[str, Any]:
        """Return the facts of this training that a report keeps."""
        return {
            "pairs": len(self.data.train.pairs()),
            "pairs_an_epoch": self.pairs,
            "queries": len(self.data.train.grades),
            "dev_queries": len(self.dev),
            "dev_films": len(self.dev.movie_ids),
            "dev_from_train": self.data.dev_from_train,
            "negatives": self.data.negatives,
            "learning_rate": self.learning_rate,
            "device": self.compute.device,
            "precision": "bfloat16" if self.compute.bf16 else "float32",
            "catalog": self.catalog.fingerprint,
        }


def korean_first(movie_id: str, seed: int, epoch: int) -> bool:
    """Return whether an epoch shows a film with its Korean synopsis first; every other epoch it is the other way."""
    return (random.Random(f"{seed}/{movie_id}").getrandbits(1) + epoch) % 2 == 1


def schedule(step: int, steps: int, warmup: float) -> float:
    """Return the share of the peak learning rate at a step (from 0): linear rise, then linear fall to zero."""
    rise = math.ceil(steps * warmup)
    if step < rise:
        return (step + 1) / rise
    return max(0.0, (steps - step) / max(1, steps - rise))


def default_learning_rate(backbone: Backbone) -> float:
    """Return the step size that suits the family: an untrained decoder needs a larger one to come apart at all."""
    return DECODER_LEARNING_RATE if model_type(backbone.model) in DECODERS else ENCODER_LEARNING_RATE
