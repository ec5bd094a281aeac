"""What stands now, in memory and by query, brought up to date from the events that came since.

A page is drawn anew on every press, and a team has a hundred thousand judgments: reading them all takes seconds, what
changed since the last look takes milliseconds.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.judgments.types import Answer, Judgment

if TYPE_CHECKING:
    from core.judgments.store import LabelStore

MOST_FOLLOWED = 2000  # events; with more than that, reading everything is quicker


@dataclass(frozen=True, slots=True)
class QueryJudgments:
    """The standing judgments of one query; it never changes.

    ``judgments`` holds all of them; ``own`` what each annotator has answered, by annotator and film; ``adjudicated``
    the films that were settled for everybody; ``decided`` by film who has said positive or negative; ``latest`` by
    annotator the time of the newest answer.
    """

    judgments: tuple[Judgment, ...] = ()
    own: Mapping[str, Mapping[str, Judgment]] = field(default_factory=dict)
    adjudicated: frozenset[str] = frozenset()
    decided: Mapping[str, frozenset[str]] = field(default_factory=dict)
    latest: Mapping[str, str] = field(default_factory=dict)


NOTHING_JUDGED = QueryJudgments()


def of_query(judgments: Iterable[Judgment]) -> QueryJudgments:
    """Return the judgments of one query by who gave them and what they are about."""
    own: dict[str, dict[str, Judgment]] = {}
    decided: dict[str, set[str]] = {}
    adjudicated = set()
    judgments = tuple(judgments)
    for judgment in judgments:
        if judgment.adjudicates:
            adjudicated.add(judgment.movie_id)
            continue
        own.setdefault(judgment.annotator, {})[judgment.movie_id] = judgment
        if judgment.answer is not Answer.UNSURE:
            decided.setdefault(judgment.movie_id, set()).add(judgment.annotator)
    return QueryJudgments(
        judgments,
        own,
        frozenset(adjudicated),
        {movie_id: frozenset(people) for movie_id, people in decided.items()},
        {annotator: max(one.decided_at for one in answers.values()) for annotator, answers in own.items()},
    )


class StandingJudgments:
    """The standing judgments of a store by query id. Safe to share between threads."""

    def __init__(self, judgments: Iterable[Judgment] = ()) -> None:
        self._lock = threading.Lock()
        self._number = 0
        self._queries = _all(judgments)

    def of(self, query_id: str) -> QueryJudgments:
        """Return the judgments of a query as they were when the store was last followed."""
        return self._queries.get(query_id, NOTHING_JUDGED)

    def all(self) -> list[Judgment]:
        """Return the judgments of all queries as they were when the store was last followed."""
        return [judgment for query in list(self._queries.values()) for judgment in query.judgments]

    def follow(self, store: LabelStore) -> None:
        """Take in what has changed in the store since it was last followed; everything at the first time.

        Raises:
            LabelError: the store cannot be read.
        """
        newest = store.last_event_number()
        if newest == self._number:
            return
        with self._lock:
            if self._number == 0 or newest - self._number > MOST_FOLLOWED:
                self._queries = _all(store.judgments())
            else:
                for query_id in {event.query_id for event in store.events(after=self._number)}:
                    self._queries[query_id] = of_query(store.judgments(query_id=query_id))
            self._number = newest  # as it was before reading: what came in meanwhile is read once more


def _all(judgments: Iterable[Judgment]) -> dict[str, QueryJudgments]:
    by_query: dict[str, list[Judgment]] = {}
    for judgment in judgments:
        by_query.setdefault(judgment.query_id, []).append(judgment)
    return {query_id: of_query(given) for query_id, given in by_query.items()}
