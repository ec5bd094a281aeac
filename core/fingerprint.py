"""Fingerprints: sha256 over canonical bytes, so that equal content has an equal name everywhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

CHUNK_BYTES = 1 << 20


def canonical_json(value: Any) -> str:
    """Return the one JSON text of ``value``: sorted keys, no spaces, real characters, no NaN.

    >>> canonical_json({"b": 1, "a": "영화"})
    '{"a":"영화","b":1}'
    """
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def json_values(record: DataclassInstance) -> dict[str, Any]:
    """Return the fields of a dataclass, and of those within it, as the plain values that JSON holds of them."""
    values: dict[str, Any] = json.loads(canonical_json(asdict(record)))
    return values


def fingerprint(value: Any) -> str:
    """Return the sha256 of a JSON-like value, as 64 hex digits."""
    return fingerprint_text(canonical_json(value))


def fingerprint_text(text: str) -> str:
    """Return the sha256 of a text in UTF-8, as 64 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def fingerprint_rows(rows: Iterable[Any]) -> str:
    """Return the sha256 over the sorted canonical lines of ``rows``: the order of the rows does not count."""
    digest = hashlib.sha256()
    for line in sorted(canonical_json(row) for row in rows):
        digest.update(line.encode())
        digest.update(b"\n")
    return digest.hexdigest()


def fingerprint_file(path: Path) -> str:
    """Return the sha256 of a file's bytes, read in chunks."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
