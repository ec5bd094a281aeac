"""``catalog import``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from core.catalog import Catalog, apply_import, load_catalog, plan_import
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
    current: Catalog | None = load_catalog(state.workspace) if state.workspace.catalog.exists() else None
    plan = plan_import(file, current=current, mapping=mapping, replace=replace)
    size = len(current or ()) if dry_run else len(apply_import(plan, state.workspace))
    result = {
        "file": str(file),
        "source": plan.source,
        "format": plan.format,
        "encoding": plan.encoding,
        "mapping": plan.mapping,
        "unused": list(plan.unused),
        "added": plan.added,
        "updated": plan.updated,
        "unchanged": plan.unchanged,
        "removed": plan.removed,
        "duplicates": plan.duplicates,
        "problems": [str(problem) for problem in plan.problems],
        "films": size,
        "written": not dry_run,
    }
    lines = [
        f"{plan.source} {plan.format} ({plan.encoding}): {plan.added} added, {plan.updated} updated, "
        f"{plan.unchanged} unchanged, {plan.removed} removed, {plan.duplicates} duplicates.",
        "Columns: " + ", ".join(f"{field} from {name}" for field, name in plan.mapping.items()),
        *[str(problem) for problem in plan.problems[:20]],
        f"The catalogue holds {size} films." + (" Nothing was written." if dry_run else ""),
    ]
    emit(result, "\n".join(lines), as_json)


def _field_and_column(item: str) -> tuple[str, str]:
    field, equals, name = item.partition("=")
    if not equals:
        raise CatalogError(f"--column is '{item}'; expected field=column, like overview=plot.")
    return field, name
