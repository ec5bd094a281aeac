"""Carrying a plan out: each thing is renamed before it is deleted, each run asked once more whether it is in use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from core.errors import RunError, StoreError
from core.files import remove
from core.object_store import Kind as Stored
from core.object_store import withdraw
from core.retention.plan import Decision
from core.retention.stock import Holding, Kind
from core.runs import RunFolder, before_active, delete_run
from core.workspace import Workspace

STORED = {Kind.COMPARISON: Stored.COMPARISONS, Kind.RANKINGS: Stored.RANKINGS, Kind.INDEX: Stored.INDEXES}


def carry_out(decisions: Iterable[Decision], workspace: Workspace) -> Iterator[tuple[Holding, str]]:
    """Delete what may go, runs first, and yield each with why it was left after all, empty where it is gone.

    What belongs to a run that was left is left with it.
    """
    staying: set[str] = set()
    for decision in sorted(decisions, key=lambda decision: decision.holding.kind is not Kind.RUN):
        one = decision.holding
        if not decision.goes:
            continue
        if one.kind is not Kind.RUN and (needed := staying.intersection(one.models)):
            yield one, f"of {min(needed)}, which was left"
            continue
        why = _delete(one, workspace)
        if why and one.kind is Kind.RUN:
            staying.update((one.name, *one.models))
        yield one, why


def _delete(one: Holding, workspace: Workspace) -> str:
    if one.kind is not Kind.RUN:
        return _remove(one, workspace)
    before = before_active(workspace)
    if before and before["run"] == one.name:
        return "is what rolling back would bring by now"
    try:
        delete_run(workspace, RunFolder(one.path))
    except (RunError, StoreError) as reason:
        return str(reason)
    return ""


def _remove(one: Holding, workspace: Workspace) -> str:
    """Delete what is no run, from the team's object store too: else another replica would bring it back."""
    try:
        if one.kind in STORED:
            withdraw(workspace, STORED[one.kind], one.name)
    except StoreError as reason:
        return str(reason)
    remove(one.path)
    return ""
