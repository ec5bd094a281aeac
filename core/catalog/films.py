"""What everything that reads films one after the other needs of a catalogue, be it in memory or on disk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from core.catalog.movie import Movie


class Films(Protocol):
    """Films in the order of their ids, to be gone through as often as one likes."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Movie]: ...

    @property
    def fingerprint(self) -> str:
        """The sha256 over the films' rows: equal for equal catalogues, however they were made."""
        ...
