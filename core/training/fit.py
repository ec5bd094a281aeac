"""One optimisation: an adapter, its optimiser, and the steps over one set of queries.

A training has one of these, a cross-validation one a part. What they share (texts, vectors, settings) is in
``Material``; what differs is which queries train.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.catalog import Catalog, document_text
from core.config import TrainConfig
from core.errors import TrainingError
from core.models.backbone import Backbone, model_type
from core.models.device import Compute
from core.models.embedder import TOKEN_BUDGET
from core.models.packed import use_flash_attention
from core.models.recipe import DECODERS, Side
from core.training.checkpoint import trainable
from core.training.distributed import World, agree, gather_rows, share, sum_gradients
from core.training.encoding import RowEncoder, TextRows, rows_of
from core.training.frozen import HiddenStore
from core.training.lora import add_adapter
from core.training.loss import info_nce, negative_mask, negative_weights
from core.training.out_of_memory import MemoryPlan, backward_that_fits
from core.training.pairs import Batch, BatchPlan, LabelledQueries, Pair, batches, planned_steps
from core.training.passes import backward_in_step
from core.training.quantized import is_quantized
from core.training.recompute import enable_gradient_checkpointing
from core.training.synthetic import SyntheticPair, SyntheticQueries

if TYPE_CHECKING:
    from torch import Tensor, nn

ENCODER_LEARNING_RATE = 5e-4
DECODER_LEARNING_RATE = 2e-3

SYNTHETIC_SHARE = 1.0
SYNTHETIC_BELOW = 300  # train queries

LossOf = Callable[["Tensor", dict[str, float]], "Tensor"]
View = tuple[str, bool]  # a film, and whether its Korean synopsis stands first


@dataclass(slots=True)
class Material:
    """What every optimisation of a training reads.

    Attributes:
        queries, movies: token rows of train queries by id, and of films by view.
        synthetic: draws queries made from films' own texts.
        fixed_movies: the catalogue's vectors, (films, dimension), where only the query side is tuned.
        mined: films mined as negatives, by query.
        hidden: what the frozen blocks make of texts, for all adapters.
        memory: how a step is cut to fit; it changes when memory runs out, and stays so for the steps after.
        sharded: the adapted model, made beforehand, where its weights are spread over the processes.
    """

    config: TrainConfig
    backbone: Backbone
    compute: Compute
    catalog: Catalog
    queries: TextRows[str]
    movies: TextRows[View]
    synthetic: SyntheticQueries
    memory: MemoryPlan
    world: World = field(default_factory=World)
    fixed_movies: Tensor | None = None
    mined: Mapping[str, Sequence[str]] = field(default_factory=dict)
    hidden: HiddenStore = field(default_factory=HiddenStore)
    sharded: nn.Module | None = None

    @classmethod
    def of(
        cls,
        config: TrainConfig,
        backbone: Backbone,
        compute: Compute,
        catalog: Catalog,
        queries: Mapping[str, str],
        world: World,
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
            SyntheticQueries(catalog),
            MemoryPlan(cached=False, token_budget=TOKEN_BUDGET[compute.device]),
            world,
        )

    def made_rows(self, texts: Sequence[str], side: Side) -> list[list[int]]:
        """Return the token rows of texts that are seen once."""
        return rows_of(self.backbone, texts, side, min(self.config.max_length, self.backbone.recipe.max_length))

    @property
    def learning_rate(self) -> float:
        return self.config.learning_rate or default_learning_rate(self.backbone)


class Fit:
    """An adapter being trained on some queries."""

    def __init__(self, material: Material, train: LabelledQueries) -> None:
        import torch

        config = material.config
        self.material, self.train = material, train
        self.model: Any = self._adapted() if material.sharded is None else material.sharded
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
        self.synthetic = synthetic_share(config, len(train.grades))
        self.pairs = train.pairs_an_epoch(config.positives)
        self.steps = planned_steps(self.pairs, config.batch_size, config.epochs)

    def _adapted(self) -> Any:
        config, compute = self.material.config, self.material.compute
        quantized = compute if config.four_bit else None
        model = add_adapter(self.material.backbone.model, config, quantized).to(compute.torch_device())
        use_flash_attention(model, compute)
        if config.gradient_checkpointing:
            enable_gradient_checkpointing(model)
        return model

    def make_whole(self) -> None:
        """Put the adapter on the backbone's full weights, on which it will be used, where it was trained on 4 bits."""
        if not is_quantized(self.model):
            return
        material, trained = self.material, trainable(self.model)
        self.model = add_adapter(material.backbone.model, material.config).to(material.compute.torch_device())
        for name, weight in trainable(self.model).items():
            weight.data.copy_(trained[name].data)
        # Hidden states kept so far are those of the 4-bit weights.
        self.encoder = RowEncoder(self.model, material.backbone, material.compute, HiddenStore())

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
        torch.manual_seed(self._seed_of(number))
        facts = self.backward(batch, epoch)
        weights = list(trainable(self.model).values())
        norm = float(torch.nn.utils.clip_grad_norm_(weights, config.max_grad_norm))
        check_gradient(facts["loss"], norm, number + 1)
        self.optimizer.step()
        return {**facts, "learning_rate": float(self.optimizer.param_groups[0]["lr"]), "gradient_norm": norm}

    def _seed_of(self, number: int) -> int:
        """Return the seed of a step's dropout: its own in each process, and the same when the step is done again."""
        text = f"{self.material.config.seed}/{number}/{self.material.world.rank}"
        return random.Random(text).getrandbits(63)

    def backward(self, batch: Batch, epoch: int) -> dict[str, float]:
        """Leave the gradient of a batch in the adapter, and return its loss and the spread of its cosines."""
        rows, loss_of = self.problem(batch, epoch)
        material, world = self.material, self.material.world
        weights = list(trainable(self.model).values())
        shares = share([len(row) for row in rows], world)
        parts = [[rows[position] for position in positions] for positions in shares]
        facts: dict[str, float] = {}

        def loss_of_all(vectors: Tensor) -> Tensor:
            return loss_of(gather_rows(vectors, shares, world), facts)

        if material.sharded is not None:
            backward_in_step(self.encoder.chunk, parts, world.rank, loss_of_all, material.memory)
        else:
            _, material.memory = backward_that_fits(
                self.encoder.chunk,
                parts[world.rank],
                loss_of_all,
                weights,
                material.memory,
                lambda wish: agree(wish, world),
            )
        sum_gradients(weights, world)
        return facts

    def problem(self, batch: Batch, epoch: int) -> tuple[list[list[int]], LossOf]:
        """Return the rows of a batch, queries first, and the loss as a function of their vectors."""
        material = self.material
        seed = material.config.seed
        made = self._made_pairs(batch, epoch)
        names = [f"synthetic/{number}" for number in range(len(made))]
        query_ids = (*batch.query_ids, *names)
        pairs = (*batch.pairs, *(Pair(name, pair.movie_id) for name, pair in zip(names, made, strict=True)))
        rows = material.queries[batch.query_ids] + material.made_rows([pair.query for pair in made], "query")
        movie_ids: Sequence[str] = material.catalog.ids
        if material.fixed_movies is None:
            movie_ids = (*batch.movie_ids, *(pair.movie_id for pair in made))
            rows = rows + material.movies[[(movie, korean_first(movie, seed, epoch)) for movie in batch.movie_ids]]
            rows = rows + material.made_rows([pair.document for pair in made], "document")

        def loss_of(vectors: Tensor, facts: dict[str, float]) -> Tensor:
            split = len(query_ids)
            movies = vectors[split:] if material.fixed_movies is None else material.fixed_movies
            similarities = vectors[:split] @ movies.T
            cosines = similarities.detach()
            loss = self._loss(similarities, pairs, query_ids, movie_ids)
            facts |= {
                "loss": float(loss.detach()),
                "cosine_mean": float(cosines.mean()),
                "cosine_spread": float(cosines.std()),
            }
            return loss

        return rows, loss_of

    def _made_pairs(self, batch: Batch, epoch: int) -> list[SyntheticPair]:
        """Return the synthetic pairs that join a batch: about other films, the same whenever it is asked."""
        count = round(self.synthetic * len(batch.pairs))
        first = batch.pairs[0]
        seed = f"{self.material.config.seed}/{epoch}/{first.query_id}/{first.movie_id}"
        return self.material.synthetic.draw(count, batch.movie_ids, seed, korean_first=epoch % 2 == 1)

    def _loss(
        self, similarities: Tensor, pairs: Sequence[Pair], query_ids: Sequence[str], movie_ids: Sequence[str]
    ) -> Tensor:
        import torch

        config, device = self.material.config, similarities.device
        mask = negative_mask(query_ids, movie_ids, self.train.grades, self.train.unsure).to(device)
        weights = None
        if config.negative_weight != 1:
            weights = negative_weights(query_ids, movie_ids, self.train.grades, config.negative_weight).to(device)
        rows = {query: row for row, query in enumerate(query_ids)}
        columns = {movie: column for column, movie in enumerate(movie_ids)}
        queries = torch.tensor([rows[pair.query_id] for pair in pairs], device=device)
        positives = torch.tensor([columns[pair.movie_id] for pair in pairs], device=device)
        return info_nce(similarities, mask, queries, positives, config.temperature, weights)


def synthetic_share(config: TrainConfig, train_queries: int) -> float:
    """Return how many synthetic pairs join a batch for each labelled one."""
    if config.synthetic is not None:
        return config.synthetic
    return SYNTHETIC_SHARE if train_queries < SYNTHETIC_BELOW else 0.0


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
