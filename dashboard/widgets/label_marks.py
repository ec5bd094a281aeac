"""What the labels say of the films of a query: together, and by the curator who looks at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.judgments import Answer, Judgment, Query, truth
from dashboard import resources, session

CONFLICT, UNJUDGED = "conflict", "unjudged"
Colour = Literal["green", "red", "gray", "orange"]

ICONS = {
    Answer.POSITIVE: ":material/thumb_up:",
    Answer.NEGATIVE: ":material/thumb_down:",
    Answer.UNSURE: ":material/question_mark:",
}
MARKS: dict[str, tuple[str, Colour, str]] = {
    Answer.POSITIVE: (ICONS[Answer.POSITIVE], "green", "common.positive"),
    Answer.NEGATIVE: (ICONS[Answer.NEGATIVE], "red", "common.negative"),
    Answer.UNSURE: (ICONS[Answer.UNSURE], "gray", "common.unsure"),
    CONFLICT: (":material/warning:", "orange", "compare.conflict"),
    UNJUDGED: (":material/radio_button_unchecked:", "gray", "common.unjudged"),
}


@dataclass(frozen=True, slots=True)
class Marks:
    """The labels of one query by film: what everybody's say together, and the curator's ``own`` answers."""

    together: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, Judgment] = field(default_factory=dict)

    def of(self, movie_id: str) -> str:
        """Return an ``Answer``, ``CONFLICT`` where people disagree, or ``UNJUDGED``."""
        return self.together.get(movie_id, UNJUDGED)


def marks_now(query: Query) -> Marks:
    """Return the labels of a query as they stand now; those of other queries are not looked at.

    Raises:
        LabelError: the label database cannot be read.
    """
    judged = resources.standing_judgments().of(query.query_id)
    labels = truth(judged.judgments)
    together: dict[str, str] = dict.fromkeys(labels.unsure.get(query.query_id, ()), Answer.UNSURE)
    for movie_id, grade in labels.grades.get(query.query_id, {}).items():
        together[movie_id] = Answer.POSITIVE if grade else Answer.NEGATIVE
    together |= {one.movie_id: CONFLICT for one, _ in labels.conflicts}
    return Marks(together, judged.own.get(session.curator(), {}))
