"""Keeping a replica up with the store while it runs, without letting a page wait for it."""

from __future__ import annotations

import threading
import time

from core.object_store.address import store_address
from core.object_store.hooks import catch_up
from core.workspace import Workspace

EVERY = 5.0  # seconds from one look to the next
AFTER_TROUBLE = 30.0


class Follower:
    """Looks into the store now and then, when somebody asks; one look at a time."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._starting = threading.Lock()
        self._looking: threading.Thread | None = None
        self._due = 0.0

    def follow(self, patience: float) -> None:
        """Begin a look where one is due, and wait for it for at most ``patience`` seconds; it goes on without."""
        if not store_address():
            return
        with self._starting:
            begun = self._looking is None and time.monotonic() >= self._due
            if begun:
                self._looking = threading.Thread(target=self._look, daemon=True)
                self._looking.start()
            looking = self._looking
        if begun and looking is not None:
            looking.join(patience)

    def _look(self) -> None:
        wait = AFTER_TROUBLE
        try:
            wait = AFTER_TROUBLE if catch_up(self._workspace).problems else EVERY
        finally:
            self._due = time.monotonic() + wait
            self._looking = None
