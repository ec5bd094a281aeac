"""A curator's work in this session: the queue, the desk, and what was just said."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from core.catalog import Catalog
from core.errors import ReelignError
from core.judgments import Judgment, Query, Split
from core.judgments.modes import Mode
from core.judgments.pool import LEXICAL, MINED
from dashboard import address, resources, session
from dashboard.strings import t
from dashboard.widgets import label_lease
from dashboard.widgets.label_desk import Desk
from dashboard.widgets.label_queue import Choice, LabelQueue, Task
from dashboard.widgets.mined_films import mined_pool
from dashboard.widgets.problems import shown_as_problems

PAGE = "label"
SEARCHED = 100  # films of each system: as many as a pool may be deep, so that changing the depth searches nothing

EVENTS_SET_ASIDE = 10_000  # new ones, until what is in memory is set aside again

Result = TypeVar("Result")

log = logging.getLogger("reelign.dashboard")


def load_queue(films: Catalog) -> LabelQueue | None:
    """Read the queue anew, behind a progress bar while models load; None when no model can propose films."""
    curator = session.curator()
    put_off = f"put_off/{curator}"
    store = resources.store()
    queries = store.queries()
    found = _found(films, queries)
    models = tuple(name for name in resources.serving_models() if name in found)
    if not models:
        return None
    task = Task(mode(), store.project.current(), models, resources.random_films())
    read = LabelQueue(
        curator,
        queries,
        {query.query_id: {name: by_query[query.query_id] for name, by_query in found.items()} for query in queries},
        resources.standing_judgments(),
        films,
        session.recall(PAGE, put_off, set()),
        task,
        holders=store.leases.holders(),
        skipped=store.skips.standing(curator),
    )
    session.remember(PAGE, put_off, read.put_off)
    session.remember(PAGE, "queue", read)
    _keep_desk(read, f"{curator}/{films.fingerprint}/{models}/{task.mode}/{task.project.depth}")
    resources.set_aside((films.fingerprint, models, store.last_event_number() // EVENTS_SET_ASIDE))
    return read


def _found(films: Catalog, queries: Sequence[Query]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return what each system proposes by its name and query id; one that fails does not stop the others."""
    texts = [query.text for query in queries]
    found: dict[str, dict[str, tuple[str, ...]]] = {}

    def by_query(tops: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        return {query.query_id: tops[query.text] for query in queries}

    for name in resources.serving_models():
        with shown_as_problems():
            found[name] = by_query(resources.top_films(name, texts, SEARCHED))
    with shown_as_problems():
        found[LEXICAL] = by_query(resources.lexical_films(texts, SEARCHED))
    with shown_as_problems():
        mined = mined_pool(films)
        if mined:
            found[MINED] = {query.query_id: mined.get(query.query_id, ()) for query in queries}
    return found


def mode() -> Mode:
    """Return what the queue is after: what a new address asks for, else what was chosen in this session."""
    wanted = address.asked(address.MODE)
    if wanted in list(Mode):
        address.put(address.MODE, wanted)
        session.remember(PAGE, "mode", Mode(wanted))
    return session.recall(PAGE, "mode", Mode.FILL)


def set_mode(chosen: Mode) -> None:
    """Choose what the queue is after, and begin at the query that matters most for it."""
    session.remember(PAGE, "mode", chosen)
    address.put(address.MODE, chosen.value)
    clear_desk()


def _keep_desk(read: LabelQueue, setting: str) -> None:
    current = desk()
    if current is not None and session.recall(PAGE, "setting", "") == setting:
        read.rejoin(current)
    else:
        clear_desk()
        session.remember(PAGE, "setting", setting)


def queue() -> LabelQueue:
    """Return the queue as the page last read it."""
    read: LabelQueue = session.recall(PAGE, "queue", None)  # type: ignore[assignment]
    return read


def desk() -> Desk | None:
    """Return what lies before the curator; None when every chosen query is finished."""
    return session.recall(PAGE, "desk", None)


def choice() -> Choice:
    """Return which queries the curator wants to see."""
    return session.recall(PAGE, "choice", Choice())


def choose(split: Split | None, unfinished: bool) -> None:
    """Set which queries the curator wants to see."""
    session.remember(PAGE, "choice", Choice(split, unfinished))


def open_query(query_id: str) -> Desk:
    """Put a query on the desk that was asked for; who has it at hand already is said."""
    if not label_lease.take(query_id, queue().places(query_id)):
        queue().holders = resources.store().leases.holders()
        say(t("pool.held_by", names=", ".join(queue().others_at(query_id))))
    return _lay_out(query_id)


def open_following() -> bool:
    """Put the next query that needs somebody on the desk; False, with the desk as it was, when there is no other."""
    current = desk()
    queue().holders = resources.store().leases.holders()
    for query in queue().waiting(choice(), current.query.query_id if current else ""):
        if label_lease.take(query.query_id, queue().places(query.query_id)):  # else somebody has just taken it
            _lay_out(query.query_id)
            return True
    return False


def _lay_out(query_id: str) -> Desk:
    opened = queue().open(query_id)
    session.remember(PAGE, "desk", opened)
    return opened


def clear_desk() -> None:
    """Take the query off the desk."""
    session.remember(PAGE, "desk", None)
    label_lease.give_up()


def read_again(judgment: Judgment) -> None:
    """Take the answers of a judgment's curator to its query as the store has them."""
    standing = resources.store().judgments(query_id=judgment.query_id, annotator=judgment.annotator)
    queue().replace_answers(judgment.query_id, standing)


def say(text: str) -> None:
    """Keep a short note to be shown once."""
    session.remember(PAGE, "notice", text)


def said() -> str:
    """Return the note to show, and forget it."""
    text: str = session.recall(PAGE, "notice", "")
    say("")
    return text


def problem() -> str:
    """Return why the last press was not recorded, empty when it was."""
    return session.recall(PAGE, "problem", "")


def attempt(press: Callable[[], Result]) -> Result | None:
    """Return what a press does; when it fails, ``None``, and the reason is kept for the card to show.

    Whoever presses is at work, so the query stays theirs.
    """
    session.remember(PAGE, "problem", "")
    try:
        done = press()
        if (current := desk()) is not None:
            label_lease.renew(current.query.query_id, queue().places(current.query.query_id))
        return done
    except ReelignError as reason:
        session.remember(PAGE, "problem", str(reason))
    except Exception as reason:
        log.exception("A press on the Label page failed.")
        session.remember(PAGE, "problem", t("problems.unexpected", kind=type(reason).__name__))
    return None
