"""The connection to the label database: how it is opened, migrated, locked and written.

SQLite by default, PostgreSQL by URL. A write takes the lock at its start (BEGIN IMMEDIATE), so it either waits its
turn or has it: a transaction that reads first and asks for the lock later is what fails with "database is locked".
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from core.errors import LabelError
from core.judgments import schema

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

WAIT_SECONDS = 60
MIGRATIONS = Path(__file__).parent / "migrations"


class Database:
    """One database of labels, at the newest schema. Safe to share between threads."""

    def __init__(self, url_or_path: str | Path) -> None:
        self.name = str(url_or_path)
        self._engine = _create_engine(url_or_path)
        self._migrate()

    def close(self) -> None:
        """Close every connection. Calling it again does nothing."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection for reading. It waits for no writer."""
        with self._explained(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield the only writing connection; on leaving, everything is on disk, or nothing if the block raised."""
        with self._explained(), self._engine.connect() as connection:
            connection = connection.execution_options(reelign_writes=True)
            with connection.begin():
                if connection.dialect.name == "postgresql":
                    connection.execute(sa.text("SELECT pg_advisory_xact_lock(hashtext('reelign labels'))"))
                yield connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as reason:
            raise LabelError(
                f"The label database {self.name} cannot be used: {reason.orig}. Check that it is a label database, "
                "that its folder is on a local disk with free space, and that you may write there."
            ) from reason

    def _migrate(self) -> None:
        with self.reading() as connection:
            if self._is_current(connection):
                return
        from alembic import command

        with self.writing() as connection:
            if self._is_current(connection):
                return
            config = _alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def _is_current(self, connection: Connection) -> bool:
        from alembic.runtime.migration import MigrationContext
        from alembic.script import ScriptDirectory

        revisions = ScriptDirectory.from_config(_alembic_config())
        found = MigrationContext.configure(connection).get_current_revision()
        known = {script.revision for script in revisions.walk_revisions()}
        if found is not None and found not in known:
            raise LabelError(
                f"The label database {self.name} has schema {found!r}, which this Reelign does not know: it was "
                "made by a newer one. Update Reelign."
            )
        if found is None and sa.inspect(connection).has_table(schema.event.name):
            raise LabelError(f"{self.name} holds tables of another program. Choose another database.")
        return found == revisions.get_current_head()


def _create_engine(url_or_path: str | Path) -> Engine:
    text = str(url_or_path)
    try:
        engine = sa.create_engine(make_url(text) if "://" in text else _file_url(Path(text).expanduser()))
    except (ArgumentError, NoSuchModuleError, ImportError) as reason:
        raise LabelError(
            f"{text!r} is no usable database ({reason}). Give a file path, sqlite:///FILE, or "
            "postgresql+psycopg://USER@HOST/NAME with the psycopg package installed."
        ) from reason
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _file_url(path: Path) -> URL:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise LabelError(f"{path.parent}: the folder of the labels cannot be made ({reason.strerror}).") from reason
    return URL.create("sqlite", database=str(path))


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not begin transactions by itself: ours begin with the lock they need.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    # SQLite does not wait its busy timeout in every step of this switch, so several first openers could collide.
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as reason:
            if "locked" not in str(reason) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("reelign_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _alembic_config() -> AlembicConfig:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config
