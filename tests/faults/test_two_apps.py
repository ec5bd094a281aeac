"""Two apps at one workspace, as when an old one was never stopped: both write, and nothing is lost or there twice."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from pathlib import Path

from written import CHOICE, FILMS, QUERIES, add_labels, chosen

from core.judgments import LabelStore
from core.runs import active_history, promote
from core.workspace import Workspace

forking = multiprocessing.get_context("fork")
PAIRS = [(query, film) for query in QUERIES for film in FILMS]
CHOICES = 15


def at_once(*actions: Callable[[], None]) -> None:
    """Do each action in a process of its own, all at the same time."""
    processes = [forking.Process(target=action) for action in actions]
    for process in processes:
        process.start()
    for process in processes:
        process.join(timeout=60)
    assert [process.exitcode for process in processes] == [0] * len(processes)


def judge_all(workspace: Workspace, answer: str, name: str) -> None:
    with LabelStore.open(workspace) as store:
        for query, film in PAIRS:
            found = store.judge(query, film, "kim", answer, event_id=f"{name}-{query}-{film}")
            assert found.event_id == f"{name}-{query}-{film}"


def test_a_browser_that_sends_to_both_is_recorded_once(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    add_labels(workspace, 0)
    at_once(*[lambda: judge_all(workspace, "positive", "same")] * 2)
    with LabelStore.open(workspace) as store:
        recorded = [event.event_id for event in store.events()]
        assert len(recorded) == len(set(recorded)) == 1 + len(PAIRS)
        assert len(store.judgments()) == len(PAIRS)


def test_where_both_answer_for_one_curator_the_later_answer_stands(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    add_labels(workspace, 0)
    at_once(lambda: judge_all(workspace, "positive", "a"), lambda: judge_all(workspace, "negative", "b"))
    with LabelStore.open(workspace) as store:
        recorded = store.events()
        assert [event.number for event in recorded] == list(range(1, 2 * len(PAIRS) + 2))
        last = {(event.query_id, event.movie_id): event.event_id for event in recorded}
        standing = store.judgments()
        assert {(one.query_id, one.movie_id): one.event_id for one in standing} == last
        store.rebuild()
        assert store.judgments() == standing


def test_models_chosen_in_both_are_all_in_the_history(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    for version in range(2):
        CHOICE.write(workspace, version)

    def choose(name: str) -> None:
        for _ in range(CHOICES):
            promote(workspace, name, by=name)

    at_once(lambda: choose("run-0"), lambda: choose("run-1"))
    assert chosen(workspace)[0] in ("run-0", "run-1")
    made = [entry["by"] for entry in active_history(workspace)]
    assert (made.count("run-0"), made.count("run-1")) == (CHOICES, CHOICES)
