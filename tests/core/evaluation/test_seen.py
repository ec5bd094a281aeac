"""What runs have been shown is read from their own snapshots."""

from __future__ import annotations

import shutil
from pathlib import Path

from core.evaluation.seen import seen_in_training
from core.judgments import Answer, LabelStore, NewQuery, Split, group_key, take_snapshot
from core.workspace import Workspace


def judged(workspace: Workspace, text: str, split: Split, film: str, answer: Answer = Answer.POSITIVE) -> None:
    with LabelStore.open(workspace) as store:
        (query,) = store.add_queries([NewQuery(text, split=split)])
        store.judge(query.query_id, film, "mina", answer, event_id=f"{text}/{film}")


def run_from_labels(workspace: Workspace, name: str) -> None:
    with LabelStore.open(workspace) as store:
        snapshot = take_snapshot(store, workspace)
    assert snapshot.path is not None
    (workspace.runs / name).mkdir(parents=True)
    shutil.copy(snapshot.path, workspace.runs / name / "snapshot.jsonl")


def test_only_the_train_queries_of_the_runs_themselves_count(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    judged(workspace, "A sad film", Split.TRAIN, "m1")
    judged(workspace, "A sad film", Split.TRAIN, "m2", Answer.NEGATIVE)
    judged(workspace, "a test", Split.TEST, "m3")
    run_from_labels(workspace, "first")
    judged(workspace, "added later", Split.TRAIN, "m4")
    run_from_labels(workspace, "second")
    first = seen_in_training(("e5-small", "first"), workspace)
    assert first is not None
    assert first.films == {"m1"}
    assert first.groups == {group_key("a sad film!")}
    both = seen_in_training(("first", "second+bm25"), workspace)
    assert both is not None
    assert both.films == {"m1", "m4"}
    assert len(both.groups) == 2


def test_what_is_no_run_has_been_shown_nothing(tmp_path: Path) -> None:
    assert seen_in_training(("e5-small", "bm25", "../elsewhere", ""), Workspace(tmp_path)) is None
