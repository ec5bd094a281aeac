"""Which role each person has, in ``labels/roles.jsonl``: every change stays, with who made it and when.

Persons are known by the name they sign in with. Whoever ``$REELIGN_ADMINS`` names is an admin whatever the file says,
so that a team has a first one and cannot lock itself out.
"""

from __future__ import annotations

import os
import unicodedata
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from core.errors import RoleError
from core.journal import append, records
from core.object_store import Shared, offer
from core.roles import Role
from core.workspace import Workspace

ADMINS_VARIABLE = "REELIGN_ADMINS"  # names, separated by commas


@dataclass(frozen=True, slots=True)
class Grant:
    """One change: from ``at`` (ISO 8601, UTC) on a person has this role, none at all where it is ``None``."""

    name: str
    role: Role | None
    by: str
    at: str


def person(name: str) -> str:
    """Return a name as it is compared: NFC, single spaces, an e-mail address in lower case.

    >>> person(" Mina@Example.ORG "), person("Mina  Kim")
    ('mina@example.org', 'Mina Kim')
    """
    spaced = " ".join(unicodedata.normalize("NFC", name).split())
    return spaced.casefold() if "@" in spaced and " " not in spaced else spaced


def configured_admins() -> frozenset[str]:
    """Return whom ``$REELIGN_ADMINS`` names."""
    return frozenset(filter(None, map(person, os.environ.get(ADMINS_VARIABLE, "").split(","))))


def grants(workspace: Workspace) -> list[Grant]:
    """Return every change, newest first.

    Raises:
        RoleError: the file is damaged; it names the line.
    """
    written = records(workspace.roles, _grant, RoleError, "a change of a role")
    # Those of another replica are appended when they arrive, which may be after a later one of this replica.
    return sorted(written, key=lambda grant: grant.at)[::-1]


def roles(workspace: Workspace) -> dict[str, Role]:
    """Return the role of everybody who has one, by name; those of ``$REELIGN_ADMINS`` among them.

    Raises:
        RoleError: the file is damaged.
    """
    latest = {grant.name: grant.role for grant in reversed(grants(workspace))}
    latest |= dict.fromkeys(configured_admins(), Role.ADMIN)
    return {name: role for name, role in sorted(latest.items()) if role is not None}


def set_role(workspace: Workspace, name: str, role: Role | None, *, by: str) -> Grant:
    """Give somebody a role, in place of any they have, or take it away with ``None``.

    Raises:
        RoleError: an empty name, or it is one of ``$REELIGN_ADMINS``, whose role is set there.
    """
    name, by = person(name), person(by)
    for field, value in (("name", name), ("by", by)):
        if not value or not value.isprintable():
            raise RoleError(f"{field} is {value!r}; expected the name that somebody signs in with.")
    if name in configured_admins() and role is not Role.ADMIN:
        raise RoleError(f"{name} is an admin by ${ADMINS_VARIABLE}. Take the name out there first.")
    grant = Grant(name, role, by, datetime.now(UTC).isoformat(timespec="milliseconds"))
    append(workspace.roles, asdict(grant))
    offer(workspace, Shared.ROLES)
    return grant


def _grant(row: dict[str, Any]) -> Grant:
    role = None if row["role"] is None else Role(row["role"])
    return Grant(str(row["name"]), role, str(row["by"]), str(row["at"]))
