"""What the judgments of a file do to those that stand: add, change, contradict, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.judgments.exchange.problems import ProblemLog
from core.judgments.exchange.resolve import FoundQueries
from core.judgments.exchange.row import Row
from core.judgments.grades import check_grade
from core.judgments.new_judgment import NewJudgment
from core.judgments.truth import truth
from core.judgments.types import Answer, Judgment, Query
from core.quoting import quoted

SAMPLE = 50
Key = tuple[str, str, str, bool]


class Effect(StrEnum):
    """What importing one judgment does: contradict somebody, change an answer, add one, or nothing."""

    CONTRADICTS = "contradicts"
    CHANGED = "changed"
    NEW = "new"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One judgment of the file, its effect, and the annotator's answer that it would replace."""

    file: str
    line: int
    text: str
    movie_id: str
    answer: Answer
    grade: int | None
    annotator: str
    effect: Effect
    before: Answer | None


@dataclass(frozen=True, slots=True)
class Gathered:
    """The judgments of the file, each once, by query, film, annotator and whether it adjudicates."""

    rows: dict[Key, Row]
    judgments: dict[Key, NewJudgment]
    duplicates: int


def gather(
    rows: Sequence[Row], queries: FoundQueries, films: Mapping[Row, str], annotator: str, problems: ProblemLog
) -> Gathered:
    """Return the judgments of rows whose query and film are known; two lines that contradict are noted."""
    first: dict[Key, Row] = {}
    judgments: dict[Key, NewJudgment] = {}
    brings: dict[tuple[str, int], bool] = {}
    for row in rows:
        request = queries.request_of[row.query]
        query_id = queries.by_request[request].query_id
        for who in row.annotators or (annotator,):
            key = (query_id, films[row], who, row.adjudicates)
            given = NewJudgment(
                query=request,
                movie_id=films[row],
                annotator=who,
                answer=row.answer or Answer.UNSURE,
                grade=row.grade,
                note=row.note,
                decided_at=row.decided_at,
                adjudicates=row.adjudicates,
                # One line for several annotators is several events.
                event_id=row.event_id if len(row.annotators) < 2 else "",
            )
            earlier = first.setdefault(key, row)
            place = (row.file, row.line)
            brings[place] = brings.get(place, False) or earlier is row
            if judgments.setdefault(key, given) is given:
                continue
            if not _alike(judgments[key], given):
                message = (
                    f"{_said(given)} for query {quoted(query_id)} and movie {quoted(films[row])} by {who}, but "
                    f"{earlier.file}, line {earlier.line}, says {_said(judgments[key])}. Keep one of the two lines."
                )
                problems.note(row.file, row.line, message, field="answer", value=_said(given))
    return Gathered(first, judgments, sum(not new for new in brings.values()))


def _alike(one: NewJudgment, other: NewJudgment) -> bool:
    return one.answer is other.answer and (one.grade == other.grade or None in (one.grade, other.grade))


def _said(judgment: NewJudgment) -> str:
    grade = judgment.grade if judgment.answer is Answer.POSITIVE else None
    return judgment.answer.value if grade is None else f"{judgment.answer.value} (grade {grade})"


def effect(key: Key, given: NewJudgment, before: Mapping[Key, Judgment], contradicting: set[tuple[str, str]]) -> Effect:
    """Return what recording one judgment does, beside the judgments ``before`` it."""
    if key in before and given.agrees_with(before[key]):
        return Effect.SAME
    if key[:2] in contradicting:
        return Effect.CONTRADICTS
    return Effect.CHANGED if key in before else Effect.NEW


def newly_contradicting(before: Mapping[Key, Judgment], gathered: Gathered) -> set[tuple[str, str]]:
    """Return the (query id, film id) of pairs that would newly be answered both ways."""
    after = dict(before)
    for key, given in gathered.judgments.items():
        if key not in before or not given.agrees_with(before[key]):
            query_id, movie_id, annotator, adjudicates = key
            answer, grade = check_grade(given.answer, given.grade)
            after[key] = Judgment(
                query_id, movie_id, annotator, answer, grade, "", given.event_id, given.decided_at or "~", adjudicates
            )
    old, new = ({(yes.query_id, yes.movie_id) for yes, _ in truth(of.values()).conflicts} for of in (before, after))
    return new - old


def sample(
    gathered: Gathered, effects: Mapping[Key, Effect], found: Mapping[str, Query], before: Mapping[Key, Judgment]
) -> tuple[PreviewRow, ...]:
    """Return the judgments that change most, then by their place in the file."""
    order = list(Effect)
    keys = sorted(effects, key=lambda key: order.index(effects[key]))[:SAMPLE]
    return tuple(
        PreviewRow(
            file=gathered.rows[key].file,
            line=gathered.rows[key].line,
            text=found[key[0]].text,
            movie_id=key[1],
            answer=gathered.judgments[key].answer,
            grade=gathered.judgments[key].grade,
            annotator=key[2],
            effect=effects[key],
            before=before[key].answer if key in before else None,
        )
        for key in keys
    )
