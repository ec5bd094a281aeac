"""The queue: which query to judge next, and how far the work has come. Pure reckoning over what is in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time

from core.fingerprint import fingerprint
from core.judgments import Candidate, Judgment, Query, Split, blind_pool
from dashboard.widgets.label_desk import Desk

POOL_DEPTH = 10
MINED = "mined"  # the system that proposes what a training mined as negatives


@dataclass(frozen=True, slots=True)
class Choice:
    """Which queries a curator wants to see: of one split or all, and whether finished ones too."""

    split: Split | None = None
    unfinished: bool = False


class LabelQueue:
    """All queries with their pools and the answers of one curator.

    A query is finished when the curator has answered every film of its pool. A new model that finds other films
    therefore opens finished queries again.
    """

    def __init__(
        self,
        curator: str,
        queries: Iterable[Query],
        rankings: Mapping[str, Mapping[str, Sequence[str]]],
        judgments: Iterable[Judgment],
        known_films: Container[str],
        put_off: Iterable[str] = (),
    ) -> None:
        """Set up the queue.

        Args:
            rankings: the films each system (a model, or ``MINED``) proposes for a query, best first, by query id and
                name of the system.
            judgments: the standing judgments of everybody.
            known_films: ids of the catalogue; answers about films that have left it are not shown.
            put_off: ids of queries that the curator has left unfinished today.
        """
        self.curator = curator
        self.queries = {query.query_id: query for query in queries}
        self.put_off = set(put_off)
        self._rankings = rankings
        self._mine: dict[str, dict[str, Judgment]] = {query_id: {} for query_id in self.queries}
        self._others: Counter[str] = Counter()
        for judgment in judgments:
            if judgment.annotator != curator or judgment.adjudicates:
                self._others[judgment.query_id] += 1
            elif judgment.movie_id in known_films and judgment.query_id in self._mine:
                self._mine[judgment.query_id][judgment.movie_id] = judgment

    def left(self, query_id: str) -> int:
        """Return how many films of the query's pool the curator has not answered."""
        pool = {movie_id for ranking in self._rankings[query_id].values() for movie_id in ranking[:POOL_DEPTH]}
        return len(pool - self._mine[query_id].keys())

    def finished(self, choice: Choice) -> tuple[int, int]:
        """Return how many of the chosen queries are finished, and how many there are."""
        chosen = self._of_split(choice)
        return sum(not self.left(query.query_id) for query in chosen), len(chosen)

    def answered(self) -> int:
        """Return how many answers of the curator stand."""
        return sum(len(answers) for answers in self._mine.values())

    def answered_today(self) -> int:
        """Return how many of the curator's standing answers were given since midnight, by this machine's clock."""
        midnight = datetime.combine(datetime.now().astimezone().date(), time.min).astimezone()
        start = midnight.astimezone(UTC).isoformat(timespec="milliseconds")
        return sum(judgment.decided_at >= start for answers in self._mine.values() for judgment in answers.values())

    def ordered(self, choice: Choice) -> list[Query]:
        """Return the chosen queries in the order in which they should be judged.

        Unfinished before finished, among them those that were not put off, then those with the fewest judgments of
        anybody. Equals are ordered by a hash with the curator's name, so that people who start together start at
        different queries.
        """

        def order(query: Query) -> tuple[bool, bool, int, str]:
            judged = self._others[query.query_id] + len(self._mine[query.query_id])
            tie = fingerprint([self.curator, query.query_id])
            return not self.left(query.query_id), query.query_id in self.put_off, judged, tie

        chosen = [query for query in self._of_split(choice) if not choice.unfinished or self.left(query.query_id)]
        return sorted(chosen, key=order)

    def following(self, choice: Choice, after: str = "") -> Query | None:
        """Return the next unfinished query other than ``after``; None when there is no other."""
        waiting = (query for query in self.ordered(choice) if query.query_id != after and self.left(query.query_id))
        return next(waiting, None)

    def open(self, query_id: str) -> Desk:
        """Lay out a query: its blind pool, then the films the curator has answered already, in that order."""
        answers = self._mine[query_id]
        rankings = self._rankings[query_id]
        pool = blind_pool(query_id, rankings, answers, depth=POOL_DEPTH, seed=self.curator)
        proposed = {film.movie_id: film for film in blind_pool(query_id, rankings, (), depth=POOL_DEPTH, seed="")}
        answered = [
            proposed.get(movie_id) or Candidate(movie_id, (), 0)
            for movie_id in sorted(answers, key=lambda movie_id: answers[movie_id].decided_at)
        ]
        self.put_off.discard(query_id)
        return Desk(self.queries[query_id], [*pool, *answered], answers)

    def rejoin(self, desk: Desk) -> None:
        """Tie a desk laid out by an earlier queue to this one; films that are proposed since join at its end."""
        query_id = desk.query.query_id
        desk.answers = self._mine[query_id]
        there = {film.movie_id for film in desk.films}
        pool = blind_pool(query_id, self._rankings[query_id], desk.answers, depth=POOL_DEPTH, seed=self.curator)
        desk.films += [film for film in pool if film.movie_id not in there]

    def replace_answers(self, query_id: str, judgments: Iterable[Judgment]) -> None:
        """Take over the curator's answers to a query as the store has them."""
        answers = self._mine[query_id]
        answers.clear()
        answers.update((judgment.movie_id, judgment) for judgment in judgments if not judgment.adjudicates)

    def put_back(self, desk: Desk) -> None:
        """Note that the curator has left a query: if it is not finished, it waits behind the others."""
        if self.left(desk.query.query_id):
            self.put_off.add(desk.query.query_id)

    def _of_split(self, choice: Choice) -> list[Query]:
        return [query for query in self.queries.values() if choice.split in (None, query.split)]
