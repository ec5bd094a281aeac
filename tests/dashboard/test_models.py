from __future__ import annotations

from pathlib import Path

import pytest
from made_runs import button, labels, make_run, make_workspace, open_page, words

from core.catalog import load_catalog
from core.models.named import NAMED
from core.models.packaged import PACKAGED
from core.runs import RunState, active_model, list_runs, promote
from core.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    return make_workspace(tmp_path)


def test_before_the_first_training_the_base_is_in_use_and_the_way_on_is_shown(workspace: Workspace) -> None:
    app = open_page("models")
    said = words(app)
    assert "The base model, e5-small, without tuning" in said
    assert "No training has succeeded yet" in said
    assert list(app.dataframe[-1].value["Name"]) == [*PACKAGED, *NAMED]


def test_the_address_names_the_model_and_its_lineage_is_shown(workspace: Workspace) -> None:
    catalog = load_catalog(workspace)
    run = make_run(workspace, RunState.SUCCEEDED, catalog=catalog.fingerprint)
    make_run(workspace, RunState.SUCCEEDED)
    make_run(workspace, RunState.FAILED)
    app = open_page("models", run=run.name)
    said = words(app)
    assert len(app.selectbox(key="models_run").options) == 2
    assert str(run.adapter) in said
    assert f"python -m core runs export {run.name} DIR" in said
    assert run.about()["snapshot"] in said
    assert f"{catalog.fingerprint[:12]}, as it is now" in said
    assert "10 pairs of 5 queries, 5 judged negatives, 3 steps" in said


def test_the_command_that_exports_follows_the_form_that_is_chosen(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.SUCCEEDED)
    app = open_page("models")
    command = f"python -m core runs export {run.name} DIR"
    assert app.code[1].value == command
    app.radio(key=f"models_form_{run.name}").set_value("adapter").run()
    assert [box.value for box in app.code][-1] == f"{command} --form adapter"
    app.radio(key=f"models_form_{run.name}").set_value("openvino").run()
    assert [box.value for box in app.code][-1] == f"{command} --form openvino"
    app.radio(key=f"models_precision_{run.name}").set_value("int8").run()
    assert [box.value for box in app.code][-1] == f"{command} --form openvino --precision int8"
    assert "requirements-handover.txt" in words(app)


def test_the_lines_that_serve_a_merged_model_are_shown(workspace: Workspace) -> None:
    make_run(workspace, RunState.SUCCEEDED)
    lines = [box.value for box in open_page("models").code]
    assert any(line.startswith("text-embeddings-router --model-id DIR --pooling mean") for line in lines)
    assert any(line.startswith("vllm serve DIR --runner pooling") for line in lines)


def test_a_catalogue_that_has_changed_since_is_said(workspace: Workspace) -> None:
    make_run(workspace, RunState.SUCCEEDED, catalog="c" * 64)
    assert "cccccccccccc, changed since" in words(open_page("models"))


def test_a_model_is_made_active_and_given_up_again_with_a_record(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.SUCCEEDED)
    app = open_page("models")
    button(app, "Make active").click().run()
    assert active_model(workspace) == run.name
    assert "Chosen by mina" in words(app)
    button(app, "Back to the base model").click().run()
    assert active_model(workspace) is None
    assert list(app.dataframe[0].value["Model"]) == ["Base model", run.name]
    assert list(app.dataframe[0].value["By"]) == ["mina", "mina"]


def test_a_model_no_better_than_its_base_is_not_offered(workspace: Workspace) -> None:
    make_run(workspace, RunState.SUCCEEDED, alpha=0.0, dev={"base": 0.4, "tuned": 0.4})
    app = open_page("models")
    assert "Make active" not in labels(app)
    assert "It did not beat its base" in words(app)


def test_a_model_is_deleted_for_good(workspace: Workspace) -> None:
    make_run(workspace, RunState.SUCCEEDED)
    app = open_page("models")
    button(app, "Yes, delete it").click().run()
    assert list_runs(workspace) == []
    assert "No training has succeeded yet" in words(app)


def test_the_model_in_use_cannot_be_deleted(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.SUCCEEDED)
    promote(workspace, run.name, by="mina")
    app = open_page("models")
    assert "Choose another one before you delete it" in words(app)
    button(app, "Yes, delete it").click().run()
    assert "is the active model" in words(app)
    assert run.adapter.is_dir()
