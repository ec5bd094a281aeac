"""Proof that it trained: base, adapter, merged weights and the saved adapter, each asked for the same vectors.

The commonest defect of tuned embedders is that the tuned model is the base: an adapter that never moved, that was
lost in saving, or that a merge left out. Losses and curves look the same. So after a training fixed texts are encoded
by the base, by the base with the adapter beside it, by the merged weights, and by a fresh process that opens what was
saved. The first must differ from the others, and the others must agree.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from core.errors import ModelError, TrainingError
from core.models.adapter import merged, strength_dial
from core.models.embedder import Embedder
from core.training.probes import LEAST_COSINE, Vectors, encode_probes, lowest_cosine, probe_vectors, reopened_vectors
from core.workspace import Workspace

if TYPE_CHECKING:
    from torch import nn

SAME = 1 - 1e-6


@dataclass(frozen=True, slots=True)
class Proof:
    """The lowest cosines over all probes, as queries and as films.

    Attributes:
        adapter_merged: the adapter computed beside the weights against folded into them, at least ``LEAST_COSINE``.
        merged_reopened: folded in against the saved adapter in a fresh process, at least ``LEAST_COSINE``.
        base_tuned: the base against the tuned model, below ``SAME`` unless the chosen strength is 0.
    """

    adapter_merged: float
    merged_reopened: float
    base_tuned: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def prove(
    wrapped: nn.Module, alpha: float, adapter_folder: Path, base: Embedder, workspace: Workspace, side: str
) -> Proof:
    """Prove that a training changed the model and that what was saved is what was trained.

    Args:
        wrapped: the PEFT model as trained, at full strength; it is left so, in evaluation mode.
        alpha: the strength chosen on dev, which the adapter folder names too.
        adapter_folder: what the training saved.
        base: the embedder that the training started from.
        side: 'both', or 'query' where films keep the base's vectors.

    Raises:
        TrainingError: the tuned model equals its base, cannot be merged, or was not saved as it is.
    """
    untuned, beside, folded = answers(wrapped, alpha, base, side)
    base_tuned, adapter_merged = lowest_cosine(untuned, folded), lowest_cosine(beside, folded)
    # A cosine that is not a number fails each check, hence "not ... <" and "not ... >=".
    if alpha > 0 and not base_tuned < SAME:
        raise TrainingError(
            f"The tuned model gives the vectors of its base (lowest cosine {base_tuned:.7f}): the training changed "
            "nothing. Raise the learning rate or the number of epochs."
        )
    if not adapter_merged >= LEAST_COSINE:
        raise TrainingError(
            f"Folding the adapter into the weights changes its vectors (lowest cosine {adapter_merged:.4f}), so this "
            "model could be neither compared nor exported. Lower the learning rate, or choose another base."
        )
    return Proof(adapter_merged, _reopened(adapter_folder, folded, untuned, workspace), base_tuned)


def answers(wrapped: nn.Module, alpha: float, base: Embedder, side: str) -> tuple[Vectors, Vectors, Vectors]:
    """Return the probes' vectors by the base, with the adapter beside the weights, and with it folded into them.

    Where the weights are spread over several processes, all must ask.
    """
    wrapped.eval()
    turn = strength_dial(wrapped)
    try:
        turn(0.0)  # base and tuned model are one where the weights are spread
        untuned = probe_vectors(base)
        turn(alpha)
        beside = _tuned(wrapped, base, side, untuned)
        with merged(wrapped):
            return untuned, beside, _tuned(wrapped, base, side, untuned)
    finally:
        turn(1.0)


def _tuned(wrapped: nn.Module, base: Embedder, side: str, untuned: Vectors) -> Vectors:
    films = encode_probes(base, wrapped, "document") if side == "both" else untuned[1]
    return np.stack([encode_probes(base, wrapped, "query"), films])


def _reopened(folder: Path, folded: Vectors, untuned: Vectors, workspace: Workspace) -> float:
    again = "Train again; if it happens again, check the disk."
    try:
        vectors = reopened_vectors(folder, workspace)
    except ModelError as reason:
        raise TrainingError(f"The adapter was trained, but what was saved is of no use: {reason} {again}") from reason
    cosine = lowest_cosine(folded, vectors)
    if not cosine >= LEAST_COSINE:
        found = "its base" if lowest_cosine(untuned, vectors) >= SAME else "another model"
        raise TrainingError(
            f"{folder}: opened by a fresh process, the saved adapter gives the vectors of {found}, not those of the "
            f"model just trained (lowest cosine {cosine:.4f}). {again}"
        )
    return cosine
