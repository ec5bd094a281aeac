"""Several processes at one database, and a process that dies in the middle of its work."""

from __future__ import annotations

import multiprocessing
from multiprocessing.connection import Connection

from core.judgments import LabelStore, NewQuery
from core.workspace import Workspace

WRITERS = 4
ANSWERS = 40

spawning = multiprocessing.get_context("spawn")


def label(workspace: Workspace, name: str, acknowledge: Connection) -> None:
    """Open the database, which may not be there yet, and report each answer once it is on disk."""
    with LabelStore.open(workspace) as store:
        query = store.add_queries([NewQuery("영화 한 편", query_id="shared"), NewQuery(f"of {name}", query_id=name)])[0]
        for number in range(ANSWERS):
            judgment = store.judge(query.query_id, f"m{number}", name, "positive", event_id=f"{name}-{number}")
            acknowledge.send(judgment.event_id)
        store.undo(name, event_id=f"{name}-undo")
    acknowledge.close()


def label_without_end(workspace: Workspace, acknowledge: Connection) -> None:
    with LabelStore.open(workspace) as store:
        store.add_queries([NewQuery("영화 한 편", query_id="shared")])
        number = 0
        while True:
            store.judge("shared", f"m{number}", "kim", "positive", event_id=f"e{number}")
            acknowledge.send(f"e{number}")
            number += 1


def received(reader: Connection) -> list[str]:
    found: list[str] = []
    try:
        while True:
            found.append(reader.recv())
    except EOFError:
        return found


def test_four_writers_at_once_lose_nothing(workspace: Workspace) -> None:
    names = [f"annotator{number}" for number in range(WRITERS)]
    writers = []
    for name in names:
        reader, writer = spawning.Pipe(duplex=False)
        process = spawning.Process(target=label, args=(workspace, name, writer))
        process.start()
        writer.close()
        writers.append((process, reader))
    acknowledged = [event_id for _, reader in writers for event_id in received(reader)]
    for process, _ in writers:
        process.join()
    assert [process.exitcode for process, _ in writers] == [0] * WRITERS
    assert len(acknowledged) == WRITERS * ANSWERS
    with LabelStore.open(workspace) as store:
        events = {event.event_id for event in store.history(limit=10_000)}
        assert events == {*acknowledged, *(f"{name}-undo" for name in names)}
        standing = store.judgments()
        assert len(standing) == WRITERS * (ANSWERS - 1)
        store.rebuild()
        assert store.judgments() == standing
        assert {query.query_id for query in store.queries()} == {"shared", *names}


def test_a_killed_writer_keeps_every_acknowledged_answer(workspace: Workspace) -> None:
    reader, writer = spawning.Pipe(duplex=False)
    process = spawning.Process(target=label_without_end, args=(workspace, writer))
    process.start()
    writer.close()
    acknowledged = [reader.recv() for _ in range(25)]
    process.kill()
    acknowledged += received(reader)
    process.join()
    with LabelStore.open(workspace) as store:
        standing = store.judgments()
        assert set(acknowledged) <= {judgment.event_id for judgment in standing}
        assert len(standing) <= len(acknowledged) + 1
        store.rebuild()
        assert store.judgments() == standing
        store.judge("shared", "after", "kim", "negative", event_id="after")
