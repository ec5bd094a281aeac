"""How well two annotators agree beyond chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations

from core.judgments.truth import by_pair
from core.judgments.types import Answer, Judgment


@dataclass(frozen=True, slots=True)
class Agreement:
    """Two annotators on the pairs that both decided: how many, the share alike, and Cohen's kappa.

    ``kappa`` is 1 for full agreement, 0 for what chance would give, and None where chance alone explains all of it
    (both gave one and the same answer throughout).
    """

    first: str
    second: str
    pairs: int
    alike: float
    kappa: float | None


def agreement(judgments: Iterable[Judgment]) -> list[Agreement]:
    """Return the agreement of every two annotators with a decided pair in common (Cohen 1960); unsure is left out."""
    answers: dict[tuple[str, str], Counter[tuple[Answer, Answer]]] = {}
    own = (judgment for judgment in judgments if not judgment.adjudicates)
    decided = [judgment for judgment in own if judgment.answer is not Answer.UNSURE]
    for together in by_pair(decided).values():
        for one, other in combinations(together, 2):
            counts = answers.setdefault((one.annotator, other.annotator), Counter())
            counts[one.answer, other.answer] += 1
    return [_agreement(first, second, counts) for (first, second), counts in sorted(answers.items())]


def _agreement(first: str, second: str, counts: Counter[tuple[Answer, Answer]]) -> Agreement:
    pairs = counts.total()
    alike = sum(count for (one, other), count in counts.items() if one is other) / pairs
    chance = sum(
        sum(count for (one, _), count in counts.items() if one is answer)
        * sum(count for (_, other), count in counts.items() if other is answer)
        for answer in Answer
    ) / (pairs * pairs)
    return Agreement(first, second, pairs, alike, None if chance == 1 else (alike - chance) / (1 - chance))
