"""The pairs on which people differ, each with a way to settle it; what was settled, with a way back."""

from __future__ import annotations

import uuid

import streamlit as st

from core.catalog import Catalog
from core.judgments import Answer, Judgment, Query, Shown
from core.judgments.review import Disagreement
from core.roles import Action
from dashboard import resources, session
from dashboard.permission import why_not
from dashboard.strings import t
from dashboard.team_history import TeamHistory
from dashboard.widgets.films import plain
from dashboard.widgets.label_marks import ICONS, MARKS
from dashboard.widgets.problems import shown_as_problems
from dashboard.widgets.query_badges import query_badges
from dashboard.widgets.review_film import film_line, show_film
from dashboard.widgets.review_names import PAGE, called, names_toggle
from dashboard.widgets.run_facts import local_time

OPEN, SETTLED = "open", "settled"
SHOWN_AT_ONCE = 10
REVIEW = "review"  # the input method on record
Choice = tuple[Answer, int | None]


def show_differences(history: TeamHistory, films: Catalog) -> None:
    """Draw the list, open or settled; while positives have one grade, a 2 that was imported is no difference."""
    graded = resources.store().project.current().graded
    pairs = {
        OPEN: [one for one in history.disagreements if one.settled is None and (graded or one.opposite)],
        SETTLED: sorted(
            (one for one in history.disagreements if one.settled is not None), key=_settled_at, reverse=True
        ),
    }
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        state = st.segmented_control(
            t("review.state"),
            [OPEN, SETTLED],
            default=OPEN,
            format_func=lambda name: t(f"review.state_{name}", count=len(pairs[name])),
            required=True,
            key="review_state",
            label_visibility="collapsed",
        )
        names = names_toggle("differences")
    _say_what_happened(films)
    chosen = pairs[str(state)]
    if not chosen:
        _nothing(str(state), history)
        return
    queries = {query.query_id: query for query in resources.store().queries()}
    pages = -(-len(chosen) // SHOWN_AT_ONCE)
    place = st.container()
    page = st.pagination(pages, key=f"review_page_{state}_{pages}") if pages > 1 else 1
    with place:
        for one in chosen[(page - 1) * SHOWN_AT_ONCE : page * SHOWN_AT_ONCE]:
            _show(one, queries[one.query_id], films, names=names, graded=graded)


def _settled_at(one: Disagreement) -> str:
    return one.settled.decided_at if one.settled else ""


def _nothing(state: str, history: TeamHistory) -> None:
    if not history.together.pairs:
        st.info(t("review.nobody_twice"), icon=":material/group:")
        st.page_link("views/label.py", label=t("review.to_label"), icon=":material/thumbs_up_down:")
    elif state == OPEN:
        st.success(t("review.none_open", count=history.together.pairs), icon=":material/task_alt:")
    else:
        st.info(t("review.none_settled"), icon=":material/gavel:")


def _show(one: Disagreement, query: Query, films: Catalog, *, names: bool, graded: bool) -> None:
    key = f"{one.query_id}_{one.movie_id}"
    choices = _choices(graded=graded or any(judgment.grade == 2 for judgment in one.answers))
    with st.container(border=True, key=f"review_pair_{key}"):
        st.markdown(f":material/search: **{plain(query.text)}**")
        with st.container(horizontal=True, gap="xsmall"):
            _kind(one)
            query_badges(query)
        with st.grid(2, min_column_width=320):
            with st.container():
                show_film(one.movie_id, films, key=key)
            with st.container():
                with st.container(gap="xsmall"):
                    for name, judgment in called(one.answers, names=names):
                        _answer(name, judgment, graded=len(choices) > 3)
                if one.settled is None:
                    _decide(one, key, choices)
                else:
                    _show_settled(one, one.settled, key, choices, names=names)


def _kind(one: Disagreement) -> None:
    if one.opposite:
        st.badge(t("review.opposite"), icon=":material/compare_arrows:", color="orange")
    elif len({judgment.grade for judgment in one.answers} - {None}) > 1:
        st.badge(t("review.graded"), icon=":material/stairs:", color="gray")
    else:
        st.badge(t("review.alike_now"), icon=":material/check:", color="gray")


def _answer(name: str, judgment: Judgment, *, graded: bool) -> None:
    icon, tint, _ = MARKS[judgment.answer]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(answer_word(judgment.answer, judgment.grade, graded=graded), icon=icon, color=tint)
        st.text(name, width="content")
        st.caption(local_time(judgment.decided_at), width="content")
    if judgment.note:
        st.text(f"“{judgment.note}”")


def answer_word(answer: Answer, grade: int | None, *, graded: bool) -> str:
    """Return an answer in words, with its grade where positives have two."""
    if graded and answer is Answer.POSITIVE:
        return t("review.fits_perfectly" if grade == 2 else "review.fits")
    return t(f"common.{answer}")


def _choices(*, graded: bool) -> list[Choice]:
    positives: list[Choice] = [(Answer.POSITIVE, 1), (Answer.POSITIVE, 2)] if graded else [(Answer.POSITIVE, None)]
    return [*positives, (Answer.NEGATIVE, None), (Answer.UNSURE, None)]


def _decide(one: Disagreement, key: str, choices: list[Choice]) -> None:
    """Draw the form that settles a pair. A form, because a button's press alone would leave behind what was typed."""
    if no := why_not(Action.ADJUDICATE):
        st.caption(f":material/lock: {no}")
        return
    with st.form(f"review_decide_{key}", border=False, enter_to_submit=False):
        note = st.text_input(t("review.decide"), key=f"review_note_{key}", placeholder=t("review.note"), max_chars=500)
        with st.container(horizontal=True, gap="small"):
            pressed = [
                st.form_submit_button(
                    answer_word(answer, grade, graded=len(choices) > 3),
                    key=f"review_{answer}_{grade}_{key}",
                    icon=ICONS[answer],
                )
                for answer, grade in choices
            ]
    if any(pressed):
        answer, grade = choices[pressed.index(True)]
        with shown_as_problems():
            settled = resources.store().judge(
                one.query_id,
                one.movie_id,
                session.curator(),
                answer,
                event_id=str(uuid.uuid4()),
                grade=grade,
                note=(note or "").strip(),
                shown=Shown(input_method=REVIEW, guideline=resources.guideline_version()),
                adjudicates=True,
            )
            session.remember(PAGE, "settled", settled)
            session.remember(PAGE, "undone", "")
            st.rerun()


def _show_settled(one: Disagreement, settled: Judgment, key: str, choices: list[Choice], *, names: bool) -> None:
    icon, tint, _ = MARKS[settled.answer]
    said = {
        "answer": answer_word(settled.answer, settled.grade, graded=len(choices) > 3),
        "when": local_time(settled.decided_at),
    }
    own = settled.annotator == session.curator()
    text = t("review.settled_by", who=plain(settled.annotator), **said) if names or own else t("review.settled", **said)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":{tint}[{icon}] **{text}**", width="content")
        if own:
            _undo_button(settled, "list")
    if settled.note:
        st.text(f"“{settled.note}”")
    with st.expander(t("review.decide_anew"), key=f"review_anew_{key}"):
        _decide(one, key, choices)


def _say_what_happened(films: Catalog) -> None:
    """Say what was settled last, with the way back, or that it was taken back."""
    if notice := session.recall(PAGE, "undone", ""):
        st.caption(f":material/undo: {notice}")
        session.remember(PAGE, "undone", "")
    last: Judgment | None = session.recall(PAGE, "settled", None)
    if last is None:
        return
    answer = answer_word(last.answer, last.grade, graded=last.grade == 2)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        text = t("review.settled_now", film=plain(film_line(last.movie_id, films)), answer=answer)
        st.markdown(f":material/check: {text}", width="content")
        _undo_button(last, "last")


def _undo_button(settled: Judgment, place: str) -> None:
    st.button(
        t("review.undo"),
        key=f"review_undo_{place}_{settled.event_id}",
        icon=":material/undo:",
        type="tertiary",
        on_click=_undo,
        args=(settled, str(uuid.uuid4())),
    )


def _undo(settled: Judgment, event_id: str) -> None:
    with shown_as_problems():
        undone = resources.store().undo(settled.annotator, event_id=event_id, answer_id=settled.event_id)
        session.remember(PAGE, "settled", None)
        session.remember(PAGE, "undone", t("review.undone" if undone else "review.undone_before"))
