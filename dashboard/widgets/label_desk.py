"""The desk: the films of one query before one curator, as the server knows them.

The browser holds the same films and turns them by itself, so that the next card is there at once. The server names a
card only when it has a reason to: a query is opened, an answer is taken back, somebody searched for a film. Then the
desk's ``turn`` is a new one, and the browser turns to the card on top; otherwise it keeps its own place.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from core.judgments import Candidate, Judgment, Query

SEEN_AFTER = 0.15  # seconds until a card counts as seen
READ_AFTER = 0.5  # the same for the first card of a query, whose text is new too
HELD_WITHIN = 0.09  # seconds between presses that only a held key reaches

SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Card:
    """One film on the desk and its place among the others, from 0."""

    candidate: Candidate
    place: int


class Desk:
    """The candidates of one query, the curator's answers to them, and the card on top.

    ``answers`` is shared with the queue, so that counts follow every answer. While ``paused`` (a dialog is open) no
    press counts.
    """

    def __init__(self, query: Query, films: Iterable[Candidate], answers: dict[str, Judgment]) -> None:
        """Lay out the films (at least one), the first without an answer on top."""
        self.query = query
        self.films = list(films)
        self.answers = answers
        self.notes: dict[str, str] = {}
        self.paused = False
        open_places = (place for place, film in enumerate(self.films) if film.movie_id not in answers)
        self._deal(next(open_places, 0))
        self.turn = _new_turn()

    def complete(self) -> bool:
        """Return whether every film has an answer."""
        return all(film.movie_id in self.answers for film in self.films)

    def candidate(self, movie_id: str) -> Candidate | None:
        """Return the candidate that a film is here, None where it is none."""
        return next((film for film in self.films if film.movie_id == movie_id), None)

    def note(self, movie_id: str | None = None) -> str:
        """Return the note for a film (the one on top): written just now, else the one on record."""
        movie_id = self.card.candidate.movie_id if movie_id is None else movie_id
        standing = self.answers.get(movie_id)
        return self.notes.get(movie_id, standing.note if standing else "")

    def take_in(self, judgment: Judgment) -> None:
        """Take in an answer that is on record; a note written since then goes on waiting."""
        self.answers[judgment.movie_id] = judgment
        if self.notes.get(judgment.movie_id) == judgment.note:
            del self.notes[judgment.movie_id]

    def follow(self, movie_id: str) -> None:
        """Note to which film the browser has turned; one that is not here changes nothing."""
        place = self._place(movie_id)
        if place is not None:
            self._deal(place)

    def turn_to(self, movie_id: str) -> None:
        """Make the browser turn to a film; one that somebody searched for joins the desk before the card on top."""
        place = self._place(movie_id)
        if place is None:
            place = self.card.place
            self.films.insert(place, Candidate(movie_id, (SEARCH,), 0))
        self._deal(place)
        self.turn = _new_turn()

    def _place(self, movie_id: str) -> int | None:
        return next((place for place, film in enumerate(self.films) if film.movie_id == movie_id), None)

    def _deal(self, place: int) -> None:
        self.card = Card(self.films[place], place)


def _new_turn() -> str:
    return str(uuid.uuid4())
