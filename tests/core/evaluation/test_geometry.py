"""Alignment and uniformity are those of their formulas, pair by pair."""

from __future__ import annotations

import math

import numpy as np
import pytest
from made_films import random_vectors, unit

from core.evaluation import geometry
from core.evaluation.geometry import crowding, pair_distances, uniformity


@pytest.mark.parametrize("films", [2, 3, 40])
def test_uniformity_is_the_log_of_the_mean_over_all_pairs(films: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(geometry, "BLOCK_SCORES", 7 * films)
    vectors = random_vectors(films, seed=films).astype(np.float64)
    pairs = [
        math.exp(-2 * float(((one - other) ** 2).sum()))
        for place, one in enumerate(vectors)
        for other in vectors[place + 1 :]
    ]
    assert uniformity(crowding(vectors.astype(np.float32))) == pytest.approx(math.log(np.mean(pairs)), abs=1e-6)


def test_uniformity_is_zero_in_one_place_and_near_minus_four_all_over_the_sphere() -> None:
    assert uniformity(crowding(np.repeat(random_vectors(1), 9, axis=0))) == pytest.approx(0.0, abs=1e-6)
    even = unit(np.random.default_rng(0).normal(size=(500, 256)))
    assert uniformity(crowding(even)) == pytest.approx(-4.0, abs=0.05)


def test_the_distance_of_a_pair_is_two_minus_two_cosines() -> None:
    queries, films = random_vectors(12, seed=1), random_vectors(12, seed=2)
    cosines = [float(query.astype(np.float64) @ film) for query, film in zip(queries, films, strict=True)]
    assert pair_distances(queries, films) == pytest.approx([2 - 2 * cosine for cosine in cosines], abs=1e-6)
