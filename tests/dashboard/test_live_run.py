"""A run while it trains says what it will take, which part of it is running, and never shows an empty page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from made_runs import dev_row, folded_metrics, make_run, make_workspace, open_page, step_row, words

from core.config import TrainConfig
from core.runs import RunFolder, RunState
from core.runs.lock import held
from core.workspace import Workspace
from dashboard.strings.train import TEXTS
from dashboard.widgets.run_charts import after_trials, loss_chart, step_rows, trial_rows
from dashboard.widgets.run_facts import memory
from dashboard.widgets.run_live import kept_epoch

PLAN = {"steps": 1200, "seconds": 340.2, "memory_bytes": 3_200_000_000, "cached": False, "chunk_tokens": 4096}


def english(key: str, **values: object) -> str:
    return TEXTS[key][0].format(**values)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    return make_workspace(tmp_path)


@contextmanager
def watched(run: RunFolder) -> Iterator[Any]:
    """The page of a run whose process lives, and what its progress bar says."""
    with held(run.lock, {"run": run.name}):
        app = open_page("train")
        assert not app.exception
        yield app


def progress(app: Any) -> str:
    return str(app.get("progress")[0].proto.text)


def charts(app: Any) -> int:
    return len(app.get("vega_lite_chart"))


@pytest.mark.parametrize("cached", [True, False])
def test_before_the_first_step_it_says_what_it_measured_of_itself(workspace: Workspace, cached: bool) -> None:
    run = make_run(workspace, RunState.RUNNING, metrics=[], step=0)
    (run.path / "plan.json").write_text(json.dumps(PLAN | {"cached": cached}), encoding="utf-8")
    with watched(run) as app:
        said = words(app)
    assert "1,200 steps, about 5 min 40 s, 3.2 GB of memory, measured on this machine" in said
    assert (english("live_plan_cached") in said) is cached


@pytest.mark.parametrize("plan", [None, "{", "{}"])
def test_without_a_measurement_it_only_says_that_it_gets_ready(workspace: Workspace, plan: str | None) -> None:
    run = make_run(workspace, RunState.RUNNING, metrics=[], step=0)
    if plan is not None:
        (run.path / "plan.json").write_text(plan, encoding="utf-8")
    with watched(run) as app:
        assert progress(app) == english("live_first")
        assert "measured on this machine" not in words(app)


def test_once_steps_are_done_the_estimate_gives_way_to_what_is_left(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.RUNNING)
    (run.path / "plan.json").write_text(json.dumps(PLAN), encoding="utf-8")
    with watched(run) as app:
        assert "Step 2 of 6, epoch 1 of 3" in progress(app)
        assert "measured on this machine" not in words(app)


def test_a_trial_training_says_which_one_it_is_and_draws_its_loss(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.RUNNING, metrics=folded_metrics(3), step=3)
    with watched(run) as app:
        said = words(app)
        assert progress(app).startswith("Trial training 2 of 3 · Step 3 of 6, epoch 1 of 3")
        assert charts(app) == 1
    assert english("loss_waiting") not in said
    assert english("loss_trials") in said
    assert english("folds_waiting") in said


def test_the_number_of_trials_is_the_one_that_the_settings_ask_for(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.RUNNING, config=TrainConfig(folds=5), metrics=folded_metrics(1), step=1)
    with watched(run) as app:
        assert progress(app).startswith("Trial training 1 of 5")


def test_between_the_trials_and_the_last_training_it_says_that_it_chooses(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.RUNNING, metrics=folded_metrics(6, (0.4, 0.5, 0.45)), step=6)
    with watched(run) as app:
        assert progress(app) == english("live_choosing")
        assert charts(app) == 2
        assert english("folds_score") in words(app)


def test_the_last_training_counts_the_epochs_that_the_trials_chose(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.RUNNING, metrics=folded_metrics(6, (0.4, 0.45, 0.5, 0.5), steps=2), step=8)
    with watched(run) as app:
        assert progress(app).startswith(f"{english('live_last')} · Step 8 of 6, epoch 1 of 2")
        assert charts(app) == 3  # the cosines too


def test_the_epoch_chosen_is_the_best_the_earlier_of_equals_and_never_the_base() -> None:
    assert kept_epoch([{"epoch": 0, "score": 0.9}]) is None
    rows = [{"epoch": epoch, "score": score} for epoch, score in enumerate((0.9, 0.3, 0.5, 0.5))]
    assert kept_epoch(rows) == 2


def test_the_last_training_goes_on_where_the_trials_ended_on_the_axis() -> None:
    rows = folded_metrics(6, steps=2)
    done = after_trials(step_rows(rows), trial_rows(rows))
    assert [row["step"] for row in trial_rows(rows)] == [1, 2, 3, 4, 5, 6]
    assert [row["step"] for row in done] == [7, 8]
    assert after_trials([step_row(1)], []) == [step_row(1)]


def test_a_trial_started_again_after_a_crash_is_drawn_once() -> None:
    rows = folded_metrics(3)
    again = {**rows[2], "loss": 9.0}
    assert [(row["step"], row["loss"]) for row in trial_rows([*rows, again])] == [(1, 1.5), (2, 1.4), (3, 9.0)]


def test_trials_are_one_dashed_line_each_and_the_last_training_is_solid() -> None:
    rows = folded_metrics(6, steps=2)
    chart = loss_chart(step_rows(rows), trial_rows(rows), 8)
    trials, last = chart.to_dict()["layer"]
    assert "strokeDash" in trials["mark"] and "strokeDash" not in last["mark"]
    assert {row["part"] for row in chart.layer[0].data.values} == {1, 2, 3}
    assert trials["encoding"]["detail"]["field"] == "part"
    assert len(loss_chart(step_rows(rows), [], 8).to_dict()["layer"]) == 1


@pytest.mark.parametrize(
    ("metrics", "said"),
    [
        ([], "dev_none"),
        ([dev_row(0, 0.4), step_row(1)], "dev_ended"),
        (folded_metrics(1), "dev_ended"),
    ],
)
def test_a_run_that_ended_early_does_not_blame_the_labels(
    workspace: Workspace, metrics: list[dict[str, Any]], said: str
) -> None:
    run = make_run(workspace, RunState.FAILED, metrics=metrics, message="The disk is full.")
    assert english(said) in words(open_page("train", run=run.name))


@pytest.mark.parametrize(("size", "said"), [(3_240_000_000, "3.2 GB"), (640_400_000, "640 MB"), (None, "–")])
def test_memory_is_said_as_people_say_it(size: float | None, said: str) -> None:
    assert memory(size) == said
