"""What stands after a history of events, replayed in memory by the same rule as the store's own table.

Who holds the history already (to tell how fast answers came, or how often they changed) need not ask the database
for the current view as well.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.judgments.types import Event, Judgment


def standing_events(events: Iterable[Event]) -> list[Event]:
    """Return the answers that count now, oldest first: of each pair and annotator the last one not undone.

    Args:
        events: the whole history, oldest first.
    """
    history = list(events)
    undone = {event.undoes for event in history if event.undoes}
    standing: dict[tuple[str, str, str, bool], Event] = {}
    for event in history:
        if event.answer is not None and event.event_id not in undone:
            standing[event.query_id, event.movie_id, event.annotator, event.adjudicates] = event
    return sorted(standing.values(), key=lambda event: event.number)


def as_judgments(answers: Iterable[Event]) -> list[Judgment]:
    """Return answering events as judgments."""
    return [
        Judgment(
            query_id=event.query_id,
            movie_id=event.movie_id,
            annotator=event.annotator,
            answer=event.answer,
            grade=event.grade,
            note=event.note,
            event_id=event.event_id,
            decided_at=event.decided_at,
            adjudicates=event.adjudicates,
        )
        for event in answers
        if event.answer is not None
    ]
