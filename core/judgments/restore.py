"""Bringing a backup back, into either kind of database: all of it, checked beforehand, or nothing.

The tables are first built apart, at the schema that they were written from, and migrated: whatever does not fit
together shows itself there, and backups of older versions come back too.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from core.errors import LabelError
from core.files import write_text
from core.json_text import parse_json
from core.judgments.addresses import read_url
from core.judgments.backup_file import SNAPSHOTS, BackupFile, Manifest, checked, opened
from core.judgments.copying import TableSum, copy_rows, filled_tables, insert_rows, rows_of, table_sum
from core.judgments.database import Database, upgrade
from core.judgments.engines import make_engine
from core.judgments.schema import metadata
from core.workspace import Workspace

VERSION_TABLE = "alembic_version"


def restore(path: Path, database: Database, workspace: Workspace, *, replace: bool = False) -> list[TableSum]:
    """Bring a backup into an empty workspace, and return what every table then holds.

    With ``replace`` everything in the database gives way to what the backup holds, and so do the files that it
    brings; snapshots that it does not know stay, since trainings were made from them.

    Raises:
        LabelError: the backup is damaged or foreign, or something is there already. Then nothing has been changed.
    """
    with tempfile.TemporaryDirectory(prefix="reelign-") as folder:
        with opened(path) as archive:
            manifest = checked(archive, path)
            texts = {file.name: _text(archive, file, path) for file in manifest.others}
            built = _built(Path(folder) / "labels.sqlite3", archive, manifest, path)
        with closing(built):
            if not replace:
                _refuse_differing(texts, workspace, path)
            with database.writing() as connection:
                _make_room(database, connection, replace)
                written = copy_rows(built, database, connection)
                for file in manifest.others:
                    _write(file, texts[file.name], workspace)
    return written


def _make_room(database: Database, connection: sa.Connection, replace: bool) -> None:
    filled = filled_tables(connection)
    if filled and not replace:
        there = ", ".join(f"{count} in {table}" for table, count in filled.items())
        raise LabelError(
            f"The label database {database.name} holds rows already ({there}), and a backup is not merged. Restore "
            "into an empty one, or say --replace to give these up."
        )
    for table in reversed(metadata.sorted_tables):
        connection.execute(sa.delete(table))


def _text(archive: zipfile.ZipFile, file: BackupFile, path: Path) -> str:
    with archive.open(file.name) as member:
        try:
            return member.read().decode()
        except UnicodeDecodeError as reason:
            raise LabelError(f"{path}: {file.name} is not UTF-8 ({reason.reason}). Take another backup.") from reason


def _target(name: str, workspace: Workspace) -> Path:
    if name.startswith(SNAPSHOTS):
        return workspace.snapshots / name.removeprefix(SNAPSHOTS)
    return workspace.catalog.with_name(name)


def _refuse_differing(texts: dict[str, str], workspace: Workspace, path: Path) -> None:
    for name, text in texts.items():
        target = _target(name, workspace)
        if target.exists() and target.read_bytes() != text.encode():
            raise LabelError(
                f"{target} is there already and differs from that of {path}. Restore into an empty workspace, or say "
                "--replace to give it up."
            )


def _write(file: BackupFile, text: str, workspace: Workspace) -> None:
    target = _target(file.name, workspace)
    write_text(target, text)
    if file.modified is not None:  # a snapshot is as old as its file
        os.utime(target, (file.modified, file.modified))


def _built(target: Path, archive: zipfile.ZipFile, manifest: Manifest, path: Path) -> Database:
    """Return a new database with the rows of a backup, at the newest schema."""
    engine = make_engine(read_url(target))
    try:
        with engine.begin() as connection:
            upgrade(connection, manifest.schema_revision)
            found = sa.MetaData()
            found.reflect(connection)
            tables = [table for table in found.sorted_tables if table.name != VERSION_TABLE]
            if differing := {table.name for table in tables} ^ manifest.tables.keys():
                raise LabelError(f"{path}: its tables are not those of its schema, at {min(differing)!r}.")
            for table in tables:
                _fill(connection, table, archive, manifest.tables[table.name], path)
    except OperationalError as reason:
        raise LabelError(f"{path} cannot be unpacked in {target.parent}: {reason.orig}.") from reason
    except (SQLAlchemyError, OverflowError) as reason:
        said = str(getattr(reason, "orig", None) or reason).splitlines()[0]
        raise LabelError(f"{path}: its rows do not fit together ({said}). Take another backup.") from reason
    finally:
        engine.dispose()
    return Database(target)


def _fill(connection: sa.Connection, table: sa.Table, archive: zipfile.ZipFile, file: BackupFile, path: Path) -> None:
    insert_rows(connection, table, _rows(archive, file, table, path))
    there = table_sum(table.name, rows_of(connection, table))
    if (there.rows, there.sha256) != (file.rows, file.sha256):
        raise LabelError(f"{path}: the rows of {file.name} are not as a backup writes them. Take another backup.")


def _rows(archive: zipfile.ZipFile, file: BackupFile, table: sa.Table, path: Path) -> Iterator[dict[str, Any]]:
    columns = {column.name: column for column in table.columns}
    with archive.open(file.name) as member:
        for number, line in enumerate(member, start=1):
            where = f"{path}: {file.name}, line {number}"
            try:
                row = parse_json(line)
            except ValueError as reason:
                raise LabelError(f"{where}: not JSON ({reason}).") from reason
            if not isinstance(row, dict) or row.keys() != columns.keys():
                raise LabelError(f"{where}: expected an object of {', '.join(sorted(columns))}.")
            for name, value in row.items():
                if not _fits(columns[name], value):
                    raise LabelError(f"{where}: {name} is {value!r}, which this column does not hold.")
            yield row


def _fits(column: sa.Column[Any], value: object) -> bool:
    # SQLite itself would hold a text where a number belongs.
    if value is None:
        return bool(column.nullable)
    return isinstance(column.type, sa.JSON) or type(value) is column.type.python_type
