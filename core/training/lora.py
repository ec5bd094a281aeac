"""Putting a fresh adapter on a backbone, and the proof afterwards that it was trained."""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from core.config import TrainConfig
from core.errors import TrainingError
from core.models.adapter import copy_sharing_embeddings, lora_layers
from core.models.backbone import model_type
from core.models.named import lora_targets
from core.models.recipe import DECODERS
from core.training.quantized import quantized_copy

if TYPE_CHECKING:
    from torch import nn

    from core.models.device import Compute

BLOCK_NUMBER = re.compile(r"\.(\d+)\.")
ENCODER_SHARE = 0.5
DECODER_SHARE = 1.0


def adapted_modules(model: nn.Module, share: float, targets: Collection[str] | None = None) -> list[str]:
    """Return the names of the linear layers in the upper ``share`` of the blocks.

    Args:
        targets: last parts of the names that may carry an adapter; all of them by default.

    Raises:
        TrainingError: the model has no numbered blocks with such layers.
    """
    from torch import nn

    numbered = [
        (int(match.group(1)), name)
        for name, module in model.named_modules()
        if isinstance(module, nn.Linear)
        and (match := BLOCK_NUMBER.search(name))
        and (targets is None or name.rpartition(".")[2] in targets)
    ]
    if not numbered:
        raise TrainingError("This model has no numbered blocks of linear layers, so Reelign cannot adapt it.")
    blocks = max(number for number, _ in numbered) + 1
    lowest = blocks - math.ceil(blocks * share)
    return [name for number, name in numbered if number >= lowest]


def add_adapter(model: nn.Module, config: TrainConfig, quantized: Compute | None = None) -> Any:
    """Return a PEFT model with LoRA on the linear layers of its upper blocks; the model given stays as it is.

    With ``quantized``, the number format to compute in, the linear weights are held in 4 bits.

    Only the adapter is trainable, and only its own dropout is active: the backbone's dropout would add noise to
    both sides of every similarity, and costs attention its fast path.
    """
    import torch
    from peft import LoraConfig, get_peft_model

    decoder = model_type(model) in DECODERS
    share = config.lora_layers or (DECODER_SHARE if decoder else ENCODER_SHARE)
    torch.manual_seed(config.seed)
    settings = LoraConfig(
        r=config.lora_rank,
        lora_alpha=config.lora_alpha,
        lora_dropout=config.lora_dropout,
        target_modules=adapted_modules(model, share, lora_targets(config.base, model_type(model))),
        bias="none",
        task_type="FEATURE_EXTRACTION",
    )
    backbone = quantized_copy(model, quantized) if quantized else copy_sharing_embeddings(model)
    wrapped = get_peft_model(backbone, settings)
    training_mode(wrapped)
    return wrapped


def training_mode(wrapped: nn.Module) -> None:
    """Switch the adapter's dropout on and everything else to evaluation."""
    wrapped.eval()
    for layer in lora_layers(wrapped):
        layer.lora_dropout.train()


def check_moved(wrapped: nn.Module) -> int:
    """Return how many LoRA layers were trained.

    ``B`` starts at zero, so a layer whose ``B`` is zero still is the base.

    Raises:
        TrainingError: some layer never moved, or a weight is not finite.
    """
    import torch

    layers = lora_layers(wrapped)
    still = 0
    for layer in layers:
        for matrix in layer.lora_B.values():
            if not bool(torch.isfinite(matrix.weight).all()):
                raise TrainingError("The adapter holds values that are not finite. Lower the learning rate.")
            still += int(not bool(matrix.weight.any()))
    if still or not layers:
        raise TrainingError(
            f"{still} of {len(layers)} adapter layers never moved: the model would equal its base. "
            "Raise the learning rate or the number of epochs."
        )
    return len(layers)
