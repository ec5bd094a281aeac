"""Films on disk, so that a catalogue of millions is gone through without being held in memory.

They lie in a temporary database that SQLite itself deletes; it takes as much room in the folder for temporary files
(``$SQLITE_TMPDIR``, else ``$TMPDIR``) as the catalogue's file does, and a few megabytes of memory.
"""

from __future__ import annotations

import errno
import json
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cached_property
from hashlib import sha256
from types import TracebackType
from typing import Self

from core.catalog.movie import Movie, movie_from_row
from core.errors import CatalogError, StorageError
from core.fingerprint import canonical_json

CACHE_KIB = 16_384


class FilmSpool:
    """Films in the order of their ids, read from disk as often as one asks: what ``Catalog`` is, but not in memory.

    Lines of JSON are in the order of their bytes, as SQLite compares, which is the order of their characters as well;
    so ids and fingerprints come out as ``Catalog`` has them.
    """

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.execute("PRAGMA journal_mode = OFF")
        self._base.execute("PRAGMA synchronous = OFF")
        self._base.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        self._base.execute("PRAGMA temp_store = FILE")
        self._base.execute("CREATE TABLE films (id TEXT NOT NULL UNIQUE, row INTEGER NOT NULL, line TEXT NOT NULL)")
        self._count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()

    def add(self, movie: Movie, row: int) -> tuple[int, bool]:
        """Keep a film unless its id is taken; return the row of the film that has the id, and whether it is equal.

        Raises:
            StorageError: the disk is full.
        """
        line = canonical_json(movie.row())
        with _on_disk():
            added = self._base.execute("INSERT OR IGNORE INTO films VALUES (?, ?, ?)", (movie.movie_id, row, line))
            if added.rowcount:
                self._count += 1
                return row, True
            first, there = self._base.execute("SELECT row, line FROM films WHERE id = ?", (movie.movie_id,)).fetchone()
        return first, there == line

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Movie]:
        for movie_id, line in self.lines():
            yield movie_from_row(json.loads(line), movie_id)

    def __getitem__(self, movie_id: str) -> Movie:
        """Return the film with this id.

        Raises:
            CatalogError: there is no such film.
        """
        with _on_disk():
            found = self._base.execute("SELECT line FROM films WHERE id = ?", (movie_id,)).fetchone()
        if found is None:
            raise CatalogError(f"The catalogue has no film with the id '{movie_id}'.")
        return movie_from_row(json.loads(found[0]), movie_id)

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield the id and the canonical JSON of each film, in the order of the ids."""
        with _on_disk(), closing(self._base.execute("SELECT id, line FROM films ORDER BY id")) as found:
            yield from found

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 over the films' rows, the same as that of a ``Catalog`` of them."""
        digest = sha256()
        with _on_disk(), closing(self._base.execute("SELECT line FROM films ORDER BY line")) as found:
            for (line,) in found:
                digest.update(line.encode())
                digest.update(b"\n")
        return digest.hexdigest()


@contextmanager
def _on_disk() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as reason:
        raise StorageError(errno.ENOSPC, f"{reason} (temporary files)", tempfile.gettempdir()) from reason
