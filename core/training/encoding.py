"""Encoding with gradients: the batch's texts, tokenised once a run and run through the model in even chunks."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from core.models.backbone import Backbone
from core.models.device import Compute
from core.models.embedder import TOKEN_BUDGET, Side
from core.models.pooling import pool
from core.models.tokens import batches_by_length, pad, tokenize

if TYPE_CHECKING:
    from torch import Tensor, nn


Key = TypeVar("Key", bound=Hashable)


class TextRows(Generic[Key]):
    """The token rows of texts by key, made when first asked for and kept for the following epochs."""

    def __init__(self, backbone: Backbone, texts: Mapping[Key, str], side: Side, max_length: int) -> None:
        prompt = backbone.recipe.query_prompt if side == "query" else backbone.recipe.document_prompt
        self._texts = texts
        self._prompt = prompt
        self._backbone = backbone
        self._max_length = max_length
        self._rows: dict[Key, list[int]] = {}

    def __getitem__(self, keys: Sequence[Key]) -> list[list[int]]:
        new = [key for key in dict.fromkeys(keys) if key not in self._rows]
        texts = [self._prompt + self._texts[key] for key in new]
        rows = tokenize(self._backbone.tokenizer, self._backbone.frame, texts, self._max_length)
        self._rows.update(zip(new, rows, strict=True))
        return [self._rows[key] for key in keys]


def encode_rows(
    model: nn.Module, rows: Sequence[Sequence[int]], backbone: Backbone, compute: Compute, budget: int | None = None
) -> Tensor:
    """Return unit vectors of token rows in their order, (rows, dimension) float32, differentiable.

    Rows of like length share a chunk of at most ``budget`` tokens, so little is spent on padding.
    """
    import torch

    device = compute.torch_device()
    parts, order = [], []
    for batch in batches_by_length([len(row) for row in rows], budget or TOKEN_BUDGET[compute.device]):
        ids, mask = pad([rows[position] for position in batch], backbone.frame.pad)
        mask = mask.to(device)
        with compute.autocast():
            hidden = model(input_ids=ids.to(device), attention_mask=mask).last_hidden_state
        parts.append(pool(hidden, mask, backbone.recipe.pooling))
        order.extend(batch)
    back = torch.empty(len(order), dtype=torch.long, device=device)
    back[torch.tensor(order, device=device)] = torch.arange(len(order), device=device)
    return torch.cat(parts)[back]
