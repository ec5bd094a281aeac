"""Alignment and uniformity: how near queries lie to their films, and how evenly films fill the space.

Both follow Wang and Isola (2020), "Understanding Contrastive Representation Learning through Alignment and Uniformity
on the Hypersphere": the InfoNCE loss draws both down. They are read together, because each alone is easy to have: a
model that puts everything in one place is perfectly aligned, and random vectors are perfectly uniform.

* Alignment: the mean of ||q - d||^2 = 2 - 2 cos(q, d) over pairs of a query and a film that answers it; 0 is best.
* Uniformity: log of the mean of exp(-2 ||x - y||^2) over pairs of different films; from 0 (all in one place) down to
  about -4 (spread over the whole sphere).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from core.evaluation.neighbours import BLOCK_SCORES, blocks

SHARPNESS = 2.0  # t in exp(-t ||x - y||^2), the paper's choice


def crowding(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return for each film the mean of exp(-2 ||x - y||^2) over all other films; at least two films."""
    films = len(vectors)
    found = np.empty(films)
    for place in blocks(films, max(1, BLOCK_SCORES // films)):
        potential = vectors[place] @ vectors.T
        potential -= 1.0
        potential *= 2.0 * SHARPNESS
        np.exp(potential, out=potential)
        here = np.arange(place.start, place.stop)
        potential[here - place.start, here] = 0.0
        found[place] = potential.sum(axis=1, dtype=np.float64) / (films - 1)
    return found


def uniformity(crowded: NDArray[np.float64]) -> float:
    """Return the uniformity of films whose ``crowding`` this is."""
    return math.log(float(crowded.mean()))


def pair_distances(queries: NDArray[np.float32], films: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return ||q - d||^2 of each query with the film in the same row."""
    difference = queries.astype(np.float64) - films
    distances: NDArray[np.float64] = (difference**2).sum(axis=1)
    return distances
