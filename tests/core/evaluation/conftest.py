"""Random rankings with labels, as awkward as real ones: graded, partly judged, short, empty and absent."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

FILMS = [f"m{number}" for number in range(40)]

Case = tuple[dict[str, list[str]], dict[str, dict[str, int]]]


def make_case(seed: int) -> Case:
    """Return rankings and labels of five queries, the first of which has a positive."""
    dice = random.Random(seed)
    qrels = {
        f"q{number}": {film: dice.choice((0, 0, 1, 2)) for film in dice.sample(FILMS, dice.randint(0, 20))}
        for number in range(5)
    }
    qrels["q0"][dice.choice(FILMS)] = 1
    rankings = {query_id: dice.sample(FILMS, dice.choice((0, 3, 10, 40))) for query_id in qrels if dice.random() < 0.8}
    return rankings, qrels


@pytest.fixture
def random_case() -> Callable[[int], Case]:
    return make_case
