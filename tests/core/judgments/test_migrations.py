"""Schemas forth and back: every step keeps what the schema below it can hold, in SQLite and in PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from postgres.cluster import Cluster

from core.judgments import Answer, LabelStore, NewQuery, Shown
from core.judgments.database import MIGRATIONS, Database
from core.judgments.preferences import Choice, Form, NewPreference, Systems
from core.judgments.schema import metadata

Contents = dict[str, list[dict[str, Any]]]

OLDER_EVENT = sa.text(
    "INSERT INTO event (number, event_id, query_id, movie_id, annotator, answer, note, sources, shown_at, "
    "input_method, undoes, decided_at) VALUES (:n, :e, 'q', :m, 'kim', :a, :note, '[]', '', '', :u, '')"
)
OLDER_EVENTS = [
    (1, "m1", "positive", "first", None),
    (2, "m1", "negative", "", None),
    (3, "m1", None, "", "e2"),
    (4, "m2", "unsure", "", None),
]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the URL of a database without a table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'labels.sqlite3'}"
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.empty_database()


@pytest.fixture
def engine(url: str) -> Iterator[sa.Engine]:
    made = sa.create_engine(url)
    yield made
    made.dispose()


def migrated(engine: sa.Engine, revision: str, step: Callable[[Config, str], None] = command.upgrade) -> None:
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        step(config, revision)


def contents(engine: sa.Engine) -> Contents:
    """Return every row of every table, with the columns that the schema now has."""
    found = sa.MetaData()
    found.reflect(engine)
    with engine.connect() as connection:
        return {
            table.name: sorted((dict(row._mapping) for row in connection.execute(sa.select(table))), key=repr)
            for table in found.tables.values()
        }


def without(rows: list[dict[str, Any]], *columns: str) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name not in columns} for row in rows]


def filled(url: str) -> None:
    """Fill every table of the newest schema."""
    with LabelStore(url) as store:
        store.add_queries([NewQuery("rain", "q"), NewQuery("snow", "q2")])
        version = store.guidelines.write("Sequels count.", "kim").version
        store.judge("q", "m1", "kim", "positive", event_id="e1", shown=Shown(2, ("base",), guideline=version))
        store.judge("q", "m1", "kim", "negative", event_id="e2", note="changed")
        store.undo("kim", event_id="e3")
        store.judge("q", "m1", "kim", "negative", event_id="e4", adjudicates=True)
        store.judge("q", "m2", "lee", "unsure", event_id="e5", adjudicates=True)
        store.undo("lee", event_id="e6", answer_id="e5")
        store.judge("q2", "m2", "lee", "unsure", event_id="e7")
        store.project.change("kim", depth=20)
        store.skips.skip("q2", "kim", "unclear")
        store.leases.take("q2", "lee")
        given = NewPreference("q", "kim", Form.SIDE_BY_SIDE, Systems("e5-small", "bm25"), Choice.A)
        store.preferences.record(given, preference_id="p1")


def test_the_migrations_build_the_schema_again_after_each_way_down(url: str, engine: sa.Engine) -> None:
    for down in ("0002", "0001", "base"):
        Database(url).close()
        migrated(engine, down, command.downgrade)
        migrated(engine, "head")
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_without_preferences_everything_else_stays(url: str, engine: sa.Engine) -> None:
    filled(url)
    before = contents(engine)
    assert all(before.values())
    migrated(engine, "0002", command.downgrade)
    there = contents(engine)
    assert "preference" not in there
    migrated(engine, "head")
    after = contents(engine)
    assert after["preference"] == []
    for name in before.keys() - {"preference", "alembic_version"}:
        assert there[name] == after[name] == before[name], name


def test_without_teams_queries_and_own_answers_stay(url: str, engine: sa.Engine) -> None:
    filled(url)
    before = contents(engine)
    migrated(engine, "0001", command.downgrade)
    there = contents(engine)
    assert there.keys() == {"query", "event", "standing", "alembic_version"}
    own = [row for row in before["event"] if not row["adjudicates"]]
    assert [row["event_id"] for row in there["event"]] == ["e1", "e2", "e3", "e7"]
    assert there["event"] == without(own, "adjudicates", "guideline")
    assert there["query"] == before["query"]
    assert there["standing"] == without([row for row in before["standing"] if not row["adjudicates"]], "adjudicates")
    migrated(engine, "head")
    after = contents(engine)
    for name in ("query", "event", "standing"):
        assert without(after[name], "adjudicates", "guideline") == there[name]
    with LabelStore(url) as store:
        standing = store.judgments()
        assert [(one.event_id, one.adjudicates) for one in standing] == [("e1", False), ("e7", False)]
        store.rebuild()
        assert store.judgments() == standing
        new = store.judge("q", "m3", "kim", "positive", event_id="e8")
        assert store.last_event_number() > max(row["number"] for row in own) and new in store.judgments()


def test_below_the_first_schema_nothing_is_left(url: str, engine: sa.Engine) -> None:
    filled(url)
    migrated(engine, "base", command.downgrade)
    assert {name: rows for name, rows in contents(engine).items() if name != "alembic_version"} == {}
    filled(url)
    assert len(contents(engine)["event"]) == 7


def test_an_older_database_keeps_its_events_and_what_stands(url: str, engine: sa.Engine) -> None:
    migrated(engine, "0001")
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO query VALUES ('q', 'rain', 'en', '', 'train', 'g')"))
        for number, movie_id, answer, note, undoes in OLDER_EVENTS:
            values = {"n": number, "e": f"e{number}", "m": movie_id, "a": answer, "note": note, "u": undoes}
            connection.execute(OLDER_EVENT, values)
    with LabelStore(url) as store:
        derived = store.judgments()
        assert [(judgment.movie_id, judgment.answer, judgment.note) for judgment in derived] == [
            ("m1", Answer.POSITIVE, "first"),
            ("m2", Answer.UNSURE, ""),
        ]
        store.rebuild()
        assert store.judgments() == derived


def test_a_database_from_before_preferences_keeps_what_it_holds_and_takes_them(url: str, engine: sa.Engine) -> None:
    migrated(engine, "0002")
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO query VALUES ('q', 'rain', 'en', '', 'train', 'g')"))
        connection.execute(OLDER_EVENT, {"n": 1, "e": "e1", "m": "m1", "a": "positive", "note": "", "u": None})
        connection.execute(sa.text("INSERT INTO standing VALUES ('q', 'm1', 'kim', false, 1)"))
        connection.execute(sa.text("INSERT INTO guideline VALUES (1, 'Sequels count.', 'kim', '')"))
    with LabelStore(url) as store:
        (judgment,) = store.judgments()
        assert (judgment.movie_id, judgment.answer, store.last_event_number()) == ("m1", Answer.POSITIVE, 1)
        assert [one.text for one in store.guidelines.versions()] == ["Sequels count."]
        assert store.preferences.standing() == []
        given = NewPreference("q", "kim", Form.SIDE_BY_SIDE, Systems("e5-small", "bm25"), Choice.A)
        kept = store.preferences.record(given, preference_id="p1")
        assert store.preferences.standing() == [kept]
