"""``store status | sync``: the team's object store."""

from __future__ import annotations

from typing import Any

import typer

from core.cli.output import Json, emit, state, table
from core.errors import StoreError
from core.object_store import ENVIRONMENT_VARIABLE, Replica, store_address
from core.object_store.hooks import catch_up, replica_of
from core.object_store.syncing import pending, stock

app = typer.Typer(help="The object store that the replicas of a team share.", no_args_is_help=True)


@app.command()
def status(as_json: Json = False) -> None:
    """Ask the store what it holds, and say what of this workspace has not reached it, and what it has beyond that."""
    replica = _replica()
    result: dict[str, Any] = {"store": replica.store.where(""), "kinds": stock(replica), "pending": pending(replica)}
    rows = [[kind, *(str(count) for count in counts.values())] for kind, counts in result["kinds"].items()]
    lines = [f"Store: {result['store']}", table(["", "here", "in the store", "only here", "only there"], rows)]
    lines += [f"Not in the store: {name}" for name in result["pending"]]
    emit(result, "\n".join(lines), as_json)


@app.command()
def sync(as_json: Json = False) -> None:
    """Put what the store lacks there, indexes too, and fetch what is new; exit status 2 where something failed."""
    _replica()
    done = catch_up(state.workspace, thorough=True)
    lines = [f"put into the store: {name}" for name in done.pushed]
    lines += [f"fetched: {name}" for name in done.pulled]
    lines += [f"deleted, as another replica decided: {name}" for name in done.deleted]
    lines += [f"another replica's version holds; this one is in {path}" for path in done.kept_aside]
    lines += [f"FAILED {problem}" for problem in done.problems]
    emit(done.as_dict(), "\n".join(lines) or "Nothing to do.", as_json)
    if done.problems:
        raise typer.Exit(2)


def _replica() -> Replica:
    replica = replica_of(state.workspace)
    if replica is None:
        raise StoreError(f"No store is named. Set ${ENVIRONMENT_VARIABLE}, to s3://BUCKET/PREFIX for example.")
    return replica


def keep_up() -> None:
    """Bring the workspace up to date before a command reads it; does nothing where no store is named."""
    if store_address():
        catch_up(state.workspace)
