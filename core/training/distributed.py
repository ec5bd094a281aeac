"""Training on several GPUs, one process each, started by ``torchrun``.

Every process holds the same batch, encodes its share of the texts, gathers the vectors of all, and computes the same
loss of the whole batch. Backwards, each process carries the gradient of its own vectors to the weights, and the
weights' gradients are summed. So the gradient is that of one process with the whole batch, whatever their number.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from core.errors import TrainingError

if TYPE_CHECKING:
    from torch import Tensor

PATIENCE = timedelta(hours=2)  # the others wait as long as process 0 scores the dev queries


@dataclass(frozen=True, slots=True)
class World:
    """The processes that train together.

    Attributes:
        rank: number of this process, from 0.
        size: how many there are.
        device: where the tensors live that they exchange, ``cpu`` or ``cuda``.
    """

    rank: int = 0
    size: int = 1
    device: str = "cpu"

    @classmethod
    def from_environment(cls, device: str = "cpu") -> World:
        """Join the processes that ``torchrun`` started; one process alone where it started none.

        Processes that are joined already, as Ray Train's are, stay as they are.

        Over NCCL for ``cuda``, where the process's own GPU becomes torch's current one, else over gloo.

        Raises:
            TrainingError: torchrun's variables do not fit together, there are fewer GPUs than processes, or the
                processes do not find each other.
        """
        import torch

        try:
            size = int(os.environ.get("WORLD_SIZE", "1"))
            if size == 1:
                return cls(device=device)
            rank, local_rank = int(os.environ["RANK"]), int(os.environ["LOCAL_RANK"])
        except (KeyError, ValueError) as reason:
            raise TrainingError(
                f"WORLD_SIZE, RANK and LOCAL_RANK do not fit together ({reason!r}); torchrun sets all three. Start "
                "with torchrun, or remove WORLD_SIZE from the environment to train in one process."
            ) from reason
        own_gpu = None
        if device == "cuda":
            gpus = torch.cuda.device_count()
            if local_rank >= gpus:
                raise TrainingError(
                    f"Process {local_rank} of this machine has no GPU of its own: there are {gpus}. "
                    f"Start torchrun with --nproc-per-node {gpus}."
                )
            own_gpu = torch.device("cuda", local_rank)
            torch.cuda.set_device(own_gpu)
        if torch.distributed.is_initialized():
            return cls(rank, size, device)
        try:
            torch.distributed.init_process_group("nccl" if own_gpu else "gloo", device_id=own_gpu, timeout=PATIENCE)
        except (ValueError, RuntimeError) as reason:
            raise TrainingError(
                f"Process {rank} of {size} did not find the others ({reason}). Start all with the same torchrun "
                "settings, and check that MASTER_ADDR and MASTER_PORT can be reached."
            ) from reason
        return cls(rank, size, device)

    @property
    def main(self) -> bool:
        """Whether this is the process that writes files and reports progress."""
        return self.rank == 0

    def close(self) -> None:
        """Leave the others; nothing can be exchanged afterwards."""
        import torch

        if self.size > 1:
            torch.distributed.destroy_process_group()


def share(lengths: Sequence[int], world: World) -> list[list[int]]:
    """Return the positions of the texts that each process encodes, ascending, with about as many tokens each.

    Longest text first, each to the process with the fewest tokens so far (Graham 1969): the same in every process,
    and never further from even than the longest text. Where there are fewer texts than processes, those left over
    encode the shortest text too: each must take part in the step, and ``gather_rows`` reads every text once.

    Args:
        lengths: tokens of each text, at least one text.
    """
    order = sorted(range(len(lengths)), key=lambda position: (-lengths[position], position))
    tokens = [0] * world.size
    shares: list[list[int]] = [[] for _ in range(world.size)]
    for position in order:
        least = min(range(world.size), key=lambda rank: (tokens[rank], rank))
        shares[least].append(position)
        tokens[least] += lengths[position]
    return [sorted(positions) or [order[-1]] for positions in shares]


def gather_rows(own: Tensor, shares: Sequence[Sequence[int]], world: World) -> Tensor:
    """Return the vectors of all processes in the order of the texts, (texts, dimension).

    The values are the same bits in every process. A gradient reaches this process's own vectors only, as it is: the
    others compute the same loss and take their own part of it.

    Args:
        own: vectors of ``shares[world.rank]`` in that order.
        shares: what ``share`` returned, the same in every process.
    """
    import torch

    padded = own.new_zeros((max(map(len, shares)), own.shape[1]))
    padded[: len(own)] = own.detach()
    parts = [part[: len(positions)] for part, positions in zip(_all_gather(padded, world), shares, strict=True)]
    parts[world.rank] = own
    place: dict[int, int] = {}
    for position in (position for positions in shares for position in positions):
        place.setdefault(position, len(place))
    return torch.cat(parts)[[place[position] for position in range(len(place))]]


def sum_gradients(weights: Iterable[Tensor], world: World) -> None:
    """Give every weight the sum of its gradients over all processes; one without a gradient counts as zero.

    Args:
        weights: of one type, in the same order in every process.
    """
    import torch

    if world.size == 1:
        return
    weights = list(weights)
    gradients = [torch.zeros_like(weight) if weight.grad is None else weight.grad for weight in weights]
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    torch.distributed.all_reduce(flat)
    start = 0
    for weight in weights:
        weight.grad = flat[start : start + weight.numel()].view_as(weight)
        start += weight.numel()


def check_same_weights(weights: Mapping[str, Tensor], world: World) -> None:
    """Compare the weights of all processes by their sha256.

    Raises:
        TrainingError: in every process, if those of any differ.
    """
    import torch
    from safetensors.torch import save

    tensors = {name: weight.detach().cpu().contiguous() for name, weight in weights.items()}
    digest = torch.tensor(list(hashlib.sha256(save(tensors)).digest()), dtype=torch.uint8, device=world.device)
    digests = [part.tolist() for part in _all_gather(digest, world)]
    others = [str(rank) for rank in range(world.size) if digests[rank] != digests[0]]
    if others:
        raise TrainingError(
            f"The weights of process {', '.join(others)} differ from those of process 0, so their gradients cannot be "
            "summed. Give every process the same base model, settings, labels and checkpoint."
        )


def agree(flag: bool, world: World) -> bool:
    """Return whether the flag is set in any process: what one wishes, all do, at the same step."""
    import torch

    if world.size == 1:
        return flag
    wish = torch.tensor([int(flag)], device=world.device)
    torch.distributed.all_reduce(wish, torch.distributed.ReduceOp.MAX)
    return bool(wish.item())


def from_main(values: Sequence[float], world: World) -> list[float]:
    """Return the values of process 0, so that all decide alike; the others give as many of any kind."""
    import torch

    if world.size == 1:
        return list(values)
    tensor = torch.tensor(list(values), dtype=torch.float64, device=world.device)
    torch.distributed.broadcast(tensor, src=0)
    return [float(value) for value in tensor]


def _all_gather(tensor: Tensor, world: World) -> list[Tensor]:
    """Return the tensor of each process by rank; all have the same shape and type."""
    import torch

    if world.size == 1:
        return [tensor]
    parts = [torch.empty_like(tensor) for _ in range(world.size)]
    torch.distributed.all_gather(parts, tensor)
    return parts
