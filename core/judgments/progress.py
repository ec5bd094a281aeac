"""How far the labelling has come: by split, by query, by annotator and by day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from itertools import pairwise

from core.judgments.agreement import Agreement
from core.judgments.replay import standing_events
from core.judgments.truth import Truth
from core.judgments.types import Event, Judgment, Query, Split

ACTIVE_GAP = 120.0  # seconds; who takes longer for one film has turned to something else
IMPORT = "import"


def midnight(zone: tzinfo | None = None) -> datetime:
    """Return when today began, in a time zone or by this machine's clock."""
    start = datetime.combine(datetime.now(zone).date(), time.min, zone)
    return start if zone else start.astimezone()


@dataclass(frozen=True, slots=True)
class SplitProgress:
    """One split: its queries, those with a film that is positive, and its decided pairs."""

    queries: int = 0
    with_positive: int = 0
    pairs: int = 0


@dataclass(frozen=True, slots=True)
class QueryProgress:
    """One query as the team's answers stand together; ``last_judged`` is ISO 8601 in UTC, empty before any answer."""

    positives: int = 0
    negatives: int = 0
    unsure: int = 0
    conflicts: int = 0
    last_judged: str = ""


@dataclass(frozen=True, slots=True)
class AnnotatorProgress:
    """One annotator's own answers.

    Attributes:
        answers: how many stand; ``today``: how many of them were given today.
        per_minute: decisions a minute of active work; None before there is any. Work is active between two decisions
            less than two minutes apart.
        shared: decided pairs in common with each other annotator, summed; ``alike``: the share of them alike.
        last_judged: ISO 8601 in UTC.
    """

    annotator: str
    answers: int
    today: int
    per_minute: float | None
    shared: int
    alike: float | None
    last_judged: str


def progress_by_split(queries: Iterable[Query], labels: Truth) -> dict[Split, SplitProgress]:
    """Return how far each split is."""
    counts = {split: [0, 0, 0] for split in Split}
    for query in queries:
        grades = labels.grades.get(query.query_id, {})
        for place, count in enumerate((1, any(grades.values()), len(grades))):
            counts[query.split][place] += count
    return {split: SplitProgress(*found) for split, found in counts.items()}


def progress_by_query(judgments: Iterable[Judgment], labels: Truth) -> dict[str, QueryProgress]:
    """Return how far each query with an answer is, by query id."""
    last: dict[str, str] = {}
    for judgment in judgments:
        last[judgment.query_id] = max(judgment.decided_at, last.get(judgment.query_id, ""))
    conflicts = Counter(positive.query_id for positive, _ in labels.conflicts)
    progress = {}
    for query_id, moment in last.items():
        grades = labels.grades.get(query_id, {})
        positives = sum(grade > 0 for grade in grades.values())
        unsure = len(labels.unsure.get(query_id, ()))
        negatives = len(grades) - positives
        progress[query_id] = QueryProgress(positives, negatives, unsure, conflicts[query_id], moment)
    return progress


def progress_by_annotator(
    events: Iterable[Event], agreements: Iterable[Agreement], *, since: datetime
) -> list[AnnotatorProgress]:
    """Return how far each annotator is, the one with most answers first.

    Args:
        events: the whole history, oldest first.
        agreements: of every two annotators.
        since: when today began.
    """
    history = [event for event in events if not event.adjudicates]
    standing: dict[str, list[str]] = {}
    for event in standing_events(history):
        standing.setdefault(event.annotator, []).append(event.decided_at)
    decided: dict[str, list[datetime]] = {}
    for event in history:
        if event.answer is not None and event.shown.input_method != IMPORT:
            decided.setdefault(event.annotator, []).append(datetime.fromisoformat(event.decided_at))
    shared: Counter[str] = Counter()
    alike: Counter[str] = Counter()
    for pair in agreements:
        for name in (pair.first, pair.second):
            shared[name] += pair.pairs
            alike[name] += round(pair.alike * pair.pairs)
    progress = [
        AnnotatorProgress(
            annotator=name,
            answers=len(moments),
            today=sum(datetime.fromisoformat(moment) >= since for moment in moments),
            per_minute=decisions_per_minute(decided.get(name, [])),
            shared=shared[name],
            alike=alike[name] / shared[name] if shared[name] else None,
            last_judged=max(moments),
        )
        for name, moments in standing.items()
    ]
    return sorted(progress, key=lambda one: (-one.answers, one.annotator))


def decisions_per_minute(moments: Iterable[datetime]) -> float | None:
    """Return decisions a minute of active work, None without two decisions that belong to one sitting.

    >>> from datetime import timedelta
    >>> start = datetime(2026, 1, 1)
    >>> decisions_per_minute(start + timedelta(seconds=seconds) for seconds in (0, 10, 20, 3_000, 3_010))
    6.0
    """
    gaps = [(after - before).total_seconds() for before, after in pairwise(sorted(moments))]
    active = [gap for gap in gaps if gap < ACTIVE_GAP]
    return 60 * len(active) / sum(active) if sum(active) else None


def answers_by_day(events: Iterable[Event], zone: tzinfo) -> dict[date, int]:
    """Return how many answers were given on each day with any, as days run in ``zone``.

    Imports are left out, and answers that adjudicate: they are nobody's own.
    """
    days = Counter(
        datetime.fromisoformat(event.decided_at).astimezone(zone).date()
        for event in events
        if event.answer is not None and not event.adjudicates and event.shown.input_method != IMPORT
    )
    return dict(sorted(days.items()))
