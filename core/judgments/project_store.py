"""The team's settings in the database. Each change is kept with who made it and when; the last one counts."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from core.errors import LabelError
from core.judgments.database import Database
from core.judgments.events import now
from core.judgments.project import Project, make_project
from core.judgments.schema import project


class ProjectStore:
    """The stored settings. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self) -> Project:
        """Return the settings that count, the defaults before anybody has changed them."""
        with self._database.reading() as connection:
            return _latest(connection)

    def change(self, annotator: str, **changes: Any) -> Project:
        """Change some settings and return all of them; nothing is written where nothing changes.

        Raises:
            LabelError: naming the setting and its value, or an unknown setting.
        """
        if unknown := changes.keys() - Project.model_fields.keys():
            raise LabelError(f"There is no setting {min(unknown)!r}; there are {', '.join(Project.model_fields)}.")
        with self._database.writing() as connection:
            before = _latest(connection)
            after = make_project(before.model_dump() | changes)
            if after != before:
                row = {"settings": after.model_dump(), "annotator": annotator, "changed_at": now()}
                connection.execute(sa.insert(project), row)
        return after


def _latest(connection: Connection) -> Project:
    latest = sa.select(project.c.settings).order_by(project.c.number.desc()).limit(1)
    return make_project(connection.execute(latest).scalar() or {})
