"""What of a workspace is shared: things that are made once, and a few files that change.

A snapshot, a comparison, its rankings and an index are named by their content and never change. A run is shared once
its training has ended; started again after a failure, it changes. An index is fetched when it is needed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.errors import RunError, StoreError
from core.files import read_json
from core.fingerprint import fingerprint_file
from core.object_store.manifests import NAME, Entry, check_path
from core.object_store.merging import merge_choices, merge_lines
from core.workspace import Workspace

STATUS = "status.json"
ENDED = ("succeeded", "failed", "cancelled")  # of core.runs.RunState
# In a run folder: locks and wishes of this machine, and what a training that has ended no longer needs.
OF_THIS_MACHINE = ("job.lock", "cancel", "checkpoint", "best", "folds")


class Kind(StrEnum):
    """Things that are made once."""

    SNAPSHOTS = "snapshots"
    RUNS = "runs"
    RANKINGS = "rankings"
    COMPARISONS = "comparisons"
    INDEXES = "indexes"


class Shared(StrEnum):
    """Files that change."""

    CATALOG = "catalog"
    ACTIVE = "active"
    NAMES = "names"
    ROLES = "roles"


SHARED = "shared"  # the kind of all of them


@dataclass(frozen=True, slots=True)
class Place:
    """Where things of a kind lie: a folder, and what comes behind their name; a whole folder where that is empty."""

    folder: Path
    suffix: str = ""

    def path(self, name: str) -> Path:
        return self.folder / f"{name}{self.suffix}"

    def names(self) -> list[str]:
        """Return what lies there, by name."""
        if not self.folder.is_dir():
            return []
        found = (path for path in self.folder.iterdir() if path.is_dir() != bool(self.suffix))
        names = (path.name.removesuffix(self.suffix) for path in found if path.name.endswith(self.suffix))
        return sorted(name for name in names if NAME.fullmatch(name))


def place_of(workspace: Workspace, kind: Kind) -> Place:
    return {
        Kind.SNAPSHOTS: Place(workspace.snapshots, ".jsonl"),
        Kind.RUNS: Place(workspace.runs),
        Kind.RANKINGS: Place(workspace.comparisons / "rankings", ".json"),
        Kind.COMPARISONS: Place(workspace.comparisons, ".json"),
        Kind.INDEXES: Place(workspace.indexes),
    }[kind]


def names_here(workspace: Workspace, kind: Kind) -> list[str]:
    """Return what there is to share of a kind."""
    names = place_of(workspace, kind).names()
    if kind is Kind.SNAPSHOTS:  # the file of their names lies beside them, as .json
        return names
    return [name for name in names if kind is not Kind.RUNS or has_ended(workspace.runs / name)]


def has_ended(run: Path) -> bool:
    """Return whether a training has said that it ended."""
    try:
        return dict(read_json(run / STATUS, RunError)).get("state") in ENDED
    except (RunError, TypeError, ValueError):
        return False


def version_of(path: Path, kind: Kind) -> str:
    """Return what changes when a thing does: the sum of a run's status; nothing else ever does."""
    return fingerprint_file(path / STATUS) if kind is Kind.RUNS else ""


def entries_of(path: Path, kind: Kind) -> dict[Path, Entry]:
    """Return every file of a thing with its sum.

    Raises:
        StoreError: a link is among them, or a name that no store could hand back.
    """
    if path.is_file() and not path.is_symlink():
        return {path: entry_of(path, path.name)}
    found = {}
    for file in sorted(path.rglob("*")):
        within = file.relative_to(path)
        if within.parts[0] in (OF_THIS_MACHINE if kind is Kind.RUNS else ()) or any(
            part.startswith(".") for part in within.parts
        ):
            continue
        if file.is_symlink():
            raise StoreError(f"{file}: a link, which is not put into the store. Put the file itself in its place.")
        if file.is_file():
            found[file] = entry_of(file, within.as_posix())
    return found


def entry_of(file: Path, path: str) -> Entry:
    """Return what a manifest says of a file; ``StoreError`` for a name that would not be taken back."""
    try:
        check_path(path)
    except ValueError as reason:
        raise StoreError(f"{file}: its name cannot go into the store ({reason}). Rename it.") from reason
    about = file.stat()
    return Entry(path, fingerprint_file(file), about.st_size, about.st_mtime_ns)


def shared_path(workspace: Workspace, name: Shared) -> Path:
    return {
        Shared.CATALOG: workspace.catalog,
        Shared.ACTIVE: workspace.artifacts / "active.json",
        Shared.NAMES: workspace.snapshots / "names.json",
        Shared.ROLES: workspace.roles,
    }[name]


# How what two replicas wrote becomes one. Of the others the version that reached the store first holds.
MERGED: dict[Shared, Callable[[Path, bytes, str], bool]] = {
    Shared.ACTIVE: merge_choices,
    Shared.ROLES: merge_lines,
}
