"""Gradient checkpointing: activations inside a block are dropped and computed again when its gradient is wanted.

Chen et al. 2016, "Training Deep Nets with Sublinear Memory Cost". Memory then holds one block's activations and the
inputs of the others, at the price of a second forward pass through the blocks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from core.errors import TrainingError

if TYPE_CHECKING:
    from torch import nn


def enable_gradient_checkpointing(model: nn.Module) -> int:
    """Let the blocks of a model recompute their activations from now on, and return how many blocks it has.

    The switch of transformers itself does nothing in evaluation mode, in which our training keeps the backbone, so
    each block's own ``forward`` is wrapped. The way that is not reentrant needs no gradient at the block's input, so
    LoRA weights get theirs although the embeddings are frozen, and frozen blocks below the first adapter are not
    gone through on the way back.

    Raises:
        TrainingError: the model has no blocks that are known to bear it.
    """
    from transformers.modeling_layers import GradientCheckpointingLayer

    blocks = [module for module in model.modules() if isinstance(module, GradientCheckpointingLayer)]
    if not blocks:
        raise TrainingError(
            "This model has no blocks that can recompute their activations. Switch gradient checkpointing off; "
            "GradCache saves memory with every model."
        )
    for block in blocks:
        # A partial of a bound method, not a closure: a copy of the model then runs its own blocks.
        block.forward = partial(_recomputed, block.forward)
    return len(blocks)


def _recomputed(forward: Callable[..., Any], *arguments: Any, **settings: Any) -> Any:
    """Run a block, without keeping its activations where a gradient will be wanted."""
    import torch
    from torch.utils.checkpoint import checkpoint

    if not torch.is_grad_enabled():
        return forward(*arguments, **settings)
    # A second run would add every key and value to a decoder's cache again; without one nothing is lost.
    settings = {name: None if name == "past_key_values" else value for name, value in settings.items()}
    return checkpoint(forward, *arguments, use_reentrant=False, **settings)
