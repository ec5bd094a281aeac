"""Manifests: one small JSON object that says of which files a thing consists, written after they are all there.

Each change is a new generation under a number that nobody has used, so that of two replicas one is first, and what
is being read never changes. A manifest comes from outside: its names and sizes are checked before anything follows.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import Any

from core.errors import StoreError
from core.fingerprint import canonical_json
from core.json_text import parse_json
from core.quoting import quoted

FORMAT = 1
MOST_BYTES = 16 << 20  # of a manifest
MOST_FILES = 10_000
MOST_CONTENT = 1 << 40  # bytes of one thing
MOST_DEEP = 8
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,119}")
PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+@=-]{0,199}")
SHA256 = re.compile(r"[0-9a-f]{64}")
KEY = re.compile(rf"(?P<kind>[a-z]+)/(?P<name>{NAME.pattern})/(?P<generation>\d{{8}})\.json")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file: its path within the thing, its content, and when it was last written, in nanoseconds."""

    path: str
    sha256: str
    size: int
    written_ns: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a thing consists of; ``gone`` where a replica has deleted it for all."""

    kind: str
    name: str
    generation: int
    files: tuple[Entry, ...]
    gone: bool = False

    def content(self) -> bytes:
        return canonical_json({"format": FORMAT, **asdict(self)}).encode()


def key_of(kind: str, name: str, generation: int) -> str:
    """Return the key of a manifest below ``manifests/``."""
    return f"{kind}/{name}/{generation:08d}.json"


def read_manifest(content: bytes, kind: str, name: str, generation: int, where: str) -> Manifest | None:
    """Return what a manifest says, ``None`` where it is no JSON: then its writer was cut off.

    Raises:
        StoreError: it is of something else, or a path, a sum or a size in it cannot be.
    """
    try:
        row = parse_json(content)
    except ValueError:
        return None
    try:
        if (row["format"], row["kind"], row["name"], row["generation"]) != (FORMAT, kind, name, generation):
            raise ValueError("it is of something else, or of another version of Reelign")
        files = tuple(_entry(file) for file in row["files"])
        _check(files)
        return Manifest(kind, name, generation, files, row["gone"] is True)
    except (AttributeError, KeyError, TypeError, ValueError) as reason:
        raise StoreError(f"{where}: not a manifest of ours ({quoted(str(reason))}). Nothing of it is used.") from reason


def check_path(path: str) -> None:
    """Raise ``ValueError`` for a path that leads anywhere but below the folder it is meant for."""
    parts = path.split("/")
    if len(parts) > MOST_DEEP or not all(PART.fullmatch(part) for part in parts):
        raise ValueError(f"path {json.dumps(path)[:200]}")


def _entry(row: Any) -> Entry:
    entry = Entry(row["path"], row["sha256"], row["size"], row["written_ns"])
    check_path(entry.path)
    if not SHA256.fullmatch(entry.sha256):
        raise ValueError("sha256")
    for number, most in ((entry.size, MOST_CONTENT), (entry.written_ns, 1 << 62)):
        if type(number) is not int or not 0 <= number <= most:
            raise ValueError("size or time")
    return entry


def _check(files: tuple[Entry, ...]) -> None:
    if len(files) > MOST_FILES or sum(file.size for file in files) > MOST_CONTENT:
        raise ValueError("more files or bytes than anything of ours has")
    paths = {file.path for file in files}
    folders = {
        "/".join(parts[:depth]) for path in paths if (parts := path.split("/")) for depth in range(1, len(parts))
    }
    if len(paths) != len(files) or paths & folders:
        raise ValueError("a path is there twice")
