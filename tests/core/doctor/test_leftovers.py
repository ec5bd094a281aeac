"""Leftovers are known by their names and their age; what might be all that is left of something is never deleted."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from filled import age, fill, new_run

from core.doctor import examine, mend
from core.doctor.leftovers import DAY, Kind, recognise, stale_leftovers
from core.files import folder_written_aside, write_text
from core.runs import RunState
from core.runs.lock import held
from core.workspace import Workspace

NOW = time.time()


@pytest.mark.parametrize(
    ("name", "kind", "target"),
    [
        (".status.json.ab12_xyz", Kind.DRAFT, "status.json"),
        (".20260101-000000-e5-ab12.k3j4h5g6", Kind.DRAFT, "20260101-000000-e5-ab12"),
        (".checkpoint.old.ab12cd34", Kind.MOVED_ASIDE, "checkpoint"),
        (".20260101-000000-e5-ab12.deleted", Kind.DELETED, "20260101-000000-e5-ab12"),
        (f".{'0f' * 16}.npz", Kind.DRAFT, f"{'0f' * 16}.npz"),
    ],
)
def test_leftovers_are_recognised_by_what_core_files_calls_them(name: str, kind: Kind, target: str) -> None:
    found = recognise(Path("artifacts") / name, among_labels=False)
    assert found is not None and (found.kind, found.target) == (kind, Path("artifacts") / target)


@pytest.mark.parametrize(
    "name", [".gitkeep", ".DS_Store", "status.json", ".status.json", ".x.ABCDEFGH", ".x.toolong12"]
)
def test_other_names_are_left_alone(name: str) -> None:
    assert recognise(Path("artifacts") / name, among_labels=False) is None


def test_what_writing_really_leaves_when_it_breaks_off_is_recognised(tmp_path: Path) -> None:
    names = []
    with folder_written_aside(tmp_path / "index") as aside:
        names.append(aside.name)
    with pytest.raises(KeyboardInterrupt), folder_written_aside(tmp_path / "index") as aside:
        raise KeyboardInterrupt
    for name in names:
        assert recognise(tmp_path / name, among_labels=False) is not None


def leave(workspace: Workspace, *names: str, seconds: float = 2 * DAY) -> list[Path]:
    paths = [workspace.root / name for name in names]
    for path in paths:
        write_text(path, "left over")
        age(path, seconds, NOW)
    return paths


def test_only_what_is_a_day_old_is_stale(workspace: Workspace) -> None:
    (old,) = leave(workspace, "artifacts/comparisons/.a.json.abcd1234")
    leave(workspace, "artifacts/comparisons/.b.json.abcd1234", seconds=DAY / 2)
    leave(workspace, "artifacts/comparisons/.c.json.abcd1234", seconds=-DAY)  # a clock that was set back
    assert [one.path for one in stale_leftovers(workspace, NOW)] == [old]


def test_a_runs_leftover_is_stale_as_soon_as_its_process_is_gone(workspace: Workspace) -> None:
    fill(workspace)
    run = new_run(workspace, next(workspace.snapshots.glob("*.jsonl")), RunState.RUNNING)
    (draft,) = leave(workspace, f"artifacts/runs/{run.name}/.checkpoint.abcd1234/state", seconds=120)
    age(draft.parent, 120, NOW)
    with held(run.lock, {}):
        assert stale_leftovers(workspace, NOW) == []
    assert [one.path for one in stale_leftovers(workspace, NOW)] == [draft.parent]
    age(draft.parent, 10, NOW)
    assert stale_leftovers(workspace, NOW) == []


def done(workspace: Workspace) -> dict[str, str]:
    return {str(Path(one.path).relative_to(workspace.root)): one.done for one in mend(workspace)}


def files(workspace: Workspace) -> set[Path]:
    """Return every file but those that SQLite keeps beside an open database."""
    written = (path for path in workspace.root.rglob("*") if path.is_file())
    return {path for path in written if not path.name.endswith(("-shm", "-wal"))}


def test_mending_clears_leftovers_away_and_keeps_everything_else(workspace: Workspace) -> None:
    fill(workspace)
    before = files(workspace)
    left = leave(
        workspace,
        "labels/.catalog.jsonl.abcd1234",
        "labels/.catalog.jsonl.sum.abcd1234",
        "artifacts/.active.json.abcd1234",
        "artifacts/runs/.20260101-000000-e5-ab12.deleted/config.json",
        "artifacts/indexes/.0123456789abcdef.abcd1234/index.faiss",
        "artifacts/vectors/0123456789abcdef/.0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f.npz",
    )
    for path in (left[3].parent, left[4].parent):
        age(path, 2 * DAY, NOW)
    (warning,) = [check.finding for check in examine(workspace) if check.name == "leftovers"]
    assert warning.startswith("6 of interrupted writes")
    assert len(done(workspace)) == 6
    assert files(workspace) == before
    assert done(workspace) == {}


def test_what_was_moved_aside_is_put_back_where_nothing_took_its_place(workspace: Workspace) -> None:
    run = workspace.runs / "20260101-000000-e5-ab12"
    leave(workspace, f"artifacts/runs/{run.name}/.checkpoint.old.abcd1234/checkpoint/state")
    leave(workspace, f"artifacts/runs/{run.name}/.best.old.abcd1234/best/state", f"artifacts/runs/{run.name}/best/new")
    for path in run.glob(".*"):
        age(path, 2 * DAY, NOW)
    found = done(workspace)
    assert "put back" in found[f"artifacts/runs/{run.name}/checkpoint"]
    assert (run / "checkpoint" / "state").is_file()
    assert [path.name for path in run.joinpath("best").iterdir()] == ["new"]
    assert not list(run.glob(".*"))


def test_a_draft_among_the_labels_whose_target_is_not_there_is_told_and_kept(workspace: Workspace) -> None:
    (draft,) = leave(workspace, "labels/.catalog.jsonl.abcd1234")
    leave(workspace, "labels/.backup.abcd1234/labels.sqlite3", "labels/.my.notes123")
    assert done(workspace) == {} and draft.exists()
    (finding,) = [check.finding for check in examine(workspace) if check.name == "leftovers"]
    assert "draft of catalog.jsonl, which is not there" in finding


def test_damaged_vectors_and_indexes_that_do_not_fit_go_and_labels_stay(workspace: Workspace) -> None:
    fill(workspace)
    (shard,) = workspace.vectors.glob("*/*.npz")
    shard.write_bytes(b"damaged")
    shard.with_suffix(".damaged").write_bytes(b"damaged")
    (index,) = workspace.indexes.iterdir()
    (index / "index.faiss").write_bytes(b"damaged")
    workspace.catalog.write_text("{", encoding="utf-8")
    (snapshot,) = workspace.snapshots.glob("*.jsonl")
    snapshot.write_text("{", encoding="utf-8")
    write_text(workspace.comparisons / "2026-abc.json", "{")
    found = done(workspace)
    assert {Path(name).name for name in found} == {shard.name, shard.with_suffix(".damaged").name, index.name}
    assert workspace.catalog.exists() and snapshot.exists() and (workspace.comparisons / "2026-abc.json").exists()
    assert json.loads((workspace.vectors / "0123456789abcdef" / "about.json").read_text()) == {"models": ["e5-small"]}
