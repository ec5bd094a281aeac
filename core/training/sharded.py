"""The frozen weights spread over the processes that train together, for a backbone that does not fit one GPU.

PyTorch's FSDP2 (``fully_shard``; the idea is ZeRO's third stage, Rajbhandari et al. 2020): of every weight each
process holds one part, and a block's weights are gathered just before it is computed and dropped right after. The
LoRA weights, a hundredth of the whole, stay whole in every process: optimiser, checkpoint and saved adapter are those
of any other training. accelerate would shard and prepare these too, and own processes and devices, for no gain here.

Gathering is a matter of all processes at the same moment, so each must compute equally many passes in the same order,
and none can try again alone when memory runs out.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.config import TrainConfig
from core.errors import TrainingError
from core.models.adapter import strength_dial
from core.models.backbone import Backbone, load_backbone
from core.models.device import Compute
from core.models.embedder import TOKEN_BUDGET, Embedder, Progress, forward
from core.models.packed import use_flash_attention
from core.models.recipe import Side
from core.models.tokens import batches_by_length, tokenize
from core.training.distributed import World
from core.training.lora import add_adapter
from core.training.recompute import enable_gradient_checkpointing
from core.workspace import Workspace

if TYPE_CHECKING:
    from torch import Tensor, nn

PEFT_PREFIX, PEFT_LAYER = "base_model.model.", ".base_layer"


def sharded_model(
    skeleton: Backbone, config: TrainConfig, compute: Compute, workspace: Workspace, world: World
) -> nn.Module:
    """Return the adapted backbone with its frozen weights spread over all processes.

    Process 0 reads the weights into main memory and hands them on tensor by tensor; the others never hold them whole.

    Args:
        skeleton: the backbone without weights, from ``load_backbone(..., weights=False)``.

    Raises:
        TrainingError: there is one process only, or the model has no blocks that recompute their activations.
    """
    from torch.distributed.device_mesh import init_device_mesh
    from torch.distributed.fsdp import fully_shard
    from transformers.modeling_layers import GradientCheckpointingLayer

    if world.size == 1:
        raise TrainingError(
            "shard spreads a model over several processes, and there is one. Make the run with train --shard "
            "--prepare and start it with torchrun (docs/big-models.md), or train without shard."
        )
    model: Any = _adapted(skeleton.model, config)
    use_flash_attention(model, compute)
    enable_gradient_checkpointing(model)
    own = {weight for weight in model.parameters() if weight.requires_grad}
    mesh = init_device_mesh(compute.device, (world.size,))
    blocks = [module for module in model.modules() if isinstance(module, GradientCheckpointingLayer)]
    for module in (*blocks, model.get_base_model().get_input_embeddings(), model):
        fully_shard(module, mesh=mesh, reshard_after_forward=True, ignored_params=own)
    for weight in own:
        weight.data = weight.data.to(compute.torch_device())
    whole = load_backbone(skeleton.name, workspace).model if world.main else None
    _hand_out(model, whole, compute, world)
    del whole
    gc.collect()  # the whole model, of which process 0 keeps its part only
    return model  # type: ignore[no-any-return]


def _adapted(shapes: nn.Module, config: TrainConfig) -> nn.Module:
    """Put the adapter that one process would start from on a model without weights.

    PEFT makes LoRA weights where the base's weights are, and nowhere for a base without any. So while it does, every
    weight is one number in main memory that is seen in the weight's shape.
    """
    import torch
    from torch import nn

    def every(model: nn.Module, made: Callable[[Tensor], Tensor]) -> None:
        for module in model.modules():
            for name, weight in module.named_parameters(recurse=False):
                if not weight.requires_grad:
                    setattr(module, name, nn.Parameter(made(weight), requires_grad=False))

    every(shapes, lambda weight: torch.zeros(()).expand(weight.shape))
    model = add_adapter(shapes, config)
    every(model, lambda weight: torch.empty(weight.shape, device="meta"))
    return model  # type: ignore[no-any-return]


def _hand_out(model: nn.Module, whole: nn.Module | None, compute: Compute, world: World) -> None:
    """Give every process its part of each weight, and every buffer whole."""
    import torch
    from torch.distributed.tensor import distribute_tensor

    device = compute.torch_device()
    weights = dict(whole.named_parameters()) if whole is not None else {}
    values = dict(whole.named_buffers()) if whole is not None else {}
    parts: dict[str, Any] = {}
    for name, part in model.named_parameters():
        if part.requires_grad:
            continue
        weight = weights[_plain(name)].to(device) if world.main else torch.empty(part.shape, device=device)
        parts[name] = distribute_tensor(weight, part.device_mesh, part.placements)  # type: ignore[attr-defined]
    model.load_state_dict(parts, strict=False, assign=True)
    for name, buffer in list(model.named_buffers()):
        value = torch.empty_like(buffer, device=device)
        if world.main:
            value.copy_(values[_plain(name)])
        torch.distributed.broadcast(value, src=0)
        owner, _, last = name.rpartition(".")
        model.get_submodule(owner)._buffers[last] = value


def _plain(name: str) -> str:
    """Return the name that a weight of the PEFT model has in the backbone."""
    return name.removeprefix(PEFT_PREFIX).replace(PEFT_LAYER, "")


def held_bytes(model: nn.Module) -> int:
    """Return the bytes of the weights that this process holds between two steps."""
    parts = [getattr(weight, "_local_tensor", weight) for weight in model.parameters()]
    return sum(part.numel() * part.element_size() for part in parts)


class ShardedBase(Embedder):
    """The base beneath a sharded adapter, as an embedder: the same model with the adapter turned off.

    Every process encodes all texts, in the same passes. Vectors are not kept on disk: where one process found what
    another lacks, the passes would differ.
    """

    def encode(self, texts: Sequence[str], side: Side, *, progress: Progress | None = None) -> NDArray[np.float32]:
        turn = strength_dial(self.model)
        turn(0.0)
        try:
            return super().encode(texts, side, progress=progress)
        finally:
            turn(1.0)

    def _encode_new(self, texts: dict[bytes, str]) -> Iterator[dict[bytes, NDArray[np.float32]]]:
        import torch

        keys = list(texts)
        rows = tokenize(self.backbone.tokenizer, self.backbone.frame, list(texts.values()), self.max_length)
        for chunk in batches_by_length([len(row) for row in rows], TOKEN_BUDGET[self.compute.device]):
            with torch.no_grad():  # what inference mode gathers could not be trained with afterwards
                vectors = forward(self.model, [rows[position] for position in chunk], self.backbone, self.compute)
            yield {keys[position]: vector for position, vector in zip(chunk, vectors.cpu().numpy(), strict=True)}
