"""What each press does. These are callbacks: an answer is on disk before the next card is drawn."""

from __future__ import annotations

import time

from core.judgments import Answer, Judgment, NewQuery
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets import label_work as work
from dashboard.widgets.label_desk import Desk

NOTE, FIND, ADD = "note", "find", "add"  # the dialogs


def answer(event_id: str, given: Answer) -> None:
    """Record an answer to the card on the desk and go on; a press that was not made for it is ignored."""
    current = work.desk()
    if current is None or not current.accepts(event_id, time.monotonic()):
        return
    judgment = _record(current, given, current.note())
    if judgment is None:
        return
    work.set_last(judgment)
    if not current.advance(judgment):
        work.say(t("label.query_done"))
        if not work.open_following():
            work.clear_desk()


def undo(event_id: str, undo_id: str) -> None:
    """Take back the curator's last answer and show its pair again."""
    current = work.desk()
    if current is not None and not current.accepts(event_id, time.monotonic()):
        return
    work.attempt(lambda: _undo_last(undo_id))


def _undo_last(undo_id: str) -> None:
    undone = resources.store().undo(session.curator(), event_id=undo_id)
    work.set_last(None)
    if undone is None:
        work.say(t("label.nothing_to_undo"))
    else:
        _show_again(undone)


def _show_again(undone: Judgment) -> None:
    standing = resources.store().judgments(query_id=undone.query_id, annotator=undone.annotator)
    work.queue().replace_answers(undone.query_id, standing)
    current = work.desk()
    if current is None or current.query.query_id != undone.query_id:
        current = work.open_query(undone.query_id)
    if undone.movie_id in resources.catalog():
        current.turn_to(undone.movie_id)
    work.say(t("label.undone", answer=t(f"common.{undone.answer}")))


def move(event_id: str, step: int) -> None:
    """Turn to another film of the query."""
    if (current := work.desk()) is not None:
        current.move(event_id, step)


def skip_query() -> None:
    """Leave the query on the desk for later."""
    if (current := work.desk()) is not None:
        work.queue().put_back(current)
    if not work.open_following():
        work.say(t("label.no_other"))


def open_dialog(name: str) -> None:
    """Open a dialog; the keys rest while it is open."""
    if (current := work.desk()) is not None:
        current.paused = True
    session.remember(work.PAGE, "dialog", name)


def close_dialog() -> None:
    """Close the dialog and deal the card anew, so that it counts only once it can be seen again."""
    if (current := work.desk()) is not None:
        current.paused = False
        current.redeal()
    session.remember(work.PAGE, "dialog", "")


def keep_note(text: str) -> None:
    """Keep a note on the film on the desk: with its standing answer at once, else with the answer to come."""
    if (current := work.desk()) is None:
        return
    movie_id = current.card.candidate.movie_id
    current.notes[movie_id] = text
    standing = current.answers.get(movie_id)
    if standing is not None and standing.note != text:
        saved = _record(current, standing.answer, text, standing.grade)
        if saved is not None:
            current.take_in(saved)
    close_dialog()


def judge_found(movie_id: str) -> None:
    """Put a film that was searched for on top."""
    close_dialog()
    if (current := work.desk()) is not None:
        current.turn_to(movie_id)


def add_queries(text: str) -> str | None:
    """Add one query a line, say which were there already, and return the id to open; None when it failed."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return work.attempt(lambda: _add_lines(lines))


def _add_lines(lines: list[str]) -> str:
    store = resources.store()
    known = {query.query_id for query in store.queries()}
    added = store.add_queries(NewQuery(line) for line in lines)
    new = [query.query_id for query in added if query.query_id not in known]
    there = [line for line, query in zip(lines, added, strict=True) if query.query_id in known]
    sentences = [t("label.added", count=len(set(new)))] if new else []
    sentences += [t("label.already_there", queries=" / ".join(there))] if there else []
    work.say(" ".join(sentences))
    return (new or [query.query_id for query in added])[0]


def _record(current: Desk, given: Answer, note: str, grade: int | None = None) -> Judgment | None:
    card = current.card
    return work.attempt(
        lambda: resources.store().judge(
            current.query.query_id,
            card.candidate.movie_id,
            session.curator(),
            given,
            event_id=card.event_id,
            grade=grade,
            note=note,
            shown=card.shown(),
        )
    )
