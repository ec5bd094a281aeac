"""Which things the store holds, from one listing of the names of its manifests; what they say is read when asked."""

from __future__ import annotations

from collections import defaultdict

from core.object_store.address import ObjectStore
from core.object_store.manifests import KEY, MOST_BYTES, Manifest, key_of, read_manifest

FOLDER = "manifests"


class Listing:
    """The generations of everything, or of one thing, at one moment."""

    def __init__(self, store: ObjectStore, folder: str = "") -> None:
        """Ask the store; names that are none of ours are passed over.

        Raises:
            StoreError: the store cannot be reached.
        """
        self._store = store
        self._generations: dict[tuple[str, str], list[int]] = defaultdict(list)
        above = f"{folder}/" if folder else ""
        for key in store.list(f"{FOLDER}/{folder}" if folder else FOLDER):
            if match := KEY.fullmatch(above + key):
                self._generations[match["kind"], match["name"]].append(int(match["generation"]))

    def names(self, kind: str) -> list[str]:
        """Return what there is, or was, of a kind."""
        return sorted(name for other, name in self._generations if other == kind)

    def newest(self, kind: str, name: str) -> int:
        """Return the highest generation of a thing, 0 for none; its manifest may be one that was cut off."""
        return max(self._generations.get((kind, name), ()), default=0)

    def latest(self, kind: str, name: str, *, at_least: int = 1) -> Manifest | None:
        """Return the newest manifest of a thing that is whole, from one generation on; ``None`` where there is none.

        Raises:
            StoreError: it cannot be read, or is none of ours.
        """
        for generation in sorted(self._generations.get((kind, name), ()), reverse=True):
            if generation < at_least:
                return None
            key = f"{FOLDER}/{key_of(kind, name, generation)}"
            content = self._store.read(key, MOST_BYTES)
            if found := read_manifest(content, kind, name, generation, self._store.where(key)):
                return found
        return None
