"""What a grade means: the answer it stands for, and which rows of a file can be judgments at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.errors import LabelError
from core.judgments.types import Answer, QrelRow
from core.quoting import quoted

HIGHEST_GRADE = 2
GRADES: dict[Answer, tuple[int | None, ...]] = {
    Answer.POSITIVE: (1, 2),
    Answer.NEGATIVE: (0,),
    Answer.UNSURE: (None,),
}


@dataclass(frozen=True, slots=True)
class GradedRow:
    """A row of a qrels file and the answer that its grade stands for."""

    row: QrelRow
    answer: Answer
    grade: int


def check_grade(answer: Answer | str, grade: int | None) -> tuple[Answer, int | None]:
    """Return answer and grade, the grade filled in (1, 0, None); LabelError when they do not fit each other."""
    if answer not in GRADES:
        raise LabelError(f"answer is {quoted(answer)}; expected one of {', '.join(GRADES)}.")
    answer = Answer(answer)
    allowed = GRADES[answer]
    if grade is None:
        return answer, allowed[0]
    if grade not in allowed:
        expected = " or ".join(str(value) for value in allowed if value is not None) or "no grade"
        raise LabelError(f"grade is {grade} for the answer {answer.value!r}; expected {expected}.")
    return answer, grade


def grade_rows(rows: Iterable[QrelRow], known_movies: Iterable[str] | None) -> list[GradedRow]:
    """Return one graded row for each pair: above 0 is positive (at most 2), 0 and below negative (TREC).

    Raises:
        LabelError: naming file and line, for a film not among ``known_movies`` or two lines that contradict.
    """
    known = None if known_movies is None else frozenset(known_movies)
    graded: dict[tuple[str, str], GradedRow] = {}
    for row in rows:
        if known is not None and row.movie_id not in known:
            raise LabelError(
                f"{row.place}: movie {quoted(row.movie_id)} is not in the catalogue. Import the film, or "
                "remove the line."
            )
        grade = max(0, min(row.grade, HIGHEST_GRADE))
        found = GradedRow(row, Answer.POSITIVE if grade else Answer.NEGATIVE, grade)
        first = graded.setdefault((row.query_id, row.movie_id), found)
        if first.grade != grade:
            raise LabelError(
                f"{row.place}: grade {row.grade} for query {quoted(row.query_id)} and movie {quoted(row.movie_id)}, "
                f"but {first.row.place} gives {first.row.grade}. Keep one of the two lines."
            )
    return list(graded.values())
