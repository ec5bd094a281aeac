"""Encoding with gradients: the batch's texts, tokenised once a run and run through the model in even chunks."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from core.models.backbone import Backbone
from core.models.device import Compute
from core.models.embedder import TOKEN_BUDGET, forward
from core.models.recipe import Side
from core.models.tokens import batches_by_length, tokenize

if TYPE_CHECKING:
    from torch import Tensor, nn


Key = TypeVar("Key", bound=Hashable)


class TextRows(Generic[Key]):
    """The token rows of texts by key, made when first asked for and kept for the following epochs."""

    def __init__(self, backbone: Backbone, texts: Mapping[Key, str], side: Side, max_length: int) -> None:
        self._texts = texts
        self._side = side
        self._backbone = backbone
        self._max_length = max_length
        self._rows: dict[Key, list[int]] = {}

    def __getitem__(self, keys: Sequence[Key]) -> list[list[int]]:
        new = [key for key in dict.fromkeys(keys) if key not in self._rows]
        texts = [self._backbone.recipe.prompted(self._texts[key], self._side) for key in new]
        rows = tokenize(self._backbone.tokenizer, self._backbone.frame, texts, self._max_length)
        self._rows.update(zip(new, rows, strict=True))
        return [self._rows[key] for key in keys]


def encode_rows(model: nn.Module, rows: Sequence[Sequence[int]], backbone: Backbone, compute: Compute) -> Tensor:
    """Return unit vectors of token rows in their order, (rows, dimension) float32, differentiable.

    Rows of like length share a chunk, so little is spent on padding.
    """
    import torch

    chunks = batches_by_length([len(row) for row in rows], TOKEN_BUDGET[compute.device])
    parts = [forward(model, [rows[position] for position in chunk], backbone, compute) for chunk in chunks]
    order = torch.tensor([position for chunk in chunks for position in chunk], device=compute.torch_device())
    return torch.cat(parts)[order.argsort()]
