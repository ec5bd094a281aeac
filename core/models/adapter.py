"""Low-rank adapters (LoRA, Hu et al. 2021) around a backbone, through PEFT."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import ModelError
from core.fingerprint import fingerprint_file
from core.models.adapter_check import check_adapter

if TYPE_CHECKING:
    from torch import nn

WEIGHTS = "adapter_model.safetensors"
SETTINGS = "adapter_config.json"


def adapter_fingerprint(folder: Path) -> str:
    """Return the sha256 of an adapter's weights; raises ``ModelError`` when the folder holds none."""
    path = folder / WEIGHTS
    if not path.is_file():
        raise ModelError(f"{folder}: no {WEIGHTS} here; expected a LoRA adapter saved as safetensors.")
    return fingerprint_file(path)


def with_adapter(model: nn.Module, folder: Path, alpha: float = 1.0) -> nn.Module:
    """Return the model with an adapter merged into it; the model given is left as it was.

    Weights that the adapter does not touch are shared with the original, so a tuned model costs only its linear
    layers.

    Args:
        alpha: strength of the adapter, 0 (the base) to 1 (as trained): ``W + alpha * scale * B A``.

    Raises:
        ModelError: the adapter is absent, damaged, or does not fit this model.
    """
    from peft import PeftModel
    from safetensors import SafetensorError

    adapter_fingerprint(folder)
    check_adapter(model, folder / SETTINGS, folder / WEIGHTS)
    try:
        wrapped = PeftModel.from_pretrained(copy_sharing_embeddings(model), str(folder), is_trainable=False)
    except (ValueError, RuntimeError, KeyError, OSError, SafetensorError) as reason:
        raise ModelError(f"{folder}: the adapter does not fit the model or is damaged ({reason}).") from reason
    strength_dial(wrapped)(alpha)
    merged: nn.Module = wrapped.merge_and_unload()
    return merged.eval().requires_grad_(False)


def copy_sharing_embeddings(model: nn.Module) -> nn.Module:
    """Return a deep copy whose token embeddings (most of a small multilingual model) are the original's own."""
    shared: Any = model.get_input_embeddings().weight  # type: ignore[operator]
    return copy.deepcopy(model, memo={id(shared): shared})


def strength_dial(wrapped: nn.Module) -> Callable[[float], None]:
    """Return a function that sets the strength of every LoRA layer, 1 being the strength it has now."""
    trained = [(module, dict(module.scaling)) for module in lora_layers(wrapped)]

    def turn(alpha: float) -> None:
        for module, scaling in trained:
            for name, value in scaling.items():
                module.scaling[name] = alpha * value

    return turn


@contextmanager
def merged(wrapped: nn.Module) -> Iterator[None]:
    """Fold the adapter into the weights for a while: encoding is then as fast as the base's.

    Afterwards the weights are put back from a copy rather than by subtracting, so that they are the same to the bit.
    Weights in 4 bits stay as they are: what is folded into them would be rounded away. So do weights of which this
    process holds a part.
    """
    if getattr(wrapped, "is_loaded_in_4bit", False) or is_sharded(wrapped):
        yield
        return
    layers = lora_layers(wrapped)
    originals = [layer.get_base_layer().weight.data.clone() for layer in layers]
    for layer in layers:
        layer.merge()
    try:
        yield
    finally:
        for layer, original in zip(layers, originals, strict=True):
            layer.get_base_layer().weight.data.copy_(original)
            layer.merged_adapters.clear()


def is_sharded(model: nn.Module) -> bool:
    """Return whether a model's weights are spread over several processes, of which each holds a part."""
    return any(hasattr(weight, "device_mesh") for weight in model.parameters())


def lora_layers(wrapped: nn.Module) -> list[Any]:
    """Return the layers that carry LoRA weights."""
    return [module for module in wrapped.modules() if hasattr(module, "lora_B") and hasattr(module, "scaling")]
