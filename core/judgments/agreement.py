"""How well annotators agree beyond chance: Cohen's kappa of every two, Krippendorff's alpha of all of them.

Only own answers count: one that adjudicates was given in sight of the others. Unsure is left out, as if the pair had
not been judged. Both coefficients depend on few numbers alone, how often each combination of answers occurs. So their
intervals are percentile bootstraps (Efron 1979) over pairs drawn as one multinomial sample of these combinations,
which costs the same for a hundred pairs and for a hundred thousand, and needs no formula for each coefficient. For
alpha it covers better than the analytic interval (Zapf et al. 2016). Pairs are taken as independent, though those of
one query are not quite: with few queries the truth is wider.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from core.judgments.truth import by_pair
from core.judgments.types import Answer, Judgment

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Interval = tuple[float, float]

LEVEL = 0.95
ROUNDS = 2_000
SEED = 0
_DECISIONS = (Answer.POSITIVE, Answer.NEGATIVE)
_ROUNDING = 1e-9  # draws that are equal but for the order of sums differ by less


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two annotators on the pairs that both decided: how many, the share alike, and Cohen's kappa.

    ``kappa`` is 1 for full agreement, 0 for what chance would give, and None where chance alone explains all of it
    (both gave one and the same answer throughout). ``interval`` is its 95 % interval; None where the pairs do not
    vary, so that drawing from them says nothing about others.
    """

    first: str
    second: str
    pairs: int
    alike: float
    kappa: float | None
    interval: Interval | None = None


@dataclass(frozen=True, slots=True)
class TeamAgreement:
    """All annotators on the pairs that at least two of them decided, and Krippendorff's alpha with its 95 % interval.

    ``alpha`` reads as kappa does; it and ``interval`` are None where they are undefined.
    """

    annotators: int
    pairs: int
    alpha: float | None
    interval: Interval | None


def agreement(judgments: Iterable[Judgment]) -> list[Agreement]:
    """Return the agreement of every two annotators with a decided pair in common (Cohen 1960)."""
    answers: dict[tuple[str, str], Counter[tuple[Answer, Answer]]] = {}
    for together in _decided(judgments):
        for one, other in combinations(together, 2):
            counts = answers.setdefault((one.annotator, other.annotator), Counter())
            counts[one.answer, other.answer] += 1
    return [_agreement(first, second, counts) for (first, second), counts in sorted(answers.items())]


def team_agreement(judgments: Iterable[Judgment]) -> TeamAgreement:
    """Return the agreement of all annotators (Krippendorff 2004, nominal; annotators may miss pairs)."""
    combined: Counter[tuple[int, int]] = Counter()
    annotators: set[str] = set()
    for together in _decided(judgments):
        if len(together) > 1:
            positive = sum(judgment.answer is Answer.POSITIVE for judgment in together)
            combined[positive, len(together) - positive] += 1
            annotators.update(judgment.annotator for judgment in together)
    value, interval = _bootstrap(combined, krippendorff_alpha)
    return TeamAgreement(len(annotators), combined.total(), value, interval)


def _decided(judgments: Iterable[Judgment]) -> Iterable[list[Judgment]]:
    own = (judgment for judgment in judgments if not judgment.adjudicates and judgment.answer is not Answer.UNSURE)
    return by_pair(own).values()


def _agreement(first: str, second: str, counts: Counter[tuple[Answer, Answer]]) -> Agreement:
    pairs = counts.total()
    alike = sum(count for (one, other), count in counts.items() if one is other) / pairs
    cells = Counter({(_DECISIONS.index(one), _DECISIONS.index(other)): count for (one, other), count in counts.items()})
    return Agreement(first, second, pairs, alike, *_bootstrap(cells, cohen_kappa))


def cohen_kappa(cells: NDArray[np.float64], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (observed - expected) / (1 - expected) agreement of each sample; nan where chance explains all.

    Args:
        cells: (cells, 2): the answer of each of two annotators, 0 or 1.
        counts: (samples, cells): how often each cell occurs.
    """
    pairs = counts.sum(axis=1)
    observed = counts @ (cells[:, 0] == cells[:, 1]) / pairs
    ones = counts @ cells / pairs[:, None]  # how often each of the two says 1
    expected = ones.prod(axis=1) + (1 - ones).prod(axis=1)
    return _beyond_chance(1 - observed, 1 - expected)


def krippendorff_alpha(cells: NDArray[np.float64], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return 1 - observed / expected disagreement of each sample, nominal; nan where all answers are alike.

    Args:
        cells: (cells, 2): how many gave each of two answers, at least two together.
        counts: (samples, cells): how often each cell occurs.
    """
    values = counts @ cells  # (samples, 2): how often each answer was given
    given = values.sum(axis=1)
    observed = counts @ (2 * cells.prod(axis=1) / (cells.sum(axis=1) - 1)) / given
    expected = 2 * values.prod(axis=1) / (given * (given - 1))
    return _beyond_chance(observed, expected)


def _beyond_chance(observed: NDArray[np.float64], expected: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    defined = expected > _ROUNDING
    return np.where(defined, 1 - observed / np.where(defined, expected, 1), np.nan)


def _bootstrap(
    combined: Counter[tuple[int, int]],
    coefficient: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]],
) -> tuple[float | None, Interval | None]:
    """Return a coefficient and its interval; draws in which it is undefined are left out."""
    import numpy as np

    if not combined:
        return None, None
    order = sorted(combined)
    cells = np.array(order, dtype=float)
    counts = np.array([combined[cell] for cell in order])
    value = float(coefficient(cells, counts[None, :].astype(float))[0])
    if np.isnan(value):
        return None, None
    draws = np.random.default_rng(SEED).multinomial(counts.sum(), counts / counts.sum(), size=ROUNDS)
    drawn = coefficient(cells, draws.astype(float))
    drawn = drawn[~np.isnan(drawn)]
    if np.ptp(drawn) < _ROUNDING:
        return value, None
    low, high = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return value, (float(low), float(high))
