"""Files of which nothing that anybody wrote is given up: each replica's entries, in the order of their time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from core.errors import StoreError
from core.files import read_json, write_json
from core.fingerprint import canonical_json
from core.journal import append, read
from core.json_text import parse_json
from core.quoting import legible

Row = dict[str, Any]


def united(here: Sequence[Row], there: Sequence[Row]) -> list[Row]:
    """Return all entries of both by ``at``, the store's first where the time is the same; none is there twice."""
    known = Counter(canonical_json(row) for row in there)
    more = []
    for row in here:
        key = canonical_json(row)
        if known[key]:
            known[key] -= 1
        else:
            more.append(row)
    return sorted([*there, *more], key=lambda row: str(row.get("at", "")))


def merge_choices(path: Path, there: bytes, where: str) -> bool:
    """Bring the store's choices of the model in use into the file here; return whether it holds more than the store.

    The last choice of all is the model in use.

    Raises:
        StoreError: what comes from the store is no history of choices, or the file here is damaged.
    """
    remote = _history(_parsed(there, where), where)
    local = _history(read_json(path, StoreError), str(path)) if path.is_file() else []
    together = united(local, remote)
    if together != local:
        write_json(path, {"run": together[-1]["run"] if together else None, "history": together})
    return together != remote


def merge_lines(path: Path, there: bytes, where: str) -> bool:
    """Append the store's lines that a growing file lacks; return whether it holds lines that the store lacks.

    Raises:
        StoreError: what comes from the store is not JSON Lines, or the file here is damaged.
    """
    remote = [_object(_parsed(line, where), where) for line in there.split(b"\n") if line.strip()]
    local = read(path, StoreError)
    missing = Counter(map(canonical_json, remote)) - Counter(map(canonical_json, local))
    for line in missing.elements():
        append(path, json.loads(line))
    return bool(Counter(map(canonical_json, local)) - Counter(map(canonical_json, remote)))


def _history(value: Any, where: str) -> list[Row]:
    try:
        rows = [_object(row, where) for row in value["history"]]
        if all(row.keys() >= {"run", "by", "at"} for row in rows):
            return rows
    except (KeyError, TypeError):
        pass
    raise StoreError(f"{where}: not a history of the model in use. Nothing of it is used.")


def _object(value: Any, where: str) -> Row:
    if not isinstance(value, dict):
        raise StoreError(f"{where}: expected JSON objects, found {type(value).__name__}. Nothing of it is used.")
    return value


def _parsed(content: bytes, where: str) -> Any:
    try:
        return parse_json(content)
    except ValueError as reason:
        raise StoreError(f"{where}: not JSON ({legible(reason)}). Nothing of it is used.") from reason
