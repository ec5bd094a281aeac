"""What pages do beside writing labels: each asks for the right first, and leaves a trace of who did it.

Pages call these and not core's own, which ask for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from core import catalog, evaluation, judgments, runs
from core.activity_log import Kind, note
from core.catalog import Catalog, ImportPlan
from core.evaluation import Comparison
from core.grants import Grant
from core.grants import set_role as grant_role
from core.judgments import ImportPreview, NewQuery, Query, Snapshot
from core.roles import Action, Role
from core.runs import RunFolder
from dashboard import resources, session
from dashboard.permission import require

DIGITS = 12  # of a sha256, where people read it


def promote(run: str | None) -> None:
    """Make a run the model in use, or the base again with ``None``.

    Raises:
        NotAllowedError, RunError: the role does not suffice, or the run did not succeed.
    """
    require(Action.PROMOTE)
    runs.promote(resources.workspace(), run, by=session.curator())


def cancel_run(run: RunFolder) -> None:
    """Stop a training.

    Raises:
        NotAllowedError, RunError: the role does not suffice, or the run is not training.
    """
    require(Action.CANCEL_RUN)
    runs.cancel_run(run)
    _note(Kind.RUN_CANCELLED, run.name)


def delete_run(run: RunFolder) -> None:
    """Delete a run.

    Raises:
        NotAllowedError, RunError: the role does not suffice, or the run is still needed.
    """
    require(Action.DELETE_RUN)
    runs.delete_run(resources.workspace(), run)
    _note(Kind.RUN_DELETED, run.name)


def add_queries(wanted: Sequence[NewQuery]) -> tuple[list[Query], int]:
    """Add queries and return one for each, and how many of them are new.

    Raises:
        NotAllowedError, LabelError: the role does not suffice, or a query cannot be added.
    """
    store = resources.store()
    known = {query.query_id for query in store.queries()}
    added = store.add_queries(wanted)
    new = len({query.query_id for query in added} - known)
    if new:
        _note(Kind.QUERIES, count=new)
    return added, new


def import_labels(preview: ImportPreview) -> int:
    """Write what a preview showed and return how many judgments that was.

    Raises:
        NotAllowedError, LabelError: the role does not suffice, or the labels cannot be written.
    """
    count = judgments.apply_import(preview, resources.store())
    _note(Kind.IMPORT, count=count + preview.queries_new)
    return count


def import_catalog(plan: ImportPlan) -> Catalog:
    """Write what a plan showed and return the catalogue as it is then.

    Raises:
        NotAllowedError, CatalogError: the role does not suffice, or the catalogue cannot be written.
    """
    require(Action.IMPORT_CATALOG)
    films = catalog.apply_import(plan, resources.workspace())
    _note(Kind.CATALOG, count=plan.added + plan.updated + plan.removed)
    return films


def take_snapshot() -> Snapshot:
    """Freeze the labels as they stand now.

    Raises:
        NotAllowedError, LabelError: the role does not suffice, or a pair is answered both ways.
    """
    require(Action.KEEP_SNAPSHOT)
    snapshot = judgments.take_snapshot(resources.store(), resources.workspace())
    _note(Kind.SNAPSHOT, snapshot.fingerprint[:DIGITS])
    return snapshot


def name_snapshot(fingerprint: str, name: str) -> None:
    """Give a snapshot a name, or take it away with an empty one.

    Raises:
        NotAllowedError, LabelError: the role does not suffice, or the name cannot be used.
    """
    require(Action.KEEP_SNAPSHOT)
    given = judgments.name_snapshot(resources.workspace(), fingerprint, name)
    _note(Kind.SNAPSHOT, f"{fingerprint[:DIGITS]}: {given or '-'}")


def keep_comparison(comparison: Comparison) -> None:
    """Store a comparison.

    Raises:
        NotAllowedError, EvaluationError: the role does not suffice, or it cannot be written.
    """
    require(Action.KEEP_COMPARISON)
    evaluation.save_comparison(comparison, resources.workspace())


def note_export(name: str) -> None:
    """Leave a trace of a file of labels that was downloaded."""
    require(Action.EXPORT_LABELS)
    _note(Kind.EXPORT, name)


def set_role(name: str, role: Role | None) -> Grant:
    """Give somebody a role, or take it away with ``None``.

    Raises:
        NotAllowedError, RoleError: the role does not suffice, or the name cannot be used.
    """
    require(Action.SET_ROLES)
    return grant_role(resources.workspace(), name, role, by=session.curator())


def _note(kind: Kind, about: str = "", count: int | None = None) -> None:
    note(resources.workspace(), kind, session.curator(), about, count)
