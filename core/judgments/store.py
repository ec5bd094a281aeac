"""The label database: every answer is an event that stays; what counts now is derived from the events.

An append-only history costs a second table to read quickly, and gives in exchange undo as one more event, replays
that change nothing, and a current view that can always be made again.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.errors import LabelError
from core.judgments import schema
from core.judgments.addresses import label_address
from core.judgments.database import Database
from core.judgments.days import Days
from core.judgments.events import (
    PAIR,
    as_event,
    as_judgment,
    derive_standing,
    event_values,
    find_event,
    find_standing,
    last_standing,
    now,
    record,
    standing_judgments,
)
from core.judgments.grades import check_grade, grade_rows
from core.judgments.guidelines import Guidelines
from core.judgments.imports import Imports
from core.judgments.leases import Leases
from core.judgments.preferences_store import Preferences
from core.judgments.project_store import ProjectStore
from core.judgments.query_rows import add_queries, as_query
from core.judgments.skips import Skips
from core.judgments.storable import check_storable
from core.judgments.types import NOTHING_SHOWN, Answer, Event, Judgment, NewQuery, QrelRow, Query, Shown, Split
from core.workspace import Workspace

UNKNOWN_QUERY = "there is no query {!r}. Add its text before judging films for it."


class LabelStore:
    """The queries and judgments of a team. Safe to share between threads; other processes may write at once."""

    def __init__(self, url_or_path: str | Path) -> None:
        """Open, and make or migrate where needed, the database at a file path or SQLAlchemy URL."""
        self._database = Database(url_or_path)
        self.project = ProjectStore(self._database)
        self.leases = Leases(self._database)
        self.guidelines = Guidelines(self._database)
        self.skips = Skips(self._database)
        self.imports = Imports(self._database)
        self.preferences = Preferences(self._database)
        self.days = Days(self._database)

    @classmethod
    def open(cls, workspace: Workspace) -> LabelStore:
        """Open the labels of a workspace: in the database of ``$REELIGN_DATABASE_URL``, else in its own file."""
        return cls(label_address(workspace))

    @property
    def name(self) -> str:
        """Which database this is: its file, or its URL without a password."""
        return self._database.name

    def close(self) -> None:
        """Close the database. Calling it again does nothing."""
        self._database.close()

    def __enter__(self) -> LabelStore:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def add_queries(self, queries: Iterable[NewQuery]) -> list[Query]:
        """Add what is new and return one query for each that came in, in the same order.

        A text that is there already, but for case, spacing and final punctuation, gives the existing query, unless
        it comes with an id of its own; then it is a second query in the same group and split. A split in the
        request wins over the split by hash as long as the group has not been labelled.

        Raises:
            LabelError: an empty text, an id taken by another text, or a split that contradicts a fixed one. Then
                nothing has been added.
        """
        with self._database.writing() as connection:
            return add_queries(connection, queries)

    def queries(self, split: Split | None = None) -> list[Query]:
        """Return all queries, or those of one split, by id."""
        statement = sa.select(schema.query)
        if split is not None:
            statement = statement.where(schema.query.c.split == split.value)
        with self._database.reading() as connection:
            found = [as_query(row) for row in connection.execute(statement)]
        return sorted(found, key=lambda query: query.query_id)

    def query(self, query_id: str) -> Query:
        """Return one query; LabelError when there is none with this id."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(schema.query).where(schema.query.c.query_id == query_id)).first()
        if row is None:
            raise LabelError(UNKNOWN_QUERY.format(query_id))
        return as_query(row)

    def judge(
        self,
        query_id: str,
        movie_id: str,
        annotator: str,
        answer: Answer | str,
        *,
        event_id: str,
        grade: int | None = None,
        note: str = "",
        shown: Shown = NOTHING_SHOWN,
        adjudicates: bool = False,
        decided_at: str | None = None,
    ) -> Judgment:
        """Record one answer and return it once it is on disk.

        One that ``adjudicates`` settles the pair for everybody; the annotator's own answer stays beside it.
        ``decided_at`` (ISO 8601 in UTC, to the millisecond) is now, unless the answer had to wait to be recorded.

        The same ``event_id`` again returns what it recorded the first time and changes nothing. Without a grade a
        positive counts 1 (2 may be given), a negative 0; unsure has none.

        Raises:
            LabelError: an unknown query, an empty id or name, a grade that does not fit the answer, or an
                ``event_id`` that recorded something else.
        """
        answer, grade = check_grade(answer, grade)
        _refuse_blank(query_id=query_id, movie_id=movie_id, annotator=annotator, event_id=event_id)
        pair: dict[str, str | bool] = {"query_id": query_id, "movie_id": movie_id, "annotator": annotator}
        pair["adjudicates"] = adjudicates
        values = {**pair, "answer": answer.value, "grade": grade, "note": note}
        with self._database.writing() as connection:
            recorded = find_event(connection, event_id)
            if recorded is None:
                if query_id not in _query_ids(connection, query_id):
                    raise LabelError(UNKNOWN_QUERY.format(query_id))
                record(connection, [event_values(values, event_id, shown, decided_at)], **pair)
                recorded = find_event(connection, event_id)
        if recorded is None or any(recorded._mapping[name] != value for name, value in values.items()):
            raise LabelError(f"Event {event_id!r} has recorded something else. Give each answer a new event id.")
        return as_judgment(recorded)

    def import_judgments(
        self, rows: Iterable[QrelRow], annotator: str, *, known_movies: Iterable[str] | None = None
    ) -> int:
        """Record judgments from a qrels file as answers of ``annotator``, all or none of them.

        A grade above 0 is a positive (2 and above count 2), 0 and below a negative. Returns how many are new or
        differ from what the annotator's answer was; the same file again gives 0.

        Raises:
            LabelError: naming file and line, when the query is unknown, the film is not among ``known_movies``
                (where given), or two lines contradict each other.
        """
        _refuse_blank(annotator=annotator)
        graded = grade_rows(rows, known_movies)
        decided_at = now()
        with self._database.writing() as connection:
            known = _query_ids(connection)
            standing = {
                (judgment.query_id, judgment.movie_id): judgment.grade
                for judgment in standing_judgments(connection, annotator=annotator, adjudicates=False)
            }
            events = []
            for found in graded:
                query_id, movie_id = found.row.query_id, found.row.movie_id
                if query_id not in known:
                    raise LabelError(f"{found.row.place}: {UNKNOWN_QUERY.format(query_id)}")
                if standing.get((query_id, movie_id)) == found.grade:
                    continue
                pair = {"query_id": query_id, "movie_id": movie_id, "annotator": annotator}
                values = {**pair, "answer": found.answer.value, "grade": found.grade, "note": ""}
                events.append(event_values(values, str(uuid.uuid4()), Shown(input_method="import"), decided_at))
            if events:
                record(connection, events, annotator=annotator)
        return len(events)

    def undo(self, annotator: str, *, event_id: str, answer_id: str | None = None) -> Judgment | None:
        """Take back the annotator's last answer that has not been taken back, and return it; None without one.

        The pair falls back to the annotator's answer before it, if there was one. Again and again it walks further
        back, past the answers that adjudicate: those are taken back by their own event id alone, as any answer of
        the annotator can be (``answer_id``). The same ``event_id`` again returns the same answer and changes nothing.
        """
        _refuse_blank(annotator=annotator, event_id=event_id)
        with self._database.writing() as connection:
            recorded = find_event(connection, event_id)
            if recorded is None:
                undone = (
                    find_standing(connection, annotator, answer_id)
                    if answer_id
                    else last_standing(connection, annotator)
                )
                if undone is None:
                    return None
                pair = {name: undone._mapping[name] for name in PAIR}
                values = {**pair, "answer": None, "grade": None, "note": "", "undoes": undone.event_id}
                record(connection, [event_values(values, event_id, NOTHING_SHOWN)], **pair)
            else:
                undone = find_event(connection, recorded.undoes) if recorded.annotator == annotator else None
        if undone is None:
            raise LabelError(f"Event {event_id!r} has recorded something else. Give each undo a new event id.")
        return as_judgment(undone)

    def judgments(self, *, query_id: str | None = None, annotator: str | None = None) -> list[Judgment]:
        """Return the answers that stand now, by query, film and annotator; all of them or those that match."""
        chosen = {"query_id": query_id, "annotator": annotator}
        with self._database.reading() as connection:
            return standing_judgments(
                connection, **{name: value for name, value in chosen.items() if value is not None}
            )

    def history(self, limit: int = 100) -> list[Event]:
        """Return the latest events, newest first."""
        statement = sa.select(schema.event).order_by(schema.event.c.number.desc()).limit(limit)
        with self._database.reading() as connection:
            return [as_event(row) for row in connection.execute(statement)]

    def events(self, after: int = 0) -> list[Event]:
        """Return the events with a number above ``after``, oldest first."""
        statement = sa.select(schema.event).where(schema.event.c.number > after).order_by(schema.event.c.number)
        with self._database.reading() as connection:
            return [as_event(row) for row in connection.execute(statement)]

    def last_event_number(self) -> int:
        """Return the number of the latest event, 0 without any. It grows with every change."""
        with self._database.reading() as connection:
            return connection.execute(sa.select(sa.func.max(schema.event.c.number))).scalar() or 0

    def rebuild(self) -> None:
        """Make the current view again from the events alone."""
        with self._database.writing() as connection:
            derive_standing(connection)


def _query_ids(connection: Connection, query_id: str | None = None) -> set[str]:
    statement = sa.select(schema.query.c.query_id)
    if query_id is not None:
        statement = statement.where(schema.query.c.query_id == query_id)
    return set(connection.execute(statement).scalars())


def _refuse_blank(**fields: str) -> None:
    check_storable(**fields)
    for name, value in fields.items():
        if not value.strip():
            raise LabelError(f"{name} is {value!r}; a judgment needs one.")
