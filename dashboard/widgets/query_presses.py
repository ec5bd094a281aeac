"""What the presses do that are about queries and not about cards: skip one, add some, judge a film that was found."""

from __future__ import annotations

from collections.abc import Sequence

from core.judgments import Answer, Candidate, Judgment, NewQuery, Query, Shown
from core.judgments.near_duplicates import Neighbour, new_queries
from dashboard import deeds, resources, session
from dashboard.strings import t
from dashboard.widgets import label_work as work
from dashboard.widgets.label_desk import SEARCH, Desk


def skip(query: Query, reason: str) -> None:
    """Leave a query out for a reason and go on with the next one."""
    if work.attempt(lambda: _skipped(query, reason)) and not work.open_following():
        work.clear_desk()


def _skipped(query: Query, reason: str) -> bool:
    skips = resources.store().skips
    skips.skip(query.query_id, session.curator(), reason)
    work.queue().skipped = skips.standing(session.curator())
    work.say(t("queries.skip_done", query=query.text))
    return True


def resume(query: Query) -> None:
    """Take a skipped query back in."""
    work.attempt(lambda: resources.store().skips.resume(query.query_id, session.curator()))


def add(texts: Sequence[str], neighbours: Sequence[Sequence[Neighbour]], kept: Sequence[int]) -> str | None:
    """Add the kept lines and return the id of the first, to open it; None when it failed."""
    return work.attempt(lambda: _added(new_queries(texts, neighbours, kept)))


def _added(wanted: list[NewQuery]) -> str:
    added, new = deeds.add_queries(wanted)
    work.say(t("label.added", count=new))
    return added[0].query_id


def judge_found(desk: Desk, found: Candidate, given: tuple[Answer, int | None], event_id: str) -> None:
    """Record an answer, with its grade, to a film that was searched for; the answer that stands is not given twice.

    ``found`` says who found the film, and at which place of its list. The film joins the others of the query.
    """
    movie_id = found.movie_id
    standing = desk.answers.get(movie_id)
    if standing is None or (standing.answer, standing.grade) != given:
        judgment = work.attempt(lambda: _record(desk, given, found, event_id))
        if judgment is not None:
            if desk.candidate(movie_id) is None:
                desk.films.append(Candidate(movie_id, (SEARCH,), 0))
            desk.take_in(judgment)


def _record(desk: Desk, given: tuple[Answer, int | None], found: Candidate, event_id: str) -> Judgment:
    answer, grade = given
    return resources.store().judge(
        desk.query.query_id,
        found.movie_id,
        session.curator(),
        answer,
        event_id=event_id,
        grade=grade,
        note=desk.note(found.movie_id),
        shown=Shown(
            rank=found.rank,
            sources=found.sources,
            input_method=SEARCH,
            guideline=resources.guideline_version(),
        ),
    )


def undo_found(desk: Desk, judgment: Judgment, event_id: str) -> None:
    """Take back the answer to a film that was searched for; the film leaves the desk if nothing else proposed it."""
    work.attempt(lambda: _undone(desk, judgment, event_id))


def _undone(desk: Desk, judgment: Judgment, event_id: str) -> None:
    resources.store().undo(judgment.annotator, event_id=event_id, answer_id=judgment.event_id)
    work.read_again(judgment)
    if judgment.movie_id not in desk.answers and judgment.movie_id != desk.card.candidate.movie_id:
        desk.films = [film for film in desk.films if film != Candidate(judgment.movie_id, (SEARCH,), 0)]
