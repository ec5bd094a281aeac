"""An interval for a mean over films, which are not independent of each other.

Films that lie together have neighbours in common, and tuning moves them together. Taken one by one they seem to say
more than they do, and an interval from their number is far too narrow. So they are parted into a few groups of
similar films, each group's mean counts as one observation, and Student's t interval over the groups is the interval
of the whole. It holds where groups are so large that dependence across their borders matters little, however films
depend on each other within them, and for groups that vary unequally it errs on the wide side (Ibragimov and Müller
2010, "t-Statistic Based Correlation and Heterogeneity Robust Inference"; with few large groups of near observations,
Bester, Conley and Hansen 2011). A bootstrap over films would assume what is not so, that films are independent.

It says how far the difference could be another for other films of the kind. It knows nothing of another training.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.evaluation.significance import mean_interval

GROUP_COUNTS = (16, 8, 4)  # the most that leaves every group films enough
FEWEST_FILMS = 10  # in a group
AXES = 4  # halved along each once gives 16 groups


def similar_groups(coordinates: NDArray[np.float64]) -> NDArray[np.int64] | None:
    """Return a group number for each film, groups of equal size (give or take one) of films that lie together.

    The films are halved at the median of their first coordinate, each half at that of the second, and so on.

    Args:
        coordinates: (films, axes), the longest axis first.

    Returns:
        The groups; ``None`` where there are too few films for four groups of ten.
    """
    count = next((count for count in GROUP_COUNTS if len(coordinates) >= count * FEWEST_FILMS), None)
    if count is None:
        return None
    parts = [np.arange(len(coordinates))]
    for level in range(count.bit_length() - 1):
        parts = [half for part in parts for half in _halves(part, coordinates[:, level % coordinates.shape[1]])]
    groups = np.empty(len(coordinates), np.int64)
    for number, part in enumerate(parts):
        groups[part] = number
    return groups


def _halves(part: NDArray[np.int64], coordinate: NDArray[np.float64]) -> list[NDArray[np.int64]]:
    order = part[np.argsort(coordinate[part], kind="stable")]
    return [order[: len(order) // 2], order[len(order) // 2 :]]


def grouped_interval(
    values: NDArray[np.float64], groups: NDArray[np.int64] | None, level: float = 0.95
) -> tuple[float, float] | None:
    """Return the interval of the mean of ``values`` around that mean; ``None`` without groups."""
    if groups is None:
        return None
    means = np.bincount(groups, weights=values) / np.bincount(groups)
    low, high = mean_interval(means.tolist(), level)
    half = (high - low) / 2
    return float(values.mean() - half), float(values.mean() + half)
