"""Films of the catalogue for a query, by words or by meaning, judged where they are found."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

import streamlit as st

from core.catalog import search_titles
from core.judgments import Answer, Candidate
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets import label_presses, query_presses
from dashboard.widgets import label_work as work
from dashboard.widgets.films import facts_line, plain, synopsis, title_line
from dashboard.widgets.label_desk import SEARCH, Desk
from dashboard.widgets.problems import shown_as_problems

SHOWN = 8  # films a list
LOOK = {Answer.POSITIVE: "green", Answer.NEGATIVE: "red", Answer.UNSURE: "violet"}
GRADES: dict[Answer, int | None] = {Answer.POSITIVE: 1, Answer.NEGATIVE: 0, Answer.UNSURE: None}
PERFECT = 2


def find_dialog(desk: Desk) -> None:
    """Draw the dialog. A film stands in one list only, the first that has it."""
    st.text(desk.query.text)
    st.caption(t("queries.find_about"))
    text = (st.text_input(t("queries.find_label"), key="label_find_text", type="search", live="200ms") or "").strip()
    if not text:
        return
    if reason := work.problem():
        st.error(f"{t('label.not_saved')}: {plain(reason)}", icon=":material/error:")
    st.markdown(f"**{t('queries.by_title')}**")
    titles = [film.movie_id for film in search_titles(resources.catalog(), text, SHOWN)]
    if not titles:
        st.caption(t("queries.found_none"))
    _rows(desk, (Candidate(movie_id, (SEARCH,), rank) for rank, movie_id in enumerate(titles, 1)))
    if st.button(
        t("queries.search_meaning"),
        key="label_find_meaning",
        icon=":material/search_insights:",
        help=t("queries.search_meaning_help"),
    ):
        session.remember(work.PAGE, "meaning", text)
    if session.recall(work.PAGE, "meaning", "") == text:
        _by_meaning(desk, text, titles)


def _by_meaning(desk: Desk, text: str, above: list[str]) -> None:
    name = resources.DEFAULT_BASE
    st.markdown(f"**{t('queries.by_meaning', model=plain(name))}**")
    with shown_as_problems():
        (hits,) = resources.searcher(name).search([text], SHOWN)
        others = [Candidate(hit.movie_id, (name,), hit.rank) for hit in hits if hit.movie_id not in above]
        if not others:
            st.caption(t("queries.found_elsewhere"))
        _rows(desk, others)


def _rows(desk: Desk, found: Iterable[Candidate]) -> None:
    for candidate in found:
        with st.container(border=True, gap="xsmall"):
            _row(desk, candidate)


def _row(desk: Desk, found: Candidate) -> None:
    film = resources.catalog()[found.movie_id]
    st.markdown(f"**{plain(title_line(film))}**")
    if facts := facts_line(film):
        st.caption(plain(facts))
    if story := synopsis(film):
        st.caption(plain(_beginning(story)))
    pair = f"{desk.query.query_id}_{film.movie_id}"
    standing = desk.answers.get(film.movie_id)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        for answer, grade in _answers():
            name = "perfect" if grade == PERFECT else str(answer)
            label = t("label.perfect") if grade == PERFECT else t(f"common.{answer}")
            given = standing is not None and (standing.answer, standing.grade) == (answer, grade)
            st.button(
                f":{LOOK[answer]}[{label}]",
                key=f"label_find_{name}_{pair}",
                icon=":material/check:" if given else None,
                on_click=query_presses.judge_found,
                args=(desk, found, (answer, grade), str(uuid.uuid4())),
            )
        if standing is not None:
            st.button(
                t("queries.undo"),
                key=f"label_find_undo_{pair}",
                icon=":material/undo:",
                type="tertiary",
                on_click=query_presses.undo_found,
                args=(desk, standing, str(uuid.uuid4())),
            )
        if st.button(t("label.find_here"), key=f"label_find_card_{pair}", type="tertiary"):
            label_presses.turn_to_found(film.movie_id)
            st.rerun()


def _answers() -> list[tuple[Answer, int | None]]:
    graded = resources.store().project.current().graded
    return [*([(Answer.POSITIVE, PERFECT)] if graded else []), *GRADES.items()]


def _beginning(text: str, length: int = 120) -> str:
    """Return the beginning of a text, cut between words where it has any."""
    if len(text) <= length:
        return text
    head, blank, _ = text[:length].rpartition(" ")
    return (head if blank else text[:length]) + "…"
