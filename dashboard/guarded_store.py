"""The label store as pages get it: they read freely, and every write asks for a right, and for one's own name.

A method that is in neither list is not there, so that none that is added one day is open by oversight.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, cast

from core.roles import Action

if TYPE_CHECKING:
    from core.judgments import LabelStore

Require = Callable[[Action, str | None], None]

PARTS = ("project", "leases", "guidelines", "skips", "imports", "preferences", "days")
READS = frozenset(
    {
        "name",
        "close",
        "queries",
        "query",
        "judgments",
        "history",
        "events",
        "last_event_number",
        "project.current",
        "leases.holders",
        "guidelines.current",
        "guidelines.versions",
        "skips.standing",
        "skips.all",
        "imports.labelled_groups",
        "preferences.standing",
        "days.done",
        "days.settings_changes",
    }
)
WRITES = {
    "add_queries": Action.ADD_QUERIES,
    "judge": Action.JUDGE,
    "undo": Action.JUDGE,
    "import_judgments": Action.IMPORT_LABELS,
    "project.change": Action.CHANGE_SETTINGS,
    "leases.take": Action.JUDGE,
    "leases.release": Action.JUDGE,
    "guidelines.write": Action.EDIT_GUIDELINE,
    "skips.skip": Action.JUDGE,
    "skips.resume": Action.JUDGE,
    "imports.record": Action.IMPORT_LABELS,
    "preferences.record": Action.JUDGE,
    "preferences.undo": Action.JUDGE,
}
FOR_OTHERS = ("import_judgments", "imports.record")  # files bring the answers of others


def guarded(store: LabelStore, require: Require) -> LabelStore:
    """Return the store with ``require`` asked before each write, with the action and whose name it is done in."""
    return cast("LabelStore", _Guarded(store, "", require))


class _Guarded:
    """A store, or a part of one, that lets through what the lists name."""

    def __init__(self, inner: object, prefix: str, require: Require) -> None:
        self._inner, self._prefix, self._require = inner, prefix, require

    def __getattr__(self, attribute: str) -> Any:
        name = self._prefix + attribute
        if name in PARTS:
            return _Guarded(getattr(self._inner, attribute), f"{name}.", self._require)
        if name in READS:
            return getattr(self._inner, attribute)
        if name in WRITES:
            return self._asking_first(name, getattr(self._inner, attribute))
        raise AttributeError(f"A page cannot reach {name!r} of the label store.")

    def _asking_first(self, name: str, write: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(write)
        def asked(*arguments: Any, **options: Any) -> Any:
            given = inspect.signature(write).bind(*arguments, **options).arguments
            action = Action.ADJUDICATE if given.get("adjudicates") else WRITES[name]
            self._require(action, None if name in FOR_OTHERS else _whose(given))
            return write(*arguments, **options)

        return asked


def _whose(given: dict[str, Any]) -> str | None:
    """Return in whose name a write is made, ``None`` where it bears none."""
    one = given.get("annotator", getattr(given.get("given"), "annotator", None))
    return None if one is None else str(one)
