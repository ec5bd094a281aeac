"""A whole workspace against the store: what is new on either side, what waits, and how much there is of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from core.errors import ReelignError
from core.object_store.address import Unreachable
from core.object_store.kinds import SHARED, Kind, Shared, entries_of, names_here, place_of, shared_path
from core.object_store.listing import Listing
from core.object_store.manifests import Entry, Manifest
from core.object_store.replica import Replica, content_key

MOST_UNREACHABLE = 3  # times one after the other, before the rest is left for another time


@dataclass(slots=True)
class Synced:
    """What was done, each thing as kind and name, such as ``runs/20261124-…``; ``problems`` says what was not."""

    pushed: list[str] = field(default_factory=list)
    pulled: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    kept_aside: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def sync(replica: Replica, *, thorough: bool = False) -> Synced:
    """Fetch what is new in the store and put there what it lacks; what fails does not keep the rest.

    Args:
        thorough: also put and fetch indexes, and put anew what the store has lost of the content of things that
            are here.

    Raises:
        StoreError: the store cannot be reached at all.
    """
    done, listing = Synced(), replica.listing()
    kinds = [kind for kind in Kind if thorough or kind is not Kind.INDEXES]
    deeds: list[tuple[str, Callable[[], None]]] = [
        (shared, partial(_sync_one, replica, shared, listing, done)) for shared in Shared if shared is not Shared.ACTIVE
    ]
    for kind in kinds:
        for name in listing.names(kind):
            deeds.append((f"{kind}/{name}", partial(_pull_one, replica, kind, name, listing, done)))
    for kind in kinds:
        for name in names_here(replica.workspace, kind):
            if thorough or replica.is_pending(kind, name):
                deeds.append((f"{kind}/{name}", partial(_push_one, replica, kind, name, listing, done)))
    deeds.append((Shared.ACTIVE, partial(_sync_one, replica, Shared.ACTIVE, listing, done)))  # the run comes first
    if thorough:
        deeds.append(("content", partial(_put_back, replica, listing, done)))
    _attempt(deeds, done)
    return done


def stock(replica: Replica) -> dict[str, dict[str, int]]:
    """Return of each kind how many things are here, in the store, only here, and only there, by name.

    Raises:
        StoreError: the store cannot be reached, or what it holds is none of ours.
    """
    listing, counts = replica.listing(), {}
    for kind in Kind:
        here = set(names_here(replica.workspace, kind))
        there = {name for name in listing.names(kind) if (made := listing.latest(kind, name)) and not made.gone}
        counts[str(kind)] = _counted(here, there)
    files = {name for name in Shared if shared_path(replica.workspace, name).is_file()}
    counts[SHARED] = _counted(set(files), {name for name in listing.names(SHARED) if name in list(Shared)})
    return counts


def pending(replica: Replica) -> list[str]:
    """Return what has not reached the store, as far as this replica knows; the store is not asked."""
    made = [
        f"{kind}/{name}"
        for kind in Kind
        if kind is not Kind.INDEXES
        for name in names_here(replica.workspace, kind)
        if replica.is_pending(kind, name)
    ]
    for name in Shared:
        path, known = shared_path(replica.workspace, name), replica.ledger.known(SHARED, name)
        if path.is_file() and (known is None or known.version != replica.version_here(name)):
            made.append(name)
    return made


def _pull_one(replica: Replica, kind: Kind, name: str, listing: Listing, done: Synced) -> None:
    known = replica.ledger.known(kind, name)
    newest = listing.newest(kind, name)
    if known and known.generation == newest and (known.gone or place_of(replica.workspace, kind).path(name).exists()):
        return
    found = replica.pull(kind, name, listing)
    if found:
        (done.pulled if found == "pulled" else done.deleted).append(f"{kind}/{name}")


def _push_one(replica: Replica, kind: Kind, name: str, listing: Listing, done: Synced) -> None:
    if replica.push(kind, name, listing):
        done.pushed.append(f"{kind}/{name}")


def _sync_one(replica: Replica, name: Shared, listing: Listing, done: Synced) -> None:
    known = replica.ledger.known(SHARED, name)
    if known and known.generation == listing.newest(SHARED, name) and known.version == replica.version_here(name):
        return
    found, aside = replica.sync_shared(name, listing)
    if found:
        (done.pulled if found == "pulled" else done.pushed).append(name)
    if aside is not None:
        done.kept_aside.append(str(aside))


def _put_back(replica: Replica, listing: Listing, done: Synced) -> None:
    """Put content that the store has lost, or holds only half of, where this replica has it."""
    sizes = replica.store.list("content")
    for kind in Kind:
        for name in names_here(replica.workspace, kind):
            there = listing.latest(kind, name)
            if there is None or all(_held(entry, there, sizes) for entry in there.files):
                continue
            here = entries_of(place_of(replica.workspace, kind).path(name), kind)
            originals = {(entry.path, entry.sha256): file for file, entry in here.items()}
            for entry in there.files:
                original = originals.get((entry.path, entry.sha256))
                if original and not _held(entry, there, sizes):
                    replica.store.put(content_key(kind, name, entry), original, entry.size)
                    done.pushed.append(f"{kind}/{name}/{entry.path}")


def _attempt(deeds: list[tuple[str, Callable[[], None]]], done: Synced) -> None:
    """Do one thing after the other and tell of what fails; a store that has gone away is not asked for all the rest."""
    in_a_row = 0
    for label, deed in deeds:
        try:
            deed()
            in_a_row = 0
        except ReelignError as reason:
            done.problems.append(f"{label}: {reason}")
            in_a_row += isinstance(reason, Unreachable)
            if in_a_row == MOST_UNREACHABLE:
                return


def _counted(here: set[str], there: set[str]) -> dict[str, int]:
    return {
        "here": len(here),
        "there": len(there),
        "only_here": len(here - there),
        "only_there": len(there - here),
    }


def _held(entry: Entry, there: Manifest, sizes: dict[str, int]) -> bool:
    return sizes.get(f"{there.kind}/{there.name}/{entry.sha256}") == entry.size
