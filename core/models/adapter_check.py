"""What an adapter from elsewhere may be, looked at before PEFT acts on it or anything is allocated.

PEFT does what ``adapter_config.json`` says: it imports the module that ``megatron_core`` names, copies layers as often
as ``layer_replication`` wants, matches names by patterns, and allocates matrices of any rank. Only plain LoRA over the
linear layers of the model at hand is read, and the shapes in the weights' header must be those of its layers.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import ModelError
from core.files import read_json
from core.quoting import quoted

if TYPE_CHECKING:
    from torch import nn

# What is more than low-rank matrices beside linear layers, or makes PEFT run or read something else.
REFUSED = (
    *("megatron_config", "layer_replication", "modules_to_save", "trainable_token_indices", "target_parameters"),
    *("loftq_config", "eva_config", "corda_config", "arrow_config", "alora_invocation_tokens", "use_qalora"),
    *("rank_pattern", "alpha_pattern", "exclude_modules", "lora_bias"),
)
HIGHEST_RANK = 4_096
NAME = re.compile(r"[A-Za-z0-9_.\-]{1,200}")
KEY = re.compile(r"base_model\.model\.(.+)\.lora_(A|B|magnitude_vector)(?:\.weight)?")


def check_adapter(model: nn.Module, settings_file: Path, weights_file: Path) -> None:
    """Refuse an adapter that is more than LoRA over linear layers of ``model``, or says other shapes than they have.

    Raises:
        ModelError: naming the file, the setting or the layer.
    """
    settings = read_json(settings_file, ModelError)
    if not isinstance(settings, dict) or settings.get("peft_type") != "LORA":
        raise ModelError(f"{settings_file}: expected the settings of a LoRA adapter (peft_type LORA).")
    if unread := [name for name in REFUSED if settings.get(name)]:
        raise ModelError(f"{settings_file}: '{unread[0]}' is set; Reelign reads LoRA over linear layers alone.")
    if settings.get("init_lora_weights", True) not in (True, False, "gaussian"):
        raise ModelError(f"{settings_file}: 'init_lora_weights' would change the model itself; save it as plain LoRA.")
    rank, targets = settings.get("r"), settings.get("target_modules")
    if type(rank) is not int or not 1 <= rank <= HIGHEST_RANK:
        raise ModelError(f"{settings_file}: r is {quoted(rank)}; expected a whole number from 1 to {HIGHEST_RANK:,}.")
    plain = isinstance(targets, list) and all(isinstance(name, str) and NAME.fullmatch(name) for name in targets)
    if not plain and targets != "all-linear":
        raise ModelError(f"{settings_file}: target_modules is {quoted(targets)}; expected a list of layers' names.")
    _check_shapes(model, weights_file, rank)


def _check_shapes(model: nn.Module, path: Path, rank: int) -> None:
    layers: dict[str, Any] = dict(model.named_modules())
    for key, shape in _shapes(path).items():
        found = KEY.fullmatch(key)
        layer = layers.get(found[1]) if found else None
        weight = getattr(layer, "weight", None)
        if found is None or weight is None or weight.dim() != 2:
            raise ModelError(f"{path}: the adapter does not fit the model: it has no linear layer for {quoted(key)}.")
        out, into = weight.shape
        expected = {"A": (rank, into), "B": (out, rank), "magnitude_vector": (out,)}[found[2]]
        if shape != expected:
            raise ModelError(
                f"{path}: the adapter does not fit the model: {quoted(key)} has the shape {shape}, expected {expected}."
            )


def _shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Return the shape of each tensor as the header says, which is held against the size of the file; reads no data."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, "pt") as file:
            return {key: tuple(file.get_slice(key).get_shape()) for key in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError) as reason:
        raise ModelError(f"{path}: the adapter is damaged ({reason}).") from reason
