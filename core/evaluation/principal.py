"""Principal axes of unit vectors, computed in blocks: what a catalogue of any size needs is a few small matrices."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.evaluation.neighbours import blocks

BLOCK_FILMS = 8_192

Matrix = NDArray[np.float64]


def mean_of(vectors: NDArray[np.float32]) -> Matrix:
    """Return the mean vector."""
    total = np.zeros(vectors.shape[1])
    for place in blocks(len(vectors), BLOCK_FILMS):
        total += vectors[place].sum(axis=0, dtype=np.float64)
    return total / len(vectors)


def products(left: NDArray[np.float32], right: NDArray[np.float32], means: tuple[Matrix, Matrix]) -> Matrix:
    """Return the sum over films of (left - its mean) times (right - its mean), (left dimension, right dimension)."""
    total = np.zeros((left.shape[1], right.shape[1]))
    for place in blocks(len(left), BLOCK_FILMS):
        total += (left[place] - means[0]).T @ (right[place] - means[1])
    return total


def principal_axes(scatter: Matrix, count: int) -> Matrix:
    """Return the ``count`` axes along which most of a scatter matrix lies, the longest first, as columns."""
    _, axes = np.linalg.eigh(scatter)
    first: Matrix = axes[:, ::-1][:, :count]
    return first


def project(vectors: NDArray[np.float32], mean: Matrix, axes: Matrix) -> Matrix:
    """Return the coordinates of the centred vectors along the columns of ``axes``."""
    found = np.empty((len(vectors), axes.shape[1]))
    for place in blocks(len(vectors), BLOCK_FILMS):
        found[place] = (vectors[place] - mean) @ axes
    return found


def principal_coordinates(vectors: NDArray[np.float32], count: int) -> Matrix:
    """Return the films' coordinates along the ``count`` longest axes of their own cloud, fewer in a smaller space."""
    mean = mean_of(vectors)
    axes = principal_axes(products(vectors, vectors, (mean, mean)), count)
    return project(vectors, mean, axes)
