"""``labels import | preview | export | snapshot``; ``snapshots`` and ``copy-to`` stand in modules of their own."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Annotated

import typer

from core.activity_log import Kind, note
from core.catalog import load_catalog
from core.cli import moving, snapshots
from core.cli.output import Json, emit, state
from core.errors import LabelError
from core.judgments import (
    ExchangeFormat,
    ExportFormat,
    ImportPreview,
    LabelStore,
    Snapshot,
    Split,
    apply_import,
    export_judgments,
    export_labels,
    load_snapshot,
    preview_import,
    read_qrels,
    read_queries,
    read_sources,
    take_snapshot,
    truth,
)
from core.judgments.exchange.export import JUDGMENT_WRITERS
from core.judgments.grades import grade_rows

PROBLEMS_SHOWN = 20

app = typer.Typer(help="Queries and judgments.", no_args_is_help=True)
app.add_typer(snapshots.app, name="snapshots")
app.command("copy-to")(moving.copy_to)


Annotator = Annotated[str, typer.Option(help="Whose judgments these are, where the files do not say it.")]
Format = Annotated[
    ExchangeFormat | None, typer.Option("--format", help="Format of the files (default: told by their content).")
]
ChosenSplit = Annotated[
    Split | None, typer.Option(help="Put every query into this split, instead of the file's own or one by hash.")
]
SkipUnknown = Annotated[
    bool, typer.Option("--skip-unknown", help="Leave out the lines whose film is not in the catalogue.")
]
By = Annotated[str, typer.Option(help="Who does this, for the activity log.")]
Files = Annotated[list[Path], typer.Argument(help="Files, a BEIR folder, or a zip archive.")]
Queries = Annotated[Path | None, typer.Option(help="The queries of qrels, JSONL, CSV or TSV, with query_id and text.")]


@app.command("import")
def import_(
    files: Files,
    annotator: Annotator,
    queries: Queries = None,
    format: Format = None,
    split: ChosenSplit = None,
    skip_unknown: SkipUnknown = False,
    as_json: Json = False,
) -> None:
    """Import judgments, with the queries that they are about. All or nothing.

    With --queries, FILES is one qrels file and the other file holds every query in it.
    """
    if queries is not None and format in (None, "trec") and len(files) == 1:
        _import_qrels(files[0], queries, annotator, split, as_json)
        return
    with LabelStore.open(state.workspace) as store:
        found = _preview(store, files, annotator, queries, format, split, skip_unknown)
        count = apply_import(found, store)
    note(state.workspace, Kind.IMPORT, annotator, count=count + found.queries_new)
    result = _as_result(found) | {"judgments": count, "written": True}
    emit(result, f"{count} judgments written. {_counts(found)}", as_json)


@app.command()
def preview(
    files: Files,
    annotator: Annotator,
    queries: Queries = None,
    format: Format = None,
    split: ChosenSplit = None,
    skip_unknown: SkipUnknown = False,
    as_json: Json = False,
) -> None:
    """Show what an import would do, and everything that is wrong with the files. Nothing is written."""
    with LabelStore.open(state.workspace) as store:
        found = _preview(store, files, annotator, queries, format, split, skip_unknown)
    lines = [f"{found.format}: {_counts(found)}", *(str(problem) for problem in found.problems[:PROBLEMS_SHOWN])]
    if (hidden := found.fatal_count + found.remark_count - PROBLEMS_SHOWN) > 0:
        lines.append(f"... and {hidden} more problems.")
    lines.append("Mend these first." if found.fatal_count else "This can be imported. Nothing was written.")
    emit(_as_result(found) | {"written": False}, "\n".join(lines), as_json)


def _preview(
    store: LabelStore,
    files: list[Path],
    annotator: str,
    queries: Path | None,
    format: ExchangeFormat | None,
    split: Split | None,
    skip_unknown: bool,
) -> ImportPreview:
    sources = read_sources([*files, *([queries] if queries else [])])
    catalog = load_catalog(state.workspace)
    return preview_import(store, sources, annotator, catalog, format=format, split=split, skip_unknown=skip_unknown)


def _as_result(found: ImportPreview) -> dict[str, object]:
    return {
        "format": found.format,
        "files": list(found.files),
        "lines": found.lines,
        "queries": found.queries_new + found.queries_known,
        "queries_new": found.queries_new,
        "splits": {split.value: count for split, count in found.splits.items()},
        "annotators": found.annotators,
        "new": found.new,
        "same": found.same,
        "changed": found.changed,
        "contradicting": found.contradicting,
        "duplicates": found.duplicates,
        "unknown_films": found.unknown_films,
        "left_out": found.left_out,
        "fatal": found.fatal_count,
        "problems": [asdict(problem) for problem in found.problems],
    }


def _counts(found: ImportPreview) -> str:
    return (
        f"{found.new} new, {found.changed} changed, {found.same} the same, {found.contradicting} pairs answered both "
        f"ways, {found.duplicates} duplicate lines, {found.left_out} lines of {found.unknown_films} unknown films; "
        f"{found.queries_new} new queries, {found.queries_known} known."
    )


def _import_qrels(qrels: Path, queries: Path, annotator: str, split: Split | None, as_json: bool) -> None:
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
        known = {query.query_id for query in store.queries()}
        added = store.add_queries(chosen)
        count = store.import_judgments(rows, annotator)
    new = len({query.query_id for query in added} - known)
    note(state.workspace, Kind.IMPORT, annotator, count=count + new)
    splits = {name.value: sum(query.split is name for query in added) for name in Split}
    result = {"queries": len(added), "judgments": count, "splits": splits, "not_judged": len(given) - len(chosen)}
    text = f"{count} judgments of {len(added)} queries ({', '.join(f'{n} {name}' for name, n in splits.items())})."
    emit(result, text, as_json)


@app.command()
def snapshot(by: By = "", as_json: Json = False) -> None:
    """Freeze the labels as they are now, for a training to read."""
    with LabelStore.open(state.workspace) as store:
        taken = take_snapshot(store, state.workspace)
    note(state.workspace, Kind.SNAPSHOT, by, taken.name)
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
    as_csv: Annotated[bool, typer.Option("--csv", help="pairs, triplets and tuples as CSV instead of JSONL.")] = False,
    by: By = "",
    as_json: Json = False,
) -> None:
    """Write labels for other tools.

    Of the labels now, jsonl and quepid write every annotator's own answers too, also of pairs answered both ways.
    """
    catalog = load_catalog(state.workspace)
    paths: list[Path] = []
    conflicts = 0
    chosen: Snapshot | None = None
    if labels:
        chosen = load_snapshot(labels, state.workspace)
    else:
        with LabelStore.open(state.workspace) as store:
            if format in JUDGMENT_WRITERS:
                judgments = store.judgments()
                conflicts = len(truth(judgments).conflicts)
                paths += export_judgments(judgments, store.queries(), folder, format)
            if not conflicts:
                chosen = take_snapshot(store, state.workspace)
    if chosen is not None:
        paths += export_labels(chosen, folder, format, catalog, as_csv=as_csv)
    note(state.workspace, Kind.EXPORT, by, format)
    result = {
        "snapshot": chosen.name if chosen else None,
        "format": format,
        "files": [str(path) for path in paths],
        "conflicts": conflicts,
    }
    lines = [str(path) for path in paths]
    if conflicts:
        lines.append(f"{conflicts} pairs are answered both ways, so the labels of the team were not written.")
    emit(result, "\n".join(lines), as_json)
