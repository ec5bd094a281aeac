"""The backbone's linear layers in 4 bits while an adapter trains on them (QLoRA, Dettmers et al. 2023).

NF4 with doubly quantised scales, through bitsandbytes: about an eighth of float32's memory. The adapter that comes out
is an ordinary one: it is merged into, and compared on, the full weights.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any

from core.errors import TrainingError

if TYPE_CHECKING:
    from torch import nn

    from core.models.device import Compute

IN_A_BLOCK = re.compile(r"\.\d+\.")
REQUIREMENTS = "requirements-qlora.txt"


def quantized_copy(model: nn.Module, compute: Compute) -> nn.Module:
    """Return a copy whose blocks hold their linear weights in 4 bits once it is moved to a device.

    Everything else, and until then the linear weights too, is shared or copied as it is; the model given stays whole.

    Raises:
        TrainingError: bitsandbytes is not installed.
    """
    import torch
    from torch import nn

    try:
        from bitsandbytes.nn.modules import Linear4bit, Params4bit
    except ImportError as reason:
        raise TrainingError(
            f"4-bit weights need bitsandbytes, which cannot be loaded ({reason}). Install it with "
            f"'pip install -r {REQUIREMENTS}', or train without four_bit."
        ) from reason
    embeddings: Any = model.get_input_embeddings()  # type: ignore[operator]
    linear = {name: module for name, module in model.named_modules() if isinstance(module, nn.Linear)}
    shared = [embeddings.weight, *(module.weight for module in linear.values())]
    twin: Any = copy.deepcopy(model, memo={id(weight): weight for weight in shared})
    number_format = torch.bfloat16 if compute.bf16 else torch.float32
    for name, whole in linear.items():
        if not IN_A_BLOCK.search(name):
            continue
        small = Linear4bit(  # type: ignore[no-untyped-call]
            whole.in_features,
            whole.out_features,
            bias=False,
            compute_dtype=number_format,
            compress_statistics=True,
            quant_type="nf4",
            device="meta",
        )
        small.weight = Params4bit(
            whole.weight.data, requires_grad=False, compress_statistics=True, quant_type="nf4", module=small
        )
        small.support_avx512bf16_for_cpu = False  # a packing for inference, through which no gradient flows
        small.bias = None if whole.bias is None else nn.Parameter(whole.bias.data.clone(), requires_grad=False)
        parent, _, last = name.rpartition(".")
        setattr(twin.get_submodule(parent), last, small)
    twin.is_loaded_in_4bit = True  # by this PEFT knows which layers to expect
    return twin  # type: ignore[no-any-return]


def is_quantized(model: nn.Module) -> bool:
    """Return whether a model, or the one that PEFT has wrapped, was made by :func:`quantized_copy`."""
    return bool(getattr(model, "is_loaded_in_4bit", False))
