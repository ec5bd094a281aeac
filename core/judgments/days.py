"""What each annotator did in each minute, counted by the database: a team has a million events, and days are few."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.judgments.database import Database
from core.judgments.schema import event, preference, project, skip

MINUTE = 16  # of "2026-01-31T23:59:58.123Z", the characters that name the minute


class Deed(StrEnum):
    """What is counted."""

    ANSWERED = "answered"
    UNDONE = "undone"
    ADJUDICATED = "adjudicated"
    IMPORTED = "imported"
    PREFERRED = "preferred"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Done:
    """How often an annotator did something within a minute (``2026-01-31T23:59``, UTC)."""

    annotator: str
    deed: Deed
    minute: str
    count: int


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """The settings as they were left by a change, and who made it when."""

    settings: dict[str, object]
    annotator: str
    changed_at: str


class Days:
    """What was done when. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def done(self) -> list[Done]:
        """Return the counts of every annotator, deed and minute in which there is something to count."""
        deed = sa.case(
            (event.c.undoes.is_not(None), Deed.UNDONE.value),
            (event.c.adjudicates.is_(sa.true()), Deed.ADJUDICATED.value),
            (event.c.input_method == "import", Deed.IMPORTED.value),
            else_=Deed.ANSWERED.value,
        )
        preferred = sa.case((preference.c.undoes.is_not(None), Deed.UNDONE.value), else_=Deed.PREFERRED.value)
        with self._database.reading() as connection:
            return [
                *_counted(connection, event.c.annotator, deed, event.c.decided_at),
                *_counted(connection, preference.c.annotator, preferred, preference.c.decided_at),
                *_counted(
                    connection,
                    skip.c.annotator,
                    sa.literal(Deed.SKIPPED.value),
                    skip.c.decided_at,
                    skip.c.reason.is_not(None),
                ),
            ]

    def settings_changes(self) -> list[SettingsChange]:
        """Return every change of the team's settings, oldest first."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(project).order_by(project.c.number))
            return [SettingsChange(row.settings, row.annotator, row.changed_at) for row in rows]


def _counted(
    connection: Connection,
    annotator: sa.ColumnElement[str],
    deed: sa.ColumnElement[str],
    at: sa.ColumnElement[str],
    *only: sa.ColumnElement[bool],
) -> list[Done]:
    found = sa.select(annotator.label("who"), deed.label("deed"), sa.func.substr(at, 1, MINUTE).label("minute"))
    rows = found.where(*only).subquery()
    counted = sa.select(rows.c.who, rows.c.deed, rows.c.minute, sa.func.count()).group_by(
        rows.c.who, rows.c.deed, rows.c.minute
    )
    return [Done(who, Deed(what), minute, count) for who, what, minute, count in connection.execute(counted)]
