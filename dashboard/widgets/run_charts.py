"""A run's curves: loss, dev score against the base, and the cosines of its batches."""

from __future__ import annotations

from typing import Any

import altair as alt
import streamlit as st

from core.runs import RunFolder
from dashboard import session
from dashboard.strings import t
from dashboard.widgets.charts import colour, show

MOST_POINTS = 600
POINTS_MARKED = 40
HEIGHT = 220

Row = dict[str, Any]


def read_metrics(run: RunFolder) -> list[Row]:
    """Return a run's metric rows; what this session has read before is not read again."""
    name = f"metrics/{run.name}"
    rows, end = session.recall("train", name, (list[Row](), 0))
    new, end = run.metrics(end)
    rows = [*rows, *new]
    session.remember("train", name, (rows, end))
    return rows


def step_rows(rows: list[Row]) -> list[Row]:
    """Return one row a step, thinned out to what a chart can show.

    A run that was taken up from its checkpoint does some steps again; the later row counts.
    """
    return _thinned(_by_step(rows, "step"))


def trial_rows(rows: list[Row]) -> list[Row]:
    """Return the same of the trial trainings of a cross-validation, whose steps are numbered through all of them."""
    return _thinned(_by_step(rows, "fold"))


def _by_step(rows: list[Row], kind: str) -> list[Row]:
    steps = {row["step"]: row for row in rows if row.get("kind") == kind}
    return [steps[step] for step in sorted(steps)]


def _thinned(ordered: list[Row]) -> list[Row]:
    stride = max(1, -(-len(ordered) // MOST_POINTS))
    return ordered[::stride] if stride == 1 else [*ordered[:-1:stride], ordered[-1]]


def after_trials(done: list[Row], trials: list[Row]) -> list[Row]:
    """Return the steps of the last training numbered on from those of the trials before it, as its progress is."""
    before = trials[-1]["step"] if trials else 0
    return [{**row, "step": row["step"] + before} for row in done]


def dev_rows(rows: list[Row]) -> list[Row]:
    """Return one dev score an epoch; epoch 0 is the base."""
    epochs = {row["epoch"]: row for row in rows if row.get("kind") == "dev"}
    return [{"epoch": epoch, "score": epochs[epoch]["nDCG@10"]} for epoch in sorted(epochs)]


def show_curves(run: RunFolder, *, place: str, steps: int, active: bool) -> None:
    """Draw loss and dev score side by side, the cosines folded below.

    ``steps`` is how many the whole training takes. While it is active the axis spans them all from the start, so that
    curves grow instead of shrinking.
    """
    rows = read_metrics(run)
    trials, dev = trial_rows(rows), dev_rows(rows)
    done = after_trials(step_rows(rows), trials)
    if not active and (done or trials):
        steps = (done or trials)[-1]["step"]
    with st.grid(2, min_column_width=300):
        with st.container():
            st.markdown(f"**{t('train.loss')}**")
            if done or trials:
                show(loss_chart(done, trials, steps), key=f"train_{place}_loss", alt_text=t("train.loss_alt"))
            else:
                st.caption(t("train.loss_waiting"))
            if trials:
                st.caption(t("train.loss_trials"))
        with st.container():
            st.markdown(f"**{t('train.folds_score' if trials else 'train.dev_score')}**")
            if any(row["epoch"] > 0 for row in dev):
                show(dev_chart(dev), key=f"train_{place}_dev", alt_text=t("train.dev_alt"))
            else:
                st.caption(t(f"train.{_why_no_score(trials, dev, active)}"))
    if done:
        with st.expander(t("train.cosines"), key=f"train_{place}_cosines_fold"):
            st.caption(t("train.cosines_why"))
            show(cosine_chart(done, steps), key=f"train_{place}_cosines", alt_text=t("train.cosines_alt"))


def _why_no_score(trials: list[Row], dev: list[Row], active: bool) -> str:
    if active:
        return "folds_waiting" if trials else "dev_waiting"
    return "dev_ended" if trials or dev else "dev_none"


def loss_chart(done: list[Row], trials: list[Row], steps: int) -> alt.LayerChart:
    """Return loss by step: that of the trial trainings faint and dashed, one line each, then that of the last."""
    layers = [_loss_line(rows, steps, trial=trial) for rows, trial in ((trials, True), (done, False)) if rows]
    return alt.LayerChart(layer=layers, height=HEIGHT)


def _loss_line(rows: list[Row], steps: int, *, trial: bool) -> alt.Chart:
    values = [{"step": row["step"], "loss": row["loss"], "part": row.get("fold", 0)} for row in rows]
    look: dict[str, Any] = {"strokeDash": [4, 3], "opacity": 0.7} if trial else {}
    chart: alt.Chart = (
        alt.Chart(alt.InlineData(values=values))
        .mark_line(color=colour("tuned"), point=_marks(len(values), size=12 if trial else 45), **look)
        .encode(
            _steps(steps),
            alt.Y("loss:Q", title=t("train.loss")),
            detail="part:N",
            tooltip=[alt.Tooltip("step:Q", title=t("train.step")), alt.Tooltip("loss:Q", format=".4f")],
        )
    )
    return chart


def dev_chart(dev: list[Row]) -> alt.LayerChart:
    """Return the dev score by epoch, and the base's as a level line."""
    tuned = [row for row in dev if row["epoch"] > 0]
    epoch = alt.X("epoch:Q", title=t("train.epoch"), axis=alt.Axis(tickMinStep=1, format="d"))
    height = alt.Y("score:Q", title="nDCG@10", scale=alt.Scale(zero=False, padding=16))
    line = (
        alt.Chart(alt.InlineData(values=tuned))
        .mark_line(color=colour("tuned"), point=_marks(len(tuned)))
        .encode(
            epoch,
            height,
            tooltip=[
                alt.Tooltip("epoch:Q", title=t("train.epoch")),
                alt.Tooltip("score:Q", title="nDCG@10", format=".3f"),
            ],
        )
    )
    base = [
        {"score": row["score"], "label": t("train.base_line", score=f"{row['score']:.3f}")}
        for row in dev
        if row["epoch"] == 0
    ]
    rule = (
        alt.Chart(alt.InlineData(values=base)).mark_rule(color=colour("base"), strokeDash=[6, 4], size=2).encode(height)
    )
    label = (
        alt.Chart(alt.InlineData(values=base))
        .mark_text(color=colour("base"), align="left", dx=4, dy=-8, fontSize=12)
        .encode(height, x=alt.value(0), text="label:N")
    )
    return alt.LayerChart(layer=[line, rule, label], height=HEIGHT)


def cosine_chart(done: list[Row], steps: int) -> alt.LayerChart:
    """Return the mean cosine by step within a band of one spread to each side."""
    values = [
        {
            "step": row["step"],
            "mean": row["cosine_mean"],
            "low": row["cosine_mean"] - row["cosine_spread"],
            "high": row["cosine_mean"] + row["cosine_spread"],
        }
        for row in done
        if row.get("cosine_mean") is not None and row.get("cosine_spread") is not None
    ]
    chart = alt.Chart(alt.InlineData(values=values))
    scale = alt.Scale(zero=False)
    band = chart.mark_area(color=colour("base"), opacity=0.3).encode(
        _steps(steps), alt.Y("low:Q", title=t("train.cosine"), scale=scale), alt.Y2("high:Q")
    )
    mean = chart.mark_line(color=colour("tuned"), point=_marks(len(values))).encode(
        _steps(steps), alt.Y("mean:Q", title=t("train.cosine"), scale=scale)
    )
    return alt.LayerChart(layer=[band, mean], height=HEIGHT)


def _steps(steps: int) -> alt.X:
    axis = alt.Axis(tickMinStep=1, format="d")
    return alt.X("step:Q", title=t("train.step"), axis=axis, scale=alt.Scale(domain=[0, max(1, steps)], nice=False))


def _marks(points: int, size: int = 45) -> alt.OverlayMarkDef | bool:
    """A short curve shows its points, because a single one would not be seen as a line."""
    return alt.OverlayMarkDef(color=colour("tuned"), size=size) if points <= POINTS_MARKED else False
