"""What each press does while judging blind. These are callbacks: the next query shows once the answer is on disk."""

from __future__ import annotations

import time
from collections.abc import Collection

from core.evaluation.blind import more_credits
from core.judgments.preferences import Choice, NewPreference, Systems
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets.compare_blind_desk import PAGE, Desk, Setting, marks, set_marks
from dashboard.widgets.problems import shown_as_problems

READ_AFTER = 0.7  # seconds on screen until a query can have been read; a held key first repeats after half a second
HELD_WITHIN = 0.3  # seconds between presses that only a held key or a second click reaches


def prefer(setting: Setting, desk: Desk, choice: Choice, preference_id: str) -> None:
    """Record which list is better, or that the query is skipped."""
    if _deliberate():
        _record(setting, desk, choice, (), preference_id)


def finish(setting: Setting, desk: Desk, preference_id: str) -> None:
    """Record the marks of an interleaved list; the side with more of them wins the query."""
    if _deliberate():
        marked = marks(setting, desk.query.query_id)
        _record(setting, desk, more_credits(desk.shown, marked), marked, preference_id)


def mark(setting: Setting, query_id: str, movie_id: str) -> None:
    """Mark a film as answering the query, or take its mark away."""
    marked = marks(setting, query_id)
    kept = tuple(film for film in marked if film != movie_id)
    set_marks(setting, query_id, kept if movie_id in marked else (*marked, movie_id))


def undo(setting: Setting, query_ids: Collection[str], preference_id: str) -> None:
    """Take back the last answer and lay its query out again, with its marks."""
    if not _deliberate():
        return
    with shown_as_problems():
        undone = resources.store().preferences.undo(
            setting.curator, Systems(*setting.systems), setting.form, preference_id=preference_id
        )
        if undone is None:
            _say(t("compare_blind.nothing_to_undo"))
        elif undone.query_id in query_ids:
            session.remember(PAGE, "reopened", (setting, undone.query_id))
            set_marks(setting, undone.query_id, undone.marked)
            _say(t("compare_blind.undone"))
        else:
            _say(t("compare_blind.undone_elsewhere"))


def judge_skipped(setting: Setting) -> None:
    """Let the skipped queries come again."""
    session.remember(PAGE, "again", setting)


def note_appearance(setting: Setting, query_id: str) -> None:
    """Note when a query came on screen; one that was there already keeps its time."""
    if session.recall(PAGE, "on_screen", None) != (setting, query_id):
        session.remember(PAGE, "on_screen", (setting, query_id))
        session.remember(PAGE, "appeared", time.monotonic())


def said() -> str:
    """Return what is to be said of the last press, and forget it."""
    text: str = session.recall(PAGE, "notice", "")
    _say("")
    return text


def _say(text: str) -> None:
    session.remember(PAGE, "notice", text)


def _record(setting: Setting, desk: Desk, choice: Choice, marked: tuple[str, ...], preference_id: str) -> None:
    given = NewPreference(desk.query.query_id, setting.curator, setting.form, desk.systems, choice, desk.shown, marked)
    with shown_as_problems():
        resources.store().preferences.record(given, preference_id=preference_id)
        session.remember(PAGE, "reopened", None)


def _deliberate() -> bool:
    """Return whether a press can be meant for the query on screen. A held key starts the wait anew at every repeat."""
    now, before = time.monotonic(), session.recall(PAGE, "pressed", float("-inf"))
    session.remember(PAGE, "pressed", now)
    if now - before < HELD_WITHIN or now - session.recall(PAGE, "appeared", float("-inf")) < READ_AFTER:
        _say(t("compare_blind.too_soon"))
        return False
    return True
