"""A training learns, is chosen on dev, says what it did, and ends the same after it was killed."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core.catalog import document_text, load_catalog
from core.config import make_config
from core.errors import ConfigError, RunBusyError, TrainingError
from core.evaluation import list_comparisons, load_comparison
from core.job import train_run
from core.judgments import list_snapshots, load_snapshot
from core.models.loading import load_embedder
from core.runs import RunFolder, RunState, create_run
from core.runs.lifecycle import DEVICE_LOCK
from core.runs.lock import held
from core.training import trainer as trainer_module
from core.training.checkpoint import Position, trainable
from core.training.dev import DevScore
from core.training.fit import check_gradient, korean_first, schedule
from core.training.pairs import training_data
from core.training.trainer import Cancelled, Trainer


def new_run(workspace, tiny_encoder, **settings) -> RunFolder:
    wanted = {"base": str(tiny_encoder), "epochs": 6, "batch_size": 4, "learning_rate": 0.01, "folds": 0, **settings}
    return create_run(workspace, make_config(wanted), list_snapshots(workspace)[0].path)


def trainer_of(run: RunFolder, workspace) -> Trainer:
    catalog = load_catalog(workspace)
    data = training_data(load_snapshot(run.snapshot), catalog, seed=run.config().seed, folds=run.config().folds)
    return Trainer(run, run.config(), data, catalog, workspace)


def all_score(value: float) -> DevScore:
    """Return the score of a model that finds the dev queries' films so well."""
    return DevScore(dict.fromkeys(("q08", "q09"), value), 1.0)


def silent(step: int, steps: int, epoch: int) -> None:
    pass


def adapter_bytes(run: RunFolder) -> bytes:
    return (run.adapter / "adapter_model.safetensors").read_bytes()


def test_a_run_learns_and_says_what_it_came_to(workspace, tiny_encoder):
    run = new_run(workspace, tiny_encoder)
    report = train_run(run, workspace)
    rows, _ = run.metrics()
    losses = [row["loss"] for row in rows if row["kind"] == "step"]
    assert len(losses) == report["steps"] >= 8
    assert np.mean(losses[-3:]) < np.mean(losses[:3])
    scores = {row["epoch"]: row["nDCG@10"] for row in rows if row["kind"] == "dev"}
    assert scores[0] == report["dev"]["base"]
    assert len(scores) == 1 + report["steps"] / 2
    assert report["dev"]["tuned"] >= report["dev"]["base"]
    assert report["improved"] == (report["alpha"] > 0)
    assert run.progress().state is RunState.SUCCEEDED
    assert run.report() == report


def test_a_tuned_model_gives_other_vectors_and_leaves_the_base_alone(workspace, tiny_encoder):
    base = load_embedder(str(tiny_encoder), workspace)
    before = base.encode(["old ghost"], "query")
    run = new_run(workspace, tiny_encoder)
    train_run(run, workspace, compare=False)
    tuned = load_embedder(run.name, workspace, alpha=1.0)
    assert not np.allclose(tuned.encode(["old ghost"], "query"), before, atol=1e-3)
    assert np.array_equal(load_embedder(run.name, workspace, alpha=0.0).encode(["old ghost"], "query"), before)
    assert tuned.fingerprint != base.fingerprint


def test_an_improvement_is_compared_on_the_test_queries_of_its_snapshot(workspace, tiny_encoder):
    run = new_run(workspace, tiny_encoder, epochs=12)
    report = train_run(run, workspace)
    if not report["improved"]:
        assert list_comparisons(workspace) == []
        return
    comparison = load_comparison(report["comparison"], workspace)
    assert comparison.queries == 2
    assert (comparison.base, comparison.tuned) == (str(tiny_encoder), run.name)


def test_a_run_that_does_not_beat_its_base_says_so(workspace, tiny_encoder, monkeypatch):
    monkeypatch.setattr(trainer_module.DevSet, "score", lambda self, encoder, tunes_movies, only: all_score(0.1))
    monkeypatch.setattr(trainer_module.DevSet, "score_base", lambda self: all_score(0.2))
    report = train_run(new_run(workspace, tiny_encoder, epochs=1), workspace)
    assert report["alpha"] == 0
    assert not report["improved"]
    assert report["dev"] == {"base": 0.2, "tuned": 0.2}
    assert "comparison" not in report


def test_query_side_training_keeps_the_films_vectors(workspace, tiny_encoder):
    run = new_run(workspace, tiny_encoder, side="query")
    train_run(run, workspace, compare=False)
    base = load_embedder(str(tiny_encoder), workspace)
    tuned = load_embedder(run.name, workspace, alpha=1.0)
    texts = [document_text(movie) for movie in load_catalog(workspace)]
    assert np.array_equal(tuned.encode(texts, "document"), base.encode(texts, "document"))
    assert tuned.document_fingerprint == base.fingerprint
    assert not np.allclose(tuned.encode(["old ghost"], "query"), base.encode(["old ghost"], "query"), atol=1e-3)


@pytest.mark.parametrize("folds", [0, 2])
def test_a_training_on_4_bits_is_chosen_and_proved_on_the_full_weights(workspace, tiny_encoder, folds):
    run = new_run(workspace, tiny_encoder, four_bit=True, folds=folds, epochs=2)
    report = train_run(run, workspace, compare=False)
    assert report["proof"]["adapter_merged"] > 0.9999
    assert report["proof"]["merged_reopened"] > 0.9999
    base = load_embedder(str(tiny_encoder), workspace).encode(["old ghost"], "query")
    tuned = load_embedder(run.name, workspace, alpha=1.0).encode(["old ghost"], "query")
    assert not np.allclose(tuned, base, atol=1e-3)


@pytest.mark.parametrize(("killed_after", "folds"), [(1, 0), (2, 0), (5, 0), (2, 2), (4, 2), (7, 2)])
def test_a_killed_run_ends_as_if_it_had_not_been_killed(workspace, tiny_encoder, monkeypatch, killed_after, folds):
    class Killed(Exception):
        pass

    def kill(step: int, steps: int, epoch: int) -> None:
        if step == killed_after:
            raise Killed

    monkeypatch.setattr(trainer_module, "SECONDS_BETWEEN_CHECKPOINTS", 0.0)
    settings = {"epochs": 3, "lora_dropout": 0.2, "folds": folds}
    whole, broken = (new_run(workspace, tiny_encoder, **settings) for _ in range(2))
    first = trainer_of(whole, workspace).train(silent)
    with pytest.raises(Killed):
        trainer_of(broken, workspace).train(kill)
    second = trainer_of(broken, workspace).train(silent)
    assert adapter_bytes(broken) == adapter_bytes(whole)
    assert second.choice == first.choice


def test_a_run_killed_while_it_is_compared_can_be_carried_out_again(workspace, tiny_encoder, monkeypatch):
    class Killed(BaseException):
        pass

    def kill(*arguments: object) -> dict[str, object]:
        raise Killed

    run = new_run(workspace, tiny_encoder, epochs=1)
    with monkeypatch.context() as broken:
        broken.setattr("core.job._report", kill)  # the adapter stands by then, the report does not
        with pytest.raises(Killed):
            train_run(run, workspace)
    first = adapter_bytes(run)
    train_run(run, workspace)
    assert run.progress().state is RunState.SUCCEEDED
    assert adapter_bytes(run) == first


def test_the_same_seed_gives_the_same_adapter_and_another_does_not(workspace, tiny_encoder):
    runs = [new_run(workspace, tiny_encoder, epochs=1, seed=seed) for seed in (7, 7, 8)]
    for run in runs:
        trainer_of(run, workspace).train(silent)
    assert adapter_bytes(runs[0]) == adapter_bytes(runs[1])
    assert adapter_bytes(runs[0]) != adapter_bytes(runs[2])


def test_cancelling_stops_after_the_step(workspace, tiny_encoder):
    run = new_run(workspace, tiny_encoder)
    run.cancel_wish.touch()
    with pytest.raises(Cancelled):
        train_run(run, workspace)
    assert run.progress().state is RunState.CANCELLED
    assert run.report() is None


def test_a_taken_device_is_a_failure_that_names_the_holder(workspace, tiny_encoder):
    run = new_run(workspace, tiny_encoder)
    with (
        held(workspace.artifacts / DEVICE_LOCK, {"run": "another-run", "pid": 1}),
        pytest.raises(RunBusyError, match="another-run"),
    ):
        train_run(run, workspace)
    assert run.progress().state is RunState.FAILED
    assert "another-run" in run.progress().message


def test_a_device_that_is_not_there_is_a_failure_that_says_so(workspace, tiny_encoder, monkeypatch):
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    run = new_run(workspace, tiny_encoder, device="cuda")
    with pytest.raises(ConfigError, match="no CUDA GPU"):
        train_run(run, workspace)
    assert run.progress().state is RunState.FAILED
    assert "no CUDA GPU" in run.progress().message


def test_a_loss_that_is_not_finite_stops_the_run_with_advice(workspace, tiny_encoder):
    run = new_run(workspace, tiny_encoder, learning_rate=0.1, max_grad_norm=1e30)
    trainer = trainer_of(run, workspace)
    for weight in trainable(trainer.fit.model).values():
        weight.data.fill_(float("nan"))
    with pytest.raises(TrainingError, match="Lower the learning rate"):
        trainer.train(silent)


def test_an_adapter_that_never_moved_is_refused(workspace, tiny_encoder):
    from core.training.lora import add_adapter, check_moved
    from core.workspace import Workspace

    backbone = load_embedder(str(tiny_encoder), Workspace.locate(workspace.root)).backbone
    fresh = add_adapter(backbone.model, make_config({"base": str(tiny_encoder)}))
    with pytest.raises(TrainingError, match="never moved"):
        check_moved(fresh)


def test_a_damaged_checkpoint_is_named(workspace, tiny_encoder):
    run = new_run(workspace, tiny_encoder, epochs=2)
    trainer_of(run, workspace)._end_epoch(Position(epoch=0, step=2), score=True)
    (run.checkpoint / "state.safetensors").write_bytes(b"torn")
    with pytest.raises(TrainingError, match=r"checkpoint cannot be used"):
        trainer_of(run, workspace).train(silent)


def test_status_and_report_are_json_a_page_can_read(workspace, tiny_encoder):
    run = new_run(workspace, tiny_encoder, epochs=1)
    train_run(run, workspace, compare=False)
    assert json.loads((run.path / "status.json").read_text())["state"] == "succeeded"
    needed = {"run", "seconds", "pairs", "steps", "alpha", "dev", "snapshot", "catalog", "device"}
    assert needed <= json.loads((run.path / "report.json").read_text()).keys()


def test_schedule_rises_then_falls_to_zero():
    shares = [schedule(step, 20, 0.1) for step in range(21)]
    assert shares[0] == 0.5
    assert shares[1] == max(shares) == 1.0
    assert shares[20] == 0.0
    assert shares[2:] == sorted(shares[2:], reverse=True)


def test_films_show_either_synopsis_first_in_turn():
    for movie in ("a", "b", "c"):
        first, second, third = (korean_first(movie, 0, epoch) for epoch in range(3))
        assert first == third != second
    assert len({korean_first(f"m{n}", 0, 0) for n in range(20)}) == 2


def test_few_queries_choose_by_cross_validation_and_all_of_them_train(workspace, tiny_encoder):
    run = new_run(workspace, tiny_encoder, folds=2)
    report = train_run(run, workspace, compare=False)
    rows, _ = run.metrics()
    assert report["queries"] == 8 and report["folds"] == 2
    assert report["dev_queries"] == 10, "those set aside in turn, and the dev queries"
    assert report["steps"] == 2 * report["epoch"]
    assert {row["fold"] for row in rows if row["kind"] == "fold"} == {1, 2}
    scores = {row["epoch"]: row["nDCG@10"] for row in rows if row["kind"] == "dev"}
    assert scores[0] == report["dev"]["base"]
    assert report["epoch"] == max(range(1, 7), key=lambda epoch: (scores[epoch], -epoch))
    assert not run.folds.exists()


def test_a_query_of_a_part_that_is_set_aside_is_in_no_batch_of_it(workspace, tiny_encoder):
    trainer = trainer_of(new_run(workspace, tiny_encoder, folds=2), workspace)
    assert frozenset.union(*trainer.data.folds) == trainer.data.train.grades.keys()
    for held_out in trainer.data.folds:
        fit = trainer_module.Fit(trainer.material, trainer.data.train.without(set(held_out)))
        seen = {pair.query_id for epoch in range(3) for batch in fit.batches(epoch) for pair in batch.pairs}
        assert seen == trainer.data.train.grades.keys() - held_out


def test_a_training_stops_when_three_epochs_have_brought_nothing(workspace, tiny_encoder, monkeypatch):
    scores = iter([0.1, 0.3, 0.2, 0.3, 0.1, *[0.0] * 20])
    monkeypatch.setattr(
        trainer_module.DevSet, "score", lambda self, encoder, tunes_movies, only: all_score(next(scores))
    )
    result = trainer_of(new_run(workspace, tiny_encoder, epochs=9), workspace).train(silent)
    assert (result.epoch, result.steps) == (2, 5 * 2)


@pytest.mark.parametrize(
    ("loss", "norm", "step", "says"),
    [
        (float("nan"), 1.0, 3, "loss is nan at step 3"),
        (1.0, float("inf"), 3, "overflowed"),
        (1.0, 0.0, 1, "No gradient reaches the adapter"),
    ],
)
def test_a_step_that_would_damage_or_change_nothing_is_refused(loss, norm, step, says):
    with pytest.raises(TrainingError, match=says):
        check_gradient(loss, norm, step)
    check_gradient(1.0, 0.0, 2)
