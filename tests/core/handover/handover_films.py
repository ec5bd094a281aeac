"""Random unit vectors, as if a model had made them."""

from __future__ import annotations

import numpy as np


def unit_vectors(count: int, dimension: int, seed: int = 0) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
