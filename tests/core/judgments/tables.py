"""What stands in the tables of a workspace's labels, whichever database holds them, and changes past the store."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.judgments.addresses import label_address, read_url
from core.workspace import Workspace


def rows(workspace: Workspace, table: sa.Table) -> list[tuple[Any, ...]]:
    """Return the rows of a table, sorted as text."""
    with _engine(workspace).connect() as connection:
        return sorted((tuple(row) for row in connection.execute(sa.select(table))), key=repr)


def change(workspace: Workspace, statement: str) -> None:
    """Run a statement that the store would not."""
    with _engine(workspace).begin() as connection:
        connection.exec_driver_sql(statement)


def _engine(workspace: Workspace) -> sa.Engine:
    return sa.create_engine(read_url(label_address(workspace)), poolclass=sa.NullPool)
