"""Leases: who is at work on a query, never more people than there are places."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier

import pytest

from core.errors import LabelError
from core.judgments import LabelStore, NewQuery
from core.judgments.addresses import label_address
from core.judgments.database import Database
from core.judgments.leases import LIFETIME, Leases
from core.workspace import Workspace

QUERIES = 20
spawning = multiprocessing.get_context("spawn")


class Clock:
    def __init__(self) -> None:
        self.time = datetime(2026, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def leases(store: LabelStore, workspace: Workspace, clock: Clock) -> Iterator[Leases]:
    store.add_queries([NewQuery(f"query {number}", query_id=f"q{number}") for number in range(QUERIES)])
    database = Database(label_address(workspace))
    yield Leases(database, clock)
    database.close()


def test_one_place_is_one_persons_until_given_up(leases: Leases) -> None:
    assert leases.take("q1", "kim")
    assert not leases.take("q1", "lee")
    assert leases.take("q1", "kim")
    assert leases.holders() == {"q1": ["kim"]}
    leases.release("kim", "q1")
    leases.release("kim", "q1")
    assert leases.take("q1", "lee")


def test_two_places_take_two_and_a_third_waits(leases: Leases) -> None:
    assert [leases.take("q1", name, places=2) for name in ("lee", "kim", "ann")] == [True, True, False]
    assert leases.holders() == {"q1": ["kim", "lee"]}


def test_who_held_a_query_before_places_were_fewer_loses_it_at_renewal(leases: Leases) -> None:
    assert leases.take("q1", "kim", places=2)
    assert leases.take("q1", "lee", places=2)
    assert not leases.take("q1", "lee", places=1)


def test_a_lease_ends_after_a_quarter_of_an_hour_unless_it_is_renewed(leases: Leases, clock: Clock) -> None:
    assert timedelta(minutes=15) == LIFETIME
    leases.take("q1", "kim")
    leases.take("q2", "kim")
    clock.time += timedelta(minutes=14)
    leases.take("q2", "kim")
    clock.time += timedelta(minutes=1)
    assert leases.holders() == {"q2": ["kim"]}
    assert leases.take("q1", "lee")
    assert not leases.take("q2", "lee")


def test_release_without_a_query_gives_up_all_of_ones_own(leases: Leases) -> None:
    for query_id in ("q1", "q2"):
        leases.take(query_id, "kim")
    leases.take("q3", "lee")
    leases.release("kim")
    assert leases.holders() == {"q3": ["lee"]}


def test_an_unknown_query_is_refused_by_its_id(leases: Leases) -> None:
    with pytest.raises(LabelError, match="nowhere"):
        leases.take("nowhere", "kim")


def test_the_store_keeps_leases_for_everybody_who_opens_it(store: LabelStore, workspace: Workspace) -> None:
    (query,) = store.add_queries([NewQuery("a film")])
    store.leases.take(query.query_id, "kim")
    with LabelStore.open(workspace) as again:
        assert again.leases.holders() == {query.query_id: ["kim"]}


@pytest.mark.parametrize("places", [1, 3])
def test_threads_at_once_never_share_a_place(leases: Leases, places: int) -> None:
    granted: list[tuple[str, str]] = []
    start = threading.Barrier(8)

    def ask(name: str) -> None:
        start.wait()
        granted.extend((f"q{n}", name) for n in range(QUERIES) if leases.take(f"q{n}", name, places))

    threads = [threading.Thread(target=ask, args=(f"annotator{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(granted) == QUERIES * places
    assert all(len(names) == places for names in leases.holders().values())


def ask_for_all(workspace: Workspace, name: str, start: Barrier, granted: multiprocessing.queues.Queue[str]) -> None:
    with LabelStore.open(workspace) as store:
        start.wait(timeout=60)
        for number in range(QUERIES):
            if store.leases.take(f"q{number}", name):
                granted.put(f"q{number}")
    granted.put("")


def test_two_processes_at_once_never_share_a_place(leases: Leases, workspace: Workspace) -> None:
    granted, start = spawning.Queue(), spawning.Barrier(2)
    names = ("kim", "lee")
    processes = [spawning.Process(target=ask_for_all, args=(workspace, name, start, granted)) for name in names]
    for process in processes:
        process.start()
    found = [granted.get(timeout=60) for _ in range(QUERIES + len(processes))]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0]
    assert sorted(query for query in found if query) == sorted(f"q{number}" for number in range(QUERIES))
