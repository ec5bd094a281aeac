"""What stands in the tables of a workspace's labels, whichever database holds them, and changes past the store."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from core.judgments.addresses import label_address
from core.judgments.database import Database
from core.workspace import Workspace


def rows(workspace: Workspace, table: sa.Table) -> list[tuple[Any, ...]]:
    """Return the rows of a table, sorted as text."""
    database = Database(label_address(workspace))
    with database.reading() as connection:
        found = [tuple(row) for row in connection.execute(sa.select(table))]
    database.close()
    return sorted(found, key=repr)


def change(workspace: Workspace, statement: str) -> None:
    """Run a statement that the store would not."""
    database = Database(label_address(workspace))
    with database.writing() as connection:
        connection.exec_driver_sql(statement)
    database.close()
