"""Locks that die with their holder.

A process id proves nothing: it may be a zombie, or belong to someone else by now. An ``flock`` is let go by the
kernel the moment its process ends, however it ends.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.errors import RunBusyError


@contextmanager
def held(path: Path, owner: dict[str, Any]) -> Iterator[None]:
    """Hold the lock at ``path`` until the block ends, with ``owner`` written into it for others to read.

    Raises:
        RunBusyError: somebody holds it; the message says who.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = read_owner(path)
            who = ", ".join(f"{key} {value}" for key, value in holder.items()) or "another process"
            raise RunBusyError(f"Already taken by {who}. Wait until it ends, or cancel it.") from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(owner).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def is_held(path: Path) -> bool:
    """Return whether a living process holds the lock."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def read_owner(path: Path) -> dict[str, Any]:
    """Return what the last holder wrote about itself; empty when unreadable."""
    try:
        owner = json.loads(path.read_text(encoding="utf-8") or "{}")
    except (OSError, ValueError):
        return {}
    return owner if isinstance(owner, dict) else {}
