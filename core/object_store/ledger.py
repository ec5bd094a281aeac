"""What this replica knows of the store: the generation of each thing that is the same here, and the last trouble.

It lies in ``artifacts/store/`` under a digest of the address, and is no more than a memory: without it everything is
held against the store anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import StoreError
from core.files import in_turn, read_json, write_json
from core.fingerprint import fingerprint_text
from core.masking import masked
from core.workspace import Workspace

DIGITS = 12
TROUBLE = "trouble.json"


@dataclass(frozen=True, slots=True)
class Known:
    """The generation that is the same here, the version it has here, and whether it is one that is gone."""

    generation: int
    version: str = ""
    gone: bool = False


class Ledger:
    """One small file for each thing, so that processes do not stand in each other's way."""

    def __init__(self, workspace: Workspace, address: str) -> None:
        self.folder = workspace.artifacts / "store" / fingerprint_text(address)[:DIGITS]

    def known(self, kind: str, name: str) -> Known | None:
        try:
            row = read_json(self._path(kind, name), StoreError)
            return Known(int(row["generation"]), str(row["version"]), bool(row["gone"]))
        except (StoreError, KeyError, TypeError, ValueError):
            return None

    def note(self, kind: str, name: str, known: Known) -> None:
        write_json(self._path(kind, name), asdict(known))

    @contextmanager
    def in_turn(self, kind: str, name: str) -> Iterator[None]:
        """Hold one thing until the block ends, against other processes and threads of this machine."""
        with in_turn(self.folder / "locks" / f"{kind}-{name}"):
            yield

    def trouble(self) -> str:
        """Return why the store could not be used the last time, empty where it could."""
        try:
            return str(read_json(self.folder / TROUBLE, StoreError)["message"])
        except (StoreError, KeyError, TypeError):
            return ""

    def note_trouble(self, message: str) -> None:
        """Keep what went wrong, or forget it with an empty message."""
        if message:
            write_json(self.folder / TROUBLE, {"message": masked(message)})
        else:
            (self.folder / TROUBLE).unlink(missing_ok=True)

    def _path(self, kind: str, name: str) -> Path:
        return self.folder / kind / f"{name}.json"
