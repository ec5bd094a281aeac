"""The Chatbot page: what a language model receives for a question from two retrievers, and what it answers."""

from __future__ import annotations

import streamlit as st

from core.context import BUDGET, LEAST_BUDGET, MOST_BUDGET
from dashboard import resources, session
from dashboard.strings import t
from dashboard.widgets.chatbot_answers import PAGE, configured, offer_answers, show_answer
from dashboard.widgets.chatbot_context import context_of, show_difference, show_films, show_instruction, show_messages
from dashboard.widgets.compare_address import Asked, go_to, read_address
from dashboard.widgets.films import plain
from dashboard.widgets.model_choice import choose_models

NARROWEST = 320
DEFAULT_K, MOST_K = 10, 50
K_WIDTH, BUDGET_WIDTH = 120, 190


def draw() -> None:
    """Draw the page. Question and models are those of the Compare page, so that one can go back and forth."""
    st.title(t("nav.chatbot"), anchor=False)
    if resources.catalog_or_none() is None:
        st.info(t("compare.no_catalog"), icon=":material/movie:")
        st.page_link("views/catalog.py", label=t("compare.to_catalog"), icon=":material/movie:")
        return
    st.caption(t("chatbot.intro"))
    asked = read_address({query.query_id: query for query in resources.store().queries()})
    base, tuned = choose_models(asked)
    k, budget = ask_question(asked)
    if not asked.text:
        st.caption(t("chatbot.ask"))
        configured()
        return
    show(asked.text, {"base": base, "tuned": tuned} if tuned else {"base": base}, k, budget)


def ask_question(asked: Asked) -> tuple[int, int]:
    """Draw the question, and return how many films to find and how many characters they may have."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(
            t("chatbot.question"),
            value=asked.written,
            type="search",
            placeholder=t("chatbot.question_hint"),
            key=f"chatbot_question_{asked.written}",
        )
        k = st.number_input(
            t("chatbot.k"), 1, MOST_K, session.recall(PAGE, "k", DEFAULT_K), key="chatbot_k", width=K_WIDTH
        )
        budget = st.number_input(
            t("chatbot.budget"),
            LEAST_BUDGET,
            MOST_BUDGET,
            session.recall(PAGE, "budget", BUDGET),
            step=1_000,
            help=t("chatbot.budget_help"),
            key="chatbot_budget",
            width=BUDGET_WIDTH,
        )
    session.remember(PAGE, "k", k)
    session.remember(PAGE, "budget", budget)
    if (text or "").strip() != asked.written:
        go_to(q=(text or "").strip(), query="")
    return k, budget


def show(question: str, names: dict[str, str], k: int, budget: int) -> None:
    """Draw the context of each side as it is sent, with its answer where one was fetched."""
    catalog = resources.catalog()
    contexts = {side: context_of(name, question, k, budget) for side, name in names.items()}
    if len(contexts) > 1:
        show_difference(contexts["base"], contexts["tuned"])
    endpoint = configured()
    if endpoint:
        offer_answers(endpoint, list(contexts.values()))
    show_instruction(contexts["base"])
    with st.grid(len(contexts), min_column_width=NARROWEST, gap="medium"):
        for side, context in contexts.items():
            others = [contexts[other] for other in contexts if other != side]
            with st.container(key=f"chatbot_{side}"):
                st.subheader(t(f"common.{side}"), anchor=False)
                st.caption(plain(names[side]))
                if endpoint:
                    show_answer(endpoint, context, catalog, side=side)
                show_films(context, others[0] if others else None, catalog)
                show_messages(context)


draw()
