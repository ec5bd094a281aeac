"""The desk: the films of one query before one curator, one card at a time, all of it in memory.

The browser shows a card up to a tenth of a second after the server has dealt it, and a key that is held repeats. So
an answer counts only when it names the card that lies on the desk, the card has lain there long enough to be seen,
and no press came right before it. Whatever arrives twice names a card that is gone, and changes nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from core.judgments import Answer, Candidate, Judgment, Query, Shown

SEEN_AFTER = 0.15  # seconds until a card counts as seen
READ_AFTER = 0.5  # the same for the first card of a query, whose text is new too
HELD_WITHIN = 0.09  # seconds between presses that only a held key reaches

SEARCH = "search"


def _new_id() -> str:
    return str(uuid.uuid4())


@dataclass(slots=True)
class Card:
    """One film on the desk. Its ids are those of the events that answering it, or undoing from it, will record.

    ``wait`` is how many seconds it has to be shown before an answer to it counts.
    """

    candidate: Candidate
    place: int
    wait: float
    event_id: str = field(default_factory=_new_id)
    undo_id: str = field(default_factory=_new_id)
    shown_at: str = ""
    drawn: float | None = None

    def draw(self, at: float) -> None:
        """Note when the card was first drawn: ``at`` seconds on the clock that presses are timed with."""
        if self.drawn is None:
            self.drawn = at
            self.shown_at = datetime.now(UTC).isoformat(timespec="milliseconds")

    def shown(self) -> Shown:
        """Return what goes on record beside an answer: place on screen, who proposed the film, when it appeared."""
        found = self.candidate.sources == (SEARCH,)
        return Shown(self.place + 1, self.candidate.sources, self.shown_at, SEARCH if found else "card")


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
        self._last_press = float("-inf")
        self.card = self._deal(self._open_place() or 0, READ_AFTER)

    def judged(self) -> int:
        """Return how many of the films have an answer."""
        return sum(film.movie_id in self.answers for film in self.films)

    def answer_of(self, movie_id: str) -> Answer | None:
        """Return the curator's standing answer for a film."""
        judgment = self.answers.get(movie_id)
        return judgment.answer if judgment else None

    def count(self, answer: Answer) -> int:
        """Return how many films of the query were given this answer."""
        return sum(judgment.answer is answer for judgment in self.answers.values())

    def note(self) -> str:
        """Return the note for the film on top: written just now, else the one on record."""
        movie_id = self.card.candidate.movie_id
        standing = self.answers.get(movie_id)
        return self.notes.get(movie_id, standing.note if standing else "")

    def accepts(self, event_id: str, at: float) -> bool:
        """Return whether a press at ``at`` was made for the card on top by somebody who could see it."""
        before, self._last_press = self._last_press, at
        if event_id != self.card.event_id or self.card.drawn is None or self.paused:
            return False
        return at - self.card.drawn >= self.card.wait and at - before >= HELD_WITHIN

    def advance(self, judgment: Judgment) -> bool:
        """Take in an answer that is on record and deal the next open card; False when no film is left open.

        After an answer that was changed comes the next film, open or not: the curator is going over the query again.
        """
        changed = judgment.movie_id in self.answers
        self.take_in(judgment)
        after = self.card.place + 1
        place = min(after, len(self.films) - 1) if changed else self._open_place(after)
        if place is None:
            self.card = self._deal(self.card.place)
            return False
        self.card = self._deal(place)
        return True

    def take_in(self, judgment: Judgment) -> None:
        """Take in an answer, with its note, that is on record."""
        self.answers[judgment.movie_id] = judgment
        self.notes.pop(judgment.movie_id, None)

    def move(self, event_id: str, step: int) -> None:
        """Turn to the film ``step`` places on, if the press was made for the card on top; the ends stay the ends."""
        if event_id == self.card.event_id and not self.paused:
            self.card = self._deal(min(max(self.card.place + step, 0), len(self.films) - 1))

    def turn_to(self, movie_id: str) -> None:
        """Turn to a film; one that somebody searched for joins the desk before the card on top."""
        places = [place for place, film in enumerate(self.films) if film.movie_id == movie_id]
        if not places:
            places = [self.card.place]
            self.films.insert(self.card.place, Candidate(movie_id, (SEARCH,), 0))
        self.card = self._deal(places[0])

    def redeal(self) -> None:
        """Lay the same film out again with new event ids."""
        self.card = self._deal(self.card.place)

    def _deal(self, place: int, wait: float | None = None) -> Card:
        return Card(self.films[place], place, SEEN_AFTER if wait is None else wait)

    def _open_place(self, start: int = 0) -> int | None:
        places = [*range(start, len(self.films)), *range(min(start, len(self.films)))]
        return next((place for place in places if self.films[place].movie_id not in self.answers), None)
