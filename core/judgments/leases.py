"""Who is at work on which query, so that no more people than needed are given the same one.

A lease is a promise for a quarter of an hour, not a lock: whoever closes the browser frees the query by doing
nothing, and an answer is recorded whether its lease still lives or not.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from core.errors import LabelError
from core.judgments.database import Database
from core.judgments.schema import lease, query

LIFETIME = timedelta(minutes=15)


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Leases:
    """The leases of a team. Safe to share between threads; other processes may take leases at once."""

    def __init__(self, database: Database, clock: Callable[[], datetime] = _utc_now) -> None:
        """Read and write the leases of a database; ``clock`` gives the time in UTC."""
        self._database = database
        self._clock = clock

    def take(self, query_id: str, annotator: str, places: int = 1) -> bool:
        """Take the lease of a query, or renew it, for 15 minutes; False when ``places`` others hold it.

        All in one writing transaction: of two who ask for the last place at once, one gets it.

        Raises:
            LabelError: an unknown query.
        """
        at = self._clock()
        with self._database.writing() as connection:
            known = sa.select(query.c.query_id).where(query.c.query_id == query_id)
            if connection.execute(known).first() is None:
                raise LabelError(f"there is no query {query_id!r} to work on. Choose one of the queries of the store.")
            own = (lease.c.query_id == query_id, lease.c.annotator == annotator)
            connection.execute(sa.delete(lease).where(sa.or_(lease.c.expires_at <= _text(at), sa.and_(*own))))
            others = sa.select(sa.func.count()).where(lease.c.query_id == query_id)
            if connection.execute(others).scalar_one() >= places:
                return False
            row = {"query_id": query_id, "annotator": annotator, "expires_at": _text(at + LIFETIME)}
            connection.execute(sa.insert(lease), row)
        return True

    def release(self, annotator: str, query_id: str | None = None) -> None:
        """Give up the annotator's lease of a query, or all of them. Calling it again does nothing."""
        given_up = sa.delete(lease).where(lease.c.annotator == annotator)
        if query_id is not None:
            given_up = given_up.where(lease.c.query_id == query_id)
        with self._database.writing() as connection:
            connection.execute(given_up)

    def holders(self) -> dict[str, list[str]]:
        """Return who holds each query that anybody holds now, by query id, names sorted."""
        live = sa.select(lease.c.query_id, lease.c.annotator).where(lease.c.expires_at > _text(self._clock()))
        holders: dict[str, list[str]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(live):
                holders.setdefault(row.query_id, []).append(row.annotator)
        return {query_id: sorted(names) for query_id, names in sorted(holders.items())}


def _text(at: datetime) -> str:
    """Return a time as the database holds it: ISO 8601 in UTC, to the millisecond, so that texts order as times do."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
