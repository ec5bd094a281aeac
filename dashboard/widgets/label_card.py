"""The cards: the films of one query, judged by key or mouse in the browser without waiting for the server.

A component holds all films of the query, so that an answer shows the next one in the same frame; what was answered
comes here as a message (``label_presses.receive``) and goes back acknowledged. A fragment of its own, so that a
message draws nothing else.
"""

from __future__ import annotations

import time
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.catalog import Movie
from core.fingerprint import fingerprint
from core.judgments import Project
from core.words import marked_spans
from dashboard import resources, session
from dashboard.shortcuts import keys_for
from dashboard.strings import t
from dashboard.widgets import label_desk
from dashboard.widgets import label_presses as presses
from dashboard.widgets import label_work as work
from dashboard.widgets.films import facts_line, other_title, synopsis, title
from dashboard.widgets.label_desk import SEARCH, Desk
from dashboard.widgets.label_dialogs import show_dialog
from dashboard.widgets.query_badges import query_badges

LEAVES = 0.03  # seconds until what is drawn has left for the browser; a new run would throw away what has not

COMMON = ("positive", "negative", "unsure", "close")
TEXTS = [
    "fits",
    "perfect",
    "place",
    "standing",
    "from_search",
    "no_synopsis",
    "more",
    "undo",
    "previous",
    "next",
    "note",
    "grid",
    "card",
    "help",
    "note_waiting",
    "note_saved",
    "saved",
    "saving",
    "undoing",
    "not_saved",
    "not_saved_count",
    "kept",
    "silent",
    "refused",
    "opening",
    "keys_rest",
    "progress_query",
    "progress_all",
]

KEPT = 2_000  # films beside their queries: some dozens of curators' desks

_HERE = Path(__file__).parent
_LOOKS = ("label_look.css", "label_card.css")
_SCRIPTS = ("label_outbox.js", "label_line.js", "label_keys.js", "label_view.js", "label_panel.js", "label_card.js")

_cards = st.components.v2.component(
    presses.CARDS,
    html='<div id="cards"></div>',
    css="\n".join((_HERE / name).read_text(encoding="utf-8") for name in _LOOKS),
    js="\n".join((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS),
)


@st.fragment
def show_card(query_id: str) -> None:
    """Draw the cards; when the query on the desk is no longer the one that the page shows, draw the page after them."""
    desk = work.desk()
    if desk is None:
        st.rerun()
    query_badges(desk.query)
    _cards(
        key=presses.CARDS,
        data=cards_data(desk, resources.store().project.current()),
        on_outbox_change=presses.receive,
        on_note_change=presses.open_note,
    )
    show_dialog(desk)
    if desk.query.query_id != query_id:
        time.sleep(LEAVES)
        st.rerun()


def cards_data(desk: Desk, project: Project) -> dict[str, Any]:
    """Return what the browser needs to show the films of a query and to take answers."""
    finished, queries = work.queue().finished(work.choice())
    waits = {"seen": label_desk.SEEN_AFTER, "read": label_desk.READ_AFTER, "held": label_desk.HELD_WITHIN}
    return {
        "curator": session.curator(),
        "store": fingerprint(resources.store().name)[:12],
        "query": {"id": desk.query.query_id, "text": desk.query.text, "lang": desk.query.lang},
        "cards": [_card(desk, film.movie_id, film.sources == (SEARCH,), project) for film in desk.films],
        "turn": desk.turn,
        "place": desk.card.candidate.movie_id,
        "paused": desk.paused,
        "graded": project.graded,
        "keys": keys_for(project.graded),
        "labels": {name: t(f"common.{name}") for name in COMMON} | {name: t(f"label.{name}") for name in TEXTS},
        "waits": {name: 1000 * seconds for name, seconds in waits.items()},  # the browser counts in milliseconds
        "counts": {"finished": finished, "total": queries, "today": work.queue().answered_today()},
        "reply": presses.reply().as_data(),
        "notice": work.said(),
        "problem": work.problem(),
        "now": 1000 * time.time(),
    }


def _card(desk: Desk, movie_id: str, found: bool, project: Project) -> dict[str, Any]:
    film = resources.catalog()[movie_id]
    standing = desk.answers.get(movie_id)
    return {
        "id": movie_id,
        "found": found,
        "answer": standing.answer if standing else "",
        "grade": standing.grade if standing else None,
        "note": desk.note(movie_id),
        "waiting": movie_id in desk.notes,
        "poster": film.poster_url if project.remote_images and film.poster_url.startswith("https://") else "",
        **film_data(film, desk.query.text, session.language()),
    }


@lru_cache(maxsize=KEPT)
def film_data(film: Movie, query: str, language: str) -> dict[str, Any]:
    """Return the texts of a film in the session's ``language``, the words that the query names set apart.

    Kept, because every answer sends the cards of its query again. Nobody may change what is returned.
    """
    story = synopsis(film)
    more = [("", text) for text in dict.fromkeys((film.overview_ko, film.overview)) if text not in ("", story)]
    lists = {
        "common.cast": film.cast_ko or film.cast if language == "ko" else film.cast,
        "common.country": film.country,
        "label.keywords": film.keywords,
    }
    more += [(f"{t(key)}:", ", ".join(values)) for key, values in lists.items() if values]
    return {
        "title": marked(query, title(film)),
        "other": marked(query, other) if (other := other_title(film)) else [],
        "year": film.year,
        "facts": marked(query, facts_line(film)),
        "synopsis": marked(query, story) if story else [],
        "more": [(label, marked(query, text)) for label, text in more],
    }


def marked(query: str, text: str) -> list[str]:
    """Return a text in parts, plain and marked in turn, plain first; the marked ones are words of the query.

    Parts and not positions, because the browser counts characters beyond the first 65,536 twice.

    >>> marked("quiet films", "A quiet man")
    ['A ', 'quiet', ' man']
    """
    parts, end = [], 0
    for start, stop in marked_spans(query, text):
        parts += [text[end:start], text[start:stop]]
        end = stop
    return [*parts, text[end:]]
