"""A copy of this process that is killed at a chosen line of what it does."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import core

CORE = str(Path(core.__file__).parent)


def lines_of(action: Callable[[], Any]) -> int:
    """Return how many lines of ``core`` an action runs, told by a copy of this process that does it to the end."""
    reader, writer = os.pipe()

    def count() -> None:
        counted = _traced(action, last=None)
        os.write(writer, str(counted).encode())

    _forked(count)
    os.close(writer)
    with os.fdopen(reader, "rb") as told:
        return int(told.read())


def die_at(line: int, action: Callable[[], Any]) -> None:
    """Do an action in a copy of this process that is killed outright just before the given line of ``core``."""
    status = _forked(lambda: _traced(action, last=line))
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, f"ended by itself: {status}"


def _forked(action: Callable[[], Any]) -> int:
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1]
    try:
        action()
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _traced(action: Callable[[], Any], last: int | None) -> int:
    seen = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal seen
        if not frame.f_code.co_filename.startswith(CORE):
            return None
        if event == "line":
            seen += 1
            if seen == last:
                os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    try:
        action()
    finally:
        sys.settrace(None)
    return seen
