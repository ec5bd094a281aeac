"""Every row of one label database written into another, and both held against each other before anything counts.

Rows go in the order of their keys, texts by their bytes: so equal tables give equal sums whichever database holds them,
and an answer is there before what takes it back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.errors import LabelError
from core.fingerprint import canonical_json
from core.judgments.database import Database
from core.judgments.schema import metadata

ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class TableSum:
    """What a table holds: how many rows, and the sha256 over their canonical JSON lines in the order of the key."""

    table: str
    rows: int
    sha256: str


def copy_labels(source: Database, target: Database) -> list[TableSum]:
    """Write every row of ``source`` into ``target`` in one transaction, and return what every table then holds.

    Raises:
        LabelError: the target holds rows already, a row cannot be written there, or what was written differs. Then
            nothing has been written.
    """
    with target.writing() as after:
        if filled := filled_tables(after):
            there = ", ".join(f"{count} in {table}" for table, count in filled.items())
            raise LabelError(f"The label database {target.name} holds rows already ({there}). Choose an empty one.")
        return copy_rows(source, target, after)


def copy_rows(source: Database, target: Database, after: Connection) -> list[TableSum]:
    """Write every row into the empty tables of ``target``, by its connection that writes; return what each then holds.

    Raises:
        LabelError: a row cannot be written there, or what was written is not what was read.
    """
    with source.reading() as before:
        read = table_sums(before)
        for table in metadata.sorted_tables:
            with target.explained():  # what fails here is the target's trouble, though the source is being read too
                insert_rows(after, table, _read(source, before, table))
    continue_numbers(after)
    written = table_sums(after)
    for one, other in zip(read, written, strict=True):
        if one != other:
            raise LabelError(
                f"The table {one.table} was read as {one.rows} rows with the sha256 {one.sha256[:12]}..., and written "
                f"as {other.rows} with {other.sha256[:12]}.... Nothing has been kept; check the disks, then try again."
            )
    return written


def _read(source: Database, before: Connection, table: sa.Table) -> Iterator[dict[str, Any]]:
    with source.explained():
        yield from rows_of(before, table)


def filled_tables(connection: Connection) -> dict[str, int]:
    """Return the number of rows of each table that has any."""
    counts = {
        table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in metadata.sorted_tables
    }
    return {name: count for name, count in counts.items() if count}


def rows_of(connection: Connection, table: sa.Table) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table in the order of its key, texts by their bytes, without holding all of them."""
    key: Iterable[sa.ColumnElement[Any]] = table.primary_key
    if connection.dialect.name == "postgresql":
        key = [column.collate("C") if isinstance(column.type, sa.Text) else column for column in table.primary_key]
    chosen = sa.select(table).order_by(*key).execution_options(yield_per=ROWS_AT_ONCE)
    for row in connection.execute(chosen):
        yield dict(row._mapping)


def insert_rows(connection: Connection, table: sa.Table, rows: Iterable[dict[str, Any]]) -> None:
    """Insert rows, a thousand at once."""
    remaining = iter(rows)
    while some := list(islice(remaining, ROWS_AT_ONCE)):
        connection.execute(sa.insert(table), some)


def continue_numbers(connection: Connection) -> None:
    """Let new rows be numbered after those that were inserted with their numbers; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        column = table.autoincrement_column
        if column is not None:
            sequence = sa.func.pg_get_serial_sequence(table.name, column.name)
            last = sa.select(sa.func.setval(sequence, sa.func.max(column))).having(sa.func.max(column).is_not(None))
            connection.execute(last)


def table_sums(connection: Connection) -> list[TableSum]:
    """Return what every table holds, referred-to tables first."""
    return [table_sum(table.name, rows_of(connection, table)) for table in metadata.sorted_tables]


def table_sum(name: str, rows: Iterable[dict[str, Any]]) -> TableSum:
    """Return the count and the sum of rows that come in the order of their key."""
    digest, count = hashlib.sha256(), 0
    for row in rows:
        digest.update(f"{canonical_json(row)}\n".encode())
        count += 1
    return TableSum(name, count, digest.hexdigest())
