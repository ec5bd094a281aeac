"""What a training will take, measured on its own batches before the first step: time, memory, and how to cut it."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.models.tokens import batches_by_length
from core.training.distributed import agree, from_main
from core.training.fit import Fit
from core.training.gradcache import random_state, set_random_state
from core.training.out_of_memory import MemoryPlan
from core.training.pairs import Batch

if TYPE_CHECKING:
    from torch import Tensor

USABLE = 0.7  # of the free memory: the rest is for passing values, the optimiser and other programs


@dataclass(frozen=True, slots=True)
class Plan:
    """Attributes:
    steps: optimiser steps, those of a cross-validation included.
    seconds: time they and the dev scores will take, by one step and one pass measured.
    memory_bytes: memory of the process at its fullest: what it holds, and the activations of a step.
    cached, chunk_tokens: whether a step is cut by GradCache to fit, and into chunks of how many tokens.
    """

    steps: int
    seconds: float
    memory_bytes: int
    cached: bool
    chunk_tokens: int

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def measure(fit: Fit, *, steps: int, scores: int, dev_tokens: int) -> Plan:
    """Measure a middling batch and return the plan; the adapter and the random state are left as they were.

    Where the activations of the largest batch would not fit into the memory that is free, the steps are cut by
    GradCache from the start. On a GPU an error says when memory is short, and the step is cut then; the CPU's system
    ends the process instead, so there it has to be known before. So it has where weights are sharded: no process can
    do a step again alone.

    Args:
        steps: optimiser steps to come.
        scores: how often the dev set will be scored.
        dev_tokens: tokens that one score encodes.
    """
    material, world = fit.material, fit.material.world
    start = random_state()
    batches = sorted(fit.batches(0), key=lambda batch: _tokens(fit, batch))
    middling, largest = batches[len(batches) // 2], batches[-1]
    per_token, pass_seconds = _one_chunk(fit, middling)
    needed = per_token * _tokens(fit, largest) / world.size
    known = material.compute.device == "cpu" or material.sharded is not None
    free = free_memory(material.compute.device) if known else None
    cached = agree(free is not None and needed > USABLE * free, world)
    budget = material.memory.token_budget
    if cached and material.sharded is not None and free is not None:
        (fits,) = from_main([USABLE * free / per_token], world)
        budget = max(1, min(budget, int(fits)))
    material.memory = MemoryPlan(cached, budget)
    began = time.monotonic()
    fit.backward(middling, 0)
    step_seconds = time.monotonic() - began
    fit.optimizer.zero_grad(set_to_none=True)
    set_random_state(start)
    (seconds,) = from_main([steps * step_seconds + scores * dev_tokens * pass_seconds], world)
    held = min(needed, per_token * material.memory.token_budget) if material.memory.cached else needed
    return Plan(
        steps,
        round(seconds, 1),
        int(process_memory(material.compute.device) + held),
        material.memory.cached,
        material.memory.token_budget,
    )


def _tokens(fit: Fit, batch: Batch) -> int:
    return sum(len(row) for row in fit.problem(batch, 0)[0])


def _one_chunk(fit: Fit, batch: Batch) -> tuple[float, float]:
    """Return the bytes that a token's activations take, and the seconds of its forward pass, by one chunk."""
    import torch

    rows = fit.problem(batch, 0)[0]
    chunk = batches_by_length([len(row) for row in rows], fit.material.memory.token_budget)[0]
    part = [rows[position] for position in chunk]
    size = sum(len(row) for row in part)
    with torch.no_grad():
        fit.encoder.chunk(part)  # the first pass of a process pays for what the others do not
        began = time.monotonic()
        fit.encoder.chunk(part)
        seconds = time.monotonic() - began
    return activation_bytes(lambda: fit.encoder.chunk(part)) / size, seconds / size


def activation_bytes(forward: Any) -> int:
    """Return how many bytes a forward pass keeps for its backward pass, weights and their copies not counted twice."""
    import torch

    seen: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        if not tensor.is_leaf:
            storage = tensor.untyped_storage()
            seen[storage.data_ptr()] = storage.nbytes()
        return tensor.detach()  # the tensor itself would hold its own graph, and nothing would free the two

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        kept = forward()
    del kept
    return sum(seen.values())


def free_memory(device: str = "cpu") -> int | None:
    """Return the bytes, of the GPU or of main memory, that a process may still take; ``None`` where none says."""
    if device == "cuda":
        import torch

        return int(torch.cuda.mem_get_info()[0])
    with suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return None


def process_memory(device: str) -> int:
    """Return the bytes that this process holds now, on the GPU or in main memory; 0 where the system does not say."""
    if device == "cuda":
        import torch

        return int(torch.cuda.memory_allocated())
    with suppress(OSError, ValueError):
        for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    return 0
