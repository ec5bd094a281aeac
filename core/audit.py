"""Who did what, newest first: told from what is on record anyway, and from the log of what is not.

Answers come by the hundred, so those of one person and day are one entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.activity_log import Entry, Kind, logged
from core.errors import ReelignError
from core.grants import grants
from core.judgments.days import Deed, Done, SettingsChange
from core.judgments.exchange.spreadsheet import write_table
from core.judgments.project import make_project
from core.judgments.types import Guideline
from core.runs import RunFolder, active_history, list_runs
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.judgments import LabelStore

KINDS = {
    Deed.ANSWERED: Kind.ANSWERS,
    Deed.UNDONE: Kind.UNDO,
    Deed.ADJUDICATED: Kind.ADJUDICATION,
    Deed.IMPORTED: Kind.IMPORTED_ANSWERS,
    Deed.PREFERRED: Kind.PREFERENCES,
    Deed.SKIPPED: Kind.SKIPS,
}
BASE = "base"
HEADER = ("at", "by", "kind", "about", "count")


def audit(workspace: Workspace, store: LabelStore, zone: tzinfo | None = None) -> list[Entry]:
    """Return everything that is known of who did what, newest first; days are of ``zone``, else of this machine.

    Raises:
        ReelignError: the labels, the roles or the log cannot be read.
    """
    entries = [
        *daily(store.days.done(), zone),
        *settings_entries(store.days.settings_changes()),
        *guideline_entries(store.guidelines.versions()),
        *(_run_entry(run) for run in list_runs(workspace)),
        *model_entries(active_history(workspace)),
        *(Entry(one.at, one.by, Kind.ROLE, f"{one.name}: {one.role or '-'}") for one in reversed(grants(workspace))),
        *logged(workspace),
    ]
    # Of one moment, what was written down last is the newest.
    return sorted(entries, key=lambda entry: _time(entry.at))[::-1]


def daily(done: Iterable[Done], zone: tzinfo | None = None) -> list[Entry]:
    """Add up what was counted by the minute, by person, kind and day; days are of ``zone``, else of this machine.

    >>> times = ("2026-01-31T23:50", "2026-01-31T23:59")
    >>> daily([Done("kim", Deed.ANSWERED, minute, 2) for minute in times], UTC)
    [Entry(at='2026-01-31T23:59:00+00:00', by='kim', kind=<Kind.ANSWERS: 'answers'>, about='', count=4)]
    """
    days: dict[tuple[str, Kind, str], tuple[datetime, int]] = {}
    for one in done:
        at = datetime.fromisoformat(one.minute).replace(tzinfo=UTC)
        key = (one.annotator, KINDS[one.deed], at.astimezone(zone).date().isoformat())
        latest, count = days.get(key, (at, 0))
        days[key] = max(latest, at), count + one.count
    return [Entry(at.isoformat(), by, kind, count=count) for (by, kind, _), (at, count) in days.items()]


def settings_entries(changes: Iterable[SettingsChange]) -> list[Entry]:
    """Return the changes of the settings, oldest first, each with what was changed from what to what."""
    before: Mapping[str, object] = make_project({}).model_dump()
    entries = []
    for one in changes:
        changed = [
            f"{name} {before.get(name)} → {value}" for name, value in one.settings.items() if before.get(name) != value
        ]
        entries.append(Entry(one.changed_at, one.annotator, Kind.SETTINGS, ", ".join(changed)))
        before = {**before, **one.settings}
    return entries


def guideline_entries(versions: Iterable[Guideline]) -> list[Entry]:
    """Return who wrote which version of the guideline."""
    return [Entry(one.written_at, one.annotator, Kind.GUIDELINE, f"v{one.version}") for one in versions]


def model_entries(history: list[dict[str, Any]]) -> list[Entry]:
    """Return the choices of the model in use, newest first as they came.

    A choice of the model that was in use before the one it replaces is a roll back, whichever button made it.
    """
    entries = []
    for place, choice in enumerate(history):
        earlier = [one["run"] for one in history[place + 1 :]] + [None]  # the base served before the first choice
        other = [run for run in earlier if run != earlier[0]]
        back = place + 1 < len(history) and choice["run"] != earlier[0] and other[:1] == [choice["run"]]
        kind = Kind.ROLLED_BACK if back else Kind.PROMOTED
        entries.append(Entry(str(choice["at"]), str(choice["by"] or ""), kind, choice["run"] or BASE))
    return entries


def _run_entry(run: RunFolder) -> Entry:
    try:
        about = run.about()
    except ReelignError:  # a damaged run must not hide what is told of the others
        about = {}
    return Entry(str(about.get("created_at") or ""), str(about.get("by") or ""), Kind.RUN_STARTED, run.name)


def chosen(entries: Iterable[Entry], people: Iterable[str] = (), kinds: Iterable[str] = ()) -> list[Entry]:
    """Return the entries by one of these people and of one of these kinds; none named means all."""
    people, kinds = set(people), set(kinds)
    return [one for one in entries if (not people or one.by in people) and (not kinds or one.kind in kinds)]


def write_audit(path: Path, entries: Iterable[Entry]) -> Path:
    """Write the entries as a CSV that no spreadsheet takes for formulas, and return its path."""
    rows = ([one.at, one.by, one.kind, one.about, "" if one.count is None else str(one.count)] for one in entries)
    return write_table(path, HEADER, rows, for_excel=True)


def _time(at: str) -> datetime:
    """Return a time to sort by; what is not one stands last, and is told all the same."""
    try:
        when = datetime.fromisoformat(at)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return when if when.tzinfo else when.replace(tzinfo=UTC)
