"""Names of snapshots are handles beside the files, and two snapshots can be held against each other."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from core.errors import LabelError
from core.judgments import (
    LabelStore,
    NewQuery,
    Snapshot,
    Split,
    compare_snapshots,
    labels_now,
    list_snapshots,
    load_snapshot,
    name_snapshot,
    snapshot_names,
    sound_snapshots,
    take_snapshot,
)
from core.judgments.snapshot_names import LONGEST_NAME
from core.workspace import Workspace


@pytest.fixture
def two(store: LabelStore, workspace: Workspace) -> tuple[Snapshot, Snapshot]:
    """Two snapshots: one answer was turned, one raised, one taken back, and a query came in."""
    store.add_queries([NewQuery("비", "rain", split=Split.TRAIN), NewQuery("heist", "heist", split=Split.TEST)])
    store.judge("rain", "m1", "kim", "positive", event_id="e1")
    store.judge("rain", "m2", "kim", "positive", event_id="e2")
    store.judge("rain", "m4", "kim", "unsure", event_id="e3")
    store.judge("heist", "m1", "lee", "positive", event_id="e4")
    first = take_snapshot(store, workspace)
    store.undo("lee", event_id="u1")
    store.judge("rain", "m1", "kim", "negative", event_id="e5")
    store.judge("rain", "m2", "kim", "positive", grade=2, event_id="e6")
    store.add_queries([NewQuery("storm", "storm", split=Split.DEV)])
    store.judge("storm", "m3", "kim", "negative", event_id="e7")
    return first, take_snapshot(store, workspace)


def test_a_name_opens_the_snapshot_and_leaves_its_file_as_it_is(
    two: tuple[Snapshot, Snapshot], workspace: Workspace
) -> None:
    first, second = two
    assert first.path is not None
    before = first.path.read_bytes()
    assert name_snapshot(workspace, first.fingerprint, " 첫 라벨 ") == "첫 라벨"
    assert name_snapshot(workspace, second.fingerprint, "=second") == "=second"
    assert name_snapshot(workspace, first.fingerprint, "first labels") == "first labels"
    assert snapshot_names(workspace) == {first.fingerprint: "first labels", second.fingerprint: "=second"}
    assert load_snapshot("first labels", workspace) == first
    assert first.path.read_bytes() == before
    assert len(list_snapshots(workspace)) == 2
    name_snapshot(workspace, second.fingerprint, " ")
    assert snapshot_names(workspace) == {first.fingerprint: "first labels"}


@pytest.mark.parametrize("name", ["taken", "two\nlines", "x" * (LONGEST_NAME + 1)])
def test_a_name_that_cannot_be_used_is_refused(two: tuple[Snapshot, Snapshot], workspace: Workspace, name: str) -> None:
    name_snapshot(workspace, two[0].fingerprint, "taken")
    with pytest.raises(LabelError, match="name"):
        name_snapshot(workspace, two[1].fingerprint, name)
    assert snapshot_names(workspace) == {two[0].fingerprint: "taken"}


def test_a_damaged_file_of_names_is_named(two: tuple[Snapshot, Snapshot], workspace: Workspace) -> None:
    for text in ("{", "[1]", '{"a": 1}'):
        (workspace.snapshots / "names.json").write_text(text)
        with pytest.raises(LabelError, match=r"names\.json"):
            snapshot_names(workspace)
    assert load_snapshot(two[0].fingerprint[:8], workspace) == two[0]


def test_one_damaged_snapshot_does_not_hide_the_others(two: tuple[Snapshot, Snapshot], workspace: Workspace) -> None:
    assert two[0].path is not None
    two[0].path.write_text("{}\n")
    sound, damaged = sound_snapshots(workspace)
    assert sound == [two[1]]
    assert [two[0].path.name in str(reason) for reason in damaged] == [True]


def test_labels_as_they_are_now_have_the_fingerprint_of_their_snapshot(
    two: tuple[Snapshot, Snapshot], store: LabelStore, workspace: Workspace
) -> None:
    now = labels_now(store)
    assert (now.fingerprint, now.rows, now.path) == (two[1].fingerprint, two[1].rows, None)


def test_what_lies_between_two_snapshots(two: tuple[Snapshot, Snapshot]) -> None:
    changes = compare_snapshots(*two)
    assert [(row.query_id, row.movie_id) for row in changes.added] == [("storm", "m3")]
    assert [(row.query_id, row.movie_id) for row in changes.removed] == [("heist", "m1")]
    turned = [(before.movie_id, before.grade, after.grade) for before, after in changes.changed]
    assert turned == [("m1", 1, 0), ("m2", 1, 2)]
    assert (changes.queries_added, changes.queries_removed) == ({"storm": "storm"}, {"heist": "heist"})
    counts = {split: changes.of(split) for split in Split}
    assert (counts[Split.TRAIN].changed, counts[Split.DEV].added, counts[Split.TEST].removed) == (2, 1, 1)
    assert (counts[Split.DEV].queries_added, counts[Split.TEST].queries_removed) == (1, 1)
    assert not changes.equal


def test_the_comparison_the_other_way_is_its_mirror(two: tuple[Snapshot, Snapshot]) -> None:
    forth, back = compare_snapshots(*two), compare_snapshots(*reversed(two))
    assert (forth.added, forth.queries_added) == (back.removed, back.queries_removed)
    assert [(after, before) for before, after in forth.changed] == list(back.changed)
    assert compare_snapshots(two[0], two[0]).equal


def test_a_query_that_changed_its_split_is_named(two: tuple[Snapshot, Snapshot]) -> None:
    moved = replace(two[0], rows=tuple(replace(row, split=Split.DEV) for row in two[0].rows))
    assert compare_snapshots(two[0], moved).moved == {
        "rain": (Split.TRAIN, Split.DEV),
        "heist": (Split.TEST, Split.DEV),
    }


def test_names_given_by_two_processes_at_once_are_all_kept(workspace: Workspace) -> None:
    code = (
        "import sys; from pathlib import Path; from core.judgments import name_snapshot; from core.workspace import "
        "Workspace\nfor n in range(40): name_snapshot(Workspace(Path(sys.argv[1])), f'{sys.argv[2]}{n:063d}', "
        "f'{sys.argv[2]}-{n}')"
    )
    at_once = [subprocess.Popen([sys.executable, "-c", code, str(workspace.root), who]) for who in "ab"]
    assert [one.wait() for one in at_once] == [0, 0]
    assert len(snapshot_names(workspace)) == 80
