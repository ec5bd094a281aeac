"""What a backup is: one zip archive of JSON lines and a manifest that says what every file in it must be.

Nothing of the archive is unpacked by the names in it, and neither its sizes nor its sums are believed before they are
counted: a damaged, foreign or inflated file is refused before anything else is touched.
"""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import LabelError
from core.fingerprint import CHUNK_BYTES
from core.judgments.database import known_revisions
from core.judgments.exchange.packing import UNREADABLE
from core.judgments.snapshot_names import NAMES_FILE

MANIFEST = "manifest.json"
CATALOG = "catalog.jsonl"
TABLES, SNAPSHOTS = "tables/", "snapshots/"
GROWING = ("activity.jsonl", "roles.jsonl")  # who did what, and who may
SNAPSHOT_FILE = re.compile(rf"[0-9a-f]{{12}}\.jsonl|{re.escape(NAMES_FILE)}")

_BESIDE = "|".join(map(re.escape, (CATALOG, *GROWING)))
_NAME = re.compile(rf"{TABLES}[a-z_]+\.jsonl|{_BESIDE}|{SNAPSHOTS}(?:{SNAPSHOT_FILE.pattern})")

MOST_MANIFEST_BYTES = 64 * 1024**2
# Labels shrink about tenfold in a zip archive. What would grow more than this is made to fill a disk.
MOST_GROWTH = 200
ALWAYS_ALLOWED_BYTES = 256 * 1024**2


class BackupFile(BaseModel):
    """One file of a backup: its size in bytes, its sha256, and the rows of a table or when a file was last changed."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    bytes: int = Field(ge=0)
    sha256: str
    rows: int | None = None
    modified: float | None = None


class Manifest(BaseModel):
    """What a backup holds, when it was made (ISO 8601, UTC) and the schema of its tables."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reelign_backup: Literal[1] = 1
    made_at: str
    schema_revision: str
    files: tuple[BackupFile, ...]

    @property
    def tables(self) -> dict[str, BackupFile]:
        """The files of the tables, by table."""
        return {
            file.name.removeprefix(TABLES).removesuffix(".jsonl"): file
            for file in self.files
            if file.name.startswith(TABLES)
        }

    @property
    def others(self) -> list[BackupFile]:
        """The files of the workspace: catalogue, snapshots and their names, roles and the activity log."""
        return [file for file in self.files if not file.name.startswith(TABLES)]


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open the archive of a backup, to be read in the block and nothing else.

    Raises:
        LabelError: it is not there, or cannot be read.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except FileNotFoundError:
        raise LabelError(f"{path}: there is no such file.") from None
    except UNREADABLE as reason:
        raise LabelError(f"{path} is damaged, or no backup ({reason}). Take another one.") from reason


def checked(archive: zipfile.ZipFile, path: Path) -> Manifest:
    """Return the manifest of a backup whose files are all there, as long as it says, and have the sums that it says.

    Raises:
        LabelError: naming what is wrong.
    """
    manifest = read_manifest(archive, path)
    members = [member.filename for member in archive.infolist()]
    named = [MANIFEST, *(file.name for file in manifest.files)]
    if strange := [name for name in named[1:] if not _NAME.fullmatch(name)]:
        raise LabelError(f"{path}: {strange[0]!r} is no file of a backup. Take another one.")
    if sorted(members) != sorted(named) or len(set(named)) != len(named):
        differing = sorted(set(members) ^ set(named)) or [name for name in members if members.count(name) > 1]
        raise LabelError(f"{path}: its manifest and its files differ, at {differing[0]!r}. Take another backup.")
    together = sum(file.bytes for file in manifest.files)
    if together > max(ALWAYS_ALLOWED_BYTES, MOST_GROWTH * path.stat().st_size):
        raise LabelError(f"{path} would grow to {together:,} bytes, {MOST_GROWTH} times its size, and is not unpacked.")
    for file in manifest.files:
        _check_sum(archive, file, path)
    return manifest


def read_manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    """Return what a backup says of itself.

    Raises:
        LabelError: it is no backup, or that of a newer version.
    """
    if MANIFEST not in archive.namelist():
        raise LabelError(f"{path} is no backup of Reelign: it holds no {MANIFEST}.")
    with archive.open(MANIFEST) as file:
        text = file.read(MOST_MANIFEST_BYTES + 1)
    if len(text) > MOST_MANIFEST_BYTES:
        raise LabelError(f"{path}: its {MANIFEST} is larger than {MOST_MANIFEST_BYTES:,} bytes, and is not read.")
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as reason:
        first = reason.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise LabelError(
            f"{path}: {MANIFEST} is not that of a backup that this Reelign reads ({where}: {first['msg']})."
        ) from reason
    if manifest.schema_revision not in known_revisions():
        raise LabelError(
            f"{path} holds labels of schema {manifest.schema_revision!r}, which this Reelign does not know: it was "
            "made by a newer one. Update Reelign."
        )
    return manifest


def _check_sum(archive: zipfile.ZipFile, file: BackupFile, path: Path) -> None:
    digest, count = hashlib.sha256(), 0
    with archive.open(file.name) as member:
        while count <= file.bytes and (chunk := member.read(CHUNK_BYTES)):
            digest.update(chunk)
            count += len(chunk)
    if count != file.bytes or digest.hexdigest() != file.sha256:
        raise LabelError(
            f"{path}: {file.name} has been changed: the manifest says {file.bytes:,} bytes with the sha256 "
            f"{file.sha256[:12]}.... Take another backup."
        )
