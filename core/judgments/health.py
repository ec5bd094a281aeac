"""Whether the label database is sound, asked without writing to it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError

from core.errors import LabelError
from core.judgments import schema
from core.judgments.addresses import label_address, read_url, shown_name
from core.judgments.database import newest_revision
from core.judgments.engines import make_engine
from core.judgments.troubles import explained
from core.workspace import Workspace


@dataclass(frozen=True, slots=True)
class DatabaseHealth:
    """A sound database: its name, what it holds, and whether its schema is this version's."""

    name: str
    queries: int
    events: int
    current: bool


def examine_database(workspace: Workspace) -> DatabaseHealth | None:
    """Return what the label database of a workspace holds, ``None`` where there is none yet.

    A file is read whole (SQLite's ``quick_check``); of a server it is asked whether it answers and holds labels.

    Raises:
        LabelError: it cannot be reached or read, or is damaged.
    """
    address = label_address(workspace)
    url = read_url(address)
    if isinstance(address, Path) and not address.exists():
        return None
    engine = _only_reading(url)
    try:
        with engine.connect() as connection:
            if url.get_backend_name() == "sqlite":
                _check_pages(connection, url)
            return _content(connection, url)
    except DBAPIError as reason:
        raise LabelError(explained(reason, url)) from reason
    finally:
        engine.dispose()


def _only_reading(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return make_engine(url)
    file = quote(str(Path(url.database or "").absolute()))
    return sa.create_engine(URL.create("sqlite", database=f"file:{file}", query={"mode": "ro", "uri": "true"}))


def _check_pages(connection: Connection, url: URL) -> None:
    said = [" ".join(str(line).split()) for line in connection.exec_driver_sql("PRAGMA quick_check(3)").scalars()]
    if said != ["ok"]:
        raise LabelError(
            f"The label database {shown_name(url)} is damaged ({'; '.join(said)}). Close Reelign, keep a copy of the "
            "file, and put the newest backup in its place."
        )


def _content(connection: Connection, url: URL) -> DatabaseHealth | None:
    from alembic.runtime.migration import MigrationContext

    if not sa.inspect(connection).has_table(schema.event.name):
        return None
    queries, events = (
        connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        for table in (schema.query, schema.event)
    )
    revision = MigrationContext.configure(connection).get_current_revision()
    return DatabaseHealth(shown_name(url), queries, events, revision == newest_revision())
