"""One map in two dimensions for the films of a base and a tuned model, on which movement means something.

Two models' spaces have nothing to do with each other: a rotation of a space changes no similarity within it. So the
tuned films are first laid over the base's as well as a shift and a rotation or reflection can (orthogonal Procrustes,
Schönemann 1966), which leaves every distance between films as it is. Where the dimensions differ, the smaller space
is filled up with zeros. The two axes are then the principal axes of both clouds together, so that neither model is
shown from its own best side. A film moved as far as these two places lie apart: in all dimensions in ``moved``, in two
on the map.

Two axes show a small part of how films differ, which ``explained`` states; what is near on the map need not be near.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.evaluation.neighbours import FilmVectors, blocks, check_same_films
from core.evaluation.principal import BLOCK_FILMS, Matrix, mean_of, principal_axes, products, project

AXES = 2


@dataclass(frozen=True, slots=True)
class FilmMap:
    """Where the films lie, in the order of their ids.

    Attributes:
        base, tuned: (films, 2), on the same two axes.
        moved: how far each film moved in all dimensions, the models once aligned.
        explained, base_explained, tuned_explained: the share of the squared distances from the centre, of both clouds
            and of either, that the two axes show.
    """

    base: Matrix
    tuned: Matrix
    moved: Matrix
    explained: float
    base_explained: float
    tuned_explained: float


def film_map(base: FilmVectors, tuned: FilmVectors) -> FilmMap:
    """Place the films of both models on one map.

    Of two mirror images of an axis the one is taken on which the base's outermost film lies on the positive side.

    Raises:
        EvaluationError: the models know different films, or none.
    """
    check_same_films(base, tuned)
    means = (mean_of(base.vectors), mean_of(tuned.vectors))
    size = max(base.vectors.shape[1], tuned.vectors.shape[1])
    cross = products(tuned.vectors, base.vectors, (means[1], means[0]))
    rotation = procrustes(_filled(cross, size))
    base_scatter = _filled(products(base.vectors, base.vectors, (means[0], means[0])), size)
    own_scatter = _filled(products(tuned.vectors, tuned.vectors, (means[1], means[1])), size)
    tuned_scatter = rotation.T @ own_scatter @ rotation
    axes = principal_axes(base_scatter + tuned_scatter, AXES)
    base_places = project(base.vectors, means[0], axes[: base.vectors.shape[1]])
    turned = rotation[: tuned.vectors.shape[1]]
    tuned_places = project(tuned.vectors, means[1], turned @ axes)
    signs = _signs(base_places)
    shares = [_share(scatter, axes) for scatter in (base_scatter + tuned_scatter, base_scatter, tuned_scatter)]
    moved = _moved(base.vectors, tuned.vectors, means, turned)
    return FilmMap(base_places * signs, tuned_places * signs, moved, *shares)


def procrustes(cross: Matrix) -> Matrix:
    """Return the orthogonal R that brings X R nearest to Y, given X'Y: U V' of its singular value decomposition."""
    left, _, right = np.linalg.svd(cross)
    rotation: Matrix = left @ right
    return rotation


def _filled(matrix: Matrix, size: int) -> Matrix:
    rows, columns = matrix.shape
    return np.pad(matrix, ((0, size - rows), (0, size - columns)))


def _signs(places: Matrix) -> Matrix:
    outermost = places[np.abs(places).argmax(axis=0), np.arange(places.shape[1])]
    return np.where(outermost < 0, -1.0, 1.0)


def _share(scatter: Matrix, axes: Matrix) -> float:
    whole = float(np.trace(scatter))
    return float(np.trace(axes.T @ scatter @ axes)) / whole if whole > 0 else 0.0


def _moved(
    base: NDArray[np.float32], tuned: NDArray[np.float32], means: tuple[Matrix, Matrix], turned: Matrix
) -> Matrix:
    found = np.empty(len(base))
    for place in blocks(len(base), BLOCK_FILMS):
        there = (tuned[place] - means[1]) @ turned
        there[:, : base.shape[1]] -= base[place] - means[0]
        found[place] = np.linalg.norm(there, axis=1)
    return found
