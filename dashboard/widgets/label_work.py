"""A curator's work in this session: the queue, the desk, and what was just said."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from core.catalog import Catalog
from core.errors import ReelignError
from core.judgments import Judgment, Split
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets.label_desk import Desk
from dashboard.widgets.label_queue import MINED, POOL_DEPTH, Choice, LabelQueue
from dashboard.widgets.mined_films import mined_pool
from dashboard.widgets.problems import shown_as_problems

PAGE = "label"

Result = TypeVar("Result")

log = logging.getLogger("reelign.dashboard")


def load_queue(films: Catalog) -> LabelQueue | None:
    """Read the queue anew, behind a progress bar while models load; None when no model can propose films."""
    put_off = f"put_off/{session.curator()}"
    queries = resources.store().queries()
    texts = [query.text for query in queries]
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for name in resources.serving_models():
        with shown_as_problems():  # one model that cannot be loaded does not stop the work with the other
            found[name] = resources.top_films(name, texts, POOL_DEPTH)
    if not found:
        return None
    rankings = {query.query_id: {name: tops[query.text] for name, tops in found.items()} for query in queries}
    with shown_as_problems():
        for query_id, movie_ids in mined_pool(films).items():
            if query_id in rankings:
                rankings[query_id][MINED] = movie_ids
    read = LabelQueue(
        session.curator(),
        queries,
        rankings,
        resources.store().judgments(),
        films,
        session.recall(PAGE, put_off, set()),
    )
    session.remember(PAGE, put_off, read.put_off)
    session.remember(PAGE, "queue", read)
    _keep_desk(read, f"{session.curator()}/{films.fingerprint}/{sorted(found)}")
    return read


def _keep_desk(read: LabelQueue, setting: str) -> None:
    current = desk()
    if current is not None and session.recall(PAGE, "setting", "") == setting:
        read.rejoin(current)
    else:
        session.remember(PAGE, "desk", None)
        session.remember(PAGE, "setting", setting)
        session.remember(PAGE, "last", None)


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
    """Put a query on the desk."""
    opened = queue().open(query_id)
    session.remember(PAGE, "desk", opened)
    return opened


def open_following() -> bool:
    """Put the next unfinished query on the desk; False, with the desk as it was, when there is no other."""
    current = desk()
    following = queue().following(choice(), current.query.query_id if current else "")
    if following is not None:
        open_query(following.query_id)
    return following is not None


def clear_desk() -> None:
    """Take the query off the desk."""
    session.remember(PAGE, "desk", None)


def last() -> Judgment | None:
    """Return the answer that was just recorded."""
    return session.recall(PAGE, "last", None)


def set_last(judgment: Judgment | None) -> None:
    session.remember(PAGE, "last", judgment)


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
    """Return what a press does; when it fails, ``None``, and the reason is kept for the card to show."""
    session.remember(PAGE, "problem", "")
    try:
        return press()
    except ReelignError as reason:
        session.remember(PAGE, "problem", str(reason))
    except Exception as reason:
        log.exception("A press on the Label page failed.")
        session.remember(PAGE, "problem", t("problems.unexpected", kind=type(reason).__name__))
    return None
