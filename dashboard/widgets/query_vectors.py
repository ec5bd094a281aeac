"""Queries as the base model sees them, to tell which are close. Each text is encoded once, ever."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.errors import ReelignError
from dashboard import resources

if TYPE_CHECKING:
    from core.judgments.near_duplicates import Vectors

log = logging.getLogger("reelign.dashboard")


def query_vectors(new: Sequence[str], known: Sequence[str]) -> Vectors | None:
    """Return unit vectors of both lists by the base model, None where it cannot be loaded (the log says why)."""
    try:
        embedder = resources.searcher(resources.DEFAULT_BASE).embedder
        vectors = embedder.encode([*new, *known], "query")
    except ReelignError:
        log.exception("New queries are compared by their words alone.")
        return None
    return vectors[: len(new)], vectors[len(new) :]
