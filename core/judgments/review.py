"""What deserves a second look: pairs on which people differ, answers given in haste, answers that contradict.

Nothing here says that an answer is wrong. A film can be known by its title, and a curator may have learnt something
between two answers; so each rule names what it saw, and looking again, whatever comes of it, clears the entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, pairwise
from statistics import median

from core.judgments.replay import standing_events
from core.judgments.truth import adjudicated, by_pair
from core.judgments.types import Answer, Event, Judgment, Query

SHORTEST_LOOK = 0.8  # seconds; a title is read in it, a synopsis is not
SHARE_OF_USUAL = 1 / 3
FEWEST_TIMED = 20  # answers until a median is a usual pace
STREAK = 10
MOST_CHANGES = 2


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A pair on which people differ, with every own answer by annotator, and the answer that settled it, if any."""

    query_id: str
    movie_id: str
    answers: tuple[Judgment, ...]
    settled: Judgment | None

    @property
    def opposite(self) -> bool:
        """Whether the pair is answered both ways; else it is two grades of positive."""
        return {Answer.POSITIVE, Answer.NEGATIVE} <= {judgment.answer for judgment in self.answers}


@dataclass(frozen=True, slots=True)
class Rushed:
    """An answer given ``seconds`` after its film appeared.

    ``usual`` is its annotator's median in seconds; ``streak`` how many equal answers in a row were as quick, 0 where
    the answer is here for being far below that median.
    """

    answer: Event
    seconds: float
    usual: float
    streak: int = 0


@dataclass(frozen=True, slots=True)
class Contradiction:
    """One annotator's answers about one film, oldest first: to queries of one group, or to one query over time."""

    answers: tuple[Event, ...]

    @property
    def one_query(self) -> bool:
        """Whether it is one query whose answer changed often."""
        return len({event.query_id for event in self.answers}) == 1


def disagreements(judgments: Iterable[Judgment]) -> list[Disagreement]:
    """Return the pairs answered both ways, or positive in different grades, and those that somebody has settled.

    Unsettled come first, and of these the ones answered both ways, which keep a pair out of training; then by query.
    """
    found = []
    for (query_id, movie_id), answers in by_pair(judgments).items():
        own = tuple(judgment for judgment in answers if not judgment.adjudicates)
        settled = adjudicated(answers)
        if settled or len({judgment.grade for judgment in own} - {None}) > 1:
            found.append(Disagreement(query_id, movie_id, own, settled[0] if settled else None))
    return sorted(found, key=lambda one: (one.settled is not None, not one.opposite, one.query_id, one.movie_id))


def rushed(events: Iterable[Event]) -> list[Rushed]:
    """Return the standing answers that came too quickly to have read the film, newest first.

    An answer counts as rushed when it came within 0.8 s of its film, and either that is under a third of what its
    annotator usually takes (the median of at least 20 answers), or it is one of ten or more equal answers in a row
    that all came as quickly.

    Args:
        events: the whole history, oldest first.
    """
    history = list(events)
    standing = {event.event_id for event in standing_events(history)}
    timed: dict[str, list[tuple[Event, float]]] = {}
    for event in history:
        if event.answer is not None and not event.adjudicates and event.shown.shown_at:
            timed.setdefault(event.annotator, []).append((event, _seconds(event)))
    found = [one for answers in timed.values() for one in _rushed(answers) if one.answer.event_id in standing]
    return sorted(found, key=lambda one: one.answer.number, reverse=True)


def _rushed(answers: Sequence[tuple[Event, float]]) -> Iterable[Rushed]:
    usual = median(seconds for _, seconds in answers)
    limit = min(SHORTEST_LOOK, usual * SHARE_OF_USUAL) if len(answers) >= FEWEST_TIMED else 0.0
    for (_, quick), run in groupby(answers, key=lambda one: (one[0].answer, one[1] < SHORTEST_LOOK)):
        together = list(run)
        streak = len(together) if quick and len(together) >= STREAK else 0
        for event, seconds in together:
            if streak or seconds < limit:
                yield Rushed(event, seconds, usual, streak)


def _seconds(event: Event) -> float:
    return (datetime.fromisoformat(event.decided_at) - datetime.fromisoformat(event.shown.shown_at)).total_seconds()


def contradictory(events: Iterable[Event], queries: Iterable[Query]) -> list[Contradiction]:
    """Return the answers of one annotator that contradict each other, the latest first.

    Either a film stands as positive for one query and as negative for another of the same group, whose texts differ
    in case, spacing or final punctuation alone; or the answer for one pair has changed more than twice, and has not
    been confirmed by giving it twice in a row.

    Args:
        events: the whole history, oldest first.
    """
    history = [event for event in events if not event.adjudicates]
    standing = standing_events(history)
    found = [*_opposite(standing, {query.query_id: query.group for query in queries}), *_changing(history, standing)]
    return sorted(found, key=lambda one: one.answers[-1].number, reverse=True)


def _opposite(standing: Iterable[Event], groups: dict[str, str]) -> Iterable[Contradiction]:
    together: dict[tuple[str, str, str], list[Event]] = {}
    for event in standing:
        if event.answer is not Answer.UNSURE:
            group = groups.get(event.query_id, event.query_id)
            together.setdefault((event.annotator, event.movie_id, group), []).append(event)
    for answers in together.values():
        if len({event.answer for event in answers}) > 1:
            yield Contradiction(tuple(answers))


def _changing(history: Iterable[Event], standing: Iterable[Event]) -> Iterable[Contradiction]:
    given: dict[tuple[str, str, str], list[Event]] = {}
    for event in history:
        if event.answer is not None:
            given.setdefault((event.annotator, event.query_id, event.movie_id), []).append(event)
    for last in standing:
        answers = given[last.annotator, last.query_id, last.movie_id]
        changes = [before.answer is not after.answer for before, after in pairwise(answers)]
        if sum(changes) > MOST_CHANGES and changes[-1]:
            yield Contradiction(tuple(answers))
