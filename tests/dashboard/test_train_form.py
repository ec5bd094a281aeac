"""The form offers every setting and every model we know; the plan counts the work that the training will do."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from made_runs import button, make_run, make_workspace, open_page, words

from core.catalog import Catalog, Movie, load_catalog, save_catalog
from core.config import TrainConfig
from core.judgments import Answer, LabelStore, NewQuery, Split, take_snapshot, truth
from core.models.named import NAMED
from core.models.packaged import PACKAGED
from core.runs import RunFolder, RunState
from core.training.pairs import TrainingData, planned_steps, training_data
from core.workspace import Workspace
from dashboard.strings.train import TEXTS
from dashboard.widgets import train_start
from dashboard.widgets.readiness import Readiness, count_labels
from dashboard.widgets.run_facts import read_facts
from dashboard.widgets.train_plan import plan, seconds_per_pair


def english(key: str, **values: object) -> str:
    return TEXTS[key][0].format(**values)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    return make_workspace(tmp_path)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[RunFolder]:
    launched: list[RunFolder] = []
    monkeypatch.setattr(train_start, "start_run", lambda _, run: launched.append(run))
    return launched


def with_queries(root: Path, train: int, dev: int) -> Workspace:
    """Return a workspace whose queries have two films judged positive each."""
    workspace = Workspace(root)
    save_catalog(Catalog(Movie(f"m{number}", f"Film {number}") for number in range(train + dev + 1)), workspace)
    with LabelStore.open(workspace) as store:
        splits = [Split.TRAIN] * train + [Split.DEV] * dev
        store.add_queries(NewQuery(f"a film about {n} things", f"q{n}", split=split) for n, split in enumerate(splits))
        for number in range(train + dev):
            for movie in (number, number + 1):
                store.judge(f"q{number}", f"m{movie}", "mina", Answer.POSITIVE, event_id=str(uuid.uuid4()))
    return workspace


def seen(workspace: Workspace, folds: int | None) -> tuple[Readiness, TrainingData]:
    """Return what the page counts, and what the training makes of the same labels."""
    catalog = load_catalog(workspace)
    with LabelStore.open(workspace) as store:
        ready = count_labels(store.queries(), truth(store.judgments()), catalog.ids)
        return ready, training_data(take_snapshot(store, workspace), catalog, folds=folds)


# The form


@pytest.mark.parametrize("cluster", ["", "127.0.0.1:1"])
def test_every_setting_has_its_place_in_the_form_what_takes_several_processes_on_a_cluster_alone(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, cluster: str
) -> None:
    monkeypatch.setenv("REELIGN_CLUSTER", cluster)
    app = open_page("train")
    kinds = (app.number_input, app.selectbox, app.toggle, app.get("button_group"))
    keys = {str(widget.key) for kind in kinds for widget in kind}
    missing = {f"train_{name}" for name in TrainConfig.model_fields} - keys
    assert missing == (set() if cluster else {"train_shard"})


SUGGESTED = 4  # epochs, by the few pairs of the workspace


def test_settings_left_alone_are_the_defaults(workspace: Workspace, started: list[RunFolder]) -> None:
    app = open_page("train")
    assert app.number_input(key="train_folds").value is None
    button(app, "Retrain").click().run()
    assert started[0].config() == TrainConfig(epochs=SUGGESTED)


@pytest.mark.parametrize(
    ("name", "value"), [("folds", 2), ("folds", 0), ("negative_weight", 2.5), ("mined", 4), ("lora_layers", 0.75)]
)
def test_a_number_that_is_typed_is_the_setting_of_the_run(
    workspace: Workspace, started: list[RunFolder], name: str, value: float
) -> None:
    app = open_page("train")
    app.number_input(key=f"train_{name}").set_value(value).run()
    button(app, "Retrain").click().run()
    assert started[0].config() == TrainConfig(epochs=SUGGESTED, **{name: value})


def test_a_switch_that_is_turned_is_the_setting_of_the_run(workspace: Workspace, started: list[RunFolder]) -> None:
    app = open_page("train")
    app.toggle(key="train_gradient_checkpointing").set_value(True).run()
    button(app, "Retrain").click().run()
    assert started[0].config() == TrainConfig(epochs=SUGGESTED, gradient_checkpointing=True)


def test_models_of_the_hub_are_offered_after_the_packaged_ones_and_say_that_they_download(
    workspace: Workspace, started: list[RunFolder]
) -> None:
    app = open_page("train")
    offered = app.selectbox(key="train_base").options
    assert [option.split(" ")[0] for option in offered] == [*PACKAGED, *NAMED]
    assert [name for name, option in zip([*PACKAGED, *NAMED], offered, strict=True) if "Hub" in option] == list(NAMED)
    for model, option in zip(NAMED.values(), offered[len(PACKAGED) :], strict=True):
        assert option == f"{model.name} ({model.parameters}; {model.languages}; downloads from the Hub)"
    app.selectbox(key="train_base").set_value("bge-m3").run()
    button(app, "Retrain").click().run()
    assert started[0].config().base == "bge-m3"


# What a training will see


@pytest.mark.parametrize("folds", [None, 0, 2])
@pytest.mark.parametrize(("train", "dev"), [(4, 0), (5, 3), (6, 0), (20, 0), (61, 0), (61, 2)])
def test_the_pairs_of_an_epoch_are_those_of_the_training(
    tmp_path: Path, train: int, dev: int, folds: int | None
) -> None:
    ready, data = seen(with_queries(tmp_path, train, dev), folds)
    assert ready.parts(folds) == len(data.folds)
    assert ready.set_aside(folds) == (len(data.dev.grades) if data.dev_from_train else 0)
    for most in (1, 2, 3):
        assert ready.pairs_an_epoch(most, folds) == data.train.pairs_an_epoch(most)


def test_two_queries_are_too_few_to_set_any_aside(tmp_path: Path) -> None:
    ready, data = seen(with_queries(tmp_path, 2, 0), None)
    assert ready.set_aside(None) == 0
    assert ready.pairs_an_epoch(2) == data.train.pairs_an_epoch(2)


@pytest.mark.parametrize("folds", [None, 0, 2, 4])
def test_the_plan_counts_the_steps_of_every_training_that_is_run(tmp_path: Path, folds: int | None) -> None:
    ready, data = seen(with_queries(tmp_path, 12, 0), folds)
    config = TrainConfig(folds=folds, epochs=4, batch_size=5)
    trials = [data.train.without(set(part)).pairs_an_epoch(config.positives) for part in data.folds]
    work = plan(config, ready)
    assert work.trial_steps == sum(planned_steps(pairs, 5, 4) for pairs in trials)
    assert work.steps == planned_steps(data.train.pairs_an_epoch(config.positives), 5, 4)
    assert work.pairs_seen == 4 * (sum(trials) + data.train.pairs_an_epoch(config.positives))


def test_trial_trainings_are_announced_with_their_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    with_queries(tmp_path, 12, 0)
    app = open_page("train")
    said = words(app)
    assert english("plan_steps", steps="20", pairs="24") in said  # three times 1 step of 16 pairs, then 2, by 4 epochs
    assert english("plan_folds", parts=3, rest=2) in said
    assert english("plan_folds_steps", trial="12", last="8") in said
    assert english("missing_dev") not in said
    app.number_input(key="train_folds").set_value(0).run()
    assert "trial trainings" not in words(app)


@pytest.mark.parametrize(
    ("folds", "said"), [(1, english("folds_one")), (5, english("folds_many", parts=5, least=10, count=5))]
)
def test_a_cross_validation_that_cannot_be_run_is_refused_before_the_start(
    workspace: Workspace, folds: int, said: str
) -> None:
    app = open_page("train")
    app.number_input(key="train_folds").set_value(folds).run()
    assert said in words(app)
    assert button(app, "Retrain").disabled
    app.number_input(key="train_folds").set_value(2).run()
    assert not button(app, "Retrain").disabled


def test_the_time_counts_trial_trainings_and_goes_by_the_steps_that_were_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    workspace = with_queries(tmp_path, 12, 0)
    kept: dict[str, Any] = {"pairs_an_epoch": 24, "steps": 2, "seconds": 24.0, "epoch": 1}  # one epoch of two steps
    assert seconds_per_pair(read_facts(make_run(workspace, RunState.SUCCEEDED, **kept))) == 1.0
    assert "about 4 min 48 s" in words(open_page("train"))  # 4 epochs of 24 pairs and of three times 16
    folded = make_run(workspace, RunState.SUCCEEDED, **kept, folds=3, total_seconds=84.0)
    assert seconds_per_pair(read_facts(folded)) == 0.5  # 24 pairs once, and 48 pairs three times


def test_the_history_tells_how_long_a_run_took_in_all(workspace: Workspace) -> None:
    make_run(workspace, RunState.SUCCEEDED, seconds=30.0, total_seconds=100.0)
    assert list(open_page("train").dataframe[0].value["duration"]) == ["1 min 40 s"]
