"""Is a difference between two models more than chance? Paired by query, throughout.

The randomisation test follows Smucker, Allan and Carterette (2007, 2009), who recommend it over the bootstrap,
Wilcoxon and sign tests for retrieval; the correction is Holm's (1979).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.05
FEWEST_DIFFERING = 6  # below it even the most one-sided outcome has p > .05: 2 / 2**5 = .0625
EXACT_UP_TO = 16  # 2**16 = 65,536 sign patterns
NEGLIGIBLE = 1e-12  # equal values that were summed in another order differ by less
_PATTERNS_AT_ONCE = 4_096


def differing(deltas: Sequence[float]) -> NDArray[np.float64]:
    """Return the deltas that are not zero, rounding of sums aside."""
    values = np.asarray(deltas, dtype=float)
    nonzero: NDArray[np.float64] = values[np.abs(values) > NEGLIGIBLE]
    return nonzero


def sign_flip_p(deltas: Sequence[float], *, seed: int = 0, rounds: int = 100_000) -> float | None:
    """Return the two-sided p value of the paired randomisation test of "the mean difference is zero".

    If the models were alike, each query's delta could as well have had the other sign; p is the share of sign
    patterns whose mean is at least as far from zero as the one observed. With up to 16 non-zero deltas all patterns
    are counted. With more, ``rounds`` random ones are drawn from ``seed``, and p = (c + 1) / (rounds + 1), which is
    never 0 and keeps the test valid (Phipson and Smyth 2010).

    Args:
        deltas: one a query; zeros are dropped, since their sign makes no difference.

    Returns:
        p, or ``None`` when fewer than 6 deltas differ from zero: no outcome could then be significant.
    """
    values = differing(deltas)
    if len(values) < FEWEST_DIFFERING:
        return None
    observed = abs(values.sum()) - NEGLIGIBLE * np.abs(values).sum()
    if len(values) <= EXACT_UP_TO:
        every = (np.arange(2 ** len(values))[:, None] >> np.arange(len(values))) & 1
        return float(np.mean(_sums(every, values) >= observed))
    random = np.random.default_rng(seed)
    extreme = 0
    for start in range(0, rounds, _PATTERNS_AT_ONCE):
        count = min(_PATTERNS_AT_ONCE, rounds - start)
        bits = np.unpackbits(np.frombuffer(random.bytes(-(-count * len(values) // 8)), np.uint8))
        patterns = bits[: count * len(values)].reshape(count, len(values))
        extreme += int(np.count_nonzero(_sums(patterns, values) >= observed))
    return (extreme + 1) / (rounds + 1)


def _sums(patterns: NDArray[np.integer], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return |sum of the deltas| under each pattern of 0 (sign kept) and 1 (flipped)."""
    sums: NDArray[np.float64] = np.abs(values.sum() - 2.0 * (patterns.astype(np.float64) @ values))
    return sums


def mean_interval(deltas: Sequence[float], level: float = 0.95) -> tuple[float, float]:
    """Return Student's t interval for the mean difference, (low, high); (nan, nan) for fewer than two queries."""
    from scipy.stats import t

    values = np.asarray(deltas, dtype=float)
    if len(values) < 2:
        return math.nan, math.nan
    half = t.ppf((1 + level) / 2, len(values) - 1) * values.std(ddof=1) / math.sqrt(len(values))
    return float(values.mean() - half), float(values.mean() + half)


def smallest_detectable(deltas: Sequence[float], power: float = 0.8) -> float:
    """Return the mean difference that this many queries, varying this much, would reveal.

    It is the true difference that a paired two-sided t test at .05 finds with probability ``power``, from the
    noncentral t distribution (Cohen 1988), with the standard deviation of ``deltas`` taken as the true one.
    ``nan`` for fewer than two queries, or where the deltas do not vary at all.
    """
    from scipy.optimize import brentq
    from scipy.stats import nct, t

    values = np.asarray(deltas, dtype=float)
    spread = values.std(ddof=1) if len(values) > 1 else 0.0
    if spread <= NEGLIGIBLE:
        return math.nan
    freedom = len(values) - 1
    critical = t.ppf(1 - LEVEL / 2, freedom)
    shift = brentq(lambda shift: nct.sf(critical, freedom, shift) - power, 0.0, 3 * critical + 10)
    return float(shift * spread / math.sqrt(len(values)))


def holm(p_values: Mapping[str, float | None]) -> dict[str, float | None]:
    """Adjust p values for having asked several questions at once; each may then be compared with .05.

    Holm's step-down: the i-th smallest of m is multiplied by m - i + 1, and none may fall below the one before.
    ``None`` stays ``None`` and is not counted as a question.
    """
    asked = sorted((p, name) for name, p in p_values.items() if p is not None)
    adjusted: dict[str, float | None] = dict.fromkeys(p_values)
    floor = 0.0
    for position, (p, name) in enumerate(asked):
        floor = max(floor, min(1.0, p * (len(asked) - position)))
        adjusted[name] = floor
    return adjusted
