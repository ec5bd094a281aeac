"""What cannot be made again: catalogue, label database, snapshots, roles. It is looked at, never mended."""

from __future__ import annotations

from core.doctor.findings import Findings
from core.workspace import Workspace


def catalog(workspace: Workspace) -> Findings:
    from core.catalog import load_catalog

    if not workspace.catalog.exists():
        yield "warning", "no catalogue yet; the dashboard starts with the starter set, or use 'catalog import FILE'"
        return
    found = load_catalog(workspace)
    yield "ok", f"{len(found)} films, fingerprint {found.fingerprint[:12]}"


def database(workspace: Workspace) -> Findings:
    from core.judgments.health import examine_database

    found = examine_database(workspace)
    if found is None:
        yield "ok", "no labels yet; the database is made with the first"
        return
    text = f"{found.name}, sound: {found.queries} queries, {found.events} events"
    yield "ok", text if found.current else f"{text}; opening it brings it to this version's schema"


def snapshots(workspace: Workspace) -> Findings:
    from core.judgments.snapshots import sound_snapshots

    found, damaged = sound_snapshots(workspace)
    yield from (("problem", str(reason)) for reason in damaged)
    yield "ok", f"{len(found)} snapshots"


def roles(workspace: Workspace) -> Findings:
    from core.activity_log import logged
    from core.grants import roles as given

    yield "ok", f"{len(given(workspace))} people with a role, {len(logged(workspace))} entries in the log of activity"
