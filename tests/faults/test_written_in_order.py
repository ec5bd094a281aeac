"""On the disk before its name: whatever is renamed into place has been flushed since it was last written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from written import CATALOG, CHECKPOINT, CHOICE, COMPARISON, INDEX_FILES, SNAPSHOT, STATUS, VECTORS, Kind

from core.workspace import Workspace

KINDS = (CATALOG, SNAPSHOT, VECTORS, INDEX_FILES, COMPARISON, STATUS, CHOICE, CHECKPOINT)


class Watch:
    """What was flushed, as it stood then, and what was not when it was renamed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.flushed: dict[int, tuple[int, int]] = {}
        self.renamed: list[Path] = []
        self.unflushed: list[Path] = []
        self._fsync = os.fsync
        monkeypatch.setattr(os, "fsync", self.fsync)
        for name in ("rename", "replace"):
            monkeypatch.setattr(os, name, self.before(getattr(os, name)))

    def fsync(self, descriptor: int) -> None:
        self._fsync(descriptor)
        found = os.fstat(descriptor)
        self.flushed[found.st_ino] = (found.st_size, found.st_mtime_ns)

    def before(self, real: Any) -> Any:
        def rename(source: Any, target: Any, **more: Any) -> None:
            path = Path(source)
            for one in [path, *path.rglob("*")] if path.is_dir() else [path]:
                found = one.stat()
                if one.is_file() and self.flushed.get(found.st_ino) != (found.st_size, found.st_mtime_ns):
                    self.unflushed.append(one)
            self.renamed.append(path)
            real(source, target, **more)

        return rename


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_is_renamed_is_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: Kind) -> None:
    watch = Watch(monkeypatch)
    workspace = Workspace(tmp_path)
    for version in (0, 1):
        kind.write(workspace, version)
    assert watch.renamed, "it is written aside"
    assert watch.unflushed == []
