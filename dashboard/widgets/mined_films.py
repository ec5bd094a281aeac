"""Mined negatives: what a run took for negatives without a judgment, so that curators confirm it or say otherwise."""

from __future__ import annotations

from collections.abc import Container, Iterable

import streamlit as st

from core.catalog import Catalog
from core.runs import RunFolder
from core.training.mining import MinedNegative
from dashboard import resources
from dashboard.strings import t
from dashboard.widgets.films import plain, title
from dashboard.widgets.label_queue import POOL_DEPTH

MOST_SHOWN = 50
LIST_HEIGHT = 420


def offered(mined: Iterable[MinedNegative], films: Container[str]) -> dict[str, list[MinedNegative]]:
    """Return the films that the Label page offers of what a run mined: the hardest of each query still known."""
    by_query: dict[str, list[MinedNegative]] = {}
    for negative in sorted(mined, key=lambda negative: (-negative.score, negative.rank)):
        found = by_query.setdefault(negative.query_id, [])
        if negative.movie_id in films and len(found) < POOL_DEPTH:
            found.append(negative)
    return by_query


def mined_pool(films: Container[str]) -> dict[str, tuple[str, ...]]:
    """Return by query the films that the newest run with mined negatives proposes, hardest first.

    Raises:
        TrainingError: the run's list is damaged.
    """
    run = resources.last_mining()
    found = offered(resources.mined(run), films) if run else {}
    return {query_id: tuple(negative.movie_id for negative in negatives) for query_id, negatives in found.items()}


def show_mined(run: RunFolder, *, place: str) -> None:
    """Draw what a run mined and nobody has judged, hardest first, each query with the way to its cards."""
    mined = resources.mined(run)
    if not mined:
        return
    films = resources.catalog()
    texts = {query.query_id: query.text for query in resources.store().queries()}
    by_query = offered(mined, films)
    there = [negative for query_id in by_query.keys() & texts.keys() for negative in by_query[query_id]]
    waiting = unjudged(there, resources.judged_pairs())
    if there and not waiting:
        st.caption(f":material/task_alt: {t('train.mined_done', count=len(there))}")
    if not waiting:
        return
    with st.expander(t("train.mined", count=len(waiting)), key=f"train_{place}_mined_fold"):
        st.caption(t("train.mined_why"))
        newest = resources.last_mining()
        if newest is not None and newest.name != run.name:
            st.caption(f":material/info: {t('train.mined_older')}")
        with st.container(height=LIST_HEIGHT, border=False, gap="small"):
            _list(waiting[:MOST_SHOWN], films, texts)
        if len(waiting) > MOST_SHOWN:
            st.caption(t("train.mined_more", shown=MOST_SHOWN, count=len(waiting)))


def unjudged(mined: Iterable[MinedNegative], judged: Container[tuple[str, str]]) -> list[MinedNegative]:
    """Return the films of pairs that nobody has judged, those closest to their query first."""
    open_pairs = (negative for negative in mined if (negative.query_id, negative.movie_id) not in judged)
    return sorted(open_pairs, key=lambda negative: (-negative.score, negative.rank, negative.query_id))


def _list(waiting: list[MinedNegative], films: Catalog, texts: dict[str, str]) -> None:
    lines: dict[str, list[str]] = {}
    for negative in waiting:
        movie = films[negative.movie_id]
        film = plain(f"{title(movie)} ({movie.year})" if movie.year else title(movie))
        about = t("train.mined_rank", rank=negative.rank, score=f"{negative.score:.3f}")
        lines.setdefault(negative.query_id, []).append(f"{film} :gray[{about}]")
    for query_id, found in lines.items():
        with st.container(gap="xxsmall"):
            st.markdown(f"**{plain(texts[query_id])}**")
            st.page_link(
                "views/label.py",
                label=t("train.mined_judge"),
                icon=":material/thumbs_up_down:",
                query_params={"query": query_id},
            )
            st.markdown("  \n".join(found))
