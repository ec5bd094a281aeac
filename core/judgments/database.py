"""The connection to the label database: how it is opened, migrated, locked and written.

SQLite by default, PostgreSQL by URL. A write takes the lock at its start (BEGIN IMMEDIATE, or an advisory lock), so it
either waits its turn or has it: a transaction that reads first and asks for the lock later is what fails with "database
is locked". Since one writes at a time, numbers are given in the order in which they can be seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from core.errors import LabelError
from core.judgments import schema
from core.judgments.addresses import read_url, shown_name
from core.judgments.engines import WAIT_SECONDS, make_engine
from core.judgments.troubles import busy, explained

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

MIGRATIONS = Path(__file__).parent / "migrations"

# Neither another writer is waited for without end, nor a writer whose machine has gone.
_POSTGRESQL_WAITS = sa.text(
    "SELECT set_config('lock_timeout', :wait, true), set_config('idle_in_transaction_session_timeout', :wait, true)"
).bindparams(wait=f"{WAIT_SECONDS}s")
_POSTGRESQL_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtext('reelign labels'))")


class Database:
    """One database of labels, at the newest schema. Safe to share between threads."""

    def __init__(self, url_or_path: str | Path) -> None:
        """Open, and make or migrate where needed, the database at a file path or SQLAlchemy URL.

        Raises:
            LabelError: the URL cannot be used, or the database there.
        """
        self._url = read_url(url_or_path)
        self.name = shown_name(self._url)
        self._engine = make_engine(self._url)
        # Several statements of one reading see the same labels, as they do in SQLite.
        self._still = (
            self._engine.execution_options(isolation_level="REPEATABLE READ") if self._is_postgresql else self._engine
        )
        try:
            self._migrate()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close every connection. Calling it again does nothing."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection for reading. It waits for no writer."""
        with self.explained(), self._still.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield the only writing connection; on leaving, everything is on disk, or nothing if the block raised."""
        with self.explained(), self._engine.connect() as connection:
            connection = connection.execution_options(reelign_writes=True)
            with connection.begin():
                if self._is_postgresql:
                    connection.execute(_POSTGRESQL_WAITS)
                    connection.execute(_POSTGRESQL_LOCK)
                yield connection

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Let what the database's driver raises in the block come out as a LabelError that says what to do."""
        try:
            yield
        except DBAPIError as reason:
            raise LabelError(explained(reason, self._url)) from reason
        except PoolTimeoutError as reason:
            raise LabelError(busy(self._url)) from reason

    @property
    def _is_postgresql(self) -> bool:
        return self._url.get_backend_name() == "postgresql"

    def _migrate(self) -> None:
        with self.reading() as connection:
            if self._is_current(connection):
                return
        with self.writing() as connection:
            if not self._is_current(connection):
                upgrade(connection)

    def _is_current(self, connection: Connection) -> bool:
        from alembic.runtime.migration import MigrationContext

        known = known_revisions()
        found = MigrationContext.configure(connection).get_current_revision()
        if found is not None and found not in known:
            raise LabelError(
                f"The label database {self.name} has schema {found!r}, which this Reelign does not know: it was "
                "made by a newer one. Update Reelign."
            )
        if found is None and not schema.metadata.tables.keys().isdisjoint(sa.inspect(connection).get_table_names()):
            raise LabelError(f"{self.name} holds tables of another program. Choose another database.")
        return found == known[0]


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Migrate a database to a schema, inside a transaction of the caller."""
    from alembic import command

    config = _alembic_config()
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@cache
def known_revisions() -> tuple[str, ...]:
    """Return the names of all schemas that a label database has had, newest first."""
    from alembic.script import ScriptDirectory

    return tuple(script.revision for script in ScriptDirectory.from_config(_alembic_config()).walk_revisions())


def newest_revision() -> str:
    """Return the name of the schema that an open label database has."""
    return known_revisions()[0]


def _alembic_config() -> AlembicConfig:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
