"""Importing a catalogue: a file is read and everything it would change is shown, before a button writes it."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core.catalog import (
    MAPPABLE,
    Catalog,
    ImportPlan,
    document_text,
    plan_import,
)
from core.errors import CatalogError
from core.roles import Action
from dashboard import deeds, session
from dashboard.permission import allowed
from dashboard.strings import t
from dashboard.widgets.films import plain, title_line
from dashboard.widgets.problems import show_problem, shown_as_problems

ENDINGS = ["csv", "tsv", "txt", "json", "jsonl", "ndjson", "parquet"]
EXAMPLES = 3
FIELDS_IN_A_ROW = 3


def import_panel(current: Catalog | None) -> None:
    """Draw the import of a catalogue into the one at hand, if there is one."""
    if not allowed(Action.IMPORT_CATALOG):
        return
    done: dict[str, str] = session.recall("catalog", "written", {})
    if done:
        st.success(t("catalog.written", **done), icon=":material/check_circle:")
    upload = st.file_uploader(
        t("catalog.upload"),
        type=ENDINGS,
        help=t("catalog.upload_help"),
        key=f"catalog_upload_{session.recall('catalog', 'uploads', 0)}",
        on_change=session.remember,
        args=("catalog", "written", {}),
    )
    if upload is None:
        st.caption(t("catalog.upload_first"))
        return
    replace = current is not None and _choose_replacing()
    try:
        recognised = _plan(upload, current, None, replace)
        show_recognised(recognised)
        mapping = _choose_mapping(recognised, upload.file_id)
        plan = _plan(upload, current, None if mapping == recognised.mapping else mapping, replace)
    except CatalogError as reason:
        show_problem(reason)
        return
    show_plan(plan)
    _write_button(plan)


def _choose_replacing() -> bool:
    chosen = st.segmented_control(
        t("catalog.how"),
        ["merge", "replace"],
        format_func=lambda name: t(f"catalog.{name}"),
        default="merge",
        required=True,
        key="catalog_how",
    )
    return chosen == "replace"


def _plan(upload: Any, current: Catalog | None, mapping: dict[str, str] | None, replace: bool) -> ImportPlan:
    """Return what the file would change; asked for the same again, without reading it again.

    Raises:
        CatalogError: naming the file as the curator knows it, not where it lay for a moment.
    """
    version = current.fingerprint if current is not None else ""
    key = (
        upload.file_id,
        version,
        tuple(sorted(mapping.items())) if mapping is not None else None,
        replace,
    )
    plans: dict[Any, ImportPlan] = session.recall("catalog", "plans", {})
    if key not in plans:
        with st.spinner(t("catalog.reading")), tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / Path(upload.name).name
            path.write_bytes(upload.getvalue())
            try:
                plan = plan_import(path, current=current, mapping=mapping, replace=replace)
            except CatalogError as reason:
                raise CatalogError(str(reason).replace(f"{folder}/", "")) from reason
        plans = {kept: plan for kept, plan in plans.items() if kept[:2] == key[:2]} | {key: plan}
        session.remember("catalog", "plans", plans)
    return plans[key]


def show_recognised(plan: ImportPlan) -> None:
    """Draw what kind of file it is."""
    source = t("catalog.source_unknown") if plan.source == "unknown" else t("catalog.source", name=plan.source)
    encoding = f"{plan.format}, {plan.encoding}" if plan.encoding else plan.format
    size = t("catalog.size", rows=f"{plan.rows:,}", columns=f"{len(plan.columns):,}")
    st.markdown(f":material/draft: **{source}** · {encoding} · {size}")


def _choose_mapping(plan: ImportPlan, file_id: str) -> dict[str, str]:
    """Draw a select box a field and return the column chosen for each, empty ones included."""
    chosen = {}
    with st.expander(
        t("catalog.mapping"),
        expanded=plan.source == "unknown",
        icon=":material/table_chart:",
    ):
        st.caption(t("catalog.mapping_why"))
        options = ["", *plan.columns]
        for start in range(0, len(MAPPABLE), FIELDS_IN_A_ROW):
            columns = st.columns(FIELDS_IN_A_ROW)
            for place, field in zip(columns, MAPPABLE[start : start + FIELDS_IN_A_ROW], strict=False):
                chosen[field] = place.selectbox(
                    t(f"catalog.field_{field}"),
                    options,
                    index=options.index(plan.mapping.get(field, "")),
                    format_func=lambda column: column or t("catalog.unfilled"),
                    key=f"catalog_map_{field}_{file_id}",
                )
    filled = {field: column for field, column in chosen.items() if column}
    return filled if filled == plan.mapping else chosen


def show_plan(plan: ImportPlan) -> None:
    """Draw what an import would do, what is wrong with the file, and how the first films would read."""
    unused = ", ".join(plan.unused)
    st.caption(plain(t("catalog.unused", columns=unused)) if unused else t("catalog.unused_none"))
    with st.container(horizontal=True):
        for name, count in (
            ("added", plan.added),
            ("updated", plan.updated),
            ("unchanged", plan.unchanged),
        ):
            st.metric(t(f"catalog.{name}"), f"{count:,}", border=True, width=150)
        if plan.replace:
            st.metric(t("catalog.removed"), f"{plan.removed:,}", border=True, width=150)
    if plan.duplicates:
        st.caption(t("catalog.duplicates", count=f"{plan.duplicates:,}"))
    show_problems(plan)
    if plan.movies:
        with st.expander(t("catalog.examples"), icon=":material/description:"):
            for movie in plan.movies[:EXAMPLES]:
                st.text(title_line(movie))
                st.code(document_text(movie), language=None, wrap_lines=True)


def show_problems(plan: ImportPlan) -> None:
    """Draw the problems by row and column, the fatal ones first."""
    if plan.fatal_count:
        st.error(t("catalog.fatal", count=f"{plan.fatal_count:,}"), icon=":material/block:")
    if plan.warning_count:
        st.warning(
            t("catalog.warnings", count=f"{plan.warning_count:,}"),
            icon=":material/info:",
        )
    if not plan.problems:
        st.caption(f":material/check: {t('catalog.no_problems')}")
        return
    if len(plan.problems) < plan.fatal_count + plan.warning_count:
        st.caption(t("catalog.problems_first", shown=f"{len(plan.problems):,}"))
    _problem_table(plan.problems)


def _problem_table(problems: Sequence[Any]) -> None:
    st.dataframe(
        [
            {
                "weight": t("catalog.forbids" if problem.fatal else "catalog.remark"),
                "row": problem.row,
                "column": problem.column,
                "value": problem.value,
                "message": problem.message,
            }
            for problem in problems
        ],
        key="catalog_problems",
        hide_index=True,
        column_config={
            "weight": st.column_config.TextColumn(t("catalog.problem_weight"), width="small"),
            "row": st.column_config.NumberColumn(t("catalog.problem_row"), format="%d", width="small"),
            "column": st.column_config.TextColumn(t("catalog.problem_column"), width="small"),
            "value": st.column_config.TextColumn(t("catalog.problem_value"), width="medium"),
            "message": st.column_config.TextColumn(t("catalog.problem_message"), width="large"),
        },
        placeholder="",
        alt=t("catalog.problems_alt"),
    )


def _write_button(plan: ImportPlan) -> None:
    changes = plan.added + plan.updated + plan.removed
    if not plan.fatal_count and not changes:
        st.info(t("catalog.nothing_new"), icon=":material/check:")
        return
    films = f"{plan.added + plan.updated + plan.unchanged:,}"
    label = t(
        "catalog.write_replacing" if plan.removed else "catalog.write",
        count=films,
        removed=f"{plan.removed:,}",
    )
    pressed = st.button(
        label,
        type="primary",
        icon=":material/save:",
        disabled=bool(plan.fatal_count),
        key="catalog_write",
    )
    if pressed:
        with shown_as_problems():
            _write(plan)
            st.rerun()


def _write(plan: ImportPlan) -> None:
    """Write the catalogue, and start over with an empty uploader."""
    catalog = deeds.import_catalog(plan)
    counts = {
        "total": len(catalog),
        "added": plan.added,
        "updated": plan.updated,
        "removed": plan.removed,
    }
    session.remember("catalog", "written", {name: f"{count:,}" for name, count in counts.items()})
    session.remember("catalog", "plans", {})
    session.remember("catalog", "uploads", session.recall("catalog", "uploads", 0) + 1)
