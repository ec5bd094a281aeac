"""Damage on the disk: what is damaged is made again, or refused in a sentence that names it; never taken for whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from written import (
    CATALOG,
    CHECKPOINT,
    CHOICE,
    COMPARISON,
    FILMS,
    INDEX,
    INDEX_FILES,
    KEYS,
    SNAPSHOT,
    STATUS,
    VECTORS,
    Kind,
    films,
    run_of,
    vectors,
)

from core.errors import ReelignError
from core.index import open_index
from core.judgments import LabelStore, list_snapshots, sound_snapshots, take_snapshot
from core.models.adapter import SETTINGS, WEIGHTS
from core.models.cache import VectorCache
from core.models.loading import Tuning, load_embedder, read_tuning
from core.runs import RunFolder, RunState, promote
from core.workspace import Workspace

FLIPS = 60  # of each file, spread over its bytes


def write_adapter(workspace: Workspace, version: int) -> None:
    folder = run_of(workspace).adapter
    folder.mkdir()
    (folder / WEIGHTS).write_bytes(np.random.default_rng(version).bytes(500))
    (folder / SETTINGS).write_text('{"r": 4, "lora_alpha": 8}', encoding="utf-8")
    Tuning("e5-small", 0.5, "both").write(folder)


def adapter(workspace: Workspace) -> Any:
    folder = RunFolder(workspace.runs / "run").adapter
    return read_tuning(folder), (folder / WEIGHTS).read_bytes(), (folder / SETTINGS).read_bytes()


ADAPTER = Kind("adapter", write_adapter, adapter)
FILES = [
    (CATALOG, "labels/catalog.jsonl"),
    (SNAPSHOT, "labels/snapshots/*.jsonl"),
    (VECTORS, "artifacts/vectors/tiny/*.npz"),
    (INDEX_FILES, f"artifacts/indexes/{INDEX}/index.faiss"),
    (INDEX_FILES, f"artifacts/indexes/{INDEX}/ids.json"),
    (INDEX_FILES, f"artifacts/indexes/{INDEX}/manifest.json"),
    (COMPARISON, "artifacts/comparisons/*.json"),
    (CHOICE, "artifacts/active.json"),
    (CHECKPOINT, "artifacts/runs/run/checkpoint/state.safetensors"),
    (CHECKPOINT, "artifacts/runs/run/checkpoint/position.json"),
    (ADAPTER, f"artifacts/runs/run/adapter/{WEIGHTS}"),
    (ADAPTER, f"artifacts/runs/run/adapter/{SETTINGS}"),
    (ADAPTER, "artifacts/runs/run/adapter/reelign.json"),
]


def flips(data: bytes) -> Iterator[bytes]:
    for place in sorted({round(part * (len(data) - 1) / (FLIPS - 1)) for part in range(FLIPS)}):
        yield data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def cuts(data: bytes) -> Iterator[bytes]:
    yield from (data[: len(data) * part // 7] for part in range(1, 7))
    yield data[:-2]


def nothing(data: bytes) -> Iterator[bytes]:
    yield b""


def named(path: Path, said: str) -> bool:
    """Return whether a message names a file, or the folder that it is a part of."""
    return str(path) in said or str(path.parent) in said


@pytest.mark.parametrize("damage", [flips, cuts, nothing], ids=["flipped", "truncated", "empty"])
@pytest.mark.parametrize(("kind", "pattern"), FILES, ids=[f"{kind.name} {path}" for kind, path in FILES])
def test_what_is_damaged_is_refused_by_name_or_is_as_it_was(
    tmp_path: Path, kind: Kind, pattern: str, damage: Callable[[bytes], Iterator[bytes]]
) -> None:
    workspace = Workspace(tmp_path)
    kind.write(workspace, 0)
    whole = kind.read(workspace)
    (path,) = [found for found in workspace.root.glob(pattern) if not found.name.startswith(".")]
    data, time, said = path.read_bytes(), path.stat().st_mtime_ns, []
    for damaged in damage(data):
        path.write_bytes(damaged)
        os.utime(path, ns=(time, time))  # a disk that fails leaves the time as it is
        try:
            found = kind.read(workspace)
        except ReelignError as reason:
            said.append(str(reason))
            continue
        if kind is VECTORS and found is None:  # set aside: its texts are encoded again
            path.with_suffix(".damaged").unlink()
        else:
            assert found == whole, damaged
    assert said or kind is VECTORS, "damage was never noticed"
    assert [one for one in said if not named(path, one) or "\n" in one] == []


@pytest.mark.parametrize("damage", [flips, cuts, nothing], ids=["flipped", "truncated", "empty"])
def test_a_run_with_a_damaged_status_counts_as_crashed_and_names_the_file(
    tmp_path: Path, damage: Callable[[bytes], Iterator[bytes]]
) -> None:
    workspace = Workspace(tmp_path)
    STATUS.write(workspace, 3)
    run = RunFolder(workspace.runs / "run")
    path = run.path / "status.json"
    for damaged in damage(path.read_bytes()):
        path.write_bytes(damaged)
        found = run.progress()
        assert found.state is RunState.SUCCEEDED or (found.state is RunState.CRASHED and named(path, found.message))


def test_a_damaged_index_is_built_again(tmp_path: Path) -> None:
    class Tiny:
        name, document_fingerprint, documents, dimension = "tiny", "f" * 64, None, 8

        def encode(self, texts: list[str], side: str, progress: Any = None) -> np.ndarray:
            return vectors(0)

    workspace, embedder = Workspace(tmp_path), Tiny()
    open_index(embedder, films(0), workspace)  # type: ignore[arg-type]
    (folder,) = [path for path in workspace.indexes.iterdir() if not path.name.startswith(".")]
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes()[:-3])
        found = open_index(embedder, films(0), workspace)  # type: ignore[arg-type]
        assert found.ids == FILMS and np.array_equal(found.vectors, vectors(0))


def test_vectors_beside_a_damaged_shard_are_kept_and_lost_ones_are_put_again(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    for version in range(3):
        VECTORS.write(workspace, version)
    path = sorted((workspace.vectors / "tiny").glob("[!.]*.npz"))[1]
    path.write_bytes(path.read_bytes()[:-9])
    kept = VECTORS.read(workspace)
    assert len(kept) == 2
    VectorCache(workspace.vectors / "tiny", 8).put(KEYS[:3], vectors(0)[:3])
    assert VECTORS.read(workspace) == [0, 1, 2]


def test_a_damaged_snapshot_hides_no_other_and_is_taken_again(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    SNAPSHOT.write(workspace, 0)
    (first,) = list_snapshots(workspace)
    SNAPSHOT.write(workspace, 1)
    (path,) = [found.path for found in list_snapshots(workspace) if found.fingerprint != first.fingerprint]
    assert path is not None
    path.write_bytes(path.read_bytes()[:-3])
    sound, damaged = sound_snapshots(workspace)
    assert [found.fingerprint for found in sound] == [first.fingerprint]
    assert len(damaged) == 1 and named(path, str(damaged[0]))
    with LabelStore.open(workspace) as store:
        take_snapshot(store, workspace)
    assert len(list_snapshots(workspace)) == 2


def test_a_model_with_a_damaged_adapter_is_not_loaded(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    write_adapter(workspace, 0)
    path = RunFolder(workspace.runs / "run").adapter / WEIGHTS
    path.write_bytes(next(flips(path.read_bytes())))
    with pytest.raises(ReelignError, match=r"damaged; adapter_model\.safetensors.*Put the folder back from a backup"):
        load_embedder("run", workspace, device="cpu")


def test_a_choice_that_is_damaged_is_said_and_made_anew_once_the_file_is_gone(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    CHOICE.write(workspace, 0)
    path = workspace.artifacts / "active.json"
    path.write_bytes(b"run-1".join(path.read_bytes().rsplit(b"run-0", 1)))
    with pytest.raises(ReelignError, match=r"active\.json: damaged"):
        CHOICE.read(workspace)
    with pytest.raises(ReelignError, match=r"active\.json: damaged"):
        promote(workspace, "run-0")
    path.unlink()
    CHOICE.write(workspace, 0)
    assert CHOICE.read(workspace) == ("run-0", 1)


def test_a_catalogue_that_somebody_writes_by_another_way_is_read_as_it_stands(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    CATALOG.write(workspace, 0)
    os.utime(workspace.catalog, ns=(0, 0))  # the system's clock may stand still between two writes
    text = workspace.catalog.read_text(encoding="utf-8")
    workspace.catalog.write_text(text.replace("version 0", "version 7"), encoding="utf-8")
    assert CATALOG.read(workspace) == [film.title for film in films(7)]
