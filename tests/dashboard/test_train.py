from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from made_runs import button, judge, labels, make_run, make_workspace, open_page, words

from core.catalog import load_catalog
from core.config import TrainConfig
from core.errors import RunBusyError
from core.judgments import LabelStore, load_snapshot, take_snapshot, truth
from core.runs import RunFolder, RunState, active_model, list_runs
from core.runs.lock import held
from core.training.pairs import training_data
from core.workspace import Workspace
from dashboard.strings import settings
from dashboard.strings.train import TEXTS
from dashboard.widgets import train_start
from dashboard.widgets.readiness import Readiness, count_labels
from dashboard.widgets.run_charts import MOST_POINTS, step_rows


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    return make_workspace(tmp_path)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[RunFolder]]:
    """Runs whose process would have been launched."""
    launched: list[RunFolder] = []
    monkeypatch.setattr(train_start, "start_run", lambda _, run: launched.append(run))
    return launched


def english(key: str, **values: object) -> str:
    return TEXTS[key][0].format(**values)


def readiness_of(workspace: Workspace) -> Readiness:
    with LabelStore.open(workspace) as store:
        return count_labels(store.queries(), truth(store.judgments()), load_catalog(workspace).ids)


def figures(app) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_the_page_counts_what_a_training_will_see(workspace: Workspace) -> None:
    with LabelStore.open(workspace) as store:
        data = training_data(take_snapshot(store, workspace), load_catalog(workspace))
    app = open_page("train")
    shown = figures(app)
    assert shown["Train queries"] == str(len(data.train.grades))
    assert shown["Pairs"] == str(len(data.train.pairs()))
    for most in (1, 2, 3):
        assert readiness_of(workspace).pairs_an_epoch(most) == data.train.pairs_an_epoch(most)
    assert shown["Negatives"] == str(data.negatives)
    assert shown["Dev queries"] == str(len(data.dev.grades))
    assert shown["Test queries"] == "1"
    assert english("missing_films", count=1) in words(app)


def test_a_pair_answered_both_ways_is_named_and_holds_the_training_back(workspace: Workspace) -> None:
    with LabelStore.open(workspace) as store:
        judge(store, "q3", "m3", "jun", "negative")
    app = open_page("train")
    said = words(app)
    assert "a film about 3 things" in said
    assert "Film 3" in said
    assert "positive: mina" in said
    assert "negative: jun" in said
    assert button(app, "Retrain").disabled


def test_labels_that_do_not_suffice_say_what_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    workspace = make_workspace(tmp_path)
    shutil.rmtree(workspace.database.parent / "snapshots", ignore_errors=True)
    workspace.database.unlink()
    app = open_page("train")
    assert english("missing_queries", least=2, count=0) in words(app)
    assert button(app, "Retrain").disabled


def test_one_click_freezes_the_labels_and_starts_a_run_with_the_settings(
    workspace: Workspace, started: list[RunFolder]
) -> None:
    app = open_page("train")
    app.number_input(key="train_epochs").set_value(7).run()
    app.number_input(key="train_batch_size").set_value(4).run()
    button(app, "Retrain").click().run()
    (run,) = started
    assert run.config() == TrainConfig(epochs=7, batch_size=4)
    assert run.about()["by"] == "mina"
    with LabelStore.open(workspace) as store:
        assert load_snapshot(run.snapshot).fingerprint == take_snapshot(store, workspace).fingerprint
    assert english("live") in words(app)
    assert "Retrain" not in labels(app)
    assert app.query_params["run"] == run.name


def test_a_double_click_starts_one_run(workspace: Workspace, started: list[RunFolder]) -> None:
    app = open_page("train")
    press = button(app, "Retrain")
    press.click()
    app.run()
    press.click()
    app.run()
    assert len(started) == len(list_runs(workspace)) == 1


def test_a_start_that_is_refused_leaves_nothing_behind(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Workspace, run: RunFolder) -> None:
        raise RunBusyError("Run 'other' is still training.")

    monkeypatch.setattr(train_start, "start_run", refuse)
    app = open_page("train")
    button(app, "Retrain").click().run()
    assert "Run 'other' is still training." in words(app)
    assert list_runs(workspace) == []


def test_a_disk_that_cannot_be_written_is_said_in_words(workspace: Workspace, started: list[RunFolder]) -> None:
    workspace.artifacts.mkdir(exist_ok=True)
    workspace.runs.write_text("a file where the folder should be", encoding="utf-8")
    app = open_page("train")
    button(app, "Retrain").click().run()
    assert "Make room" in words(app)
    assert started == []


def test_too_few_steps_are_warned_about_and_enough_are_not(workspace: Workspace) -> None:
    app = open_page("train")
    assert english("plan_few", steps=4) in words(app), "few pairs are seen four times"
    app.number_input(key="train_batch_size").set_value(2).run()
    app.number_input(key="train_epochs").set_value(6).run()
    assert english("plan_steps", steps="30", pairs="10") in words(app)
    assert "the model will hardly move" not in words(app)


def test_the_time_is_foretold_from_a_run_of_the_same_base(workspace: Workspace) -> None:
    app = open_page("train")
    assert english("plan_time_unknown") in words(app)
    make_run(workspace, RunState.SUCCEEDED, config=TrainConfig(base="minilm"))
    assert english("plan_time_unknown") in words(open_page("train"))
    make_run(workspace, RunState.SUCCEEDED)  # 90 s for 10 pairs, three times
    assert "about 2 min 0 s" in words(open_page("train")), "four times are suggested"


def test_a_run_that_trains_is_shown_live_and_the_form_waits(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.RUNNING)
    with held(run.lock, {"run": run.name}):
        app = open_page("train")
    said = words(app)
    assert run.name in said
    assert "the last words of the log" in said
    assert "Retrain" not in labels(app)
    assert "Yes, cancel it" in labels(app)


def test_cancelling_ends_the_run_and_brings_the_form_back(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.QUEUED)
    app = open_page("train")
    button(app, "Yes, cancel it").click().run()
    assert run.progress().state is RunState.CANCELLED
    assert "Retrain" in labels(app)


def test_a_run_that_gained_can_be_compared_and_made_active(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.SUCCEEDED)
    app = open_page("train", run=run.name)
    assert figures(app)["Dev nDCG@10, tuned"] == "0.500"
    assert english("strength_part", percent=50) in words(app)
    assert english("compare") in labels(app)
    button(app, "Make active").click().run()
    assert active_model(workspace) == run.name
    assert "Make active" not in labels(app)


def test_a_run_that_did_not_beat_its_base_is_not_offered(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.SUCCEEDED, alpha=0.0, dev={"base": 0.4, "tuned": 0.4})
    app = open_page("train", run=run.name)
    assert english("strength_zero") in words(app)
    assert "Make active" not in labels(app)


def test_a_run_without_dev_queries_says_that_it_was_not_measured(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.SUCCEEDED, alpha=1.0, dev={"base": None, "tuned": None})
    app = open_page("train", run=run.name)
    assert english("strength_unmeasured") in words(app)
    assert figures(app)["Dev nDCG@10, tuned"] == "–"


def test_a_failed_run_says_why_and_is_tried_again_with_its_settings(
    workspace: Workspace, started: list[RunFolder]
) -> None:
    failed = make_run(workspace, RunState.FAILED, config=TrainConfig(epochs=9), message="The disk is full.")
    app = open_page("train", run=failed.name)
    assert "The disk is full." in words(app)
    assert "the last words of the log" in words(app)
    button(app, english("again")).click().run()
    (run,) = started
    assert run.name != failed.name
    assert run.config().epochs == 9


@pytest.mark.parametrize("checkpoint", [True, False])
def test_a_crashed_run_is_taken_up_itself(workspace: Workspace, started: list[RunFolder], checkpoint: bool) -> None:
    crashed = make_run(workspace, RunState.RUNNING)  # nobody holds its lock
    if checkpoint:
        crashed.checkpoint.mkdir()
        (crashed.checkpoint / "position.json").write_text("{}", encoding="utf-8")
    app = open_page("train", run=crashed.name)
    assert english("crashed") in words(app)
    button(app, "Continue" if checkpoint else "Start it anew").click().run()
    assert [run.name for run in started] == [crashed.name]
    assert len(list_runs(workspace)) == 1


def test_a_crashed_run_that_cannot_be_taken_up_stays_crashed(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Workspace, run: RunFolder) -> None:
        raise RunBusyError("Run 'other' is still training.")

    monkeypatch.setattr(train_start, "start_run", refuse)
    crashed = make_run(workspace, RunState.RUNNING)
    app = open_page("train", run=crashed.name)
    button(app, "Start it anew").click().run()
    assert "Run 'other' is still training." in words(app)
    assert crashed.progress().state is RunState.CRASHED


def test_an_unknown_run_in_the_address_is_named_and_the_page_still_works(workspace: Workspace) -> None:
    app = open_page("train", run="nonsense")
    assert "No run 'nonsense'" in words(app)
    assert "Retrain" in labels(app)


def test_a_damaged_run_folder_does_not_hide_the_others(workspace: Workspace) -> None:
    sound = make_run(workspace, RunState.SUCCEEDED)
    damaged = workspace.runs / "99990101-000000-damaged"
    damaged.mkdir()
    (damaged / "status.json").write_text("{", encoding="utf-8")
    app = open_page("train")
    assert not app.exception
    assert list(app.dataframe[0].value["run"]) == [damaged.name, sound.name]


def test_a_step_done_twice_after_a_crash_counts_once() -> None:
    rows = [{"kind": "step", "step": step, "loss": loss} for step, loss in ((1, 3.0), (2, 2.0), (3, 9.0), (2, 1.5))]
    assert [(row["step"], row["loss"]) for row in step_rows(rows)] == [(1, 3.0), (2, 1.5), (3, 9.0)]


def test_a_long_curve_is_thinned_out_but_keeps_its_ends() -> None:
    shown = step_rows([{"kind": "step", "step": step} for step in range(1, 10_001)])
    assert len(shown) <= MOST_POINTS + 1
    assert (shown[0]["step"], shown[-1]["step"]) == (1, 10_000)


def test_every_setting_is_explained_in_both_languages() -> None:
    for name, field in TrainConfig.model_fields.items():
        assert all(settings.TEXTS[name])
        assert settings.TEXTS[f"{name}_why"][0] == field.description
        assert settings.TEXTS[f"{name}_why"][1]
