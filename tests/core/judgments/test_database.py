"""The database: durable settings, and a schema that the migrations build and another database could hold."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateTable

from core.judgments import Answer, LabelStore
from core.judgments.database import MIGRATIONS, Database
from core.judgments.preferences import Choice, Form, NewPreference, Systems
from core.judgments.schema import metadata

OLDER_EVENT = (
    "INSERT INTO event (number, event_id, query_id, movie_id, annotator, answer, note, sources, shown_at, "
    "input_method, undoes, decided_at) VALUES (:n, 'e' || :n, 'q', :m, 'kim', :a, :note, '[]', '', '', :u, '')"
)
OLDER_EVENTS = [
    (1, "m1", "positive", "first", None),
    (2, "m1", "negative", "", None),
    (3, "m1", None, "", "e2"),
    (4, "m2", "unsure", "", None),
]


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


def test_an_older_database_keeps_its_events_and_what_stands(tmp_path: Path) -> None:
    path = tmp_path / "labels.sqlite3"
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(sa.text("INSERT INTO query VALUES ('q', 'rain', 'en', '', 'train', 'g')"))
        for number, movie_id, answer, note, undoes in OLDER_EVENTS:
            values = {"n": number, "m": movie_id, "a": answer, "note": note, "u": undoes}
            connection.execute(sa.text(OLDER_EVENT), values)
    engine.dispose()
    with LabelStore(path) as store:
        derived = store.judgments()
        assert [(judgment.movie_id, judgment.answer, judgment.note) for judgment in derived] == [
            ("m1", Answer.POSITIVE, "first"),
            ("m2", Answer.UNSURE, ""),
        ]
        store.rebuild()
        assert store.judgments() == derived


def test_a_database_from_before_preferences_keeps_what_it_holds_and_takes_them(tmp_path: Path) -> None:
    path = tmp_path / "labels.sqlite3"
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        connection.execute(sa.text("INSERT INTO query VALUES ('q', 'rain', 'en', '', 'train', 'g')"))
        connection.execute(sa.text(OLDER_EVENT), {"n": 1, "m": "m1", "a": "positive", "note": "", "u": None})
        connection.execute(sa.text("INSERT INTO standing VALUES ('q', 'm1', 'kim', 0, 1)"))
        connection.execute(sa.text("INSERT INTO guideline VALUES (1, 'Sequels count.', 'kim', '')"))
    engine.dispose()
    with LabelStore(path) as store:
        (judgment,) = store.judgments()
        assert (judgment.movie_id, judgment.answer, store.last_event_number()) == ("m1", Answer.POSITIVE, 1)
        assert [one.text for one in store.guidelines.versions()] == ["Sequels count."]
        assert store.preferences.standing() == []
        given = NewPreference("q", "kim", Form.SIDE_BY_SIDE, Systems("e5-small", "bm25"), Choice.A)
        kept = store.preferences.record(given, preference_id="p1")
        assert store.preferences.standing() == [kept]


def test_the_schema_can_be_written_for_postgresql() -> None:
    statements = [str(CreateTable(table).compile(dialect=postgresql.dialect())) for table in metadata.sorted_tables]
    assert len(statements) == len(metadata.tables)
    assert "BIGSERIAL" in "".join(statements)
