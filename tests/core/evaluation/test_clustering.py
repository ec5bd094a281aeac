"""Groups of similar films are even, and an interval over them is honest where films are not independent."""

from __future__ import annotations

import numpy as np
import pytest

from core.evaluation.clustering import grouped_interval, similar_groups
from core.evaluation.significance import mean_interval


@pytest.mark.parametrize(("films", "groups"), [(39, 0), (40, 4), (79, 4), (80, 8), (159, 8), (160, 16), (1001, 16)])
def test_groups_are_as_many_as_films_allow_and_of_one_size(films: int, groups: int) -> None:
    found = similar_groups(np.random.default_rng(films).normal(size=(films, 4)))
    if not groups:
        assert found is None
        return
    assert found is not None
    sizes = np.bincount(found)
    assert len(sizes) == groups and sizes.max() - sizes.min() <= 1 and sizes.min() >= 10


def test_films_of_a_group_lie_together() -> None:
    corners = np.array([[x, y] for x in (-9, 9) for y in (-1, 1)], float)
    where = np.repeat(np.arange(4), 10)
    found = similar_groups(corners[where] + np.random.default_rng(0).normal(scale=0.1, size=(40, 2)))
    assert found is not None
    assert len({(here, group) for here, group in zip(where, found, strict=True)}) == 4


def test_the_interval_is_students_over_the_means_of_the_groups() -> None:
    values = np.random.default_rng(1).normal(size=160)
    groups = np.arange(160) % 16
    interval = grouped_interval(values, groups)
    assert interval == pytest.approx(mean_interval([values[groups == group].mean() for group in range(16)]))
    assert grouped_interval(values, None) is None


def test_where_similar_films_move_together_the_interval_holds_what_one_from_single_films_misses() -> None:
    random = np.random.default_rng(7)
    rounds, grouped, single = 200, 0, 0
    for _ in range(rounds):
        places = random.uniform(-1, 1, size=(320, 2))
        centres = random.uniform(-1, 1, size=(60, 2))
        near = np.exp(-((places[:, None] - centres) ** 2).sum(axis=2) / 0.02)
        values = near @ random.normal(size=60) + 0.1 * random.normal(size=320)  # its mean is 0
        low, high = grouped_interval(values, similar_groups(places)) or (1.0, -1.0)
        grouped += low <= 0 <= high
        low, high = mean_interval(values.tolist())
        single += low <= 0 <= high
    assert grouped / rounds >= 0.88
    assert single / rounds <= 0.6
