"""Going on when memory runs out: the same step again in smaller chunks, and the next ones like it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.errors import TrainingError
from core.models.memory import is_out_of_memory, release_memory
from core.models.tokens import batches_by_length
from core.quoting import first_line
from core.training.gradcache import (
    Chunks,
    Encode,
    LossOf,
    Row,
    cached_backward,
    plain_backward,
    random_state,
    set_random_state,
)

if TYPE_CHECKING:
    from torch import Tensor

log = logging.getLogger(__name__)

Agree = Callable[[bool], bool]


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """How a step is cut to fit into memory. With the same plan a step gives the same gradient to the bit.

    Attributes:
        cached: by GradCache, or else with all activations in memory.
        token_budget: tokens of one chunk, padding included; a longer text is a chunk of its own.
    """

    cached: bool
    token_budget: int


def backward_that_fits(
    encode: Encode,
    rows: Sequence[Row],
    loss_of: LossOf,
    weights: Iterable[Tensor],
    plan: MemoryPlan,
    agree: Agree = bool,
) -> tuple[Tensor, MemoryPlan]:
    """Put the gradient of a batch into the weights' ``grad``, with less memory each time that memory runs out.

    First as the plan says; then by GradCache; then in chunks of half the tokens, and half again. A try that failed
    leaves nothing behind: its gradients are dropped, and the random state is put back.

    Args:
        encode, rows, loss_of: as in ``plain_backward``; ``loss_of`` runs once a try, and the last try counts.
        weights: what is trained. Their ``grad`` must be empty, for it is emptied whenever a try fails.
        plan: what fitted so far.
        agree: whether any of several processes says yes; all of them ask it equally often. By default there is one.

    Returns:
        The loss, a scalar without gradient, and the plan for the next step.

    Raises:
        TrainingError: memory runs out although each text is a chunk of its own.
    """
    weights = list(weights)
    start = random_state()
    while True:
        chunks = _chunks(rows, plan.token_budget)
        loss, trouble = _attempt(encode, chunks, rows, loss_of, plan, agree)
        if loss is not None:
            return loss, plan
        # Only here, outside of any except block, is the failed pass with its activations gone.
        for weight in weights:
            weight.grad = None
        release_memory()
        set_random_state(start)
        smaller = _smaller(plan, chunks, rows, agree)
        if smaller is None:
            raise TrainingError(
                f"Out of memory ({trouble}), even with one text of at most {max(map(len, rows))} tokens at a time. "
                "Lower max_length, batch_size or lora_layers, switch gradient checkpointing on, close other programs "
                "that use this memory, or train a smaller model."
            )
        log.warning(
            "Out of memory (%s). This step is done again, and those after it are done, by GradCache in chunks of %d "
            "tokens: the same training, only slower.",
            trouble,
            smaller.token_budget,
        )
        plan = smaller


class _OutOfMemoryElsewhere(Exception):
    """Another process ran out of memory before it had its vectors."""


def _attempt(
    encode: Encode, chunks: Chunks, rows: Sequence[Row], loss_of: LossOf, plan: MemoryPlan, agree: Agree
) -> tuple[Tensor | None, str]:
    """Return the loss, or ``None`` and what went wrong, where memory ran out in any process.

    The loss waits for the vectors of all processes, and would wait for ever for one that has none to give. So they
    agree twice: that all have their vectors, before the loss, and that all are done, after it.
    """

    def loss_when_all_have_vectors(vectors: Tensor) -> Tensor:
        if agree(False):
            raise _OutOfMemoryElsewhere
        return loss_of(vectors)

    backward = cached_backward if plan.cached else plain_backward
    loss, trouble = None, "in another process"
    try:
        loss = backward(encode, chunks, rows, loss_when_all_have_vectors)
    except _OutOfMemoryElsewhere:
        return None, trouble
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        trouble = first_line(error).rstrip(".")
    return (None, trouble) if agree(loss is None) else (loss, "")


def _smaller(plan: MemoryPlan, chunks: Chunks, rows: Sequence[Row], agree: Agree) -> MemoryPlan | None:
    """Return the next plan, one that changes something in at least one process, or ``None`` if there is none."""
    if not plan.cached and agree(len(chunks) > 1):
        return replace(plan, cached=True)
    budget = plan.token_budget
    while budget > 1:
        budget //= 2
        if agree(_chunks(rows, budget) != chunks):
            return MemoryPlan(cached=True, token_budget=budget)
    return None


def _chunks(rows: Sequence[Row], token_budget: int) -> list[list[int]]:
    return batches_by_length([len(row) for row in rows], token_budget)
