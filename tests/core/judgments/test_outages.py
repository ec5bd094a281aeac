"""A server that is restarted in the middle of the work: the next write succeeds, and none is there by half."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from postgres.cluster import Cluster
from sqlalchemy.engine import Connection

from core.errors import LabelError
from core.judgments import LabelStore, NewQuery, QrelRow
from core.judgments import store as store_module


@pytest.fixture
def store(postgres_url: str) -> Iterator[LabelStore]:
    with LabelStore(postgres_url) as opened:
        opened.add_queries([NewQuery("a film", "q")])
        yield opened


def answer(store: LabelStore, number: int) -> str:
    return store.judge("q", f"m{number}", "kim", "positive", event_id=f"e{number}").event_id


def recorded(store: LabelStore) -> list[str]:
    return [event.event_id for event in store.events()]


def test_writing_and_reading_go_on_after_a_restart_unnoticed(store: LabelStore, postgres: Cluster) -> None:
    answer(store, 1)
    for number in (2, 3):
        postgres.stop()
        postgres.start()
        assert recorded(store) == [f"e{n}" for n in range(1, number)]
        postgres.stop()
        postgres.start()
        answer(store, number)
    assert recorded(store) == ["e1", "e2", "e3"]


def test_while_the_server_is_down_that_is_said_and_afterwards_the_same_answer_is_recorded_once(
    store: LabelStore, postgres: Cluster
) -> None:
    answer(store, 1)
    postgres.stop()
    try:
        for attempt in (lambda: answer(store, 2), lambda: recorded(store)):
            with pytest.raises(LabelError, match=r"cannot be reached.*Check that the server runs"):
                attempt()
    finally:
        postgres.start()
    answer(store, 2)
    answer(store, 2)
    assert recorded(store) == ["e1", "e2"]


def test_a_write_that_the_server_leaves_in_the_middle_is_said_and_not_there_by_half(
    store: LabelStore, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = store_module.record

    def record_then_restart(connection: Connection, rows: list[dict[str, object]], **within: str | bool) -> None:
        real(connection, rows, **within)
        postgres.stop()
        postgres.start()

    rows = [QrelRow(number, "q", f"m{number}", 1) for number in range(1, 4)]
    with monkeypatch.context() as patch:
        patch.setattr(store_module, "record", record_then_restart)
        with pytest.raises(LabelError, match=r"broke off.*try again"):
            store.import_judgments(rows, "archive")
    assert recorded(store) == [] and store.judgments() == []
    assert store.import_judgments(rows, "archive") == 3
    assert len(store.judgments()) == 3


def test_writers_at_work_during_a_restart_lose_nothing_that_was_acknowledged(
    store: LabelStore, postgres: Cluster
) -> None:
    acknowledged: list[str] = []
    refused: list[str] = []
    going = threading.Event()

    def write(name: int) -> None:
        for number in range(60):
            while True:
                try:
                    acknowledged.append(answer(store, 100 * name + number))
                    break
                except LabelError as reason:
                    refused.append(str(reason))
            if number == 5:
                going.set()

    writers = [threading.Thread(target=write, args=(name,)) for name in range(1, 4)]
    for writer in writers:
        writer.start()
    assert going.wait(timeout=60)
    postgres.stop()
    postgres.start()
    for writer in writers:
        writer.join(timeout=60)
    assert sorted(recorded(store)) == sorted(acknowledged)
    assert len(acknowledged) == 180
    assert all("broke off" in said or "cannot be reached" in said for said in refused), set(refused)
