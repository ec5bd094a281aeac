"""One replica against the store: what is new here is put there, what is new there is fetched."""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from core.errors import StoreError
from core.files import folder_written_aside, in_turn, remove, sync, write_text, writing
from core.fingerprint import fingerprint_file
from core.object_store.address import ObjectStore, Taken
from core.object_store.kinds import (
    MERGED,
    SHARED,
    STATUS,
    Kind,
    Shared,
    entries_of,
    has_ended,
    place_of,
    shared_path,
    version_of,
)
from core.object_store.ledger import Known, Ledger
from core.object_store.listing import Listing
from core.object_store.manifests import MOST_BYTES, Entry, Manifest, key_of
from core.workspace import Workspace

DIGITS = 12
TRIES = 5  # of a replica that finds each time that another was quicker


class Replica:
    """The workspace of one replica, and the store that all of them share."""

    def __init__(self, workspace: Workspace, store: ObjectStore) -> None:
        self.workspace = workspace
        self.store = store
        self.ledger = Ledger(workspace, store.url)

    def listing(self, folder: str = "") -> Listing:
        """Ask the store for the generations of everything, or of one thing (``kind/name``)."""
        return Listing(self.store, folder)

    def push(self, kind: Kind, name: str, listing: Listing | None = None) -> bool:
        """Put a thing into the store unless it is there; return whether it was put. A run is, once it has ended.

        Raises:
            StoreError: the store cannot be used, or the thing not be put into it.
        """
        path = place_of(self.workspace, kind).path(name)
        if not path.exists() or (kind is Kind.RUNS and not has_ended(path)):
            return False
        with self.ledger.in_turn(kind, name):
            for _ in range(TRIES):
                there = (listing or self.listing(f"{kind}/{name}")).latest(kind, name)
                listing = None
                version = version_of(path, kind)
                if there and not there.gone and (kind is not Kind.RUNS or _status_in(there) == version):
                    self.ledger.note(kind, name, Known(there.generation, version))
                    return False
                if self._put(kind, name, entries_of(path, kind), there, version):
                    return True
        raise StoreError(f"{kind}/{name}: others changed it {TRIES} times meanwhile. Run 'python -m core store sync'.")

    def _put(self, kind: str, name: str, files: dict[Path, Entry], there: Manifest | None, version: str) -> bool:
        """Write content first and the manifest last; return whether nobody else has written that generation."""
        for file, entry in files.items():
            self.store.put(content_key(kind, name, entry), file, entry.size)
        made = Manifest(kind, name, there.generation + 1 if there else 1, tuple(files.values()))
        return self._declare(made, version)

    def _declare(self, made: Manifest, version: str) -> bool:
        for generation in range(made.generation, made.generation + TRIES):
            made = replace(made, generation=generation)
            key = f"manifests/{key_of(made.kind, made.name, generation)}"
            try:
                self.store.create(key, made.content())
            except Taken:
                if Listing(self.store, f"{made.kind}/{made.name}").latest(made.kind, made.name, at_least=generation):
                    return False
                continue  # its writer was cut off: that number says nothing, the next one will
            self.ledger.note(made.kind, made.name, Known(generation, version, made.gone))
            return True
        return False

    def pull(self, kind: Kind, name: str, listing: Listing | None = None) -> str:
        """Fetch a thing that is absent or has changed; return ``pulled``, ``deleted``, or nothing.

        Raises:
            StoreError: the store cannot be used, or what it holds is damaged.
            StorageError: the workspace cannot be written.
        """
        path = place_of(self.workspace, kind).path(name)
        with self.ledger.in_turn(kind, name):
            there = (listing or self.listing(f"{kind}/{name}")).latest(kind, name)
            known = self.ledger.known(kind, name)
            if there is None or (kind is Kind.RUNS and path.is_dir() and not has_ended(path)):
                return ""
            if there.gone:
                return self._drop(kind, path, there)
            here = path.exists()
            mine = here and (kind is not Kind.RUNS or known is None or known.version != version_of(path, kind))
            if mine or (here and known and known.generation == there.generation):
                return ""
            self._fetch(there, path)
            self.ledger.note(kind, name, Known(there.generation, version_of(path, kind)))
        return "pulled"

    def _drop(self, kind: Kind, path: Path, there: Manifest) -> str:
        """Follow a deletion; an index stays, which its replica would only have to make again."""
        if kind is Kind.INDEXES:
            return ""
        was_here = path.exists()
        if was_here:
            remove(path)
        self.ledger.note(kind, there.name, Known(there.generation, gone=True))
        return "deleted" if was_here else ""

    def _fetch(self, there: Manifest, path: Path) -> None:
        if place_of(self.workspace, Kind(there.kind)).suffix:
            self._fetch_file(there, path)
            return
        with folder_written_aside(path) as aside:
            for entry in there.files:
                self._get(there, entry, aside / entry.path)

    def _fetch_file(self, there: Manifest, path: Path) -> None:
        entry = self._only(there, path)
        with writing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as aside:
                draft = Path(aside) / path.name
                self._get(there, entry, draft)
                sync(draft)
                draft.replace(path)

    def _only(self, there: Manifest, path: Path) -> Entry:
        if [entry.path for entry in there.files] != [path.name]:
            where = self.store.where(f"manifests/{there.kind}/{there.name}")
            raise StoreError(f"{where}: expected one file, {path.name}. Nothing of it is used.")
        return there.files[0]

    def _get(self, there: Manifest, entry: Entry, target: Path) -> None:
        self.store.get(content_key(there.kind, there.name, entry), target, entry.sha256, entry.size)
        os.utime(target, ns=(entry.written_ns, entry.written_ns))

    def withdraw(self, kind: Kind, name: str) -> None:
        """Delete a thing for all replicas: said first, so that none brings it back, then its content.

        Raises:
            StoreError: the store cannot be used; nothing was deleted then.
        """
        with self.ledger.in_turn(kind, name):
            for _ in range(TRIES):
                there = self.listing(f"{kind}/{name}").latest(kind, name)
                if (
                    there is None
                    or there.gone
                    or self._declare(Manifest(kind, name, there.generation + 1, (), True), "")
                ):
                    break
            self.store.remove(f"content/{kind}/{name}")

    def sync_shared(self, name: Shared, listing: Listing | None = None) -> tuple[str, Path | None]:
        """Make one of the files that change the same here and there.

        Of two versions written at the same time the one that reached the store first holds, and the other is kept
        beside it, unless they can be united. Returns ``pushed``, ``pulled`` or nothing, and the file that was kept.

        Raises:
            StoreError: the store cannot be used, or what it holds is damaged.
        """
        path = shared_path(self.workspace, name)
        with self.ledger.in_turn(SHARED, name):
            for _ in range(TRIES):
                there = (listing or self.listing(f"{SHARED}/{name}")).latest(SHARED, name)
                listing = None
                version = fingerprint_file(path) if path.is_file() else ""
                known = self.ledger.known(SHARED, name)
                if there is None or (known and known.generation == there.generation and version):
                    if not version or (there and known and known.version == version):
                        return "", None
                    if self._put(SHARED, name, entries_of(path, Kind.SNAPSHOTS), there, version):
                        return "pushed", None
                    continue
                if name in MERGED and version:
                    if self._merge(name, there, path):
                        continue
                    return "pulled", None
                unchanged = not version or version == self._only(there, path).sha256
                aside = None if unchanged or (known and known.version == version) else _kept_aside(path, version)
                self._fetch_file(there, path)
                self.ledger.note(SHARED, name, Known(there.generation, fingerprint_file(path)))
                return ("" if unchanged and version else "pulled"), aside
        raise StoreError(f"{name}: others changed it {TRIES} times meanwhile. Run 'python -m core store sync'.")

    def _merge(self, name: Shared, there: Manifest, path: Path) -> bool:
        """Unite a file with the store's; return whether the store lacks something of it, and is to get it."""
        where = f"{self.store.where(SHARED)}/{name}"
        entry = self._only(there, path)
        content = self.store.read(content_key(SHARED, name, entry), min(entry.size, MOST_BYTES))
        if sha256(content).hexdigest() != entry.sha256:
            raise StoreError(f"{where}: damaged; its content is not what its name says. Nothing of it is used.")
        with in_turn(path.with_suffix(".lock")):  # as whoever promotes a run does
            more = MERGED[name](path, content, where)
            version = "" if more else fingerprint_file(path)  # what the store lacks counts as changed here
            self.ledger.note(SHARED, name, Known(there.generation, version))
        return more

    def is_pending(self, kind: Kind, name: str) -> bool:
        """Return whether a thing has not reached the store, as far as this replica knows.

        What is being deleted has: between the word for all replicas and the deletion here nobody may bring it back.
        """
        known, path = self.ledger.known(kind, name), place_of(self.workspace, kind).path(name)
        return known is None or not (known.gone or known.version == version_of(path, kind))

    def version_here(self, name: Shared) -> str:
        path = shared_path(self.workspace, name)
        if not path.is_file():
            return ""
        about = path.stat()
        return _sum_of(path, about.st_mtime_ns, about.st_size, about.st_ino)


@lru_cache(maxsize=64)
def _sum_of(path: Path, written_ns: int, size: int, number: int) -> str:
    """Return the sum of a file, which is worked out again once it has been written or replaced."""
    return fingerprint_file(path)


def content_key(kind: str, name: str, entry: Entry) -> str:
    return f"content/{kind}/{name}/{entry.sha256}"


def _kept_aside(path: Path, version: str) -> Path:
    """Copy a file of text beside itself under a name that says which version it is."""
    aside = path.with_name(f"{path.name}.replaced-{version[:DIGITS]}")
    write_text(aside, path.read_text(encoding="utf-8"))
    return aside


def _status_in(there: Manifest) -> str:
    return next((entry.sha256 for entry in there.files if entry.path == STATUS), "")
