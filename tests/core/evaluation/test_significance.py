"""The tests of significance are right by other people's arithmetic, and by their own promises."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from core.evaluation.significance import holm, mean_interval, sign_flip_p, smallest_detectable


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("count", [6, 9, 12])
def test_exact_p_equals_scipys(seed: int, count: int) -> None:
    deltas = np.random.default_rng(seed).normal(0.1, 0.2, count).round(1)  # rounded: ties among the sums
    deltas[deltas == 0] = 0.1
    theirs = stats.permutation_test((deltas,), np.sum, permutation_type="samples", n_resamples=np.inf)
    assert sign_flip_p(list(deltas)) == pytest.approx(theirs.pvalue, abs=1e-12)


def test_six_queries_all_one_way_reach_their_floor_and_five_cannot_tell() -> None:
    assert sign_flip_p([0.1, 0.2, 0.3, 0.1, 0.2, 0.3]) == 2 / 2**6
    assert sign_flip_p([0.1, 0.2, 0.3, 0.1, 0.2]) is None
    assert sign_flip_p([0.5] * 5 + [0.0] * 500) is None
    assert sign_flip_p([]) is None


def test_queries_that_do_not_differ_change_nothing() -> None:
    deltas = [0.3, -0.1, 0.2, 0.25, -0.05, 0.4, 0.1]
    assert sign_flip_p(deltas + [0.0] * 40 + [1e-17]) == sign_flip_p(deltas)


def test_sampled_p_agrees_with_the_exact_one_beside_it() -> None:
    deltas = list(np.random.default_rng(3).normal(0.08, 0.2, 18))
    theirs = stats.permutation_test((deltas,), np.sum, permutation_type="samples", n_resamples=np.inf)
    assert sign_flip_p(deltas) == pytest.approx(theirs.pvalue, abs=5 * math.sqrt(0.25 / 100_000))


def test_sampled_p_is_never_zero_and_the_same_every_time() -> None:
    deltas = [0.5] * 40
    assert sign_flip_p(deltas) == 1 / 100_001
    noisy = list(np.random.default_rng(1).normal(0.02, 0.2, 60))
    assert sign_flip_p(noisy, seed=4, rounds=5_000) == sign_flip_p(noisy, seed=4, rounds=5_000)
    assert sign_flip_p(noisy, rounds=5_000) == sign_flip_p([-delta for delta in noisy], rounds=5_000)


@pytest.mark.parametrize("count", [12, 30])
def test_equal_models_are_called_different_one_time_in_twenty(count: int) -> None:
    random = np.random.default_rng(20)
    trials = 1_000
    found = 0
    for _ in range(trials):
        deltas = random.normal(0, 0.2, count) * (random.random(count) < 0.7)
        p = sign_flip_p(list(deltas), rounds=400)
        found += p is not None and p < 0.05
    assert found / trials <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / trials)
    assert found / trials >= 0.02


def test_interval_equals_scipys() -> None:
    deltas = np.random.default_rng(5).normal(0.05, 0.2, 23)
    theirs = stats.ttest_1samp(deltas, 0.0).confidence_interval(0.95)
    assert mean_interval(list(deltas)) == pytest.approx((theirs.low, theirs.high))
    narrower = stats.ttest_1samp(deltas, 0.0).confidence_interval(0.8)
    assert mean_interval(list(deltas), 0.8) == pytest.approx((narrower.low, narrower.high))


def test_one_query_has_no_interval() -> None:
    assert all(math.isnan(bound) for bound in mean_interval([0.3]))
    assert all(math.isnan(bound) for bound in mean_interval([]))
    assert mean_interval([0.1, 0.1, 0.1]) == pytest.approx((0.1, 0.1))


@pytest.mark.parametrize(("effect", "needed"), [(0.5, 34), (0.25, 128), (0.15, 351), (0.1, 787)])
def test_smallest_detectable_fits_the_published_sample_sizes(effect: float, needed: int) -> None:
    """The sample sizes for a paired two-sided t test at .05 and 80 % power, by effect in standard deviations."""

    def detectable(count: int) -> float:
        values = np.random.default_rng(0).normal(size=count)
        return smallest_detectable(list((values - values.mean()) / values.std(ddof=1)))

    assert detectable(needed) <= effect < detectable(needed - 1)


def test_a_difference_of_that_size_is_found_four_times_in_five() -> None:
    random = np.random.default_rng(8)
    standard = random.normal(size=(4_000, 15))
    shape = standard[0]
    shift = smallest_detectable(list(shape)) / shape.std(ddof=1)
    found = stats.ttest_1samp(standard + shift, 0.0, axis=1).pvalue < 0.05
    assert found.mean() == pytest.approx(0.8, abs=0.02)


def test_smallest_detectable_is_unknown_without_variation() -> None:
    for deltas in ([], [0.2], [0.0] * 30):
        assert math.isnan(smallest_detectable(deltas))
    assert smallest_detectable([0.0, 0.2]) > 0


def test_holm_by_hand() -> None:
    adjusted = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005, "unknown": None})
    assert adjusted == pytest.approx({"d": 0.02, "a": 0.03, "c": 0.06, "b": 0.06, "unknown": None})
    assert list(adjusted) == ["a", "b", "c", "d", "unknown"]
    assert holm({"a": 0.6, "b": 0.9}) == {"a": 1.0, "b": 1.0}
    assert holm({}) == {}
