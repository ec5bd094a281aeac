"""Overlap of two rankings: against the published definition summed term by term, and where the answer is known."""

from __future__ import annotations

import math
import random

import pytest

from core.evaluation.overlap import jaccard, rbo

FILMS = [f"m{number:03}" for number in range(400)]


def endless_sum(one: list[str], other: list[str], p: float, terms: int = 2_000) -> float:
    """Sum (1 - p) p^(d-1) A_d over depths d, the agreement below the ends assumed as the paper assumes it.

    The unseen ranks of the shorter list agree as its seen ones do; below both ends the agreement stays as it was
    (section 4.3 and 4.4). No formula of the paper is used here.
    """
    shorter, longer = sorted((one, other), key=len)
    s, l = len(shorter), len(longer)  # noqa: E741 - the paper's letters
    total = 0.0
    agreement = 0.0
    for d in range(1, terms):
        if d <= l:
            common = len(set(longer[:d]) & set(shorter[:d]))
            if d > s:
                common += len(set(shorter) & set(longer[:s])) / s * (d - s)
            agreement = common / d
        total += (1 - p) * p ** (d - 1) * agreement
    return total


@pytest.mark.parametrize("p", [0.5, 0.9, 0.98])
@pytest.mark.parametrize("seed", range(20))
def test_equals_the_endless_sum(seed: int, p: float) -> None:
    dice = random.Random(seed)
    one = dice.sample(FILMS[:60], dice.randint(1, 50))
    other = dice.sample(FILMS[:60], dice.randint(1, 50))
    assert rbo(one, other, p) == pytest.approx(endless_sum(one, other, p), abs=1e-9)
    assert rbo(one, other, p) == pytest.approx(rbo(other, one, p), abs=1e-12)


def test_the_weight_of_the_first_ten_ranks_is_the_papers() -> None:
    """Ten films in common, then none for ever: 86 % of the weight is above (their table 2, p = .9)."""
    one, other = FILMS[:10] + FILMS[10:200], FILMS[:10] + FILMS[200:390]
    shared_then_nothing = sum(0.1 * 0.9 ** (d - 1) * min(1, 10 / d) for d in range(1, 3_000))
    assert rbo(one, other) == pytest.approx(shared_then_nothing, abs=1e-6)
    weight = 1 - 0.9**9 + 10 * (0.1 / 0.9) * (-math.log(0.1) - sum(0.9**i / i for i in range(1, 10)))
    assert weight == pytest.approx(0.86, abs=0.005)


def test_where_the_answer_is_known() -> None:
    assert rbo(FILMS, FILMS) == pytest.approx(1.0)
    assert rbo(["a"], ["a"]) == pytest.approx(1.0)
    assert rbo(FILMS[:200], FILMS[200:]) == 0.0
    assert rbo([], []) == 1.0
    assert rbo([], ["a"]) == rbo(["a"], []) == 0.0
    # By hand, p = .5: agreement 0 at depth 1, 1 at depth 2 and below.
    assert rbo(["a", "b"], ["b", "a"], 0.5) == pytest.approx(0.5)


def test_a_change_at_the_top_counts_more_than_one_below() -> None:
    top = [FILMS[1], FILMS[0], *FILMS[2:100]]
    bottom = [*FILMS[:98], FILMS[99], FILMS[98]]
    assert rbo(FILMS[:100], top) < rbo(FILMS[:100], bottom) < 1


def test_jaccard_by_hand() -> None:
    assert jaccard("abc", "bcd") == 0.5
    assert jaccard(FILMS[:10], FILMS[:10][::-1]) == 1.0
    assert jaccard(FILMS[:10], FILMS[10:20]) == 0.0
    assert jaccard([], []) == 1.0
    assert jaccard([], ["a"]) == 0.0
