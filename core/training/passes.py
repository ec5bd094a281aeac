"""Passes in step: a model whose weights are spread over processes is computed by all of them at the same moment.

So each process takes as many passes as every other, in the same order, whatever its texts need.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.models.tokens import batches_by_length
from core.training.gradcache import Encode, LossOf, Row, cached_backward, plain_backward
from core.training.out_of_memory import MemoryPlan

if TYPE_CHECKING:
    from torch import Tensor


def backward_in_step(
    encode: Encode, shares: Sequence[Sequence[Row]], rank: int, loss_of: LossOf, plan: MemoryPlan
) -> Tensor:
    """Put the gradient of a batch into the weights' ``grad`` in as many passes as every other process.

    A process whose texts need fewer passes than another's encodes its shortest text again; no gradient comes of it.

    Args:
        encode: as in ``plain_backward``.
        shares: the token rows of every process, by rank.
        loss_of: from the vectors of this process's rows to the loss of the batch.
    """
    chunked = [batches_by_length([len(row) for row in rows], plan.token_budget) for rows in shares]
    rows, chunks = list(shares[rank]), [list(chunk) for chunk in chunked[rank]]
    count = len(rows)
    while len(chunks) < max(map(len, chunked)):
        chunks.append([len(rows)])
        rows.append(min(shares[rank], key=len))
    backward = cached_backward if plan.cached else plain_backward
    return backward(encode, chunks, rows, lambda vectors: loss_of(vectors[:count]))
