"""``catalog import``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.catalog import import_file
from core.cli.output import Json, emit, state
from core.errors import CatalogError

app = typer.Typer(help="The film catalogue.", no_args_is_help=True)


@app.callback()
def noun() -> None:
    """The film catalogue."""


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="CSV, TSV, JSONL, JSON or Parquet.")],
    column: Annotated[
        list[str] | None, typer.Option(help="field=column, to override what was recognised; repeatable.")
    ] = None,
    replace: Annotated[bool, typer.Option(help="Remove the films that the file lacks.")] = False,
    dry_run: Annotated[bool, typer.Option(help="Show what would happen, and write nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Import films: all of the file, or nothing."""
    mapping = dict(_field_and_column(item) for item in column or [])
    done = import_file(file, state.workspace, mapping=mapping, replace=replace, dry_run=dry_run)
    read = done.read
    result = {
        "file": str(file),
        "source": read.source,
        "format": read.format,
        "encoding": read.encoding,
        "mapping": read.mapping,
        "unused": list(read.unused),
        "added": done.added,
        "updated": done.updated,
        "unchanged": done.unchanged,
        "removed": done.removed,
        "duplicates": read.duplicates,
        "problems": [str(problem) for problem in read.problems],
        "films": done.films,
        "written": not dry_run,
    }
    lines = [
        f"{read.source} {read.format} ({read.encoding}): {done.added} added, {done.updated} updated, "
        f"{done.unchanged} unchanged, {done.removed} removed, {read.duplicates} duplicates.",
        "Columns: " + ", ".join(f"{field} from {name}" for field, name in read.mapping.items()),
        *[str(problem) for problem in read.problems[:20]],
        f"The catalogue holds {done.films} films." + (" Nothing was written." if dry_run else ""),
    ]
    emit(result, "\n".join(lines), as_json)


def _field_and_column(item: str) -> tuple[str, str]:
    field, equals, name = item.partition("=")
    if not equals:
        raise CatalogError(f"--column is '{item}'; expected field=column, like overview=plot.")
    return field, name
