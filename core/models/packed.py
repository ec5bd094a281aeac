"""Texts one after another in a single row instead of side by side with padding, for attention that knows their ends.

Flash attention takes many texts as one sequence with the places where they begin (its "varlen" form), so nothing is
computed for padding. transformers reads those places from position ids that begin anew at 0. Only decoders are packed:
encoders count positions in other ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from core.models.prefix import sees_backwards_only

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn

    from core.models.device import Compute

FLASH = "flash_attention_2"


def use_flash_attention(model: nn.Module, compute: Compute) -> bool:
    """Switch a decoder on a GPU to flash attention where that is installed, and return whether it was.

    Flash attention works in half precision alone, so bfloat16 is needed.
    """
    from transformers import utils

    usable = compute.device == "cuda" and compute.bf16 and sees_backwards_only(model)
    if not usable or not utils.is_flash_attn_2_available():  # type: ignore[attr-defined]
        return False
    model.set_attn_implementation(FLASH)  # type: ignore[operator]
    return True


def packs(model: nn.Module) -> bool:
    """Return whether the model's attention gains from packed texts."""
    config: Any = model.config
    return str(config._attn_implementation).startswith("flash") and sees_backwards_only(model)


def hidden_packed(model: nn.Module, rows: Sequence[Sequence[int]], device: torch.device) -> tuple[Tensor, Tensor]:
    """Return last hidden states (rows, length, dim), padded on the right after the pass, and their mask.

    Differentiable. The states are those of each text alone.
    """
    import torch

    lengths = [len(row) for row in rows]
    ids = torch.tensor([[token for row in rows for token in row]], device=device)
    positions = torch.cat([torch.arange(length, device=device) for length in lengths]).unsqueeze(0)
    packed = model(input_ids=ids, position_ids=positions, use_cache=False).last_hidden_state[0]
    hidden = torch.nn.utils.rnn.pad_sequence(list(packed.split(lengths)), batch_first=True)
    mask = torch.arange(max(lengths), device=device) < torch.tensor(lengths, device=device).unsqueeze(1)
    return hidden, mask.long()
