"""The object store that a team's replicas share, where one is named."""

from __future__ import annotations

from core.doctor.findings import Findings
from core.object_store import store_address
from core.object_store.hooks import replica_of
from core.object_store.syncing import pending
from core.workspace import Workspace


def store(workspace: Workspace) -> Findings:
    if not store_address() or (replica := replica_of(workspace)) is None:
        yield "ok", "none; everything stays in this workspace"
        return
    replica.listing("shared")
    waiting = pending(replica)
    yield "ok", f"{replica.store.where('')} answers"
    if waiting:
        yield "warning", f"{len(waiting)} not in the store, {waiting[0]} among them. Run 'python -m core store sync'."
