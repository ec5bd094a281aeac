"""``labels copy-to``, ``backup`` and ``restore``: labels taken elsewhere and brought back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Annotated

import typer

from core.cli.output import Json, emit, state, table
from core.judgments.addresses import label_address
from core.judgments.copying import TableSum, copy_labels
from core.judgments.database import Database

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


def _as_result(sums: Sequence[TableSum]) -> dict[str, dict[str, object]]:
    return {one.table: {"rows": one.rows, "sha256": one.sha256} for one in sums}


def _as_table(sums: Sequence[TableSum]) -> str:
    return table(["table", "rows", "sha256"], [[one.table, f"{one.rows:,}", one.sha256[:DIGITS]] for one in sums])
