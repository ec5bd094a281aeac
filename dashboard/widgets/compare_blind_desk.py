"""What lies before a curator who judges blind: which query is next, and its films without a word of who found them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import streamlit as st

from core.evaluation.blind import TOP, assign, in_order, interleaved, side_by_side
from core.judgments import Query
from core.judgments.preferences import Choice, Form, Preference, ShownFilm, Systems
from dashboard import resources, session

PAGE = "blind"


@dataclass(frozen=True, slots=True)
class Setting:
    """Who judges which two systems, and in which form."""

    curator: str
    form: Form
    systems: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Work:
    """One curator's way through the queries: those still to judge in their order, and what has been done.

    ``last`` is the answer that an undo would take back, whatever query it was for.
    """

    waiting: list[str]
    answered: int
    skipped: list[str]
    last: Preference | None


@dataclass(frozen=True, slots=True)
class Desk:
    """One query, which system stands as A for it, and every film on screen."""

    query: Query
    systems: Systems
    shown: tuple[ShownFilm, ...]


def work(setting: Setting, query_ids: Collection[str]) -> Work:
    """Return where the curator stands; a query whose answer was just taken back comes first."""
    standing = resources.store().preferences.standing(
        Systems(*setting.systems), form=setting.form, annotator=setting.curator
    )
    here = {one.query_id: one.choice for one in standing if one.query_id in query_ids}
    skipped = [query_id for query_id, choice in here.items() if choice is Choice.SKIP]
    waiting = [
        query_id
        for query_id in in_order(query_ids, setting.curator, setting.form, setting.systems)
        if query_id not in here
    ]
    again: Setting | None = session.recall(PAGE, "again", None)
    if again == setting:
        waiting += skipped
    reopened: tuple[Setting, str] | None = session.recall(PAGE, "reopened", None)
    if reopened is not None and reopened[0] == setting and reopened[1] in query_ids:
        waiting = [reopened[1], *(query_id for query_id in waiting if query_id != reopened[1])]
    return Work(waiting, len(here) - len(skipped), skipped, standing[-1] if standing else None)


def lay_out(setting: Setting, query: Query) -> Desk:
    """Return a query with its films.

    Raises:
        ReelignError: a model or the catalogue cannot be used.
    """
    systems = assign(query.query_id, setting.curator, setting.form, setting.systems)
    # Not A first: a model that is still to be loaded is named on screen meanwhile.
    top = {name: top_films(name, query.text) for name in systems.pair}
    a, b = top[systems.a], top[systems.b]
    if setting.form is Form.INTERLEAVED:
        return Desk(query, systems, interleaved(query.query_id, setting.curator, systems, a, b))
    return Desk(query, systems, side_by_side(a, b))


def top_films(name: str, text: str) -> Sequence[str]:
    """Return the films that a system ranks first, best first; each text is searched once.

    Raises:
        ReelignError: the model or the catalogue cannot be used.
    """
    known = _top_films(name, resources.catalog().fingerprint)
    if text not in known:
        known[text] = tuple(hit.movie_id for hit in resources.retriever(name).search([text], TOP)[0])
    return known[text]


@st.cache_resource(max_entries=8, show_spinner=False)
def _top_films(name: str, catalog_fingerprint: str) -> dict[str, tuple[str, ...]]:
    return {}


def marks(setting: Setting, query_id: str) -> tuple[str, ...]:
    """Return the films that the curator has marked so far for the query on the desk."""
    marked_for, films = session.recall(PAGE, "marks", ((setting, query_id), ()))
    return films if marked_for == (setting, query_id) else ()


def set_marks(setting: Setting, query_id: str, films: tuple[str, ...]) -> None:
    """Keep what the curator has marked for a query until it is answered."""
    session.remember(PAGE, "marks", ((setting, query_id), films))
