"""How the team judges, in its own words. Each version stays, with who wrote it and when; the last one holds.

Every answer records the version that held when it was given (``Shown.guideline``), so that answers given before a
rule was changed can be found.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Row

from core.errors import LabelError
from core.judgments.database import Database
from core.judgments.events import now
from core.judgments.schema import guideline
from core.judgments.types import Guideline


class Guidelines:
    """The stored versions of the guideline. Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def current(self) -> Guideline | None:
        """Return the version that holds, None before anybody has written one."""
        with self._database.reading() as connection:
            row = connection.execute(_NEWEST_FIRST.limit(1)).first()
        return None if row is None else _guideline(row)

    def versions(self) -> list[Guideline]:
        """Return every version, newest first."""
        with self._database.reading() as connection:
            return [_guideline(row) for row in connection.execute(_NEWEST_FIRST)]

    def write(self, text: str, annotator: str, *, changes: int | None = None) -> Guideline:
        """Record a new version and return it; the current one, with nothing written, where the text is the same.

        With ``changes``, the version that the writer had before them (0 for none), a version that a colleague has
        written in the meantime is not overwritten unseen.

        Raises:
            LabelError: an empty text or name, or the guideline is no longer at ``changes``.
        """
        text = "\n".join(line.rstrip() for line in text.strip().splitlines())
        for name, value in (("text", text), ("annotator", annotator.strip())):
            if not value:
                raise LabelError(f"{name} is {value!r}; a guideline needs one.")
        with self._database.writing() as connection:
            latest = connection.execute(_NEWEST_FIRST.limit(1)).first()
            if latest is not None and latest.text == text:
                return _guideline(latest)
            version = 0 if latest is None else latest.version
            if changes is not None and changes != version:
                raise LabelError(
                    f"The guideline is at version {version} now, and this text was written from version {changes}. "
                    "Look at what was changed in between, then save again."
                )
            row = {"text": text, "annotator": annotator, "written_at": now()}
            connection.execute(sa.insert(guideline), row)
            return _guideline(connection.execute(_NEWEST_FIRST.limit(1)).one())


_NEWEST_FIRST = sa.select(guideline).order_by(guideline.c.version.desc())


def _guideline(row: Row[Any]) -> Guideline:
    return Guideline(row.version, row.text, row.annotator, row.written_at)
