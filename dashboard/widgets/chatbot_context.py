"""One context as a language model receives it: its size, its films, and the very messages, to be copied."""

from __future__ import annotations

import json

import streamlit as st

from core.catalog import Catalog
from core.context import Context, approximate_tokens, build_context
from dashboard import resources
from dashboard.strings import t
from dashboard.widgets import films
from dashboard.widgets.films import plain

HEIGHT = 420


def context_of(name: str, question: str, k: int, budget: int) -> Context:
    """Return the context that a retriever gives for a question.

    Raises:
        ReelignError: the model or the catalogue cannot be used.
    """
    catalog = resources.catalog()
    hits = resources.found(name, question, k)
    return build_context(question, [catalog[hit.movie_id] for hit in hits], budget=budget)


def show_difference(base: Context, tuned: Context) -> None:
    """Draw how the films of two contexts differ."""
    left, right = ([film.movie_id for film in context.films] for context in (base, tuned))
    shared = len(set(left) & set(right))
    if base.text == tuned.text:
        st.info(t("chatbot.same"), icon=":material/equal:")
    elif set(left) == set(right):
        st.info(t("chatbot.same_films"), icon=":material/swap_vert:")
    else:
        st.markdown(t("chatbot.differ", shared=shared, base=len(left) - shared, tuned=len(right) - shared))


def show_instruction(context: Context) -> None:
    """Draw the system message, folded."""
    with st.expander(t("chatbot.system")):
        st.code(context.messages()[0]["content"], language=None, wrap_lines=True)


def show_films(context: Context, other: Context | None, catalog: Catalog) -> None:
    """Draw the size of a context and its films by number; those that the other one lacks are marked."""
    text = context.text
    size = t(
        "chatbot.size",
        films=len(context.films),
        characters=f"{len(text):,}",
        budget=f"{context.budget:,}",
        tokens=f"{approximate_tokens(text):,}",
    )
    more = t("chatbot.left_out", count=len(context.left_out)) if context.left_out else ""
    st.caption(f"{size}  \n{more}" if more else size)
    if not context.films:
        st.info(t("chatbot.nothing_found"), icon=":material/search_off:")
        return
    elsewhere = {film.movie_id for film in other.films} if other else None
    lines = []
    for film in context.films:
        marks = [f":orange-badge[{t('chatbot.only_here')}]"] if elsewhere and film.movie_id not in elsewhere else []
        marks += [f":gray-badge[{t('chatbot.shortened')}]"] if film.shortened else []
        lines.append(" ".join([f"{film.number}. {plain(films.title_line(catalog[film.movie_id]))}", *marks]))
    st.markdown("\n".join(lines))


def show_messages(context: Context) -> None:
    """Draw the user message as it is sent, and both messages as JSON, folded."""
    messages = context.messages()
    st.caption(t("chatbot.user"))
    st.code(messages[1]["content"], language=None, wrap_lines=True, height=HEIGHT)
    with st.expander(t("chatbot.json")):
        st.code(json.dumps(messages, ensure_ascii=False, indent=2), language="json", wrap_lines=True, height=HEIGHT)
