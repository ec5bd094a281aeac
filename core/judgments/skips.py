"""Queries that a curator leaves out, and why. A skipped query stays open for everybody else.

A skip is no answer: it neither trains nor scores. It is kept for whoever looks after the queries, who can reword an
unclear one or see that nobody knows the films.
"""

from __future__ import annotations

import sqlalchemy as sa

from core.errors import LabelError
from core.judgments.database import Database
from core.judgments.events import now
from core.judgments.schema import query, skip
from core.judgments.types import Skip


class Skips:
    """The skips of a team. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def skip(self, query_id: str, annotator: str, reason: str) -> None:
        """Leave a query out for one annotator; nothing is written where it is left out for that reason already.

        ``reason`` is a ``SkipReason`` or the annotator's own words.

        Raises:
            LabelError: an unknown query, or an empty name or reason.
        """
        reason = " ".join(reason.split())
        for name, value in (("annotator", annotator.strip()), ("reason", reason)):
            if not value:
                raise LabelError(f"{name} is {value!r}; skipping a query needs one.")
        self._record(query_id, annotator, reason)

    def resume(self, query_id: str, annotator: str) -> None:
        """Take a query back in; nothing is written where it is not left out.

        Raises:
            LabelError: an unknown query.
        """
        self._record(query_id, annotator, None)

    def standing(self, annotator: str) -> dict[str, str]:
        """Return the reason of each query that an annotator leaves out now, by query id."""
        return {one.query_id: one.reason for one in self.all() if one.annotator == annotator}

    def all(self) -> list[Skip]:
        """Return what every annotator leaves out now, by query and annotator."""
        latest = sa.select(sa.func.max(skip.c.number)).group_by(skip.c.query_id, skip.c.annotator)
        stand = sa.select(skip).where(skip.c.number.in_(latest), skip.c.reason.is_not(None))
        with self._database.reading() as connection:
            rows = connection.execute(stand).all()
        found = [Skip(row.query_id, row.annotator, row.reason, row.decided_at) for row in rows]
        return sorted(found, key=lambda one: (one.query_id, one.annotator))

    def _record(self, query_id: str, annotator: str, reason: str | None) -> None:
        pair = (skip.c.query_id == query_id, skip.c.annotator == annotator)
        with self._database.writing() as connection:
            known = connection.execute(sa.select(query.c.query_id).where(query.c.query_id == query_id)).first()
            if known is None:
                raise LabelError(f"There is no query {query_id!r} to skip.")
            before = sa.select(skip.c.reason).where(*pair).order_by(skip.c.number.desc()).limit(1)
            if connection.execute(before).scalar() != reason:
                row = {"query_id": query_id, "annotator": annotator, "reason": reason, "decided_at": now()}
                connection.execute(sa.insert(skip), row)
