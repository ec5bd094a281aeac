"""How connections to SQLite and PostgreSQL are made, so that both keep what they have acknowledged."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, Engine

from core.errors import LabelError

WAIT_SECONDS = 60

# A server that has gone is noticed: libpq's connect timeout in seconds, its keepalives in seconds, and for how many
# milliseconds sent data may stay unacknowledged. What the URL says itself comes first.
PATIENCE = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 1000 * WAIT_SECONDS,
}


def make_engine(url: URL) -> Engine:
    """Return the engine of a database; no connection is made yet.

    Raises:
        LabelError: the folder of a file cannot be made, or the driver is not installed.
    """
    if url.get_backend_name() == "sqlite":
        _make_folder(Path(url.database or ""))
        engine = sa.create_engine(url, pool_timeout=WAIT_SECONDS)
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
        return engine
    patience = {name: value for name, value in PATIENCE.items() if name not in url.query}
    try:
        # The ping replaces connections that a restarted server has closed, before anything is asked on them.
        engine = sa.create_engine(url, pool_pre_ping=True, pool_timeout=WAIT_SECONDS, connect_args=patience)
    except ImportError as reason:
        raise LabelError(
            f"Labels in PostgreSQL need the package psycopg ({reason}). Run "
            "'.venv/bin/python -m pip install -r requirements-postgres.txt'."
        ) from reason
    sa.event.listen(engine, "connect", _check_postgresql, insert=True)  # before SQLAlchemy asks anything itself
    return engine


def _make_folder(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as reason:
        raise LabelError(f"{path.parent}: the folder of the labels cannot be made ({reason.strerror}).") from reason


def _check_postgresql(connection: Any, _record: object) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise LabelError(
            f"The label database {connection.info.dbname!r} keeps text as {encoding}, which cannot hold every title. "
            "Make it with 'createdb --encoding=UTF8 --template=template0 NAME'."
        )


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
