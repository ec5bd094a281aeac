"""One line of an imported file as a judgment, before films and queries are looked up."""

from __future__ import annotations

from dataclasses import dataclass

from core.judgments.types import Answer, NewQuery


@dataclass(frozen=True, slots=True)
class Row:
    """What a line says. Empty is what it does not say.

    Without an ``answer`` the line holds a query alone. The film is given by ``movie_id``, else by ``film_text``: its
    title or the text that a model reads. ``grade`` is None where the format has none, so that importing it changes no
    grade that stands; ``note`` likewise. Without ``annotators`` the answer is that of whoever imports it.
    """

    file: str
    line: int
    query: NewQuery
    movie_id: str = ""
    film_text: str = ""
    answer: Answer | None = None
    grade: int | None = None
    annotators: tuple[str, ...] = ()
    note: str | None = None
    decided_at: str = ""
    adjudicates: bool = False
    event_id: str = ""
