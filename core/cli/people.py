"""``roles list | set`` and ``audit``: who may do what in the dashboard, and who did what."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from core.activity_log import Kind
from core.audit import audit as read_audit
from core.audit import chosen
from core.cli.output import Json, emit, state, table
from core.errors import RoleError
from core.grants import configured_admins, grants, roles, set_role
from core.judgments import LabelStore
from core.roles import Role

NONE = "none"

app = typer.Typer(help="Roles of those who sign in to the dashboard.", no_args_is_help=True)


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List who has which role, and who gave it when. They count where the dashboard asks for a sign-in."""
    given = {one.name: one for one in reversed(grants(state.workspace))}
    admins = configured_admins()
    rows = []
    for name, role in roles(state.workspace).items():
        by, at = ("$REELIGN_ADMINS", "") if name in admins else (given[name].by, given[name].at)
        rows.append({"name": name, "role": role.value, "by": by, "at": at})
    cells = [[row["name"], row["role"], row["by"], row["at"]] for row in rows]
    emit({"roles": rows}, table(["name", "role", "by", "at"], cells) if cells else "Nobody has a role.", as_json)


@app.command("set")
def set_(
    name: Annotated[str, typer.Argument(help="Who, as they sign in: an e-mail address as a rule.")],
    role: Annotated[str, typer.Argument(help="viewer, curator, trainer, admin, or none to take it away.")],
    by: Annotated[str, typer.Option(help="Who decides.")],
    as_json: Json = False,
) -> None:
    """Give somebody a role, in place of any they have."""
    if role not in (*Role, NONE):
        raise RoleError(f"There is no role {role!r}; there are {', '.join(Role)}, and {NONE} to take it away.")
    grant = set_role(state.workspace, name, None if role == NONE else Role(role), by=by)
    emit(asdict(grant), f"{grant.name}: {grant.role or 'no role'}.", as_json)


def audit(
    by: Annotated[list[str] | None, typer.Option(help="Only what this person did; may be repeated.")] = None,
    kind: Annotated[list[Kind] | None, typer.Option(help="Only what is of this kind; may be repeated.")] = None,
    as_json: Json = False,
) -> None:
    """Tell who did what, newest first; the answers of one person and day are one line."""
    with LabelStore.open(state.workspace) as store:
        entries = chosen(read_audit(state.workspace, store), by or (), kind or ())
    cells = [[one.at, one.by or "-", one.kind, one.about, str(one.count or "")] for one in entries]
    text = table(["at", "by", "kind", "about", "count"], cells) if cells else "Nothing yet."
    emit({"entries": [asdict(one) for one in entries]}, text, as_json)
