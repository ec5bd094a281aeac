"""The history of trainings as a table."""

from __future__ import annotations

from typing import Any

import streamlit as st

from dashboard.strings import t
from dashboard.widgets.run_facts import RunFacts, duration, local_time

NUMBER = "%.3f"


def show_runs(runs: list[RunFacts], *, preselect: bool) -> RunFacts | None:
    """Draw the runs and return the one whose row is chosen; ``preselect`` chooses the newest at first."""
    columns: dict[str, Any] = {
        "started": t("train.started"),
        "state": t("train.state"),
        "base": t("settings.base"),
        "pairs": st.column_config.NumberColumn(t("train.pairs"), format="localized"),
        "dev_base": st.column_config.NumberColumn(t("train.column_base"), format=NUMBER, help=t("train.column_why")),
        "dev_tuned": st.column_config.NumberColumn(t("train.column_tuned"), format=NUMBER, help=t("train.column_why")),
        "alpha": st.column_config.NumberColumn(t("train.alpha"), format="%.2f"),
        "duration": t("train.duration"),
        "by": t("train.who"),
        "run": t("train.run"),
    }
    chosen = st.dataframe(
        [_row(facts) for facts in runs],
        column_config=columns,
        column_order=list(columns),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        selection_default={"selection": {"rows": [0] if preselect else []}},
        key=f"train_history_{len(runs)}",
        placeholder="–",
        alt=t("train.history"),
    )
    rows: list[int] = chosen["selection"]["rows"]
    return runs[rows[0]] if rows and rows[0] < len(runs) else None


def _row(facts: RunFacts) -> dict[str, object]:
    return {
        "run": facts.name,
        "started": local_time(str(facts.about.get("created_at") or "")),
        "by": str(facts.about.get("by") or ""),
        "base": facts.base,
        "pairs": facts.report.get("pairs"),
        "dev_base": facts.dev_base,
        "dev_tuned": facts.dev_tuned,
        "alpha": facts.alpha,
        "duration": duration(facts.seconds),
        "state": t(f"train.state_{facts.state.value}"),
    }
