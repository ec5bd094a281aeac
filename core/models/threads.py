"""How many threads a pass takes on the CPU: one where it is so small that they would mostly wait for one another.

Threads of a pass meet after every layer. Where another process keeps a core busy (a training beside the dashboard),
each meeting waits for the scheduler: the vector of a ten-word query took 15 to 20 ms with one thread and 50 to 1,600
with two on two busy cores, for a model of 21 million parameters without its embeddings.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import nn

SMALL = 2e9  # multiplications, up to which a pass is done by one thread: some 15 ms of work


def parameters_in_use(model: nn.Module) -> int:
    """Return how many parameters take part for every token: all but those of embeddings, of which each takes a row."""
    from torch import nn

    embeddings = {id(part.weight) for part in model.modules() if isinstance(part, nn.Embedding)}
    return sum(parameter.numel() for parameter in model.parameters() if id(parameter) not in embeddings)


@contextmanager
def threads_for(multiplications: float) -> Iterator[None]:
    """Run a pass of so many multiplications with the threads that suit it; other threads' passes keep theirs."""
    import torch

    usual = usual_threads()
    torch.set_num_threads(1 if multiplications <= SMALL else usual)
    try:
        yield
    finally:
        torch.set_num_threads(usual)


@cache
def usual_threads() -> int:
    """Return the number of threads as it was before the first pass changed it for itself."""
    import torch

    return torch.get_num_threads()
