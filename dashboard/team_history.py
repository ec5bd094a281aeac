"""The team's whole history of answers in memory, for the pages about the team.

Read once a server; after that only what is new. What follows from it is derived when a page first asks, and kept
until the next answer: a hundred thousand events take seconds to read, and a page should open at once.
"""

from __future__ import annotations

import threading
from functools import cached_property

import streamlit as st

from core.judgments import (
    Agreement,
    Event,
    Judgment,
    LabelStore,
    TeamAgreement,
    Truth,
    agreement,
    team_agreement,
    truth,
)
from core.judgments.progress import QueryProgress, progress_by_query
from core.judgments.replay import as_judgments, standing_events
from core.judgments.review import Disagreement, Rushed, disagreements, rushed
from dashboard import resources


class TeamHistory:
    """All events up to one of them, oldest first, and what follows from them."""

    def __init__(self, events: list[Event]) -> None:
        self.events = events

    @cached_property
    def judgments(self) -> list[Judgment]:
        return as_judgments(standing_events(self.events))

    @cached_property
    def labels(self) -> Truth:
        return truth(self.judgments)

    @cached_property
    def disagreements(self) -> list[Disagreement]:
        return disagreements(self.judgments)

    @cached_property
    def rushed(self) -> list[Rushed]:
        return rushed(self.events)

    @cached_property
    def agreements(self) -> list[Agreement]:
        return agreement(self.judgments)

    @cached_property
    def together(self) -> TeamAgreement:
        return team_agreement(self.judgments)

    @cached_property
    def by_query(self) -> dict[str, QueryProgress]:
        return progress_by_query(self.judgments, self.labels)


def team_history() -> TeamHistory:
    """Return the history as it is now."""
    return _reader().read(resources.store())


class _Reader:
    """Keeps the latest history and lengthens it; several sessions may read at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._history = TeamHistory([])

    def read(self, store: LabelStore) -> TeamHistory:
        with self._lock:
            events = self._history.events
            new = store.events(after=events[-1].number if events else 0)
            if new:
                self._history = TeamHistory([*events, *new])
            return self._history


@st.cache_resource(show_spinner=False)
def _reader() -> _Reader:
    return _Reader()
