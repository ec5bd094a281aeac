"""The query table, statement by statement, inside a transaction of the caller."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from core.errors import LabelError
from core.judgments import schema
from core.judgments.queries import fixed_split, plan_queries
from core.judgments.types import NewQuery, Query, Split


def add_queries(connection: Connection, queries: Iterable[NewQuery]) -> list[Query]:
    """Insert what is new and return one query for each that came in, in the same order.

    Raises:
        LabelError: an empty text, an id taken by another text, or a split that contradicts a fixed one.
    """
    plan = plan_queries([as_query(row) for row in connection.execute(sa.select(schema.query))], queries)
    for group, split in plan.moved.items():
        _move_group(connection, group, split)
    if plan.new:
        rows = [
            {
                "query_id": query.query_id,
                "text": query.text,
                "lang": query.lang,
                "kind": query.kind,
                "split": query.split.value,
                "group_key": query.group,
            }
            for query in plan.new
        ]
        connection.execute(sa.insert(schema.query), rows)
    return plan.queries


def as_query(row: Row[Any]) -> Query:
    """Return the query that a row holds."""
    return Query(row.query_id, row.text, row.lang, row.kind, Split(row.split), row.group_key)


def _move_group(connection: Connection, group: str, split: Split) -> None:
    members = schema.query.c.group_key == group
    labelled = sa.select(schema.query).join(schema.event).where(members).limit(1)
    query = connection.execute(labelled).first()
    if query is not None:
        raise LabelError(fixed_split(as_query(query), split))
    connection.execute(sa.update(schema.query).where(members).values(split=split.value))
