"""Where the vector of each key lies: millions of keys in 24 bytes each, where a dictionary takes six times as many."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

KEY_BYTES = 16
NEW_KEPT_APART = 65_536  # keys that wait in a dictionary; merging at every addition would copy the table each time

Place = tuple[int, int]  # number of a file, and row in it


class KeyTable:
    """Keys of 16 bytes and a place for each. Of a key that was added twice, either place may be found."""

    def __init__(self) -> None:
        self._first = np.zeros(0, np.uint64)  # halves of the keys, ordered by the first
        self._second = np.zeros(0, np.uint64)
        self._file = np.zeros(0, np.int32)
        self._row = np.zeros(0, np.int32)
        self._new: dict[bytes, Place] = {}

    def add(self, keys: NDArray[np.uint8], file: int) -> None:
        """Add the keys of a file, (rows, 16), in the order of its rows."""
        if len(keys) < NEW_KEPT_APART:
            self._new.update((key.tobytes(), (file, row)) for row, key in enumerate(keys))
            if len(self._new) >= NEW_KEPT_APART:
                places = np.array(list(self._new.values()), np.int32)
                self._merge(_halves(b"".join(self._new)), places[:, 0], places[:, 1])
                self._new = {}
        else:
            rows = np.arange(len(keys), dtype=np.int32)
            self._merge(_halves(keys.tobytes()), np.full(len(keys), file, np.int32), rows)

    def places(self, keys: Sequence[bytes]) -> list[Place | None]:
        """Return the place of each key, ``None`` where it is not known."""
        found = [self._new.get(key) for key in keys]
        halves = _halves(b"".join(keys))
        for position, at in enumerate(np.searchsorted(self._first, halves[:, 0])):
            if found[position] is not None:
                continue
            while at < len(self._first) and self._first[at] == halves[position, 0]:
                if self._second[at] == halves[position, 1]:
                    found[position] = int(self._file[at]), int(self._row[at])
                    break
                at += 1
        return found

    def forget(self, file: int) -> None:
        """Drop all keys of one file."""
        kept = self._file != file
        self._first, self._second = self._first[kept], self._second[kept]
        self._file, self._row = self._file[kept], self._row[kept]
        self._new = {key: place for key, place in self._new.items() if place[0] != file}

    def _merge(self, halves: NDArray[np.uint64], files: NDArray[np.int32], rows: NDArray[np.int32]) -> None:
        order = np.argsort(halves[:, 0], kind="stable")
        at = np.searchsorted(self._first, halves[order, 0])
        self._first = np.insert(self._first, at, halves[order, 0])
        self._second = np.insert(self._second, at, halves[order, 1])
        self._file = np.insert(self._file, at, files[order])
        self._row = np.insert(self._row, at, rows[order])


def _halves(keys: bytes) -> NDArray[np.uint64]:
    return np.frombuffer(keys, ">u8").reshape(-1, 2).astype(np.uint64)
