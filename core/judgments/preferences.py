"""Which of two systems a curator prefers for a query, judged without knowing which is which.

Preferences are no labels: they neither train nor score. They answer the question that labels cannot, whether people
would rather have the one list or the other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core.errors import LabelError


class Form(StrEnum):
    """How the two systems stood before the curator: in two lists, or drawn into one by teams."""

    SIDE_BY_SIDE = "side_by_side"
    INTERLEAVED = "interleaved"


class Side(StrEnum):
    """Under which letter a system stood."""

    A = "a"
    B = "b"


class Choice(StrEnum):
    """What the curator says of the two. *Skip* is no answer: the query is left out until it gets one."""

    A = "a"
    B = "b"
    SAME = "same"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Systems:
    """Which system stood as A and which as B."""

    a: str
    b: str

    def __post_init__(self) -> None:
        """Refuse what cannot be compared (LabelError)."""
        if not self.a.strip() or not self.b.strip() or self.a == self.b:
            raise LabelError(f"The systems are {self.a!r} and {self.b!r}; a preference is between two different ones.")

    @property
    def pair(self) -> tuple[str, str]:
        """Both names in an order that tells nothing of A and B: sorted."""
        return min(self.a, self.b), max(self.a, self.b)

    def at(self, side: Side) -> str:
        """Return the system that stood under a letter."""
        return self.a if side is Side.A else self.b


@dataclass(frozen=True, slots=True)
class ShownFilm:
    """A film as it was shown, and the side that it came from."""

    movie_id: str
    side: Side


@dataclass(frozen=True, slots=True)
class NewPreference:
    """One curator's answer for one query, as it is given.

    Attributes:
        shown: every film on screen: the list of A and then that of B, or the one interleaved list, best first.
        marked: of an interleaved list, the films that answer the query.
    """

    query_id: str
    annotator: str
    form: Form
    systems: Systems
    choice: Choice
    shown: tuple[ShownFilm, ...] = ()
    marked: tuple[str, ...] = ()

    @property
    def preferred(self) -> str | None:
        """The system that the answer prefers, None where it prefers neither."""
        return self.systems.at(Side(self.choice)) if self.choice in (Choice.A, Choice.B) else None


@dataclass(frozen=True, slots=True)
class Preference(NewPreference):
    """An answer on record; ``decided_at`` is ISO 8601 in UTC."""

    preference_id: str = ""
    decided_at: str = ""


def check_preference(given: NewPreference) -> None:
    """Refuse a preference that does not fit together.

    Raises:
        LabelError: an empty query or name, a film marked that was not shown, or marks in a form that has none.
    """
    for name in ("query_id", "annotator"):
        if not getattr(given, name).strip():
            raise LabelError(f"{name} is {getattr(given, name)!r}; a preference needs one.")
    if given.marked and given.form is not Form.INTERLEAVED:
        raise LabelError(f"Films are marked in the form {given.form.value!r}; only an interleaved list has marks.")
    if unseen := set(given.marked) - {film.movie_id for film in given.shown}:
        raise LabelError(f"Film {min(unseen)!r} is marked for query {given.query_id!r}, but was not shown.")


def latest(preferences: Iterable[Preference]) -> list[Preference]:
    """Return the last answer of each annotator to each query in each form and pair of systems, the oldest first."""
    last: dict[tuple[str, str, Form, tuple[str, str]], Preference] = {}
    for one in preferences:
        key = (one.query_id, one.annotator, one.form, one.systems.pair)
        last.pop(key, None)
        last[key] = one
    return list(last.values())
