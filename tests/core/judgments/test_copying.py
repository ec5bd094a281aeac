"""Labels moved between databases: everything arrives, is held against the source, and goes on from there."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from postgres.cluster import Cluster
from teams import fill

from core.errors import LabelError
from core.fingerprint import canonical_json
from core.judgments import LabelStore, NewQuery, labels_now
from core.judgments import copying as copying_module
from core.judgments.copying import TableSum, copy_labels, table_sums
from core.judgments.database import Database
from core.judgments.schema import metadata

Address = Callable[[str], str]
WAYS = [("sqlite", "postgresql"), ("postgresql", "sqlite"), ("postgresql", "postgresql"), ("sqlite", "sqlite")]


def copied(source: str, target: str) -> list[TableSum]:
    with closing(Database(source)) as one, closing(Database(target)) as other:
        return copy_labels(one, other)


def sums(address: str) -> list[TableSum]:
    with closing(Database(address)) as database, database.reading() as connection:
        return table_sums(connection)


@pytest.mark.parametrize(("here", "there"), WAYS)
def test_every_row_arrives_and_numbers_go_on(address: Address, here: str, there: str) -> None:
    source, target = address(here), address(there)
    with LabelStore(source) as store:
        fill(store)
        events, judgments, snapshot = store.events(), store.judgments(), labels_now(store).fingerprint
    written = copied(source, target)
    assert written == sums(source) == sums(target)
    assert {one.table for one in written} == set(metadata.tables) and all(one.rows for one in written)
    with LabelStore(target) as store:
        assert store.events() == events and store.judgments() == judgments
        assert labels_now(store).fingerprint == snapshot
        store.judge("a", "m7", "kim", "positive", event_id="after")
        assert store.last_event_number() > events[-1].number
        assert store.guidelines.write("New.", "kim").version == 2
        store.project.change("kim", depth=10)
        store.skips.skip("b", "kim", "again")
        assert store.preferences.standing() == []
        store.rebuild()
        assert len(store.judgments()) == len(judgments) + 1


def test_a_sum_is_the_sha256_of_the_rows_in_the_order_of_their_bytes(address: Address) -> None:
    source = address("sqlite")
    with LabelStore(source) as store:
        fill(store)
        queries = store.queries()
    rows = [
        {
            "query_id": query.query_id,
            "text": query.text,
            "lang": query.lang,
            "kind": query.kind,
            "split": query.split.value,
            "group_key": query.group,
        }
        for query in sorted(queries, key=lambda query: query.query_id.encode())
    ]
    lines = "".join(f"{canonical_json(row)}\n" for row in rows)
    (found,) = (one for one in sums(source) if one.table == "query")
    assert found == TableSum("query", len(rows), hashlib.sha256(lines.encode()).hexdigest())


@pytest.mark.parametrize("there", ["sqlite", "postgresql"])
def test_a_target_with_rows_is_left_alone(address: Address, there: str) -> None:
    source, target = address("sqlite"), address(there)
    with LabelStore(source) as store:
        fill(store)
    with LabelStore(target) as store:
        store.add_queries([NewQuery("theirs", "theirs")])
    before = sums(target)
    with pytest.raises(LabelError, match="1 in query"):
        copied(source, target)
    assert sums(target) == before
    with pytest.raises(LabelError, match="holds rows already"):
        copied(target, target)


@pytest.mark.parametrize("there", ["sqlite", "postgresql"])
def test_what_arrives_otherwise_than_it_left_is_not_kept(
    address: Address, there: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = address("sqlite"), address(there)
    with LabelStore(source) as store:
        fill(store)
    real = copying_module.insert_rows

    def losing_one(connection: object, table: object, rows: Iterator[dict[str, object]]) -> None:
        real(connection, table, list(rows)[:-1] if getattr(table, "name", "") == "skip" else rows)  # type: ignore[arg-type]

    monkeypatch.setattr(copying_module, "insert_rows", losing_one)
    with pytest.raises(LabelError, match=r"table skip was read as 2 rows .* written as 1"):
        copied(source, target)
    assert [one.rows for one in sums(target)] == [0] * len(metadata.tables)


def test_text_that_the_target_cannot_hold_is_said_and_nothing_is_kept(address: Address) -> None:
    source, target = address("sqlite"), address("postgresql")
    with LabelStore(source) as store:
        fill(store)
        store.judge("a", "m1", "kim", "positive", event_id="nul", note="ab")
    with closing(sqlite3.connect(source)) as file, file:  # an answer from before such text was refused
        file.execute("UPDATE event SET note = 'a' || char(0) || 'b' WHERE event_id = 'nul'")
    with pytest.raises(LabelError, match=r"postgresql\+psycopg.*NUL"):
        copied(source, target)
    assert [one.rows for one in sums(target)] == [0] * len(metadata.tables)


def test_a_source_that_goes_away_is_named_as_the_one(address: Address, postgres: Cluster) -> None:
    source, target = address("postgresql"), address("sqlite")
    with LabelStore(source) as store:
        fill(store)
    real = copying_module.filled_tables
    with closing(Database(source)) as one, closing(Database(target)) as other, pytest.MonkeyPatch.context() as patch:

        def stopping(connection: object) -> dict[str, int]:
            postgres.stop()
            return real(connection)  # type: ignore[arg-type]

        patch.setattr(copying_module, "filled_tables", stopping)
        try:
            with pytest.raises(LabelError, match=r"database postgresql\+psycopg.*cannot be reached"):
                copy_labels(one, other)
        finally:
            postgres.start()
    assert [one.rows for one in sums(target)] == [0] * len(metadata.tables)
