"""What pages show of a run: read once from its folder, whatever state the folder is in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from core.config import TrainConfig
from core.errors import ReelignError
from core.runs import Progress, RunFolder, RunState, list_runs
from dashboard import resources
from dashboard.strings import t

UNKNOWN = "–"


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A run as the pages see it. What a damaged or unfinished folder does not say is empty."""

    run: RunFolder
    progress: Progress
    config: TrainConfig | None = None
    about: dict[str, Any] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.run.name

    @property
    def state(self) -> RunState:
        return self.progress.state

    @property
    def succeeded(self) -> bool:
        return self.state is RunState.SUCCEEDED

    @property
    def base(self) -> str:
        return self.config.base if self.config else ""

    @property
    def dev_base(self) -> float | None:
        return (self.report.get("dev") or {}).get("base")

    @property
    def dev_tuned(self) -> float | None:
        return (self.report.get("dev") or {}).get("tuned")

    @property
    def alpha(self) -> float | None:
        return self.report.get("alpha")

    @property
    def seconds(self) -> float | None:
        """How long it took, trial trainings and scores included where the run timed them."""
        found = self.report.get("total_seconds", self.report.get("seconds"))
        return None if found is None else float(found)

    @property
    def folds(self) -> int:
        """How many trial trainings chose epoch and strength; 0 where dev queries did."""
        return int(self.report.get("folds") or 0)

    @property
    def epoch(self) -> int | None:
        """The epoch whose adapter was kept; runs made before it was reported have none."""
        return self.report.get("epoch")

    @property
    def titles(self) -> tuple[float, float] | None:
        """How well base and tuned find films by their title (mean reciprocal rank), where that was measured."""
        found = self.report.get("titles") or {}
        base, tuned = found.get("base"), found.get("tuned")
        return None if base is None or tuned is None else (base, tuned)

    @property
    def offered(self) -> bool:
        """Whether it may be put to use: it succeeded, and dev queries did not show it to be no better than its base."""
        return self.succeeded and bool(self.alpha)


def read_facts(run: RunFolder) -> RunFacts:
    """Return what the folder says; a part of it that is damaged stays empty."""
    config: TrainConfig | None = None
    about: dict[str, Any] = {}
    report: dict[str, Any] = {}
    try:
        config = run.config()
        about = run.about()
        report = run.report() or {}
    except ReelignError:
        pass
    return RunFacts(run, run.progress(), config, about, report)


def all_runs() -> list[RunFacts]:
    """Return every run of the workspace, newest first."""
    return [read_facts(run) for run in list_runs(resources.workspace())]


def local_time(moment: str) -> str:
    """Return an ISO 8601 time as date and time where the reader is; what is not a time comes back as it is."""
    try:
        parsed = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    return parsed.astimezone(local_zone()).strftime("%Y-%m-%d %H:%M")


def local_zone() -> ZoneInfo:
    """Return the time zone of the reader's browser, UTC where it does not say."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def duration(seconds: float | None) -> str:
    """Return a length of time as people say it."""
    if seconds is None:
        return UNKNOWN
    whole = max(0, round(seconds))
    if whole < 60:
        return t("common.seconds", count=whole)
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return t("common.minutes_seconds", minutes=minutes, seconds=rest)
    hours, minutes = divmod(minutes, 60)
    return t("train.hours_minutes", hours=hours, minutes=minutes)


def memory(size: float | None) -> str:
    """Return an amount of memory, given in bytes, as people say it."""
    if size is None:
        return UNKNOWN
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{max(1, round(size / 1e6))} MB"


def started_by(who: str, when: str) -> str:
    """Return who started a run and when."""
    return t("train.live_by", who=who, when=when) if who else t("train.live_when", when=when)


def score(value: float | None) -> str:
    """Return a measure's value to three places."""
    return UNKNOWN if value is None else f"{value:.3f}"
