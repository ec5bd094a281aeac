"""``clean``: what was made and may go."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core import activity_log
from core.cli.output import Json, emit, state, table
from core.errors import ConfigError

if TYPE_CHECKING:
    from core.retention import Decision

DAY = 24 * 3600


def clean(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what may go, as without --yes.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Delete what may go.")] = False,
    keep_runs: Annotated[int, typer.Option(min=0, help="Newest runs that succeeded and stay.")] = 5,
    older_than: Annotated[float, typer.Option(min=0, help="Days; what was written since stays.")] = 30,
    by: Annotated[str, typer.Option(help="Who decides.")] = "",
    as_json: Json = False,
) -> None:
    """Show which runs, comparisons, indexes and vectors may go, and delete them with --yes. Labels always stay."""
    from core.retention import Rules, plan, take_stock

    if dry_run and yes:
        raise ConfigError("--dry-run and --yes contradict each other. Leave one out.")
    now = time.time()
    decisions = plan(take_stock(state.workspace), Rules(keep_runs, older_than), now)
    left = _delete(decisions, by) if yes else {}
    rows = [
        _row(decision, now) | ({"left": left[decision.holding.path]} if decision.goes and yes else {})
        for decision in decisions
    ]
    freed = sum(row["bytes"] for row in rows if row["goes"] and not row.get("left"))
    emit({"deleted": yes, "bytes": freed, "holdings": rows}, _text(rows, freed, yes), as_json)


def _delete(decisions: Sequence[Decision], by: str) -> dict[Path, str]:
    """Carry a plan out, and return why each thing was left after all, empty where it is gone."""
    from core.retention import Kind, carry_out

    left = {}
    for one, why in carry_out(decisions, state.workspace):
        left[one.path] = why
        if one.kind is Kind.RUN and not why:
            activity_log.note(state.workspace, activity_log.Kind.RUN_DELETED, by, one.name)
    return left


def _row(decision: Decision, now: float) -> dict[str, Any]:
    one = decision.holding
    return {
        "kind": one.kind.value,
        "name": one.name,
        "bytes": one.bytes,
        "days": round((now - one.written) / DAY, 1),
        "goes": decision.goes,
        "reason": decision.reason,
    }


def _text(rows: Sequence[dict[str, Any]], freed: int, deleted: bool) -> str:
    cells = [
        [row["kind"], row["name"], _size(row["bytes"]), f"{row['days']:.0f} days", row.get("left") or row["reason"]]
        for row in rows
        if row["goes"]
    ]
    lines = [table(["kind", "name", "size", "written", "why"], cells)] if cells else []
    stays = [row for row in rows if not row["goes"]]
    counts = Counter(f"{row['kind']}: {row['reason']}" for row in stays)
    lines += [f"stays  {count} {said}" for said, count in counts.items()]
    going = sum(row["goes"] and not row.get("left") for row in rows)
    lines.append(f"{'Deleted' if deleted else 'May go'}: {going}, {_size(freed)}. Stays: {len(rows) - going}.")
    if cells and not deleted:
        lines.append("Nothing was deleted. Delete it with --yes.")
    return "\n".join(lines)


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
