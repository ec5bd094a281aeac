"""``labels copy-to``, ``backup`` and ``restore``: labels taken elsewhere and brought back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated

import typer

from core.cli.output import Json, emit, state, table
from core.judgments.addresses import label_address
from core.judgments.backup import back_up
from core.judgments.backup_file import CATALOG, SNAPSHOTS
from core.judgments.copying import TableSum, copy_labels
from core.judgments.database import Database
from core.judgments.restore import restore as restore_backup
from core.judgments.snapshot_names import NAMES_FILE

DIGITS = 12


@contextmanager
def _labels() -> Iterator[Database]:
    with closing(Database(label_address(state.workspace))) as database:
        yield database


def copy_to(
    address: Annotated[
        str, typer.Argument(metavar="URL", help="postgresql+psycopg://USER@HOST/NAME or a file; it must be empty.")
    ],
    as_json: Json = False,
) -> None:
    """Copy all labels into another database, in one transaction, and hold both against each other.

    The catalogue and the snapshots stay in the workspace. Set REELIGN_DATABASE_URL afterwards to work with the copy.
    """
    with _labels() as source, closing(Database(address)) as target:
        written = copy_labels(source, target)
    result = {"from": source.name, "to": target.name, "tables": _as_result(written)}
    emit(result, f"{source.name}\n-> {target.name}\n{_as_table(written)}\nBoth hold the same.", as_json)


def backup(
    file: Annotated[Path, typer.Argument(help="File to write; an older backup there gives way to it.")],
    as_json: Json = False,
) -> None:
    """Write labels, catalogue, snapshots, roles and activity into one file, while the team works on.

    Models, runs and comparisons are not in it: they lie in artifacts/.
    """
    with _labels() as database:
        manifest = back_up(database, state.workspace, file)
    written = [TableSum(name, one.rows or 0, one.sha256) for name, one in manifest.tables.items()]
    snapshots = sum(one.name.startswith(SNAPSHOTS) and not one.name.endswith(NAMES_FILE) for one in manifest.others)
    catalog = any(one.name == CATALOG for one in manifest.others)
    result = {
        "file": str(file),
        "bytes": file.stat().st_size,
        "made_at": manifest.made_at,
        "schema_revision": manifest.schema_revision,
        "tables": _as_result(written),
        "catalog": catalog,
        "snapshots": snapshots,
    }
    files = f"catalogue: {'yes' if catalog else 'none'}, snapshots: {snapshots}"
    emit(result, f"{file}: {file.stat().st_size:,} bytes\n{_as_table(written)}\n{files}", as_json)


def restore(
    file: Annotated[Path, typer.Argument(help="File that 'backup' has written.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Give up the labels and the catalogue that are there; nothing is merged.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring a backup back, after checking every sum in it: all of it or nothing.

    It goes into the database of REELIGN_DATABASE_URL, else that of the workspace, which must be empty; catalogue and
    snapshots go into the workspace.
    """
    with _labels() as database:
        written = restore_backup(file, database, state.workspace, replace=replace)
    result = {"file": str(file), "to": database.name, "tables": _as_result(written)}
    emit(result, f"{file}\n-> {database.name}\n{_as_table(written)}\nEvery row was checked.", as_json)


def _as_result(sums: Sequence[TableSum]) -> dict[str, dict[str, object]]:
    return {one.table: {"rows": one.rows, "sha256": one.sha256} for one in sums}


def _as_table(sums: Sequence[TableSum]) -> str:
    return table(["table", "rows", "sha256"], [[one.table, f"{one.rows:,}", one.sha256[:DIGITS]] for one in sums])
