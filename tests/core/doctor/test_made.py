"""The doctor finds what is damaged among labels and what was made, names it, and writes nothing while it looks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from filled import fill, new_run

from core.doctor import examine
from core.doctor.made import LEAST_FREE_BYTES, room_for_training
from core.files import size_of, write_json
from core.judgments.health import examine_database
from core.runs import RunState, list_runs
from core.workspace import Workspace

Damage = Callable[[Workspace], None]


@pytest.fixture
def full(workspace: Workspace) -> Workspace:
    fill(workspace)
    return workspace


def findings(workspace: Workspace, level: str) -> dict[str, str]:
    installed = ("python", "packages", "faiss", "device", "models")
    found = [check for check in examine(workspace) if check.level == level and check.name not in installed]
    assert len({check.name for check in found}) == len(found)
    return {check.name: check.finding for check in found}


def everything(workspace: Workspace) -> dict[Path, bytes]:
    written = (path for path in workspace.root.rglob("*") if path.is_file())
    return {path: path.read_bytes() for path in written if not path.name.endswith(("-shm", "-wal"))}


def only(folder: Path, pattern: str) -> Path:
    (found,) = folder.glob(pattern)
    return found


def test_a_sound_workspace_is_told_in_figures_and_left_as_it_is(full: Workspace) -> None:
    before = everything(full)
    found = findings(full, "ok")
    assert findings(full, "warning") == findings(full, "problem") == {}
    assert found["catalog"].startswith("2 films")
    assert found["database"] == f"{full.database}, sound: 1 queries, 1 events"
    assert found["snapshots"] == "1 snapshots" and found["runs"] == "1 succeeded; in use: the base"
    assert found["indexes"].startswith("1 indexes") and found["vectors"].startswith("1 folders")
    assert everything(full) == before


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def scribble(workspace: Workspace) -> None:
    data = bytearray(workspace.database.read_bytes())
    data[4096 + 5 : 4096 + 7] = b"\x10\x00"  # where the content of the second page begins
    workspace.database.write_bytes(bytes(data))


DAMAGES: list[tuple[str, str, str, Damage]] = [
    ("problem", "catalog", "catalog.jsonl, line 1", lambda w: w.catalog.write_text("{") and None),
    ("problem", "database", "labels.sqlite3 is damaged", scribble),
    ("problem", "database", "not a database", lambda w: w.database.write_bytes(b"x" * 9000) and None),
    ("problem", "snapshots", "has been changed", lambda w: cut_line(only(w.snapshots, "*.jsonl"))),
    ("problem", "roles", "roles.jsonl, line 1", lambda w: write_line(w.root / "labels" / "roles.jsonl")),
    ("problem", "roles", "activity.jsonl, line 1", lambda w: write_line(w.root / "labels" / "activity.jsonl")),
    ("problem", "runs", "report.json", lambda w: list_runs(w)[0].path.joinpath("report.json").unlink()),
    ("problem", "runs", "report.json", lambda w: cut(list_runs(w)[0].path / "report.json")),
    ("problem", "runs", "config.json", lambda w: cut(list_runs(w)[0].path / "config.json")),
    ("problem", "runs", "adapter_model.safetensors", lambda w: cut(only(list_runs(w)[0].adapter, "*.safetensors"))),
    ("problem", "runs", "adapter", lambda w: only(list_runs(w)[0].adapter, "*.json").unlink()),
    ("problem", "runs", "active.json", lambda w: w.artifacts.joinpath("active.json").write_text("{") and None),
    ("problem", "comparisons", "Delete it", lambda w: write_json(w.comparisons / "2026-abc.json", {})),
    ("warning", "indexes", "index.faiss: damaged", lambda w: cut(only(w.indexes, "*/index.faiss"))),
    ("warning", "indexes", "manifest", lambda w: only(w.indexes, "*/manifest.json").unlink()),
    ("warning", "indexes", "another index", lambda w: only(w.indexes, "*").rename(w.indexes / ("0" * 16)) and None),
    ("warning", "vectors", "is damaged", lambda w: cut(only(w.vectors, "*/*.npz"))),
    ("warning", "vectors", "set aside", lambda w: set_aside(only(w.vectors, "*/*.npz"))),
]


def cut_line(path: Path) -> None:
    path.write_text("".join(path.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")


def write_line(path: Path) -> None:
    path.write_text("x\n", encoding="utf-8")


def set_aside(path: Path) -> None:
    path.rename(path.with_suffix(".damaged"))


@pytest.mark.parametrize(("level", "name", "said", "damage"), DAMAGES, ids=[f"{d[1]}-{d[2]}" for d in DAMAGES])
def test_what_is_damaged_is_named_by_its_check(
    full: Workspace, level: str, name: str, said: str, damage: Damage
) -> None:
    damage(full)
    before = everything(full)
    found = findings(full, level)
    assert set(found) == {name} and said in found[name] and "\n" not in found[name]
    assert everything(full) == before, "looking mends nothing"


def test_a_crashed_run_and_a_wrong_clock_are_told(full: Workspace, tmp_path: Path) -> None:
    crashed = new_run(full, only(full.snapshots, "*.jsonl"), RunState.RUNNING)
    assert "has crashed. Start it again" in findings(full, "warning")["runs"]
    path = crashed.path / "status.json"
    crashed.write_progress(replace(crashed.progress(), state=RunState.FAILED))
    path.write_text(path.read_text().replace('"updated_at": ', '"updated_at": 1'))
    assert "set this machine's clock" in findings(full, "warning")["runs"]


def test_the_room_that_a_training_may_need_follows_what_was_made_here(full: Workspace) -> None:
    (run,) = list_runs(full)
    (run.path / "checkpoint").mkdir()
    (run.path / "checkpoint" / "state").write_bytes(b"0" * 10_000)
    rest = sum(size_of(only(folder, "*")) for folder in (full.vectors, full.indexes))
    assert room_for_training(full) == LEAST_FREE_BYTES + 2 * size_of(run.path) + rest


def test_a_database_in_a_path_with_strange_characters_is_read(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "라벨 100%?#&")
    assert examine_database(workspace) is None and not workspace.root.exists()
    fill(workspace)
    found = examine_database(workspace)
    assert found is not None and (found.queries, found.current) == (1, True)


def test_an_older_schema_is_told_and_not_migrated(full: Workspace) -> None:
    import sqlite3

    with sqlite3.connect(full.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    assert "brings it to this version's schema" in findings(full, "ok")["database"]
    found = examine_database(full)
    assert found is not None and not found.current


def test_a_server_that_does_not_answer_is_a_problem_without_its_password(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("psycopg")
    monkeypatch.setenv("REELIGN_DATABASE_URL", "postgresql+psycopg://curator:s3cr3tword@127.0.0.1:1/reelign")
    found = findings(workspace, "problem")["database"]
    assert "cannot be reached" in found and "s3cr3tword" not in found
