"""``labels import | export | snapshot``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from core.catalog import load_catalog
from core.cli.output import Json, emit, state
from core.errors import LabelError
from core.judgments import (
    ExportFormat,
    LabelStore,
    Split,
    export_labels,
    load_snapshot,
    read_qrels,
    read_queries,
    take_snapshot,
)
from core.judgments.grades import grade_rows

app = typer.Typer(help="Queries and judgments.", no_args_is_help=True)


@app.command("import")
def import_(
    qrels: Annotated[Path, typer.Argument(help="TREC qrels: query id, 0, film id, grade.")],
    queries: Annotated[Path, typer.Option(help="The queries, JSONL, CSV or TSV, with query_id and text.")],
    annotator: Annotated[str, typer.Option(help="Whose judgments these are.")],
    split: Annotated[
        Split | None, typer.Option(help="Put every query into this split, instead of the file's own or one by hash.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Import judgments, with the queries that they are about. All or nothing."""
    rows = read_qrels(qrels)
    wanted = {row.query_id for row in rows}
    given = read_queries(queries)
    chosen = [query for query in given if query.query_id in wanted]
    if missing := wanted - {query.query_id for query in chosen}:
        raise LabelError(
            f"{queries}: {len(missing)} queries of {qrels} are not in this file, '{min(missing)}' first. "
            "Give the file that holds them."
        )
    if split is not None:
        chosen = [replace(query, split=split) for query in chosen]
    grade_rows(rows, load_catalog(state.workspace).ids)  # refuses a bad file before its queries are added
    with LabelStore.open(state.workspace) as store:
        added = store.add_queries(chosen)
        count = store.import_judgments(rows, annotator)
    splits = {name.value: sum(query.split is name for query in added) for name in Split}
    result = {"queries": len(added), "judgments": count, "splits": splits, "not_judged": len(given) - len(chosen)}
    text = f"{count} judgments of {len(added)} queries ({', '.join(f'{n} {name}' for name, n in splits.items())})."
    emit(result, text, as_json)


@app.command()
def snapshot(as_json: Json = False) -> None:
    """Freeze the labels as they are now, for a training to read."""
    with LabelStore.open(state.workspace) as store:
        taken = take_snapshot(store, state.workspace)
    queries = {split.value: len(taken.queries(split)) for split in Split}
    result = {
        "snapshot": taken.name,
        "fingerprint": taken.fingerprint,
        "path": str(taken.path),
        "judgments": len(taken.rows),
        "queries": queries,
    }
    emit(result, f"Snapshot {taken.name}: {len(taken.rows)} judgments of {sum(queries.values())} queries.", as_json)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="Folder to write into.")],
    format: Annotated[ExportFormat, typer.Option(help="Format of the files.")] = "trec",
    labels: Annotated[str | None, typer.Option(help="Snapshot to export (default: the labels now).")] = None,
    as_json: Json = False,
) -> None:
    """Write labels for other tools."""
    if labels:
        chosen = load_snapshot(labels, state.workspace)
    else:
        with LabelStore.open(state.workspace) as store:
            chosen = take_snapshot(store, state.workspace)
    paths = export_labels(chosen, folder, format, load_catalog(state.workspace))
    result = {"snapshot": chosen.name, "format": format, "files": [str(path) for path in paths]}
    emit(result, "\n".join(str(path) for path in paths), as_json)
