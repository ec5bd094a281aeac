"""Snapshots: equal labels give an equal file, and a file that was changed is not believed."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from core.errors import LabelError
from core.judgments import LabelStore, NewQuery, Split, list_snapshots, load_snapshot, take_snapshot
from core.workspace import Workspace

QUERIES = [
    NewQuery("비 오는 날 보기 좋은 영화", "rain", kind="mood", split=Split.TRAIN),
    NewQuery("a heist gone wrong", "heist", split=Split.TEST),
]
ANSWERS = [
    ("rain", "m2", "kim", "negative"),
    ("rain", "m1", "kim", "positive"),
    ("rain", "m1", "lee", "positive"),
    ("heist", "m1", "kim", "unsure"),
    ("heist", "m3", "lee", "positive"),
]


def labelled(workspace: Workspace, answers: list[tuple[str, str, str, str]], queries: list[NewQuery]) -> LabelStore:
    store = LabelStore.open(workspace)
    store.add_queries(queries)
    for number, answer in enumerate(answers):
        store.judge(*answer, event_id=f"e{number}")
    return store


def test_equal_labels_give_an_equal_file_whatever_their_history(tmp_path: Path) -> None:
    here, there = Workspace(tmp_path / "here"), Workspace(tmp_path / "there")
    with labelled(here, ANSWERS, QUERIES) as store:
        one = take_snapshot(store, here)
    detour = [("rain", "m2", "kim", "positive"), *ANSWERS[::-1]]
    with labelled(there, detour, QUERIES[::-1]) as store:
        store.judge("heist", "m9", "kim", "negative", event_id="mistake")
        store.undo("kim", event_id="undo")
        other = take_snapshot(store, there)
    assert one.path
    assert other.path
    assert one.path.name == other.path.name == f"{one.fingerprint[:12]}.jsonl"
    assert one.path.read_bytes() == other.path.read_bytes()


def test_the_file_says_what_is_in_it(store: LabelStore, workspace: Workspace) -> None:
    with labelled(workspace, ANSWERS, QUERIES):
        snapshot = take_snapshot(store, workspace)
    assert snapshot.path
    header, *lines = snapshot.path.read_text(encoding="utf-8").splitlines()
    assert json.loads(header) == {"format": 1, "queries": 2, "rows": 4, "snapshot": snapshot.fingerprint}
    assert hashlib.sha256("".join(f"{line}\n" for line in sorted(lines)).encode()).hexdigest() == snapshot.fingerprint
    assert json.loads(lines[2]) == {
        "query_id": "rain",
        "text": "비 오는 날 보기 좋은 영화",
        "lang": "ko",
        "kind": "mood",
        "split": "train",
        "movie_id": "m1",
        "answer": "positive",
        "grade": 1,
        "annotators": ["kim", "lee"],
    }


def test_a_second_call_leaves_the_file_and_a_new_label_makes_another(store: LabelStore, workspace: Workspace) -> None:
    with labelled(workspace, ANSWERS, QUERIES):
        first = take_snapshot(store, workspace)
        assert take_snapshot(store, workspace) == first
        store.judge("heist", "m4", "kim", "negative", event_id="more")
        second = take_snapshot(store, workspace)
    assert second.fingerprint != first.fingerprint
    assert {snapshot.fingerprint for snapshot in list_snapshots(workspace)} == {first.fingerprint, second.fingerprint}


def test_splits_and_doubts_are_kept_apart(store: LabelStore, workspace: Workspace) -> None:
    with labelled(workspace, ANSWERS, QUERIES):
        snapshot = take_snapshot(store, workspace)
    assert snapshot.queries() == {"heist": "a heist gone wrong", "rain": "비 오는 날 보기 좋은 영화"}
    assert snapshot.qrels(Split.TRAIN) == {"rain": {"m1": 1, "m2": 0}}
    assert snapshot.qrels(Split.TEST) == {"heist": {"m3": 1}}
    assert snapshot.queries(Split.DEV) == {}
    assert snapshot.qrels(Split.DEV) == {}
    assert snapshot.unsure() == {"heist": {"m1"}}
    assert snapshot.unsure(Split.TRAIN) == {}


def test_a_snapshot_is_found_by_path_and_by_its_first_digits(store: LabelStore, workspace: Workspace) -> None:
    with labelled(workspace, ANSWERS, QUERIES):
        snapshot = take_snapshot(store, workspace)
    assert snapshot.path
    assert load_snapshot(snapshot.path) == snapshot
    assert load_snapshot(snapshot.fingerprint[:6], workspace) == snapshot
    assert load_snapshot(snapshot.fingerprint, workspace) == snapshot
    with pytest.raises(LabelError, match=f"'zzzz'.*{snapshot.name}"):
        load_snapshot("zzzz", workspace)
    with pytest.raises(LabelError, match="no such snapshot"):
        load_snapshot("zzzz")


def test_a_wrong_prefix_of_the_right_length_finds_nothing(store: LabelStore, workspace: Workspace) -> None:
    with labelled(workspace, ANSWERS, QUERIES):
        snapshot = take_snapshot(store, workspace)
    changed_end = snapshot.fingerprint[:-1] + ("0" if snapshot.fingerprint[-1] != "0" else "1")
    with pytest.raises(LabelError, match=changed_end):
        load_snapshot(changed_end, workspace)


def test_a_changed_file_is_refused_and_can_be_taken_again(store: LabelStore, workspace: Workspace) -> None:
    with labelled(workspace, ANSWERS, QUERIES):
        snapshot = take_snapshot(store, workspace)
        assert snapshot.path
        sound = snapshot.path.read_text(encoding="utf-8")
        for damaged in (sound.replace('"grade":1', '"grade":2', 1), sound[: sound.rindex("{")], sound[:-9], "", "[]\n"):
            snapshot.path.write_text(damaged, encoding="utf-8")
            with pytest.raises(LabelError, match=snapshot.path.name):
                load_snapshot(snapshot.path)
        take_snapshot(store, workspace)
    assert snapshot.path.read_text(encoding="utf-8") == sound


def test_a_pair_answered_both_ways_stops_the_snapshot_and_names_both(store: LabelStore, workspace: Workspace) -> None:
    with labelled(workspace, [*ANSWERS, ("rain", "m2", "박", "positive")], QUERIES):
        with pytest.raises(LabelError, match=r"'rain'.*'m2': positive by 박.*negative by kim"):
            take_snapshot(store, workspace)
        store.judge("rain", "m2", "박", "unsure", event_id="settled")
        rows = take_snapshot(store, workspace).rows
    assert [row.annotators for row in rows if row.movie_id == "m2"] == [("kim",)]


def test_without_labels_there_is_nothing_to_freeze(store: LabelStore, workspace: Workspace) -> None:
    with pytest.raises(LabelError, match="no labels yet"):
        take_snapshot(store, workspace)
    assert list_snapshots(workspace) == []
