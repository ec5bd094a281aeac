"""The instruction that all queries share, computed once a pass instead of once a query.

In a causal decoder a token's states depend on the tokens before it alone. Where all rows begin with the same ids,
the keys and values of that beginning are those of one row, and serve every row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.models.recipe import DECODERS

if TYPE_CHECKING:
    from torch import Tensor, nn

LEAST_SHARED = 8  # ids
LEAST_GAIN = 0.1  # of all tokens
# A second pass costs as much as some tokens more: on a CPU those that hide reading the weights, on a GPU, which
# takes as long for one token as for thousands, many more.
LEAST_SAVED = {"cpu": 64, "cuda": 4_096}


def shared_length(rows: Sequence[Sequence[int]]) -> int:
    """Return how many ids all rows begin with alike; each row keeps at least one id of its own."""
    length = 0
    for ids in zip(*rows, strict=False):
        if len(set(ids)) > 1:
            break
        length += 1
    return min(length, min(len(row) for row in rows) - 1)


def worth_sharing(rows: Sequence[Sequence[int]], device: str) -> int:
    """Return how many first ids to compute once for all rows, 0 where that would not pay."""
    shared = shared_length(rows)
    saved = shared * (len(rows) - 1)
    least = max(LEAST_SAVED[device], LEAST_GAIN * sum(len(row) for row in rows))
    return shared if shared >= LEAST_SHARED and saved >= least else 0


def sees_backwards_only(model: nn.Module) -> bool:
    """Return whether a token's states depend on the tokens before it alone."""
    config: Any = model.config
    return config.model_type in DECODERS and not getattr(config, "use_bidirectional_attention", False)


def hidden_after_shared(model: nn.Module, ids: Tensor, mask: Tensor, shared: int) -> Tensor | None:
    """Return the last hidden states of rows that begin alike, (rows, length, dim), differentiable.

    Positions and masks go on from the beginning by themselves, because the cache knows its length. Blocks that
    recompute their activations keep no keys; the answer is then ``None``, and nothing can be shared.

    Args:
        ids: (rows, length), padded on the right.
        mask: (rows, length), 1 for a token and 0 for padding.
        shared: how many of their first ids are equal in all rows.
    """
    import torch

    first = model(input_ids=ids[:1, :shared], use_cache=True)
    cache = first.past_key_values
    if cache is None or cache.get_seq_length() != shared:
        return None
    cache.batch_repeat_interleave(len(ids))
    rest = model(input_ids=ids[:, shared:], attention_mask=mask, past_key_values=cache).last_hidden_state
    return torch.cat([first.last_hidden_state.expand(len(ids), -1, -1), rest], dim=1)
