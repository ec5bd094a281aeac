"""What interrupted writes and deletions have left: names that begin with a dot and the name of their target.

See ``core.files``: ``.NAME.xxxxxxxx`` is a draft, ``.NAME.old.xxxxxxxx`` holds what was about to be replaced, and
``.NAME.deleted`` was about to be deleted. The vector cache writes ``.ID.npz``.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from core.doctor.findings import Findings
from core.files import last_written, size_of
from core.runs import RunFolder
from core.runs.lock import is_held
from core.workspace import Workspace

DAY = 24 * 3600.0
MINUTE = 60.0


class Kind(StrEnum):
    """What a leftover is."""

    MOVED_ASIDE = "moved aside"
    DELETED = "deleted"
    DRAFT = "draft"


# In this order, since a name may fit several. The last part of a draft is what Python's tempfile draws.
PATTERNS = (
    (Kind.MOVED_ASIDE, re.compile(r"\.(?P<target>.+)\.old\.[a-z0-9_]{8}")),
    (Kind.DELETED, re.compile(r"\.(?P<target>.+)\.deleted")),
    (Kind.DRAFT, re.compile(r"\.(?P<target>.+)\.[a-z0-9_]{8}")),
    (Kind.DRAFT, re.compile(r"\.(?P<target>[0-9a-f]{32}\.npz)")),
)
OF_LABELS = re.compile(r".+\.jsonl?(\.sum)?")  # the files that are written aside there


@dataclass(frozen=True, slots=True)
class Leftover:
    """A file or folder that a write or deletion has left beside its target.

    ``precious`` where it lies among the labels and its target is not there: then it may be all that is left.
    """

    path: Path
    target: Path
    kind: Kind
    precious: bool


def leftovers(workspace: Workspace) -> Findings:
    found = stale_leftovers(workspace)
    for one in found:
        if one.precious:
            yield (
                "warning",
                f"{one.path} is the draft of {one.target.name}, which is not there. Look into it; if it is of no use, "
                "delete it by hand.",
            )
    rest = [one.path for one in found if not one.precious]
    if rest:
        size = sum(map(size_of, rest)) / 1e6
        yield "warning", f"{len(rest)} of interrupted writes, {size:.1f} MB; 'doctor --fix' clears them away"
    if not found:
        yield "ok", "none"


def stale_leftovers(workspace: Workspace, now: float | None = None) -> list[Leftover]:
    """Return the leftovers that nobody is writing any more: a day old, or of a run whose process is gone."""
    moment = time.time() if now is None else now
    return [one for one in all_leftovers(workspace) if _is_stale(one, workspace, moment)]


def all_leftovers(workspace: Workspace) -> Iterator[Leftover]:
    """Yield whatever looks like a leftover in the workspace, what was moved aside first."""
    labels = workspace.catalog.parent
    found = [*_in(labels, among_labels=True), *_in(workspace.artifacts, among_labels=False)]
    yield from sorted(found, key=lambda one: (list(Kind).index(one.kind), one.path))


def _in(parent: Path, *, among_labels: bool) -> Iterator[Leftover]:
    for place, folders, files in os.walk(parent):
        for name in [*folders, *files]:
            if (one := recognise(Path(place) / name, among_labels=among_labels)) is not None:
                yield one
        folders[:] = [name for name in folders if not name.startswith(".")]


def recognise(path: Path, *, among_labels: bool) -> Leftover | None:
    """Return what a file or folder is left of by its name, ``None`` where it is something else."""
    for kind, pattern in PATTERNS:
        if match := pattern.fullmatch(path.name):
            target = path.with_name(match["target"])
            if among_labels and (path.is_dir() or not OF_LABELS.fullmatch(target.name)):
                return None
            return Leftover(path, target, kind, precious=among_labels and not target.exists())
    return None


def _is_stale(one: Leftover, workspace: Workspace, now: float) -> bool:
    try:
        age = now - last_written(one.path)
    except FileNotFoundError:  # its writer has just ended well
        return False
    if age > DAY or not one.path.is_relative_to(workspace.runs):
        return age > DAY
    run = RunFolder(workspace.runs / one.path.relative_to(workspace.runs).parts[0])
    # The dashboard writes into a run folder too, for moments.
    return run.path != one.path and age > MINUTE and not is_held(run.lock)
