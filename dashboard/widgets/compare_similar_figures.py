"""Do similar films lie together: the answer in one sentence, and the four figures behind it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.evaluation.similarity import FIGURES, PURITIES, Figure, Similarity, SimilarityAnswer
from core.judgments import Split
from dashboard.strings import t

ICONS = {
    SimilarityAnswer.CLOSER: ":material/join_inner:",
    SimilarityAnswer.FARTHER: ":material/join:",
    SimilarityAnswer.NO_CLEAR_CHANGE: ":material/equal:",
    SimilarityAnswer.SAME_VECTORS: ":material/equal:",
    SimilarityAnswer.CANNOT_TELL: ":material/help:",
}
BOXES = {SimilarityAnswer.CLOSER: st.success, SimilarityAnswer.FARTHER: st.error}


def show_answer(found: Similarity) -> None:
    """Draw whether similar films lie closer together."""
    box = BOXES.get(found.answer, st.info)
    box(answer_text(found), icon=ICONS[found.answer])


def answer_text(found: Similarity) -> str:
    """Return the answer as one sentence, purities told as films among ten."""
    figure = found.figures.get(found.decided_by or "")
    if figure is None or figure.ci is None or figure.chance is None:
        return t(f"compare_similar.{found.answer}")
    return t(
        f"compare_similar.{found.answer}",
        kin=t(f"compare_similar.kin_{found.decided_by}"),
        base=_of_ten(figure.base),
        tuned=_of_ten(figure.tuned),
        low=f"{10 * figure.ci[0]:+.2f}",
        high=f"{10 * figure.ci[1]:+.2f}",
        chance=_of_ten(figure.chance),
    )


def _of_ten(share: float) -> str:
    return f"{10 * share:.2f}"


def figure_table(found: Similarity, split: Split, *, tuned: bool) -> None:
    """Draw the figures, of the base alone where nothing is tuned, what each of them means, and which are missing."""
    rows = [_row(name, found.figures[name], tuned=tuned) for name in FIGURES if name in found.figures]
    if rows:
        st.dataframe(
            rows,
            hide_index=True,
            key="compare_similar_figures",
            column_config={
                "name": st.column_config.TextColumn(t("compare_similar.figure"), pinned=True),
                "base": st.column_config.NumberColumn(t("common.base"), format="%.3f"),
                "tuned": st.column_config.NumberColumn(t("common.tuned"), format="%.3f"),
                "delta": st.column_config.NumberColumn(t("compare_numbers.difference"), format="%+.3f"),
                "interval": st.column_config.TextColumn(t("compare_numbers.interval")),
                "chance": st.column_config.NumberColumn(
                    t("compare_similar.chance"), format="%.3f", help=t("compare_similar.chance_help")
                ),
                "better": st.column_config.TextColumn(t("compare_similar.better")),
                "count": st.column_config.TextColumn(t("compare_similar.count")),
            },
            placeholder="–",
            alt=t("compare_similar.figures_alt"),
        )
    st.caption("\n".join(f"- {_meaning(name, found, split)}" for name in FIGURES))
    if found.measured < found.films:
        st.caption(t("compare_similar.sampled", measured=f"{found.measured:,}", films=f"{found.films:,}"))
    if tuned:
        st.caption(t("compare_similar.intervals"))


def _row(name: str, figure: Figure, *, tuned: bool) -> dict[str, Any]:
    count = t(
        "compare_similar.count_pairs" if name == "alignment" else "compare_similar.count_films",
        count=f"{figure.count:,}",
    )
    row: dict[str, Any] = {"name": t(f"compare_similar.{name}"), "base": figure.base}
    if tuned:
        row |= {
            "tuned": figure.tuned,
            "delta": figure.delta,
            "interval": f"{figure.ci[0]:+.3f} … {figure.ci[1]:+.3f}" if figure.ci else "–",
        }
    better = t("compare_similar.higher" if name in PURITIES else "compare_similar.lower")
    return row | {"chance": figure.chance, "better": better, "count": count}


def _meaning(name: str, found: Similarity, split: Split) -> str:
    queries = t(f"common.{split}")
    figure = found.figures.get(name)
    if figure is None:
        return t(f"compare_similar.no_{name}", split=queries)
    most = f"{figure.most:.3f}" if figure.most is not None else ""
    return f"**{t(f'compare_similar.{name}')}**: {t(f'compare_similar.{name}_means', split=queries, most=most)}"
