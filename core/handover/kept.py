"""What an exported graph keeps of its model: the cosine to the vectors of torch, and how much of each top ten.

Measured on the workspace's own films and queries, at most some hundreds, since each is computed twice on the CPU.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import HandoverError
from core.training.probes import ask_fresh_process

MOST_FILMS, MOST_QUERIES = 500, 100
TOP = 10


@dataclass(frozen=True, slots=True)
class Kept:
    """How near an export is to its model.

    Attributes:
        cosine: the lowest between the two vectors of a text.
        recall: the mean part of a query's ten best films that are among its ten best in the export; ``None`` where
            there are not more than ten films, or no queries.
        films: how many it was measured on, and so for ``queries``.
    """

    cosine: float
    recall: float | None
    films: int
    queries: int


def sample(values: Sequence[str], most: int) -> list[str]:
    """Return at most so many values, evenly spaced."""
    step = max(1, len(values) / most)
    return [values[int(position * step)] for position in range(min(most, len(values)))]


def recall_at(queries: NDArray[np.float32], films: NDArray[np.float32], whole: NDArray[np.int64], k: int) -> float:
    """Return the mean part of each row of ``whole``, (queries, k) film numbers, that is among the k nearest films."""
    found = nearest(queries, films, k)
    return float(np.mean([len(set(a) & set(b)) / k for a, b in zip(found.tolist(), whole.tolist(), strict=True)]))


def nearest(queries: NDArray[np.float32], films: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Return the numbers of the k films of the highest inner product with each query, best first."""
    return np.argsort(-(queries @ films.T), axis=1, kind="stable")[:, :k]


def compared(
    queries: tuple[NDArray[np.float32], NDArray[np.float32]], films: tuple[NDArray[np.float32], NDArray[np.float32]]
) -> Kept:
    """Compare the vectors of a model, the first of each pair, with those of its export."""
    cosine = min(float((one * other).sum(axis=1).min(initial=1.0)) for one, other in (queries, films))
    recall = None
    if len(films[0]) > TOP and len(queries[0]):
        recall = recall_at(queries[1], films[1], nearest(queries[0], films[0], TOP), TOP)
    return Kept(cosine, recall, len(films[0]), len(queries[0]))


def reopened(folder: Path, texts: Sequence[str]) -> NDArray[np.float32]:
    """Return the vectors of texts as a process that has only the runtime and the tokenizer computes them.

    Raises:
        HandoverError: the folder cannot be opened.
    """
    with tempfile.TemporaryDirectory() as scratch:
        given, made = Path(scratch) / "texts.json", Path(scratch) / "vectors.npy"
        given.write_text(json.dumps(list(texts)), encoding="utf-8")
        ask_fresh_process("core.handover.runtime", folder, str(given), str(made), error=HandoverError)
        if not made.is_file():
            raise HandoverError(f"{folder} cannot be opened again: the process wrote no vectors")
        vectors: NDArray[np.float32] = np.load(made, allow_pickle=False)
    return vectors
