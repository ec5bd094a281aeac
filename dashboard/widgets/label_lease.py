"""The query that a session keeps for its curator, so that colleagues are given others meanwhile."""

from __future__ import annotations

import time
from dataclasses import dataclass

from dashboard import resources, session

PAGE = "label"
RENEW_AFTER = 60.0  # seconds; a lease lasts a quarter of an hour


@dataclass(frozen=True, slots=True)
class Lease:
    """Who keeps which query, and when that was last said, by the monotonic clock."""

    curator: str
    query_id: str
    taken_at: float


def take(query_id: str, places: int) -> bool:
    """Keep a query, giving up the one before; False when ``places`` others have it at hand."""
    curator = session.curator()
    held = _held()
    if held is not None and (held.curator, held.query_id) != (curator, query_id):
        give_up()
    taken = resources.store().leases.take(query_id, curator, places)
    if taken:
        session.remember(PAGE, "lease", Lease(curator, query_id, time.monotonic()))
    return taken


def give_up() -> None:
    """Leave the query that was kept to the others."""
    held = _held()
    if held is not None:
        resources.store().leases.release(held.curator, held.query_id)
        session.remember(PAGE, "lease", None)


def renew(query_id: str, places: int) -> None:
    """Go on keeping a query whose curator is at work; not at every press, because each time is written."""
    held = _held()
    if held is not None and held.query_id == query_id and time.monotonic() - held.taken_at > RENEW_AFTER:
        take(query_id, places)


def _held() -> Lease | None:
    return session.recall(PAGE, "lease", None)
