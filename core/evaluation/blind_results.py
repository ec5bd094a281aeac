"""What blind preferences say of two systems: wins, ties, and whether chance would explain them.

A query counts once, however many curators judged it: a system wins it when more than half of them prefer it, else it
is a tie. Ties say nothing of which is better and leave the test (the sign test; Dixon and Mood 1946). The interval is
Clopper and Pearson's (1934), exact as the test is, so that the two never contradict each other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from core.evaluation.significance import FEWEST_DIFFERING, LEVEL
from core.judgments.preferences import Choice, Preference


class BlindVerdict(StrEnum):
    """What can be said of the tuned system."""

    PREFERRED = "preferred"
    NOT_PREFERRED = "not_preferred"
    CANNOT_TELL = "cannot_tell"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Tally:
    """How often the base won, neither did, and the tuned system won."""

    base: int = 0
    ties: int = 0
    tuned: int = 0

    @property
    def winner(self) -> int:
        """1 where the tuned system has more than half of all, -1 where the base has, else 0."""
        half = (self.base + self.ties + self.tuned) / 2
        return int(self.tuned > half) - int(self.base > half)


@dataclass(frozen=True, slots=True)
class CuratorTally:
    """One curator's answers; ``skipped`` ones are no answers."""

    annotator: str
    tally: Tally
    skipped: int


@dataclass(frozen=True, slots=True)
class BlindResult:
    """Two systems, judged blind in one form.

    Attributes:
        queries: the curators' answers to each query, by id.
        wins: of queries.
        decided: queries that one of the two won.
        share: of the decided queries, the part that the tuned system won; ``None`` without any.
        interval: 95 % interval of ``share``; ``None`` without any.
        p: two-sided p of the exact sign test; ``None`` below 6 decided queries: no outcome could be significant.
    """

    base: str
    tuned: str
    queries: Mapping[str, Tally]
    wins: Tally
    decided: int
    share: float | None
    interval: tuple[float, float] | None
    p: float | None
    verdict: BlindVerdict
    curators: Sequence[CuratorTally]

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def blind_result(preferences: Iterable[Preference], base: str, tuned: str) -> BlindResult:
    """Return what the answers that count now say of two systems.

    Args:
        preferences: all of one form and between these two systems, at most one for each query and annotator.
    """
    by_query: dict[str, Counter[str]] = defaultdict(Counter)
    by_annotator: dict[str, Counter[str]] = defaultdict(Counter)
    for one in preferences:
        by_annotator[one.annotator][_outcome(one, tuned)] += 1
        if one.choice is not Choice.SKIP:
            by_query[one.query_id][_outcome(one, tuned)] += 1
    queries = {query_id: _tally(answers) for query_id, answers in sorted(by_query.items())}
    won = Counter(tally.winner for tally in queries.values())
    wins = Tally(won[-1], won[0], won[1])
    share, interval, p = sign_test(wins.tuned, wins.base)
    return BlindResult(
        base=base,
        tuned=tuned,
        queries=queries,
        wins=wins,
        decided=wins.base + wins.tuned,
        share=share,
        interval=interval,
        p=p,
        verdict=_verdict(share, p),
        curators=[
            CuratorTally(annotator, _tally(answers), answers["skipped"])
            for annotator, answers in sorted(by_annotator.items())
        ],
    )


def sign_test(wins: int, losses: int) -> tuple[float | None, tuple[float, float] | None, float | None]:
    """Return the share of wins, its 95 % interval (Clopper-Pearson) and the two-sided p of "as many of either".

    Share and interval are ``None`` where nothing was decided, p below 6 decided.
    """
    from scipy.stats import binomtest

    decided = wins + losses
    if not decided:
        return None, None, None
    test = binomtest(wins, decided)
    low, high = test.proportion_ci(confidence_level=1 - LEVEL, method="exact")
    p = float(test.pvalue) if decided >= FEWEST_DIFFERING else None
    return wins / decided, (float(low), float(high)), p


def _verdict(share: float | None, p: float | None) -> BlindVerdict:
    if share is None or p is None:
        return BlindVerdict.TOO_FEW
    if p >= LEVEL:
        return BlindVerdict.CANNOT_TELL
    return BlindVerdict.PREFERRED if share > 0.5 else BlindVerdict.NOT_PREFERRED


def _outcome(given: Preference, tuned: str) -> str:
    if given.choice is Choice.SKIP:
        return "skipped"
    return "ties" if given.preferred is None else "tuned" if given.preferred == tuned else "base"


def _tally(answers: Counter[str]) -> Tally:
    return Tally(answers["base"], answers["ties"], answers["tuned"])
