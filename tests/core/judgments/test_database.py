"""The database: durable settings, and a schema that the migrations build and another database could hold."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from core.judgments.database import Database
from core.judgments.schema import metadata


def test_sqlite_is_set_to_keep_what_it_acknowledged(tmp_path: Path) -> None:
    database = Database(tmp_path / "labels.sqlite3")
    with database.writing() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
        waits = connection.exec_driver_sql("PRAGMA busy_timeout").scalar()
    database.close()
    full = 2
    assert settings == {"journal_mode": "wal", "synchronous": full, "foreign_keys": 1}
    assert isinstance(waits, int)
    assert waits >= 10_000


def test_the_migrations_build_the_schema(tmp_path: Path) -> None:
    database = Database(tmp_path / "labels with spaces & 한글?.sqlite3")
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()
    assert (tmp_path / "labels with spaces & 한글?.sqlite3").is_file()


def test_the_schema_can_be_written_for_postgresql() -> None:
    statements = [str(CreateTable(table).compile(dialect=postgresql.dialect())) for table in metadata.sorted_tables]
    assert len(statements) == len(metadata.tables)
    assert "BIGSERIAL" in "".join(statements)
