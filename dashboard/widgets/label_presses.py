"""What each press does. These are callbacks: what the browser shows as saved is on disk."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from core.judgments import Judgment, Shown
from dashboard import address, resources, session
from dashboard.strings import t
from dashboard.widgets import label_work as work
from dashboard.widgets.label_desk import Card
from dashboard.widgets.label_message import Press, Refusal, Undo, read_message

NOTE, FIND, ADD = "note", "find", "add"  # the dialogs
CARDS = "label_cards"  # the key of the component
OUTBOX = "outbox"  # what it sends


@dataclass(slots=True)
class Reply:
    """What became of the message with this number: the ids of what is on record, and what never can be.

    ``problem`` says why the rest could not be saved now, empty when nothing is left.
    """

    number: int = 0
    problem: str = ""
    acknowledged: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """Return the reply as the browser reads it."""
        return asdict(self)


def receive() -> None:
    """Record what the browser has sent, in order, up to the first that cannot be saved now, and note a reply.

    What arrives again is acknowledged again and changes nothing. Whoever is named in the message must be who works
    here: after a change of curator the answers wait in the browser for the one who gave them.
    """
    address.catch_up()
    message = read_message(session.sent(CARDS, OUTBOX), work.queue().queries, resources.catalog())
    if message is None or message.curator != session.curator():
        return
    reply = Reply(message.number)
    current = work.desk()
    if current is not None and current.query.query_id == message.query_id:
        current.follow(message.movie_id)
    for entry in message.entries:
        if isinstance(entry, Refusal):
            reply.refused.append(entry)
        elif work.attempt(partial(_carry_out, entry)) is None:
            reply.problem = work.problem()
            break
        else:
            reply.acknowledged.append(entry.event_id)
    session.remember(work.PAGE, "reply", reply)
    current = work.desk()
    if message.finished and current is not None and current.query.query_id == message.query_id and current.complete():
        _go_on()


def reply() -> Reply:
    """Return the reply to the last message of this session."""
    return session.recall(work.PAGE, "reply", Reply())


def _go_on() -> None:
    work.say(t("label.query_done"))
    if not work.open_following():
        work.clear_desk()


def _carry_out(entry: Press | Undo) -> bool:
    if isinstance(entry, Undo):
        _undo_last(entry.event_id)
    else:
        _take_in(record_press(entry, _sources(entry)))
    return True


def record_press(press: Press, sources: tuple[str, ...]) -> Judgment:
    """Record an answer that the browser has sent of a film that these systems proposed.

    Raises:
        LabelError: it cannot be saved, or its id stands for another answer.
    """
    return resources.store().judge(
        press.query_id,
        press.movie_id,
        session.curator(),
        press.answer,
        event_id=press.event_id,
        grade=press.grade,
        note=press.note,
        shown=Shown(
            rank=press.place,
            sources=sources,
            shown_at=press.shown_at,
            input_method=press.method,
            guideline=resources.guideline_version(),
        ),
        decided_at=press.decided_at,
    )


def _sources(press: Press) -> tuple[str, ...]:
    """Return who proposed the film. The browser is not told, so that nobody can see it there."""
    current = work.desk()
    if current is None or current.query.query_id != press.query_id:
        current = work.queue().open(press.query_id)
    candidate = current.candidate(press.movie_id)
    return candidate.sources if candidate else ()


def _take_in(judgment: Judgment) -> None:
    current = work.desk()
    if current is not None and current.query.query_id == judgment.query_id:
        current.take_in(judgment)
    else:
        work.read_again(judgment)


def undo(undo_id: str) -> None:
    """Take back the curator's last answer and show its pair again."""
    work.attempt(lambda: _undo_last(undo_id))


def _undo_last(undo_id: str) -> None:
    undone = resources.store().undo(session.curator(), event_id=undo_id)
    if undone is None:
        work.say(t("label.nothing_to_undo"))
    else:
        _show_again(undone)


def _show_again(undone: Judgment) -> None:
    work.read_again(undone)
    current = work.desk()
    if current is None or current.query.query_id != undone.query_id:
        current = work.open_query(undone.query_id)
    if undone.movie_id in resources.catalog():
        current.turn_to(undone.movie_id)
    work.say(t("label.undone", answer=t(f"common.{undone.answer}")))


def skip_query() -> None:
    """Leave the query on the desk for later."""
    if (current := work.desk()) is not None:
        work.queue().put_back(current)
    if not work.open_following():
        work.say(t("label.no_other"))


def open_note() -> None:
    """Open the note of the film that the browser shows."""
    movie_id = session.sent(CARDS, NOTE)
    if (current := work.desk()) is not None and isinstance(movie_id, str):
        current.follow(movie_id)
        open_dialog(NOTE)


def open_dialog(name: str) -> None:
    """Open a dialog; the keys rest while it is open."""
    if (current := work.desk()) is not None:
        current.paused = True
    session.remember(work.PAGE, "dialog", name)


def close_dialog() -> None:
    """Close the dialog; the card counts once it can be seen again."""
    if (current := work.desk()) is not None:
        current.paused = False
    session.remember(work.PAGE, "dialog", "")


def keep_note(text: str) -> None:
    """Keep a note on the film on the desk: with its standing answer at once, else with the answer to come."""
    if (current := work.desk()) is None:
        return
    movie_id = current.card.candidate.movie_id
    current.notes[movie_id] = text
    standing = current.answers.get(movie_id)
    if standing is not None and standing.note != text:
        saved = work.attempt(partial(_record_note, standing, text, current.card))
        if saved is not None:
            current.take_in(saved)
    close_dialog()


def turn_to_found(movie_id: str) -> None:
    """Put a film that was searched for on top."""
    close_dialog()
    if (current := work.desk()) is not None:
        current.turn_to(movie_id)


def _record_note(standing: Judgment, note: str, card: Card) -> Judgment:
    return resources.store().judge(
        standing.query_id,
        standing.movie_id,
        standing.annotator,
        standing.answer,
        event_id=str(uuid.uuid4()),
        grade=standing.grade,
        note=note,
        shown=Shown(
            card.place + 1, card.candidate.sources, input_method="note", guideline=resources.guideline_version()
        ),
    )
