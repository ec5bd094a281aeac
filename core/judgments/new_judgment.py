"""A judgment on its way in: what a file says of one pair, beside what stands."""

from __future__ import annotations

from dataclasses import dataclass

from core.judgments.types import Answer, Judgment, NewQuery


@dataclass(frozen=True, slots=True)
class NewJudgment:
    """One answer to record.

    ``grade`` and ``note`` are None where the file's format has none: they then agree with whatever stands. An empty
    ``decided_at`` or ``event_id`` is filled in by the store.
    """

    query: NewQuery
    movie_id: str
    annotator: str
    answer: Answer
    grade: int | None = None
    note: str | None = None
    decided_at: str = ""
    adjudicates: bool = False
    event_id: str = ""

    def agrees_with(self, standing: Judgment) -> bool:
        """Tell whether recording it would change nothing of what stands."""
        return (
            self.answer is standing.answer
            and (self.grade is None or self.grade == standing.grade)
            and (self.note is None or self.note == standing.note)
        )
