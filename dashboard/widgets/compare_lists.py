"""Lists of films beside one another, drawn and walked through in the browser, judged there by key.

The component knows nothing of models: it draws ``FilmList``s. With a query whose films may be judged it takes answers
as the cards of the Label page do; they come here as messages (``compare_presses.receive``).
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import streamlit as st

from core.catalog import Movie
from core.fingerprint import fingerprint
from core.judgments import Query
from core.roles import Action
from dashboard import resources, session
from dashboard.permission import may
from dashboard.shortcuts import keys_for
from dashboard.strings import t
from dashboard.widgets import compare_presses as presses
from dashboard.widgets.compare_search import search_composed
from dashboard.widgets.films import facts_line, genre_names, other_title, people, synopsis, title
from dashboard.widgets.label_marks import Marks, marks_now
from dashboard.widgets.rank_moves import Change

KEPT = 4_000  # films whose texts are at hand
COMPOSED_AFTER = 0.3  # seconds without a key until what an input method is composing is searched for
COMMON = ("positive", "negative", "unsure", "unjudged", "close")
LABEL = ("fits", "perfect", "no_synopsis", "undo", "saved", "saving", "undoing", "silent", "refused")
OWN = ("conflict", "not_saved", "copy_link", "copied", "keys_choose", "keys_open", "keys_box")

_HERE = Path(__file__).parent
_LOOKS = ("label_look.css", "compare_lists.css")
_SCRIPTS = (
    "label_outbox.js",
    "label_line.js",
    "label_keys.js",
    "label_view.js",
    "compare_films.js",
    "compare_panel.js",
    "compare_lists.js",
)

_lists = st.components.v2.component(
    presses.LISTS,
    html='<div id="lists"></div>',
    css="\n".join((_HERE / name).read_text(encoding="utf-8") for name in _LOOKS),
    js="\n".join((_HERE / name).read_text(encoding="utf-8") for name in _SCRIPTS),
)


@dataclass(frozen=True, slots=True)
class Move:
    """What became of a film, in few words and in ``whole``."""

    change: Change
    text: str
    whole: str


@dataclass(frozen=True, slots=True)
class Row:
    """A film at its rank in a list, with what else is known of it there."""

    movie_id: str
    rank: int
    score: str = ""
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class FilmList:
    """A list under its two headings; ``note`` is a line about the whole, ``problem`` why it could not be made."""

    part: str
    title: str
    rows: tuple[Row, ...]
    note: str = ""
    problem: str = ""


def draw_lists(
    lists: Sequence[FilmList],
    query: Query | None = None,
    *,
    subject: str = "",
    scores: bool = False,
    hint: str = "",
    address: str = "",
    link: str = "",
    box: str = "",
    key: str = presses.LISTS,
) -> None:
    """Draw the lists; with a ``query`` their films carry its labels, and a curator may judge them.

    While ``subject``, what was searched for, stays the same, the selected film stays selected. ``hint`` stands in the
    place of lists that are empty. ``address`` is what the browser's address bar should say,
    ``link`` what is copied as a link; ``box`` is the key of the search box that the lists belong to.
    """
    marks = marks_now(query) if query else Marks()
    project = resources.store().project.current()
    curator = session.curator()
    shown = dict.fromkeys(row.movie_id for one in lists for row in one.rows)
    _lists(
        key=key,
        data={
            "curator": curator,
            "store": fingerprint(resources.store().name)[:12],
            "subject": subject,
            "query": query.query_id if query else "",
            "judged": bool(query and curator and may(Action.JUDGE)),
            "graded": project.graded,
            "keys": keys_for(project.graded),
            "lists": [_list(one) for one in lists],
            "films": {movie_id: _film(movie_id, marks) for movie_id in shown},
            "scores": scores,
            "hint": hint,
            "address": address,
            "link": link,
            "box": box,
            "composed": 1000 * COMPOSED_AFTER,
            "labels": _labels(session.language()),
            "reply": presses.reply().as_data(),
            "notice": presses.said(),
            "now": 1000 * time.time(),  # milliseconds, as the browser counts
        },
        on_outbox_change=presses.receive,
        on_composed_change=search_composed,
    )


def _list(one: FilmList) -> dict[str, Any]:
    rows = [
        {
            "id": row.movie_id,
            "rank": row.rank,
            "score": row.score,
            "moves": [{"change": move.change.value, "text": move.text, "whole": move.whole} for move in row.moves],
        }
        for row in one.rows
    ]
    return {"part": one.part, "title": one.title, "note": one.note, "problem": one.problem, "rows": rows}


def _film(movie_id: str, marks: Marks) -> dict[str, Any]:
    own = marks.own.get(movie_id)
    return {
        **film_texts(resources.catalog()[movie_id], session.language()),
        "id": movie_id,
        "mark": marks.of(movie_id),
        "answer": own.answer if own else "",
        "grade": own.grade if own else None,
        "note": own.note if own else "",
    }


@lru_cache(maxsize=KEPT)
def film_texts(film: Movie, language: str) -> dict[str, Any]:
    """Return the texts of a film in the session's ``language``. Nobody may change what is returned."""
    story = synopsis(film)
    more = [("", text) for text in dict.fromkeys((film.overview_ko, film.overview)) if text not in ("", story)]
    lists = {"common.country": film.country, "label.keywords": film.keywords}
    more += [(f"{t(key)}:", ", ".join(values)) for key, values in lists.items() if values]
    directors = ", ".join(people(film)[0])
    return {
        "title": title(film),
        "other": other_title(film),
        "year": film.year,
        "line": " · ".join(part for part in (directors, ", ".join(genre_names(film)[:2])) if part),
        "facts": facts_line(film),
        "synopsis": story,
        "more": more,
    }


@lru_cache(maxsize=2)
def _labels(language: str) -> dict[str, str]:
    """Return the texts of the component; they are the same for everybody who reads one language."""
    texts = {name: t(f"common.{name}") for name in COMMON} | {name: t(f"label.{name}") for name in LABEL}
    return texts | {name: t(f"compare.{name}") for name in OWN}
