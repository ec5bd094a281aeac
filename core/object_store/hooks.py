"""Where other rooms meet the store. Without ``$REELIGN_STORE`` all of it does nothing at once.

A store that cannot be used is logged and remembered, and nobody's work stops for it; only a deletion is refused,
since the other replicas would bring back what they were not told of.
"""

from __future__ import annotations

import logging
from contextlib import suppress

from core.errors import ReelignError, StorageError
from core.object_store.address import open_store, store_address
from core.object_store.kinds import Kind, Shared
from core.object_store.ledger import Ledger
from core.object_store.replica import Replica
from core.object_store.syncing import Synced, sync
from core.workspace import Workspace

log = logging.getLogger(__name__)
AGAIN = "It stays here, and reaches the store with 'python -m core store sync'."


def replica_of(workspace: Workspace) -> Replica | None:
    """Return this workspace as a replica, ``None`` where no store is named; ``StoreError`` where it cannot be used."""
    address = store_address()
    return Replica(workspace, open_store(address)) if address else None


def offer(workspace: Workspace, kind: Kind | Shared, name: str = "") -> None:
    """Put what was just made into the store. A failure is logged and remembered, nothing more."""
    try:
        replica = replica_of(workspace)
        if replica is None:
            return
        if isinstance(kind, Shared):
            _, aside = replica.sync_shared(kind)
            if aside is not None:
                log.warning("%s: another replica's version holds. Yours is in %s.", kind, aside)
        else:
            replica.push(kind, name)
    except ReelignError as reason:
        _remember(workspace, f"{name or kind} did not reach the store. {AGAIN} {reason}")


def refresh(workspace: Workspace, name: Shared) -> None:
    """Get the newest version of a file that is about to be changed. A failure is logged and remembered."""
    offer(workspace, name)


def fetch(workspace: Workspace, kind: Kind, name: str) -> bool:
    """Fetch one thing that is needed now; return whether it is here afterwards because of that."""
    try:
        replica = replica_of(workspace)
        return replica is not None and replica.pull(kind, name) == "pulled"
    except ReelignError as reason:
        _remember(workspace, str(reason))
        return False


def withdraw(workspace: Workspace, kind: Kind, name: str) -> None:
    """Delete a thing from the store, for all replicas, before it is deleted here.

    Raises:
        StoreError: the store cannot be used; then it must not be deleted here either.
    """
    replica = replica_of(workspace)
    if replica is not None:
        replica.withdraw(kind, name)


def catch_up(workspace: Workspace, *, thorough: bool = False) -> Synced:
    """Fetch what is new and put what is pending, as ``sync`` does.

    A failure is logged and remembered, and told in ``problems``.
    """
    try:
        replica = replica_of(workspace)
        if replica is None:
            return Synced()
        done = sync(replica, thorough=thorough)
    except ReelignError as reason:
        _remember(workspace, str(reason))
        return Synced(problems=[str(reason)])
    for aside in done.kept_aside:
        log.warning("Another replica's version holds. Yours is in %s.", aside)
    if done.problems:
        _remember(workspace, done.problems[0])
    elif trouble(workspace):
        Ledger(workspace, store_address()).note_trouble("")
    return done


def trouble(workspace: Workspace) -> str:
    """Return why the store could not be used the last time, empty where it could; the store is not asked."""
    address = store_address()
    return Ledger(workspace, address).trouble() if address else ""


def _remember(workspace: Workspace, message: str) -> None:
    if message != trouble(workspace):
        log.warning("%s", message)
    with suppress(StorageError):  # a full disk has its own way to be told
        Ledger(workspace, store_address()).note_trouble(message)
