"""One optimisation: an adapter, its optimiser, and the steps over one set of queries.

A training has one of these, a cross-validation one a part. What they share (texts, vectors, settings) is in
``Material``; what differs is which queries train.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.catalog import Catalog, document_text
from core.config import TrainConfig
from core.errors import TrainingError
from core.models.backbone import Backbone, model_type
from core.models.device import Compute
from core.models.recipe import DECODERS
from core.training.checkpoint import trainable
from core.training.encoding import RowEncoder, TextRows
from core.training.frozen import HiddenStore
from core.training.lora import add_adapter
from core.training.loss import info_nce, negative_mask, negative_weights
from core.training.pairs import Batch, BatchPlan, LabelledQueries, batches, planned_steps

if TYPE_CHECKING:
    from torch import Tensor

ENCODER_LEARNING_RATE = 5e-4
DECODER_LEARNING_RATE = 2e-3

View = tuple[str, bool]  # a film, and whether its Korean synopsis stands first


@dataclass(slots=True)
class Material:
    """What every optimisation of a training reads.

    Attributes:
        queries, movies: token rows of train queries by id, and of films by view.
        fixed_movies: the catalogue's vectors, (films, dimension), where only the query side is tuned.
        mined: films mined as negatives, by query.
    """

    config: TrainConfig
    backbone: Backbone
    compute: Compute
    catalog: Catalog
    queries: TextRows[str]
    movies: TextRows[View]
    fixed_movies: Tensor | None = None
    mined: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hidden: HiddenStore = field(default_factory=HiddenStore)

    @classmethod
    def of(
        cls, config: TrainConfig, backbone: Backbone, compute: Compute, catalog: Catalog, queries: Mapping[str, str]
    ) -> Material:
        """Tokenise lazily: texts become rows when a batch first asks for them."""
        length = min(config.max_length, backbone.recipe.max_length)
        views = {
            (movie.movie_id, korean): document_text(movie, korean_first=korean)
            for movie in catalog.movies
            for korean in (False, True)
        }
        return cls(
            config,
            backbone,
            compute,
            catalog,
            TextRows(backbone, queries, "query", length),
            TextRows(backbone, views, "document", length),
        )

    @property
    def learning_rate(self) -> float:
        return self.config.learning_rate or default_learning_rate(self.backbone)


class Fit:
    """An adapter being trained on some queries."""

    def __init__(self, material: Material, train: LabelledQueries) -> None:
        import torch

        config = material.config
        self.material, self.train = material, train
        self.model = add_adapter(material.backbone.model, config).to(material.compute.torch_device())
        self.encoder = RowEncoder(self.model, material.backbone, material.compute, material.hidden)
        self.optimizer = torch.optim.AdamW(
            list(trainable(self.model).values()), lr=material.learning_rate, weight_decay=config.weight_decay
        )
        self.plan = BatchPlan(
            config.batch_size,
            config.positives,
            0 if config.side == "query" else config.negatives,
            config.seed,
            mined=material.mined,
            most_mined=config.mined,
        )
        self.pairs = train.pairs_an_epoch(config.positives)
        self.steps = planned_steps(self.pairs, config.batch_size, config.epochs)

    def batches(self, epoch: int) -> Iterator[Batch]:
        return batches(self.train, self.plan, epoch)

    def keep(self) -> None:
        """Compute once what training leaves unchanged of the texts that every epoch brings again."""
        rows = self.material.queries[sorted(self.train.grades)]
        if self.material.fixed_movies is None:
            movies = sorted({movie for grades in self.train.grades.values() for movie in grades})
            rows = rows + self.material.movies[[(movie, korean) for movie in movies for korean in (False, True)]]
        self.encoder.keep(rows)

    def step(self, batch: Batch, number: int, epoch: int) -> dict[str, float]:
        """Take one optimiser step (``number`` from 0) and return what the curves show of it.

        Raises:
            TrainingError: loss or gradient are not finite, or no gradient reaches the adapter.
        """
        import torch

        config = self.material.config
        for group in self.optimizer.param_groups:
            group["lr"] = self.material.learning_rate * schedule(number, self.steps, config.warmup)
        self.optimizer.zero_grad(set_to_none=True)
        facts = self.backward(batch, epoch)
        weights = list(trainable(self.model).values())
        norm = float(torch.nn.utils.clip_grad_norm_(weights, config.max_grad_norm))
        check_gradient(facts["loss"], norm, number + 1)
        self.optimizer.step()
        return {**facts, "learning_rate": float(self.optimizer.param_groups[0]["lr"]), "gradient_norm": norm}

    def backward(self, batch: Batch, epoch: int) -> dict[str, float]:
        """Leave the gradient of a batch in the adapter, and return its loss and the spread of its cosines."""
        rows, loss_of = self._problem(batch, epoch)
        facts: dict[str, float] = {}
        loss = loss_of(self.encoder(rows), facts)
        loss.backward()
        return facts

    def _problem(self, batch: Batch, epoch: int) -> tuple[list[list[int]], Any]:
        """Return the rows of a batch and the loss as a function of their vectors."""
        material = self.material
        rows = material.queries[batch.query_ids]
        movie_ids: Sequence[str] = batch.movie_ids
        if material.fixed_movies is None:
            seed = material.config.seed
            rows = rows + material.movies[[(movie, korean_first(movie, seed, epoch)) for movie in movie_ids]]
        else:
            movie_ids = material.catalog.ids
        split = len(batch.query_ids)

        def loss_of(vectors: Tensor, facts: dict[str, float]) -> Tensor:
            movies = vectors[split:] if material.fixed_movies is None else material.fixed_movies
            similarities = vectors[:split] @ movies.T
            cosines = similarities.detach()
            loss = self._loss(similarities, batch, movie_ids)
            facts |= {
                "loss": float(loss.detach()),
                "cosine_mean": float(cosines.mean()),
                "cosine_spread": float(cosines.std()),
            }
            return loss

        return rows, loss_of

    def _loss(self, similarities: Tensor, batch: Batch, movie_ids: Sequence[str]) -> Tensor:
        import torch

        config, device = self.material.config, similarities.device
        mask = negative_mask(batch.query_ids, movie_ids, self.train.grades, self.train.unsure).to(device)
        weights = None
        if config.negative_weight != 1:
            weights = negative_weights(batch.query_ids, movie_ids, self.train.grades, config.negative_weight).to(device)
        rows = {query: row for row, query in enumerate(batch.query_ids)}
        columns = {movie: column for column, movie in enumerate(movie_ids)}
        queries = torch.tensor([rows[pair.query_id] for pair in batch.pairs], device=device)
        positives = torch.tensor([columns[pair.movie_id] for pair in batch.pairs], device=device)
        return info_nce(similarities, mask, queries, positives, config.temperature, weights)


def check_gradient(loss: float, norm: float, step: int) -> None:
    """Refuse a step that would damage the adapter or change nothing.

    Raises:
        TrainingError: a value is not finite, or the first step has no gradient.
    """
    if not math.isfinite(loss):
        raise TrainingError(f"The loss is {loss} at step {step}. Lower the learning rate, or train on the CPU.")
    if not math.isfinite(norm):
        raise TrainingError(
            f"The gradient is {norm} at step {step}: the numbers overflowed. Lower the learning rate, raise the "
            "temperature, or train on the CPU."
        )
    if step == 1 and norm == 0:
        raise TrainingError(
            "No gradient reaches the adapter at the first step, so nothing would be learnt: the batch holds nothing "
            "to tell apart. Label more queries, or raise the batch size."
        )


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
