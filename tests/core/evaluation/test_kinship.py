"""Shares of kin among neighbours, and what chance would give, are those of plain loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
from made_films import random_catalog

from core.evaluation import kinship
from core.evaluation.kinship import Kinship


@pytest.mark.parametrize("seed", range(4))
def test_shares_chance_and_the_most_possible_are_those_of_loops_over_sets(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinship, "BLOCK_FILMS", 16)
    catalog = random_catalog(50, seed)
    values = [set(movie.genres) for movie in catalog]
    kin = Kinship([movie.genres for movie in catalog])
    random = np.random.default_rng(seed)
    rows = random.permutation(50)[:40]
    neighbours = np.stack([random.permutation(np.delete(np.arange(50), row))[:10] for row in rows])
    shares = kin.shares(rows, neighbours)
    for place, row in enumerate(rows):
        others = [other for other in range(50) if other != row]
        related = sum(bool(values[row] & values[other]) for other in others)
        assert kin.kin[row] == related
        assert kin.chance(rows)[place] == pytest.approx(related / 49)
        assert kin.most(rows, 10)[place] == pytest.approx(min(related, 10) / 10)
        assert shares[place] == pytest.approx(np.mean([bool(values[row] & values[near]) for near in neighbours[place]]))


def test_chance_is_the_mean_over_all_ways_to_draw_neighbours() -> None:
    kin = Kinship([("a",), ("a",), ("b",), ("a", "b"), ()])
    drawn = [[one, two] for one in range(1, 5) for two in range(1, 5) if one != two]
    shares = kin.shares(np.zeros(len(drawn), np.int64), np.array(drawn))
    assert math.isclose(shares.mean(), kin.chance(np.array([0]))[0])


def test_films_without_a_value_have_no_kin_and_a_value_named_twice_counts_once() -> None:
    kin = Kinship([(), (), ("a", "a"), ("a",)])
    assert kin.kin.tolist() == [0, 0, 1, 1]
    assert kin.shares(np.array([0]), np.array([[1]])).tolist() == [0.0]
    assert Kinship([(), ()]).kin.tolist() == [0, 0]
