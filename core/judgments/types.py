"""The words of labelling: queries, answers, judgments and the events they come from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Answer(StrEnum):
    """What one person says about one film for one query. *Unsure* never trains and never scores."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    UNSURE = "unsure"


class Split(StrEnum):
    """What a query's labels are for: learning, choosing, or the final figure."""

    TRAIN = "train"
    DEV = "dev"
    TEST = "test"


class SkipReason(StrEnum):
    """Why a curator leaves a query out; anything else is said in the curator's own words."""

    UNCLEAR = "unclear"
    NOT_FILMS = "not films"
    UNKNOWN_FILMS = "unknown films"
    OFFENSIVE = "offensive"


@dataclass(frozen=True, slots=True)
class NewQuery:
    """A query as it comes in. What is left empty is filled in by the store."""

    text: str
    query_id: str | None = None
    lang: str | None = None
    kind: str = ""
    split: Split | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A query in the store. Queries whose normalised texts are equal have one ``group`` and one ``split``."""

    query_id: str
    text: str
    lang: str
    kind: str
    split: Split
    group: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What the curator had on screen, and how the answer was given ("key", "click", "search", "note", "import").

    ``rank`` counts from 1; ``sources`` names the systems that proposed the film; ``guideline`` is the version of the
    guideline that held, None where there was none.
    """

    rank: int | None = None
    sources: tuple[str, ...] = ()
    shown_at: str = ""
    input_method: str = ""
    guideline: int | None = None


NOTHING_SHOWN = Shown()


@dataclass(frozen=True, slots=True)
class Judgment:
    """One person's standing answer for one query-movie pair.

    ``grade`` is 1 or 2 for a positive, 0 for a negative, None for unsure; ``decided_at`` is ISO 8601 in UTC. One that
    ``adjudicates`` settles the pair for the whole team and stands beside the person's own answer.
    """

    query_id: str
    movie_id: str
    annotator: str
    answer: Answer
    grade: int | None
    note: str
    event_id: str
    decided_at: str
    adjudicates: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """One append-only change: an answer, or (``answer`` None) the undoing of the event named in ``undoes``."""

    number: int
    event_id: str
    query_id: str
    movie_id: str
    annotator: str
    answer: Answer | None
    grade: int | None
    note: str
    shown: Shown
    undoes: str | None
    decided_at: str
    adjudicates: bool = False


@dataclass(frozen=True, slots=True)
class QrelRow:
    """One line of a qrels file, with the grade as written there. ``file`` and ``line`` say where it stood."""

    line: int
    query_id: str
    movie_id: str
    grade: int
    file: str = ""

    @property
    def place(self) -> str:
        """Where the row came from, for an error message."""
        return f"{self.file or 'qrels'}, line {self.line}"


@dataclass(frozen=True, slots=True)
class Guideline:
    """One version of how the team judges, counted from 1; ``written_at`` is ISO 8601 in UTC."""

    version: int
    text: str
    annotator: str
    written_at: str


@dataclass(frozen=True, slots=True)
class Skip:
    """A query that one annotator leaves out, and why: a ``SkipReason`` or words of their own."""

    query_id: str
    annotator: str
    reason: str
    decided_at: str
