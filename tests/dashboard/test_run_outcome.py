"""What a finished training came to, on the Train and the Models page: every figure from its report, old ones too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from made_runs import dev_row, folded_metrics, labels, make_run, make_workspace, open_page, strength_row, words

from core.config import TrainConfig
from core.runs import RunState
from core.training.dev import PROBE_MAY_FALL
from core.workspace import Workspace
from dashboard.strings.models import TEXTS as MODELS
from dashboard.strings.train import TEXTS

FOLDED: dict[str, Any] = {
    "folds": 3,
    "epoch": 2,
    "dev_queries": 7,
    "titles": {"base": 0.98, "tuned": 0.96},
    "mined": 12,
    "proof": {"base_tuned": 0.91, "adapter_merged": 1.0, "merged_reopened": 1.0},
    "plan": {"steps": 9, "seconds": 80.0, "memory_bytes": 3_200_000_000, "cached": False},
}


def english(key: str, **values: object) -> str:
    return TEXTS[key][0].format(**values)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    return make_workspace(tmp_path)


def figures(app: Any) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_a_cross_validated_run_says_on_what_it_was_chosen_and_shows_epoch_probe_and_proof(
    workspace: Workspace,
) -> None:
    metrics = folded_metrics(6, (0.4, 0.45, 0.5), steps=3)
    run = make_run(workspace, RunState.SUCCEEDED, metrics=metrics, step=9, **FOLDED)
    app = open_page("train", run=run.name)
    shown, said = figures(app), words(app)
    assert shown["nDCG@10, base"] == "0.400"
    assert shown["nDCG@10, tuned"] == "0.500"
    assert shown["Kept epoch"] == "2 of 3"
    assert english("folds_are_small", queries=7, films=12) in said
    assert english("titles", base="0.980", tuned="0.960") in said
    assert english("proof") in said
    assert english("loss_trials") in said


def test_a_run_that_dev_queries_chose_keeps_their_name(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.SUCCEEDED, epoch=1, folds=0)
    app = open_page("train", run=run.name)
    assert figures(app)["Dev nDCG@10, tuned"] == "0.500"
    assert figures(app)["Kept epoch"] == "1 of 3"
    assert english("dev_is_small", queries=2, films=12) in words(app)


@pytest.mark.parametrize("page", ["train", "models"])
def test_an_old_report_shows_what_it_has_and_claims_nothing_else(workspace: Workspace, page: str) -> None:
    run = make_run(workspace, RunState.SUCCEEDED)
    app = open_page(page, run=run.name)
    said = words(app)
    assert not app.exception and not app.error
    assert figures(app)["Dev nDCG@10, tuned"] == "0.500"
    assert "Kept epoch" not in figures(app)
    assert "by their own title" not in said and "Checked:" not in said and "ross-val" not in said
    assert english("strength_part", percent=50) in said


def test_a_report_with_empty_fields_shows_like_an_old_one(workspace: Workspace) -> None:
    empty = {"titles": {"base": None, "tuned": None}, "proof": None, "plan": None, "folds": 0, "mined": 0}
    run = make_run(workspace, RunState.SUCCEEDED, alpha=1.0, epoch=3, dev={"base": None, "tuned": None}, **empty)
    for page in ("train", "models"):
        app = open_page(page, run=run.name)
        said = words(app)
        assert not app.exception and not app.error
        assert english("strength_unmeasured") in said
        assert "by their own title" not in said and "Checked:" not in said


def test_a_run_whose_scores_rose_while_titles_fell_says_so(workspace: Workspace) -> None:
    strengths = [strength_row(0.0, 0.4, 0.95), strength_row(0.5, 0.5, 0.85), strength_row(1.0, 0.6, 0.4)]
    report = {"alpha": 0.0, "dev": {"base": 0.4, "tuned": 0.4}, "titles": {"base": 0.95, "tuned": 0.95}}
    run = make_run(workspace, RunState.SUCCEEDED, metrics=strengths, **report)
    for page in ("train", "models"):
        app = open_page(page, run=run.name)
        assert english(
            "strength_zero_titles", score="0.600", base="0.950", tuned="0.400", fall=PROBE_MAY_FALL
        ) in words(app)
        assert "by their own title:" not in words(app)  # the base's own figure would say nothing
        assert english("strength_zero") not in words(app)
        assert "Make active" not in labels(app)


def test_a_run_that_neither_rose_nor_fell_is_not_said_to_have_lost_titles(workspace: Workspace) -> None:
    strengths = [strength_row(0.0, 0.4, 0.95), strength_row(0.5, 0.39, 0.95), strength_row(1.0, 0.3, 0.4)]
    run = make_run(
        workspace,
        RunState.SUCCEEDED,
        metrics=strengths,
        alpha=0.0,
        dev={"base": 0.4, "tuned": 0.4},
        proof={"a": 1},
    )
    said = words(open_page("train", run=run.name))
    assert english("strength_zero") in said
    assert english("proof_base") in said and english("proof") not in said


def test_a_strength_held_back_by_the_titles_says_so(workspace: Workspace) -> None:
    strengths = [strength_row(0.0, 0.4, 0.95), strength_row(0.5, 0.5, 0.93), strength_row(1.0, 0.6, 0.4)]
    run = make_run(workspace, RunState.SUCCEEDED, metrics=[dev_row(0, 0.4), dev_row(1, 0.6), *strengths])
    said = english("strength_part_titles", percent=50, score="0.600", base="0.950", tuned="0.400", fall=PROBE_MAY_FALL)
    assert said in words(open_page("train", run=run.name))


def test_damaged_curves_do_not_hide_the_figures(workspace: Workspace) -> None:
    run = make_run(workspace, RunState.SUCCEEDED)
    (run.path / "metrics.jsonl").write_text("{\n", encoding="utf-8")
    app = open_page("train", run=run.name)
    assert figures(app)["Dev nDCG@10, tuned"] == "0.500"
    assert english("strength_part", percent=50) in words(app)


def test_the_settings_of_a_run_are_said_as_the_form_says_them(workspace: Workspace) -> None:
    config = TrainConfig(side="query", device="cpu")
    run = make_run(workspace, RunState.SUCCEEDED, config=config, folds=3, learning_rate=0.0005)
    said = words(open_page("train", run=run.name)).splitlines()
    assert "Learning rate: 0.0005" in said
    assert "Trial trainings (folds): 3" in said
    assert "Share of layers with LoRA: automatic" in said
    assert "What moves: Queries only" in said
    assert not [line for line in said if line.endswith((": None", ": True", ": False"))]


def test_the_models_page_tells_the_mined_negatives_and_the_memory(workspace: Workspace) -> None:
    make_run(workspace, RunState.SUCCEEDED, **FOLDED)
    said = words(open_page("models"))
    assert MODELS["trained_mined"][0].format(count=12) in said
    assert "cpu  ·  float32  ·  3.2 GB" in said


def test_a_crashed_cross_validation_goes_on_from_the_trials_it_finished(workspace: Workspace) -> None:
    crashed = make_run(workspace, RunState.RUNNING, metrics=folded_metrics(3))
    crashed.folds.mkdir()
    assert "Start it anew" in labels(open_page("train", run=crashed.name))
    (crashed.folds / "scores.json").write_text("[]", encoding="utf-8")
    assert "Continue" in labels(open_page("train", run=crashed.name))
