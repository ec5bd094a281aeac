"""A disk that is full: that is said with what to do, nothing is lost, and once there is room all goes on."""

from __future__ import annotations

import errno
import itertools
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from written import CATALOG, CHECKPOINT, COMPARISON, IMPORT, INDEX_FILES, LABELS, SNAPSHOT, STATUS, VECTORS, Kind

from core.errors import ReelignError
from core.job import _in_words
from core.runs import RunFolder
from core.workspace import Workspace

SIZE = 4 << 20
KINDS = (LABELS, IMPORT, CATALOG, SNAPSHOT, VECTORS, INDEX_FILES, COMPARISON, STATUS, CHECKPOINT)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MB of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("Only root may mount a small disk here.")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path, leave: int = 0) -> Path:
    """Fill a disk but for so many bytes, and return the file that does."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12):
            try:
                while True:
                    file.write(bytes(size))
            except OSError as reason:
                if reason.errno != errno.ENOSPC:
                    raise
        file.truncate(filler.stat().st_size - leave)
    return filler


def files(workspace: Workspace) -> set[str]:
    """Return the files there but for those that SQLite keeps beside its own."""
    found = (str(path.relative_to(workspace.root)) for path in workspace.root.rglob("*") if path.is_file())
    return {name for name in found if not name.endswith(("-wal", "-shm"))}


@pytest.mark.parametrize("leave", [0, 4096])
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_does_not_fit_is_said_and_leaves_what_was_there(small_disk: Path, kind: Kind, leave: int) -> None:
    workspace = Workspace(small_disk / "workspace")
    kind.write(workspace, 0)
    whole, there = kind.read(workspace), files(workspace)
    filler, refused = fill(small_disk, leave), False
    try:
        kind.write(workspace, 1)
    except ReelignError as reason:
        said, refused = str(reason), True
        if kind not in (LABELS, IMPORT):  # SQLite recovers its log first, which needs room too
            assert kind.read(workspace) == whole
            assert files(workspace) == there, "nothing is left half-written"
        assert "No space left on device" in said or "full" in said or "free space" in said
        assert str(workspace.root) in said
    else:
        assert leave, "a full disk was not noticed"
        assert kind.read(workspace) != whole
    filler.unlink()
    assert not refused or kind.read(workspace) == whole
    kind.write(workspace, 1)
    assert kind.read(workspace) != whole


def append_without_end(run: RunFolder) -> None:
    for step in itertools.count(2):
        run.append_metric({"kind": "step", "step": step, "note": "." * 80})


def test_half_a_line_of_metrics_is_taken_away_by_the_next(small_disk: Path) -> None:
    run = RunFolder(small_disk / "run")
    run.path.mkdir()
    run.append_metric({"kind": "step", "step": 1})
    filler = fill(small_disk)
    with pytest.raises(OSError, match="No space left on device"):
        append_without_end(run)
    written, end = run.metrics()
    filler.unlink()
    run.append_metric({"kind": "step", "step": 99})
    rows, _ = run.metrics()
    assert rows == [*written, {"kind": "step", "step": 99}]
    assert run.metrics(end)[0] == rows[len(written) :], "whoever reads on misses nothing"


def test_what_a_library_says_of_a_full_disk_is_put_in_words() -> None:
    found = _in_words(RuntimeError("I/O error: No space left on device (os error 28)"))
    assert found.startswith("The disk is full. Make room")
