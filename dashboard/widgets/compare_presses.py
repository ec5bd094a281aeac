"""What is pressed in the lists of the Compare page. These are callbacks: what the browser shows as saved is on disk.

Unlike the cards of the Label page, an answer that cannot be saved is not sent again behind the curator's back: it is
said, and the mark beside the film is what it was before.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from core.errors import ReelignError
from core.judgments import Query
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets.compare_address import PAGE
from dashboard.widgets.label_message import Press, Refusal, Undo, read_message
from dashboard.widgets.label_presses import Reply, record_press

LISTS = "compare_lists"  # the key of the component
OUTBOX = "outbox"  # what it sends

log = logging.getLogger("reelign.dashboard")


def note_shown(query_id: str, sources: Mapping[str, tuple[str, ...]], queries: Mapping[str, Query]) -> None:
    """Note who proposed which film of the query on screen, so that no browser is asked, and which queries there are."""
    session.remember(PAGE, "shown", (query_id, sources))
    session.remember(PAGE, "queries", queries)


def receive() -> None:
    """Record what the browser has sent, in order, up to the first that cannot be saved, and note a reply.

    What arrives again is acknowledged again and changes nothing. Whoever is named in the message must be who works
    here.
    """
    queries: Mapping[str, Query] = session.recall(PAGE, "queries", {})
    message = read_message(session.sent(LISTS, OUTBOX), queries, resources.catalog())
    if message is None or message.curator != session.curator():
        return
    reply = Reply(message.number)
    for entry in message.entries:
        if isinstance(entry, Refusal):
            reply.refused.append(entry)
            continue
        reply.problem = _problem_of(entry)
        if reply.problem:
            break
        reply.acknowledged.append(entry.event_id)
    session.remember(PAGE, "reply", reply)


def reply() -> Reply:
    """Return the reply to the last message of this session."""
    return session.recall(PAGE, "reply", Reply())


def said() -> dict[str, Any]:
    """Return what was just said and of which film, and forget it."""
    notice: dict[str, Any] = session.recall(PAGE, "notice", {})
    session.remember(PAGE, "notice", {})
    return notice


def _problem_of(entry: Press | Undo) -> str:
    """Carry out an entry and return why that failed, empty when it did not."""
    try:
        if isinstance(entry, Undo):
            _undo(entry.event_id)
        else:
            _judge(entry)
    except ReelignError as reason:
        return str(reason)
    except Exception as reason:
        log.exception("A press on the Compare page failed.")
        return t("problems.unexpected", kind=type(reason).__name__)
    return ""


def _judge(press: Press) -> None:
    shown: tuple[str, Mapping[str, tuple[str, ...]]] = session.recall(PAGE, "shown", ("", {}))
    query_id, sources = shown
    record_press(press, sources.get(press.movie_id, ()) if query_id == press.query_id else ())
    if press.event_id not in _given():
        _keep_given([*_given(), press.event_id])


def _undo(event_id: str) -> None:
    """Take back the last answer given here that has not been taken back, whatever was answered elsewhere since."""
    undone: dict[str, str] = session.recall(PAGE, "undone", {})
    given = _given()
    answer_id = undone.get(event_id) or next(reversed(given), "")
    judgment = None
    if answer_id:
        judgment = resources.store().undo(session.curator(), event_id=event_id, answer_id=answer_id)
        session.remember(PAGE, "undone", {**undone, event_id: answer_id})
        _keep_given([one for one in given if one != answer_id])
    if judgment is None:
        _say(t("compare.nothing_to_undo"))
    else:
        _say(t("compare.undone", answer=t(f"common.{judgment.answer}")), judgment.movie_id)


def _given() -> list[str]:
    """Return the ids of the answers given here by who works here, oldest first."""
    given: list[str] = session.recall(PAGE, f"given/{session.curator()}", [])
    return given


def _keep_given(given: list[str]) -> None:
    session.remember(PAGE, f"given/{session.curator()}", given)


def _say(text: str, movie_id: str = "") -> None:
    session.remember(PAGE, "notice", {"text": text, "film": movie_id})
