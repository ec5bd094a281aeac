"""A log in ``labels/activity.jsonl`` of what would leave no trace elsewhere: who did what, when.

What is on record anyway, such as answers and promotions, is not written a second time; ``core.audit`` reads both.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from core.errors import AuditError
from core.journal import append, records
from core.workspace import Workspace


class Kind(StrEnum):
    """Everything that is told of anybody."""

    ANSWERS = "answers"
    UNDO = "undo"
    ADJUDICATION = "adjudication"
    IMPORTED_ANSWERS = "imported_answers"
    PREFERENCES = "preferences"
    SKIPS = "skips"
    QUERIES = "queries"
    IMPORT = "import"
    EXPORT = "export"
    GUIDELINE = "guideline"
    SETTINGS = "settings"
    SNAPSHOT = "snapshot"
    CATALOG = "catalog"
    RUN_STARTED = "run_started"
    RUN_CANCELLED = "run_cancelled"
    RUN_DELETED = "run_deleted"
    PROMOTED = "promoted"
    ROLLED_BACK = "rolled_back"
    ROLE = "role"
    SIGN_IN = "sign_in"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that somebody did, or the like of one day together.

    ``at`` is ISO 8601 in UTC, of the latest where there are several; ``by`` is empty where nobody was named; ``about``
    says what it was done to, the name of a run for example; ``count`` how many things it concerns.
    """

    at: str
    by: str
    kind: Kind
    about: str = ""
    count: int | None = None


def note(workspace: Workspace, kind: Kind, by: str, about: str = "", count: int | None = None) -> Entry:
    """Write down what somebody has just done, and return it once it is on disk."""
    entry = Entry(datetime.now(UTC).isoformat(timespec="milliseconds"), by, kind, about, count)
    append(workspace.activity, asdict(entry))
    return entry


def logged(workspace: Workspace) -> list[Entry]:
    """Return what has been written down, oldest first.

    Raises:
        AuditError: the file is damaged; it names the line.
    """
    return records(workspace.activity, _entry, AuditError, "an entry of the log")


def _entry(row: dict[str, Any]) -> Entry:
    return Entry(row["at"], row["by"], Kind(row["kind"]), row["about"], row["count"])
