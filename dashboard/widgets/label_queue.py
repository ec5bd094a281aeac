"""The queue: which query to judge next, and how far the work has come. Pure reckoning over what is in memory."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC

from core.fingerprint import fingerprint
from core.judgments import Candidate, Judgment, Project, Query, Split
from core.judgments.assignment import has_room, places, settled, touched
from core.judgments.by_query import StandingJudgments
from core.judgments.modes import Mode, Rankings, candidates_of, films_of, laid_out, list_distance
from core.judgments.pool import MINED, RandomFilms, random_count
from core.judgments.progress import midnight
from core.judgments.project import make_project
from dashboard.widgets.label_desk import Desk

POOL_DEPTH = 10  # of what a training mined


@dataclass(frozen=True, slots=True)
class Choice:
    """Which queries a curator wants to see: of one split or all, and whether finished ones too."""

    split: Split | None = None
    unfinished: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked about: the mode, the team's settings, base and tuned by name, and the films by lot."""

    mode: Mode = Mode.FILL
    project: Project = field(default_factory=lambda: make_project({}))
    models: Sequence[str] = ()
    lot: RandomFilms = field(default_factory=lambda: RandomFilms(()))


class LabelQueue:
    """All queries with their pools and the answers of one curator.

    A query is finished when every film of its pool is settled for the curator: answered by them, or by as many others
    as are wanted. A new model that finds other films therefore opens finished queries again.
    """

    def __init__(
        self,
        curator: str,
        queries: Iterable[Query],
        rankings: Mapping[str, Rankings],
        judged: StandingJudgments,
        known_films: Container[str],
        put_off: Iterable[str] = (),
        task: Task | None = None,
        *,
        holders: Mapping[str, Sequence[str]] | None = None,
        skipped: Mapping[str, str] | None = None,
    ) -> None:
        """Set up the queue.

        Args:
            rankings: the films each system (a model, search by words, mining) proposes for a query, best first, by
                query id and name of the system.
            judged: the standing judgments of everybody.
            known_films: ids of the catalogue; answers about films that have left it are not shown.
            put_off: ids of queries that the curator has left unfinished today.
            holders: who is at work on a query now, by query id.
            skipped: why the curator leaves a query out, by query id.
        """
        self.curator = curator
        self.queries = {query.query_id: query for query in queries}
        self.put_off = set(put_off)
        self.task = task or Task()
        self.holders = holders or {}
        self.skipped = skipped or {}
        self._rankings = rankings
        self._judged = judged
        self._known = known_films
        self._opened: dict[str, dict[str, Judgment]] = {}  # answers that change under the desk
        self._left: dict[str, int] = {}

    def possible(self) -> bool:
        """Return whether the mode has what it needs: a tuned model to disagree, or a training that mined."""
        if self.task.mode is Mode.HARD:
            return any(rankings.get(MINED) for rankings in self._rankings.values())
        return self.task.mode is not Mode.DISAGREE or len(self.task.models) > 1

    def left(self, query_id: str) -> int:
        """Return how many films of the query's pool are still to be asked."""
        if query_id in self._opened:
            return len(self._open_films(query_id, self.task.mode))
        if query_id not in self._left:
            self._left[query_id] = len(self._open_films(query_id, self.task.mode))
        return self._left[query_id]

    def finished(self, choice: Choice) -> tuple[int, int]:
        """Return how many of the chosen queries are finished, and how many there are."""
        chosen = self._of_split(choice)
        return sum(not self.left(query.query_id) for query in chosen), len(chosen)

    def answered(self) -> int:
        """Return how many answers of the curator stand."""
        return sum(len(self._answers(query_id)) for query_id in self.queries)

    def answered_today(self) -> int:
        """Return how many of the curator's standing answers were given since midnight, by this machine's clock."""
        start = midnight().astimezone(UTC).isoformat(timespec="milliseconds")
        return sum(
            judgment.decided_at >= start
            for query_id in self.queries
            if query_id in self._opened or self._judged.of(query_id).latest.get(self.curator, "") >= start
            for judgment in self._answers(query_id).values()
        )

    def ordered(self, choice: Choice) -> list[Query]:
        """Return the chosen queries in the order in which they should be judged.

        Unfinished before finished; among them those skipped come last, then those at which enough people are at
        work, then those put off. Among the rest the mode says which matter most. Equals are ordered by a hash with
        the curator's name, so that people who start together start at different queries.
        """

        def order(query: Query) -> tuple[bool, bool, bool, bool, tuple[float, ...], str]:
            query_id = query.query_id
            if not self.left(query_id):
                return True, query_id in self.skipped, False, False, (), self._tie(query_id)
            return (
                False,
                query_id in self.skipped,
                not self.offered(query_id),
                query_id in self.put_off,
                self._urgency(query),
                self._tie(query_id),
            )

        chosen = [query for query in self._of_split(choice) if not choice.unfinished or self.left(query.query_id)]
        return sorted(chosen, key=order)

    def waiting(self, choice: Choice, after: str = "") -> Iterator[Query]:
        """Yield the unfinished queries to offer the curator, other than ``after``, the next one first.

        Those skipped are left to whoever picks them from the list.
        """
        for query in self.ordered(choice):
            query_id = query.query_id
            if query_id != after and query_id not in self.skipped and self.left(query_id) and self.offered(query_id):
                yield query

    def kept_back(self, choice: Choice) -> tuple[int, int]:
        """Return how many unfinished queries are not offered: because of colleagues at work, and because skipped."""
        unfinished = [query.query_id for query in self._of_split(choice) if self.left(query.query_id)]
        skipped = sum(query_id in self.skipped for query_id in unfinished)
        held = sum(query_id not in self.skipped and not self.offered(query_id) for query_id in unfinished)
        return held, skipped

    def places(self, query_id: str) -> int:
        """Return how many people judge a query."""
        return places(query_id, self.task.project.overlap)

    def others_at(self, query_id: str) -> list[str]:
        """Return who else is at work on a query."""
        return [name for name in self.holders.get(query_id, ()) if name != self.curator]

    def offered(self, query_id: str) -> bool:
        """Return whether a query still needs somebody, so that the curator is given it without asking for it."""
        judged, wanted = self._judged.of(query_id), self.places(query_id)
        holders = self.holders.get(query_id, ())
        if not judged.own and not holders:
            return True
        return has_room(self._pool(query_id, self.task.mode), judged, self.curator, holders, wanted)

    def open(self, query_id: str) -> Desk:
        """Lay out a query: what is to be asked, blind, then the films the curator has answered already, in that order.

        A query that somebody opens though the mode has nothing for it shows all its films, and one whose films are
        all settled by others shows them too.
        """
        answers = self._opened[query_id] = dict(self._answers(query_id))
        asked = self._asked(query_id)
        proposed = self._candidates(query_id, Mode.FILL)
        answered = [
            proposed.get(movie_id) or Candidate(movie_id, (), 0)
            for movie_id in sorted(answers, key=lambda movie_id: answers[movie_id].decided_at)
        ]
        if not asked and not answered:
            asked = laid_out(Mode.FILL, query_id, (), proposed.values(), self.curator)
        self.put_off.discard(query_id)
        return Desk(self.queries[query_id], [*asked, *answered], answers)

    def rejoin(self, desk: Desk) -> None:
        """Tie a desk laid out by an earlier queue to this one; films that are proposed since join at its end."""
        query_id = desk.query.query_id
        desk.answers = self._opened[query_id] = dict(self._answers(query_id))
        there = {film.movie_id for film in desk.films}
        desk.films += [film for film in self._asked(query_id) if film.movie_id not in there]

    def replace_answers(self, query_id: str, judgments: Iterable[Judgment]) -> None:
        """Take over the curator's answers to a query as the store has them."""
        answers = self._opened.setdefault(query_id, {})
        answers.clear()
        answers.update((judgment.movie_id, judgment) for judgment in judgments if not judgment.adjudicates)

    def put_back(self, desk: Desk) -> None:
        """Note that the curator has left a query: if it is not finished, it waits behind the others."""
        if self.left(desk.query.query_id):
            self.put_off.add(desk.query.query_id)

    def _of_split(self, choice: Choice) -> list[Query]:
        return [query for query in self.queries.values() if choice.split in (None, query.split)]

    def _tie(self, query_id: str) -> str:
        return fingerprint([self.curator, query_id])

    def _urgency(self, query: Query) -> tuple[float, ...]:
        """Return what orders the queries of a mode, the smallest first."""
        query_id, judged = query.query_id, len(self._judged.of(query.query_id).judgments)
        if self.task.mode is Mode.DISAGREE:
            tops = [self._rankings[query_id].get(name, ())[: self.task.project.depth] for name in self.task.models]
            return (-list_distance(*tops),)
        if self.task.mode is Mode.GAPS:  # Compare scores the test queries that have labels
            return (query.split is not Split.TEST, not judged, -self.left(query_id))
        return (-self.left(query_id),) if self.task.mode is Mode.HARD else (judged,)

    def _answers(self, query_id: str) -> Mapping[str, Judgment]:
        if query_id in self._opened:
            return self._opened[query_id]
        own = self._judged.of(query_id).own.get(self.curator, {})
        return {movie_id: judgment for movie_id, judgment in own.items() if movie_id in self._known}

    def _films(self, query_id: str, mode: Mode) -> list[str]:
        return films_of(mode, self._rankings[query_id], self.task.models, self.task.project.depth)

    def _drawn(self, query_id: str, films: Sequence[str]) -> tuple[str, ...]:
        return self.task.lot.first(query_id, random_count(len(films), self.task.project.random_share))

    def _pool(self, query_id: str, mode: Mode) -> set[str]:
        films = self._films(query_id, mode)
        return {*films, *self._drawn(query_id, films)}

    def _open_films(self, query_id: str, mode: Mode) -> set[str]:
        pool, own, judged = self._pool(query_id, mode), self._answers(query_id), self._judged.of(query_id)
        if mode is Mode.GAPS:
            return pool - touched(pool, own, judged, self.curator)
        return pool - settled(pool, own, judged, self.curator, self.places(query_id))

    def _candidates(self, query_id: str, mode: Mode) -> dict[str, Candidate]:
        films = self._films(query_id, mode)
        rankings, depth = self._rankings[query_id], self.task.project.depth
        return candidates_of(mode, rankings, films, self._drawn(query_id, films), depth)

    def _asked(self, query_id: str) -> list[Candidate]:
        mode = self.task.mode if self._films(query_id, self.task.mode) else Mode.FILL
        open_films, candidates = self._open_films(query_id, mode), self._candidates(query_id, mode)
        asked = (candidate for movie_id, candidate in candidates.items() if movie_id in open_films)
        return laid_out(mode, query_id, self._films(query_id, mode), asked, self.curator)
