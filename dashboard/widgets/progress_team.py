"""The team's work: answers by day, and how far each curator is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import altair as alt
import streamlit as st

from core.judgments.progress import AnnotatorProgress, answers_by_day, midnight, progress_by_annotator
from core.starter import STARTER_ANNOTATOR
from dashboard.strings import t
from dashboard.team_history import TeamHistory
from dashboard.widgets.charts import colour, show
from dashboard.widgets.run_facts import local_zone

MOST_DAYS = 60
HEIGHT = 200


def show_days(history: TeamHistory) -> None:
    """Draw how many answers were given on each of the last days."""
    st.subheader(t("progress.days"), anchor=False)
    days = last_days(answers_by_day(history.events, local_zone()), datetime.now(local_zone()).date())
    if not days:
        st.info(t("progress.days_none"), icon=":material/calendar_month:")
        return
    show(days_chart(days), key="progress_days", alt_text=t("progress.days"))
    st.caption(t("progress.days_shown", count=len(days)))


def last_days(by_day: Mapping[date, int], today: date) -> dict[date, int]:
    """Return every day from the first with an answer, at most 60 days back, to today; days without one count 0."""
    first = max(min(by_day, default=today), today - timedelta(days=MOST_DAYS - 1))
    days = {first + timedelta(days=number): 0 for number in range((today - first).days + 1)}
    days.update((day, count) for day, count in by_day.items() if day >= first)
    return days if any(days.values()) else {}


def days_chart(days: Mapping[date, int]) -> alt.Chart:
    """Return a bar a day."""
    values = [{"day": day.isoformat(), "answers": count} for day, count in days.items()]
    labels = alt.Axis(labelAngle=0, labelOverlap="greedy", labelExpr="substring(datum.label, 5)")
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=values), height=HEIGHT)
        .mark_bar(color=colour("tuned"), cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            alt.X("day:O", title=None, axis=labels, scale=alt.Scale(paddingInner=0.2)),
            alt.Y("answers:Q", title=t("progress.answers"), axis=alt.Axis(tickMinStep=1, format="d")),
            tooltip=[
                alt.Tooltip("day:O", title=t("progress.day")),
                alt.Tooltip("answers:Q", title=t("progress.answers"), format=","),
            ],
        )
    )
    return chart


def show_curators(history: TeamHistory) -> None:
    """Draw a row a curator; what Reelign shipped is nobody's work."""
    found = progress_by_annotator(history.events, history.agreements, since=midnight(local_zone()))
    people = [one for one in found if one.annotator != STARTER_ANNOTATOR]
    if not people:
        return
    st.subheader(t("progress.curators"), anchor=False)
    number = st.column_config.NumberColumn
    columns: dict[str, Any] = {
        "curator": t("progress.curator"),
        "answers": number(t("progress.answers"), format="localized"),
        "today": number(t("progress.today"), format="localized"),
        "per_minute": number(t("progress.per_minute"), format="%.1f", help=t("progress.per_minute_why")),
        "alike": number(t("progress.alike"), format="%.0f%%", help=t("progress.alike_why")),
        "shared": number(t("progress.shared"), format="localized"),
        "last": st.column_config.DatetimeColumn(t("progress.last"), format="YYYY-MM-DD HH:mm"),
    }
    st.dataframe(
        [_row(one) for one in people],
        column_config=columns,
        column_order=list(columns),
        hide_index=True,
        placeholder="–",
        alt=t("progress.curators"),
    )


def _row(one: AnnotatorProgress) -> dict[str, Any]:
    return {
        "curator": one.annotator,
        "answers": one.answers,
        "today": one.today,
        "per_minute": one.per_minute,
        "alike": None if one.alike is None else 100 * one.alike,
        "shared": one.shared,
        "last": datetime.fromisoformat(one.last_judged).astimezone(local_zone()).replace(tzinfo=None),
    }
