"""A contrastive batch of ragged rows, a tiny adapted transformer, and the ways to its gradient that tests compare."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from core.config import make_config
from core.models.adapter import lora_layers
from core.models.backbone import Backbone
from core.models.device import Compute
from core.models.embedder import forward
from core.training.checkpoint import trainable
from core.training.lora import add_adapter
from core.training.loss import info_nce

CPU = Compute("cpu", False, "test")
QUERIES = 4


def ragged_rows(vocabulary: int, count: int = 11, longest: int = 24) -> list[list[int]]:
    """Return token rows of 3 to ``longest`` tokens, the same at every call."""
    chooser = random.Random(5)
    return [[chooser.randrange(4, vocabulary) for _ in range(chooser.randint(3, longest))] for _ in range(count)]


def adapted(backbone: Backbone, dropout: float) -> Any:
    """Return the backbone with LoRA whose B is not zero, so that A and B both have gradients."""
    settings = {"base": "x", "lora_rank": 4, "lora_alpha": 8, "lora_layers": 1.0, "lora_dropout": dropout}
    return stir(add_adapter(backbone.model, make_config(settings)))


def stir(model: Any) -> Any:
    """Give every B of an adapter the same values other than zero at every call."""
    torch.manual_seed(3)
    for layer in lora_layers(model):
        for matrix in layer.lora_B.values():
            torch.nn.init.normal_(matrix.weight, std=0.05)
    return model


def encoder(model: Any, backbone: Backbone, compute: Compute = CPU) -> Callable[[Sequence[Sequence[int]]], Tensor]:
    return lambda rows: forward(model, rows, backbone, compute)


def batch_loss(vectors: Tensor) -> Tensor:
    """InfoNCE of the first rows as queries, each with one of the films that follow."""
    similarities = vectors[:QUERIES] @ vectors[QUERIES:].T
    pairs = torch.arange(QUERIES)
    return info_nce(similarities, torch.ones_like(similarities, dtype=torch.bool), pairs, pairs, 0.05)


def gradients(model: Any) -> dict[str, Tensor]:
    """Return the weights' gradients by name, and forget them."""
    found = {name: weight.grad.clone() for name, weight in trainable(model).items()}
    model.zero_grad(set_to_none=True)
    return found


def furthest(ours: dict[str, Tensor], theirs: dict[str, Tensor]) -> float:
    """Return the largest distance between two gradients of a weight, relative to the length of theirs."""
    assert ours.keys() == theirs.keys()
    assert all(bool(gradient.any()) for gradient in theirs.values())
    return max(float((ours[name] - theirs[name]).norm() / theirs[name].norm()) for name in theirs)
