"""GradCache: the gradient of a contrastive batch that is larger than memory (Gao et al. 2021).

The loss needs the vectors of the whole batch, but the activations behind a vector serve that vector only. So every
chunk of the batch is encoded without activations first, the loss is differentiated with respect to the vectors, and
then each chunk is encoded once more, with activations, to carry its vectors' gradient on to the weights. The result
is that of one pass over the whole batch, which gradient accumulation's is not: there a chunk sees itself alone. It
costs a second forward pass.

The second pass must draw the dropout of the first, so the random state from before each chunk is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

Row = Sequence[int]
Chunks = Sequence[Sequence[int]]
Encode = Callable[[Sequence[Row]], "Tensor"]
LossOf = Callable[["Tensor"], "Tensor"]


def plain_backward(encode: Encode, chunks: Chunks, rows: Sequence[Row], loss_of: LossOf) -> Tensor:
    """Add the gradient of a batch to the weights' ``grad``, with all activations in memory, and return the loss.

    Args:
        encode: from token rows to their vectors, (rows, dimension), differentiable with respect to the weights.
        chunks: the positions of ``rows`` that are encoded together, each position once.
        rows: token ids of the batch.
        loss_of: from all vectors in the order of ``rows``, (rows, dimension), to the loss, a scalar.

    Returns:
        The loss, a scalar without gradient.
    """
    loss = loss_of(in_row_order([encode([rows[position] for position in chunk]) for chunk in chunks], chunks))
    loss.backward()  # type: ignore[no-untyped-call]
    return loss.detach()


def cached_backward(encode: Encode, chunks: Chunks, rows: Sequence[Row], loss_of: LossOf) -> Tensor:
    """Do what ``plain_backward`` does, with the activations of one chunk in memory at a time.

    Gradients and loss are the same, dropout included, and so is the random state that is left behind. ``encode``
    runs twice a chunk and must not change anything but the random state; ``loss_of`` runs once. A model on a GPU
    must be on torch's current one, whose random state is the one that is kept.
    """
    import torch

    before, parts = [], []
    with torch.no_grad():
        for chunk in chunks:
            before.append(random_state())
            parts.append(encode([rows[position] for position in chunk]))
    vectors = in_row_order(parts, chunks).requires_grad_()
    loss = loss_of(vectors)
    (gradient,) = torch.autograd.grad(loss, vectors)
    after = random_state()
    for state, chunk in zip(before, chunks, strict=True):
        set_random_state(state)
        encode([rows[position] for position in chunk]).backward(gradient[list(chunk)])  # type: ignore[no-untyped-call]
    set_random_state(after)
    return loss.detach()


def random_state() -> list[Tensor]:
    """Return the random state of the CPU and, where a GPU is in use, of the current one."""
    import torch

    states = [torch.get_rng_state()]
    if torch.cuda.is_initialized():  # type: ignore[no-untyped-call]
        states.append(torch.cuda.get_rng_state())
    return states


def set_random_state(states: Sequence[Tensor]) -> None:
    """Put a state back that ``random_state`` returned."""
    import torch

    torch.set_rng_state(states[0])
    for state in states[1:]:
        torch.cuda.set_rng_state(state)


def in_row_order(parts: Sequence[Tensor], chunks: Chunks) -> Tensor:
    """Return the vectors of all chunks, (rows, dimension), in the order of the rows."""
    import torch

    order = torch.tensor([position for chunk in chunks for position in chunk], device=parts[0].device)
    return torch.cat(list(parts))[order.argsort()]
