"""Mending what can be mended safely. Nothing is deleted that could not be made again, and nothing among the labels
but drafts of files that are there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.doctor.leftovers import Kind, stale_leftovers
from core.doctor.made import damaged_shards, misfit_indexes
from core.files import remove, unlink
from core.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Mended:
    """What was done to a file or folder."""

    path: str
    done: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def mend(workspace: Workspace) -> list[Mended]:
    """Clear away leftovers, damaged vectors and indexes that do not fit, and put back what was only moved aside."""
    return [Mended(str(path), done) for path, done in _mend(workspace)]


def _mend(workspace: Workspace) -> Iterator[tuple[Path, str]]:
    for one in stale_leftovers(workspace):
        if one.precious:
            continue
        kept = one.path / one.target.name
        if one.kind is Kind.MOVED_ASIDE and kept.exists() and not one.target.exists():
            kept.rename(one.target)
            yield one.target, "put back; its replacement had been interrupted"
        unlink(one.path)
        yield one.path, f"deleted, a leftover ({one.kind.value})"
    for folder, _ in list(misfit_indexes(workspace)):
        remove(folder)
        yield folder, "deleted, an index that did not fit; it is built again when it is next needed"
    for path, _ in list(damaged_shards(workspace)):
        remove(path)
        yield path, "deleted, damaged vectors; their texts are encoded again when they are next needed"
