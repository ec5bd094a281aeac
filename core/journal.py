"""Files that only grow: one JSON object a line, on disk before the caller goes on.

Several processes may append at once. A line that a power cut has torn was never acknowledged: readers pass it over,
and the next writer takes it away.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from core.errors import ReelignError
from core.fingerprint import canonical_json

Made = TypeVar("Made")


def append(path: Path, row: dict[str, Any]) -> None:
    """Append one object and return once it is on disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # let go when the file is closed
        _drop_torn_line(file)
        file.write(canonical_json(row).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())


def read(path: Path, error: type[ReelignError]) -> list[dict[str, Any]]:
    """Return the objects, oldest first; none where there is no file.

    Raises:
        error: naming the file and the line that is not a JSON object.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    rows = []
    for number, line in enumerate(content.split(b"\n")[:-1], start=1):  # what follows the last line end is torn
        try:
            row = json.loads(line)
        except ValueError as reason:
            raise error(f"{path}, line {number}: not JSON ({reason}). Mend or take out that line.") from reason
        if not isinstance(row, dict):
            raise error(f"{path}, line {number}: expected one JSON object, found {type(row).__name__}.")
        rows.append(row)
    return rows


def records(path: Path, make: Callable[[dict[str, Any]], Made], error: type[ReelignError], what: str) -> list[Made]:
    """Return what ``make`` makes of each object, oldest first; nothing where there is no file.

    Raises:
        error: as ``read``, and naming the line of which ``make`` raises a ``KeyError`` or a ``ValueError``, since it is
            not ``what`` it should be.
    """
    made = []
    for line, row in enumerate(read(path, error), start=1):
        try:
            made.append(make(row))
        except (KeyError, ValueError) as reason:
            raise error(f"{path}, line {line}: not {what} ({reason}). Mend or take it out.") from reason
    return made


def _drop_torn_line(file: BinaryIO) -> None:
    file.seek(0)
    content = file.read()
    if not content.endswith(b"\n"):
        file.truncate(content.rfind(b"\n") + 1)
    file.seek(0, os.SEEK_END)
