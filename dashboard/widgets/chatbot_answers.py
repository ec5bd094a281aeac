"""Answers of a language model to contexts, where an endpoint is configured, with the films that each cites."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import streamlit as st

from core.answers import Endpoint, ask
from core.catalog import Catalog
from core.context import Context, cited_films
from core.errors import AnswerError, ReelignError
from core.fingerprint import fingerprint
from dashboard import session
from dashboard.strings import t
from dashboard.widgets import films
from dashboard.widgets.films import plain
from dashboard.widgets.problems import show_problem

PAGE = "chatbot"

Outcome = str | AnswerError


def configured() -> Endpoint | None:
    """Return where answers come from, ``None`` after saying how to configure it or what is wrong with it."""
    try:
        endpoint = Endpoint.from_environment()
    except ReelignError as reason:
        show_problem(reason)
        return None
    if endpoint is None:
        st.caption(f":material/info: {t('chatbot.configure')}")
    return endpoint


def offer_answers(endpoint: Endpoint, contexts: Sequence[Context]) -> None:
    """Draw the button that fetches an answer for each context, and fetch them when it is pressed, both at once."""
    with st.container(horizontal=True, vertical_alignment="center"):
        label = t("chatbot.fetch" if len(contexts) > 1 else "chatbot.fetch_one")
        pressed = st.button(label, key="chatbot_fetch", icon=":material/forum:", type="primary")
        st.caption(plain(t("chatbot.fetch_where", model=endpoint.model, place=endpoint.place)))
    if not pressed:
        return
    wanted = {_key(endpoint, context): context for context in contexts}
    with st.spinner(t("chatbot.fetching", model=plain(endpoint.model))), ThreadPoolExecutor(len(wanted)) as pool:
        waiting = {key: pool.submit(_outcome, endpoint, context) for key, context in wanted.items()}
        session.remember(PAGE, "answers", {key: future.result() for key, future in waiting.items()})


def show_answer(endpoint: Endpoint, context: Context, catalog: Catalog, *, side: str) -> None:
    """Draw the answer that was fetched for a context, if one was, or why there is none."""
    fetched: dict[str, Outcome] = session.recall(PAGE, "answers", {})
    outcome = fetched.get(_key(endpoint, context))
    if outcome is None:
        return
    with st.container(border=True, key=f"chatbot_answer_{side}"):
        if isinstance(outcome, AnswerError):
            st.markdown(f":material/error: **{t('chatbot.no_answer')}**")
            said = t(
                f"chatbot.trouble_{outcome.trouble}",
                place=endpoint.place,
                model=endpoint.model,
                detail=outcome.detail,
            )
            st.markdown(plain(said.strip()))
            return
        st.markdown(f"**{t('chatbot.answer')}**")
        st.markdown(_as_it_stands(outcome))
        _citations(outcome, context, catalog)


def _outcome(endpoint: Endpoint, context: Context) -> Outcome:
    try:
        return ask(endpoint, context.messages())
    except AnswerError as reason:
        return reason


def _key(endpoint: Endpoint, context: Context) -> str:
    return fingerprint([endpoint.url, endpoint.model, context.messages()])


def _as_it_stands(answer: str) -> str:
    """Return an answer with its lines kept and nothing in it taken for formatting, a link or an image."""
    return "  \n".join(plain(line.rstrip()) for line in answer.splitlines())


def _citations(answer: str, context: Context, catalog: Catalog) -> None:
    cited, unknown = cited_films(answer, context)
    if cited:
        st.caption(t("chatbot.cites"))
        for film in cited:
            title = plain(f"[{film.number}] {films.title_line(catalog[film.movie_id])}")
            st.page_link("views/catalog.py", label=title, icon=":material/movie:", query_params={"film": film.movie_id})
    else:
        st.caption(t("chatbot.cites_none"))
    if unknown:
        numbers = ", ".join(str(number) for number in unknown)
        st.warning(t("chatbot.cites_unknown", numbers=numbers), icon=":material/warning:")
