"""Going on when memory runs out: the same rows again, in smaller passes."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from core.errors import ModelError
from core.models.tokens import batches_by_length
from core.quoting import first_line

log = logging.getLogger(__name__)

Result = TypeVar("Result")

# How the CPU's allocator (Linux, Windows), CUDA's driver, and cuBLAS say it in a plain RuntimeError.
SIGNS = ("can't allocate memory", "not enough memory", "out of memory", "ALLOC_FAILED")


@dataclass(slots=True)
class TokenBudget:
    """How many tokens, padding included, one pass may hold; lowered for good where memory ran out."""

    tokens: int


def run_in_chunks(
    lengths: Sequence[int], budget: TokenBudget, run: Callable[[list[int]], Result]
) -> Iterator[tuple[list[int], Result]]:
    """Yield ``(positions, run(positions))`` until every position was run once, longest first.

    A pass that runs out of memory is made again in chunks of half its tokens, and so are all that follow. What was
    yielded before stays as it is.

    Args:
        lengths: tokens of each row.
        budget: of one pass; a longer row has a pass of its own.
        run: computes the rows at some positions. It may fail at any point, and must then leave nothing behind.

    Raises:
        ModelError: one row alone does not fit.
    """
    waiting = batches_by_length(lengths, budget.tokens)
    while waiting:
        chunk = waiting[0]
        try:
            result = run(chunk)
        except (RuntimeError, MemoryError) as error:
            if not is_out_of_memory(error):
                raise
            trouble = first_line(error).rstrip(".")
        else:
            del waiting[0]
            yield chunk, result
            continue
        # Only here, outside of the except block, is the failed pass with its tensors gone.
        release_memory()
        _halve(budget, [lengths[position] for position in chunk], trouble)
        rest = [position for batch in waiting for position in batch]
        again = batches_by_length([lengths[position] for position in rest], budget.tokens)
        waiting = [[rest[number] for number in batch] for batch in again]


def _halve(budget: TokenBudget, lengths: Sequence[int], trouble: str) -> None:
    if len(lengths) == 1:
        raise ModelError(
            f"Out of memory ({trouble}) with a single text of {lengths[0]} tokens. Cut texts shorter (max_length), "
            "close other programs that use this memory, use the device 'cpu', or use a smaller model."
        )
    budget.tokens = min(budget.tokens, max(lengths) * len(lengths)) // 2
    log.warning("Out of memory (%s). Going on with at most %d tokens a pass.", trouble, budget.tokens)


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether an error says that memory ran out, on a GPU or on the CPU, for which torch has no class."""
    import torch

    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    return isinstance(error, RuntimeError) and any(sign in str(error) for sign in SIGNS)


def release_memory() -> None:
    """Let go of what only reference cycles hold, and hand the GPU's unused blocks back, to be cut anew."""
    import torch

    gc.collect()
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        torch.cuda.empty_cache()
