"""The event table and the view derived from it, statement by statement, inside a transaction of the caller."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from core.judgments.schema import event, standing
from core.judgments.storable import check_storable
from core.judgments.types import Answer, Event, Judgment, Shown

PAIR = ("query_id", "movie_id", "annotator", "adjudicates")

_undoing = event.alias("undoing")

# An event stands while it is an answer and no event undoes it.
_STANDS = sa.and_(
    event.c.answer.is_not(None),
    ~sa.exists().where(_undoing.c.undoes == event.c.event_id).correlate(event),
)


def find_event(connection: Connection, event_id: str) -> Row[Any] | None:
    """Return the row of one event, None where there is none."""
    return connection.execute(sa.select(event).where(event.c.event_id == event_id)).first()


def last_standing(connection: Connection, annotator: str) -> Row[Any] | None:
    """Return the row of the annotator's last own answer that has not been undone, None without one."""
    chosen = sa.select(event).where(_STANDS, event.c.annotator == annotator, event.c.adjudicates.is_(sa.false()))
    return connection.execute(chosen.order_by(event.c.number.desc()).limit(1)).first()


def find_standing(connection: Connection, annotator: str, event_id: str) -> Row[Any] | None:
    """Return the row of one answer of the annotator, None where there is none or it has been undone."""
    chosen = sa.select(event).where(_STANDS, event.c.annotator == annotator, event.c.event_id == event_id)
    return connection.execute(chosen).first()


def event_values(values: dict[str, Any], event_id: str, shown: Shown, decided_at: str | None = None) -> dict[str, Any]:
    """Return the columns of a new event; ``values`` holds pair, annotator, answer, grade, note and what it undoes.

    Raises:
        LabelError: a text among them that no database takes.
    """
    check_storable(**values, event_id=event_id, decided_at=decided_at)
    return {
        "undoes": None,
        "adjudicates": False,
        **values,
        "event_id": event_id,
        "shown_rank": shown.rank,
        "sources": list(shown.sources),
        "shown_at": shown.shown_at,
        "input_method": shown.input_method,
        "guideline": shown.guideline,
        "decided_at": decided_at or now(),
    }


def record(connection: Connection, rows: Sequence[dict[str, Any]], **within: str | bool) -> None:
    """Append events and derive again what stands ``within`` the pair or annotator they belong to."""
    connection.execute(sa.insert(event), list(rows))
    derive_standing(connection, **within)


def derive_standing(connection: Connection, **within: str | bool) -> None:
    """Derive the current view from the events: all of it, or what has the given column values."""
    connection.execute(sa.delete(standing).where(*(standing.c[name] == value for name, value in within.items())))
    pair = [event.c[name] for name in PAIR]
    latest = sa.select(*pair, sa.func.max(event.c.number)).group_by(*pair)
    latest = latest.where(_STANDS, *(event.c[name] == value for name, value in within.items()))
    connection.execute(sa.insert(standing).from_select([*PAIR, "number"], latest))


def standing_judgments(connection: Connection, **within: str | bool) -> list[Judgment]:
    """Return the judgments that stand, all or those with the given column values, by query, film and annotator."""
    chosen = sa.select(event).join(standing, standing.c.number == event.c.number)
    chosen = chosen.where(*(standing.c[name] == value for name, value in within.items()))
    found = [as_judgment(row) for row in connection.execute(chosen)]
    # Sorted here, because databases differ in how they order text.
    return sorted(found, key=_order)


def _order(judgment: Judgment) -> tuple[str, str, str, bool]:
    return judgment.query_id, judgment.movie_id, judgment.annotator, judgment.adjudicates


def as_judgment(row: Row[Any]) -> Judgment:
    """Return the judgment that an answering event's row holds."""
    return Judgment(
        query_id=row.query_id,
        movie_id=row.movie_id,
        annotator=row.annotator,
        answer=Answer(row.answer),
        grade=row.grade,
        note=row.note,
        event_id=row.event_id,
        decided_at=row.decided_at,
        adjudicates=row.adjudicates,
    )


def as_event(row: Row[Any]) -> Event:
    """Return the event that a row holds."""
    return Event(
        number=row.number,
        event_id=row.event_id,
        query_id=row.query_id,
        movie_id=row.movie_id,
        annotator=row.annotator,
        answer=None if row.answer is None else Answer(row.answer),
        grade=row.grade,
        note=row.note,
        shown=Shown(row.shown_rank, tuple(row.sources), row.shown_at, row.input_method, row.guideline),
        undoes=row.undoes,
        decided_at=row.decided_at,
        adjudicates=row.adjudicates,
    )


def now() -> str:
    """Return the time in UTC as ISO 8601, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
