"""What several people's judgments say together: grades to train and score with, doubts, and contradictions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from core.judgments.types import Answer, Judgment


@dataclass(frozen=True, slots=True)
class Truth:
    """The labels of a team, by query.

    ``grades`` holds 1 or 2 for a positive film and 0 for a negative one. ``unsure`` holds the films on which nobody
    has decided. ``conflicts`` holds, for each pair answered both ways, one positive and one negative judgment; such
    a pair is in neither of the others.
    """

    grades: dict[str, dict[str, int]] = field(default_factory=dict)
    unsure: dict[str, set[str]] = field(default_factory=dict)
    conflicts: list[tuple[Judgment, Judgment]] = field(default_factory=list)


def truth(judgments: Iterable[Judgment]) -> Truth:
    """Return what the judgments say together.

    An adjudicated answer counts alone, of several the latest. Else somebody's *unsure* gives way to somebody else's
    decision, and of two positive grades the higher one counts.
    """
    together = Truth()
    pairs = by_pair(judgments)
    for query_id, movie_id in sorted(pairs):
        given = pairs[query_id, movie_id]
        answers = adjudicated(given) or given
        positive = [judgment for judgment in answers if judgment.answer is Answer.POSITIVE]
        negative = [judgment for judgment in answers if judgment.answer is Answer.NEGATIVE]
        if positive and negative:
            together.conflicts.append((positive[0], negative[0]))
        elif positive or negative:
            grade = max(judgment.grade or 0 for judgment in positive or negative)
            together.grades.setdefault(query_id, {})[movie_id] = grade
        else:
            together.unsure.setdefault(query_id, set()).add(movie_id)
    return together


def adjudicated(answers: list[Judgment]) -> list[Judgment]:
    """Return the adjudicated answer that counts for a pair, the latest of several; nothing without one."""
    settled = [judgment for judgment in answers if judgment.adjudicates]
    return [max(settled, key=lambda judgment: (judgment.decided_at, judgment.event_id))] if settled else []


def by_pair(judgments: Iterable[Judgment]) -> dict[tuple[str, str], list[Judgment]]:
    """Return the judgments of each (query id, movie id), by annotator."""
    pairs: dict[tuple[str, str], list[Judgment]] = {}
    for judgment in judgments:
        pairs.setdefault((judgment.query_id, judgment.movie_id), []).append(judgment)
    for answers in pairs.values():
        answers.sort(key=lambda judgment: judgment.annotator)
    return pairs
