"""Writing down everything in ``labels/``, as it is at one moment, while the team works on."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.engine import Connection

from core.errors import LabelError
from core.files import sync
from core.fingerprint import canonical_json
from core.judgments.backup_file import (
    CATALOG,
    GROWING,
    MANIFEST,
    SNAPSHOT_FILE,
    SNAPSHOTS,
    TABLES,
    BackupFile,
    Manifest,
    checked,
    opened,
    read_manifest,
)
from core.judgments.copying import rows_of
from core.judgments.database import Database, newest_revision
from core.judgments.schema import metadata
from core.judgments.snapshot_names import NAMES_FILE
from core.workspace import Workspace


def back_up(database: Database, workspace: Workspace, path: Path) -> Manifest:
    """Write labels, catalogue, snapshots, roles and the activity log into one file, and return what it holds.

    It is written aside, read back and checked before it takes the place of ``path``, which may be an older backup.

    Raises:
        LabelError: ``path`` is a file of another kind, or the labels cannot be read.
    """
    _refuse_another_file(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    aside = Path(name)
    try:
        with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED) as archive:
            _write(archive, database, workspace, path.parent)
        with opened(aside) as archive:
            manifest = checked(archive, aside)
        sync(aside)
        os.replace(aside, path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return manifest


def _refuse_another_file(path: Path) -> None:
    if not path.exists():
        return
    try:
        with opened(path) as archive:
            read_manifest(archive, path)
    except LabelError as reason:
        raise LabelError(f"{path} is there already and is no backup. Choose another name.") from reason


def _write(archive: zipfile.ZipFile, database: Database, workspace: Workspace, folder: Path) -> None:
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    # Files first: whatever labels a snapshot was taken of are then in the tables too.
    files = [_written_file(archive, name, path) for name, path in _files_of(workspace)]
    with _still(database, folder) as connection:
        for table in metadata.sorted_tables:
            lines = (f"{canonical_json(row)}\n".encode() for row in rows_of(connection, table))
            files.append(_written(archive, f"{TABLES}{table.name}.jsonl", lines))
    manifest = Manifest(made_at=made_at, schema_revision=newest_revision(), files=tuple(files))
    archive.writestr(MANIFEST, manifest.model_dump_json(indent=2, exclude_none=True))


def _files_of(workspace: Workspace) -> Iterator[tuple[str, Path]]:
    for name, path in zip((CATALOG, *GROWING), (workspace.catalog, workspace.activity, workspace.roles), strict=True):
        if path.exists():
            yield name, path
    names = workspace.snapshots / NAMES_FILE
    if names.exists():  # before the snapshots: one that is named in the meantime is then among them
        yield f"{SNAPSHOTS}{NAMES_FILE}", names
    for path in sorted(workspace.snapshots.glob("*.jsonl")):
        if SNAPSHOT_FILE.fullmatch(path.name):
            yield f"{SNAPSHOTS}{path.name}", path


def _written_file(archive: zipfile.ZipFile, name: str, path: Path) -> BackupFile:
    with path.open("rb") as file:
        modified = os.fstat(file.fileno()).st_mtime
        return _written(archive, name, file).model_copy(update={"rows": None, "modified": modified})


def _written(archive: zipfile.ZipFile, name: str, lines: Iterable[bytes]) -> BackupFile:
    digest, size, rows = hashlib.sha256(), 0, 0
    with archive.open(name, "w", force_zip64=True) as member:
        for line in lines:
            member.write(line)
            digest.update(line)
            size += len(line)
            rows += 1
    return BackupFile(name=name, bytes=size, sha256=digest.hexdigest(), rows=rows)


@contextmanager
def _still(database: Database, folder: Path) -> Iterator[Connection]:
    """Yield a connection to the labels as they are at one moment: in PostgreSQL one transaction, else a copy's."""
    with database.reading() as connection:
        driver = connection.connection.driver_connection
        if not isinstance(driver, sqlite3.Connection):
            yield connection
            return
        with tempfile.TemporaryDirectory(dir=folder, prefix=".labels.") as copies:
            path = Path(copies) / "labels.sqlite3"
            try:
                with closing(sqlite3.connect(path)) as copy:
                    driver.backup(copy)
            except sqlite3.Error as reason:
                raise LabelError(
                    f"The label database {database.name} cannot be copied to {folder}: {reason}."
                ) from reason
            with closing(Database(path)) as copied, copied.reading() as still:
                yield still
