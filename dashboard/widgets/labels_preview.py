"""What an import of judgments would do: counts, problems by line, and the judgments that change most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from core.catalog import Catalog
from core.judgments import ImportPreview, PreviewRow, Problem, Split
from dashboard.strings import t
from dashboard.widgets.films import plain, title_line

NAMES_SHOWN = 10
LONG_MESSAGE = 60
ROW_OF_TWO_LINES = 66  # text wraps in rows higher than 4 rem


def show_counts(preview: ImportPreview, *, told: bool) -> None:
    """Draw what the files hold and how it stands to the labels; ``told`` says the format was found by content."""
    name = t("labels.format_texts" if not told and preview.format == "tuples" else f"labels.format_{preview.format}")
    st.markdown(f":material/draft: {t('labels.recognised', format=name, lines=f'{preview.lines:,}')}")
    with st.grid(5, min_column_width=130):
        for key in ("new", "changed", "same", "queries_new", "queries_known"):
            st.metric(
                t(f"labels.{key}"),
                f"{getattr(preview, key):,}",
                border=True,
                help=t("labels.changed_help") if key == "changed" else None,
            )
    uses = {split.value: f"{preview.splits[split]:,}" for split in Split}
    facts = [t("labels.uses", **uses)]
    if preview.annotators:
        people = list(preview.annotators.items())
        named = [t("labels.person", name=plain(who), count=f"{count:,}") for who, count in people[:NAMES_SHOWN]]
        more = ["…"] if len(people) > NAMES_SHOWN else []
        facts.append(t("labels.people", people=", ".join([*named, *more])))
    for fact in facts:
        st.caption(fact)
    if preview.duplicates:
        st.caption(t("labels.duplicates", count=f"{preview.duplicates:,}"))
    if preview.contradicting:
        st.warning(t("labels.contradicting", count=f"{preview.contradicting:,}"), icon=":material/warning:")
        st.page_link("views/review.py", label=t("labels.to_review"), icon=":material/rule:")


def show_problems(preview: ImportPreview) -> None:
    """Draw the problems by file, line and field, those that forbid the import first."""
    if preview.fatal_count:
        st.error(t("labels.fatal", count=f"{preview.fatal_count:,}"), icon=":material/block:")
    if preview.remark_count:
        st.warning(t("labels.remarks", count=f"{preview.remark_count:,}"), icon=":material/info:")
    if not preview.problems:
        st.caption(f":material/check: {t('labels.no_problems')}")
        return
    if len(preview.problems) < preview.fatal_count + preview.remark_count:
        st.caption(t("labels.problems_first", shown=f"{len(preview.problems):,}"))
    problem_table(preview.problems, key="labels_problems")


def problem_table(problems: Sequence[Problem], *, key: str) -> None:
    """Draw problems of files: where each stands, what is wrong, and what to do."""
    rows: list[dict[str, Any]] = [
        {
            "weight": t("labels.forbids" if problem.fatal else "labels.left_out"),
            "line": problem.line,
            "field": problem.field,
            "value": problem.value,
            "message": problem.message,
            "file": problem.file,
        }
        for problem in problems
    ]
    columns = {
        "weight": st.column_config.TextColumn(t("labels.column_weight"), width=70),
        "line": st.column_config.NumberColumn(t("labels.column_line"), format="%d", width=50),
        "field": st.column_config.TextColumn(t("labels.column_field"), width=90),
        "value": st.column_config.TextColumn(t("labels.column_value"), width=120),
        "message": st.column_config.TextColumn(t("labels.column_message"), width=430),
        "file": st.column_config.TextColumn(t("labels.column_file"), width=150),
    }
    st.dataframe(
        rows,
        key=key,
        hide_index=True,
        row_height=ROW_OF_TWO_LINES if any(len(row["message"]) > LONG_MESSAGE for row in rows) else None,
        column_config=columns,
        placeholder="",
        alt=t("labels.problems_alt"),
    )


def show_sample(preview: ImportPreview, films: Catalog) -> None:
    """Draw the judgments that change most, folded away."""
    if not preview.sample:
        return
    with st.expander(t("labels.sample", count=len(preview.sample)), icon=":material/table_rows:"):
        columns = {
            "line": st.column_config.NumberColumn(t("labels.column_line"), format="%d", width=60),
            "effect": st.column_config.TextColumn(t("labels.column_effect"), width=80),
            "query": st.column_config.TextColumn(t("common.query"), width=300),
            "film": st.column_config.TextColumn(t("common.film"), width=240),
            "answer": st.column_config.TextColumn(t("labels.column_answer"), width=90),
            "grade": st.column_config.NumberColumn(t("labels.column_grade"), format="%d", width=60),
            "before": st.column_config.TextColumn(t("labels.column_before"), width=90),
            "person": st.column_config.TextColumn(t("labels.column_person"), width=110),
        }
        st.dataframe(
            [_sample_row(row, films) for row in preview.sample],
            key="labels_sample",
            hide_index=True,
            column_config=columns,
            placeholder="",
            alt=t("labels.sample_alt"),
        )


def _sample_row(row: PreviewRow, films: Catalog) -> dict[str, object]:
    return {
        "line": row.line,
        "effect": t(f"labels.effect_{row.effect}"),
        "query": row.text,
        "film": title_line(films[row.movie_id]),
        "answer": t(f"common.{row.answer}"),
        "grade": row.grade,
        "before": t(f"common.{row.before}") if row.before else "",
        "person": row.annotator,
    }
