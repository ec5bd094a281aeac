"""``labels snapshots list | name | compare``."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from core.activity_log import Kind, note
from core.cli.output import Json, emit, state, table
from core.judgments import (
    Snapshot,
    SnapshotRow,
    Split,
    compare_snapshots,
    load_snapshot,
    name_snapshot,
    snapshot_names,
    sound_snapshots,
)

app = typer.Typer(help="Frozen labels.", no_args_is_help=True)

Chosen = Annotated[str, typer.Argument(help="Name, or first digits of the sha256.")]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the snapshots, newest first, with their names."""
    names = snapshot_names(state.workspace)
    found, damaged = sound_snapshots(state.workspace)
    rows = [
        {
            "snapshot": one.name,
            "name": names.get(one.fingerprint, ""),
            "created_at": one.created_at,
            "queries": len(one.queries()),
            "judgments": len(one.rows),
            "fingerprint": one.fingerprint,
        }
        for one in found
    ]
    text = table(list(rows[0]), [[str(value) for value in row.values()] for row in rows]) if rows else "No snapshots."
    problems = [str(reason) for reason in damaged]
    emit({"snapshots": rows, "damaged": problems}, "\n".join([text, *problems]), as_json)


@app.command()
def name(
    snapshot: Chosen,
    words: Annotated[str, typer.Argument(metavar="NAME", help="The new name; empty takes it away.")],
    by: Annotated[str, typer.Option(help="Who does this, for the activity log.")] = "",
    as_json: Json = False,
) -> None:
    """Name a snapshot. The snapshot itself stays as it is."""
    chosen = load_snapshot(snapshot, state.workspace)
    given = name_snapshot(state.workspace, chosen.fingerprint, words)
    note(state.workspace, Kind.SNAPSHOT, by, f"{chosen.name}: {given or '-'}")
    result = {"snapshot": chosen.name, "name": given, "fingerprint": chosen.fingerprint}
    emit(result, f"Snapshot {chosen.name}: {given or 'no name'}.", as_json)


@app.command()
def compare(before: Chosen, after: Chosen, as_json: Json = False) -> None:
    """Show what the second snapshot has beyond the first."""
    one, other = (load_snapshot(chosen, state.workspace) for chosen in (before, after))
    changes = compare_snapshots(one, other)
    counts = {split.value: asdict(changes.of(split)) for split in Split}
    result = {
        "before": _named(one),
        "after": _named(other),
        "equal": changes.equal,
        "splits": counts,
        "added": [_pair(row) for row in changes.added],
        "removed": [_pair(row) for row in changes.removed],
        "changed": [_pair(new) | {"before": old.answer, "grade_before": old.grade} for old, new in changes.changed],
        "queries_added": changes.queries_added,
        "queries_removed": changes.queries_removed,
        "moved": {query_id: list(splits) for query_id, splits in changes.moved.items()},
    }
    columns = ("added", "removed", "changed", "queries_added", "queries_removed")
    rows = [[split, *(str(of[column]) for column in columns)] for split, of in counts.items()]
    lines = [table(["split", "pairs added", "removed", "changed", "queries added", "removed"], rows)]
    if changes.moved:
        lines.append(f"{len(changes.moved)} queries changed their split: {', '.join(sorted(changes.moved)[:5])}.")
    emit(result, "\n".join(lines), as_json)


def _named(snapshot: Snapshot) -> dict[str, str]:
    return {"snapshot": snapshot.name, "fingerprint": snapshot.fingerprint}


def _pair(row: SnapshotRow) -> dict[str, object]:
    return {"query_id": row.query_id, "movie_id": row.movie_id, "answer": row.answer, "grade": row.grade}
