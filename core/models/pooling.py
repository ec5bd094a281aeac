"""From a model's last hidden states to one vector a text."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


class Pooling(StrEnum):
    """Which hidden states stand for the text."""

    MEAN = "mean"
    CLS = "cls"
    LAST = "last"


def pool(hidden: Tensor, mask: Tensor, how: Pooling) -> Tensor:
    """Return one unit vector a row.

    Positions come from the mask alone, so the padding side does not matter. Pooling and normalisation run in
    float32, whatever the model computed in.

    Args:
        hidden: last hidden states, (rows, length, dim).
        mask: attention mask, (rows, length), 1 for a token and 0 for padding.
        how: mean of the tokens, first token, or last token (E5-Mistral, Wang et al. 2024).

    Returns:
        (rows, dim) float32 of norm 1.

    Raises:
        ValueError: a row has no token.
    """
    import torch

    mask = mask.to(hidden.device)
    lengths = mask.sum(dim=1)
    if bool((lengths == 0).any()):
        raise ValueError("A row without tokens cannot be pooled.")
    hidden = hidden.float()
    if how is Pooling.MEAN:
        vectors = (hidden * mask.unsqueeze(-1)).sum(dim=1) / lengths.unsqueeze(-1)
    else:
        positions = torch.arange(mask.shape[1], device=hidden.device) * mask
        chosen = positions.argmax(dim=1) if how is Pooling.LAST else mask.argmax(dim=1)
        vectors = hidden[torch.arange(hidden.shape[0], device=hidden.device), chosen]
    return torch.nn.functional.normalize(vectors, dim=1)
