"""The work behind the click: train a run, then compare it with its base.

Runs in a process of its own (``python -m core train --run DIR``), holds the run's lock for life and the device's
lock while it computes, and says in ``status.json`` where it stands. Started by ``torchrun``, the first process does
all that, and the others train beside it.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.catalog import load_catalog
from core.config import TrainConfig
from core.errors import ReelignError
from core.evaluation import compare_models, save_comparison
from core.files import write_json
from core.judgments import Snapshot, Split, load_snapshot
from core.models.device import choose_compute
from core.object_store import Kind, offer
from core.runs.folder import Progress, RunFolder, RunState, create_run
from core.runs.lifecycle import DEVICE_LOCK
from core.runs.lock import held
from core.training.distributed import World, agree
from core.training.pairs import TrainingData, training_data
from core.training.proof import answers, prove
from core.training.scorer import Choice
from core.training.trainer import Cancelled, Result, Trainer
from core.workspace import Workspace

log = logging.getLogger(__name__)


def train_run(run: RunFolder, workspace: Workspace, *, compare: bool = True, led: bool = False) -> dict[str, Any]:
    """Carry out a run and return its report, which is also written to ``report.json``.

    Of several processes only the first reports; the others return nothing.

    Args:
        compare: also compare the tuned model with its base on the snapshot's test queries and keep the comparison.
        led: another process holds the locks meanwhile, starts this one again after an unforeseen error, and says so
            in the status if it gives up.

    Raises:
        RunBusyError: the run, or the device, is taken.
        ReelignError: the training failed; the status says why.
        Cancelled: the curator stopped it.
    """
    world = _join(run)
    try:
        return _lead(run, workspace, world, compare, led) if world.main else _follow(run, workspace, world)
    finally:
        world.close()
        if world.main:
            offer(workspace, Kind.RUNS, run.name)


def _join(run: RunFolder) -> World:
    """Join the processes that torchrun started. Alone, the run's status will say what is wrong with its settings."""
    if "WORLD_SIZE" not in os.environ:
        return World()
    return World.from_environment(choose_compute(run.config().device).device)


def plan_training(config: TrainConfig, snapshot: Path, workspace: Workspace) -> dict[str, Any]:
    """Measure what a training with these settings and labels would take, and leave nothing behind.

    Raises:
        ReelignError: the training could not start.
    """
    with tempfile.TemporaryDirectory() as nowhere:
        draft = create_run(Workspace(Path(nowhere)), config, snapshot)
        trainer, _ = _trainer(draft, workspace, World())
        return {**trainer.plan().as_dict(), **trainer.description()}


def _lead(run: RunFolder, workspace: Workspace, world: World, compare: bool, led: bool) -> dict[str, Any]:
    owner = {"run": run.name, "pid": os.getpid(), "since": time.strftime("%Y-%m-%d %H:%M:%S")}
    with ExitStack() as locks:
        if not led:
            locks.enter_context(held(run.lock, owner))
        progress = Progress(RunState.STARTING, epochs=run.config().epochs, started_at=time.time())
        try:
            if not led:
                locks.enter_context(held(workspace.artifacts / DEVICE_LOCK, owner))
            agree(False, world)  # the others have copied the run folder; from here on it changes
            run.write_progress(progress)
            report = _work(run, workspace, world, progress, compare)
        except Cancelled:
            run.write_progress(replace(run.progress(), state=RunState.CANCELLED, eta=None))
            run.drop_unfinished()
            raise
        except ReelignError as reason:
            run.write_progress(replace(run.progress(), state=RunState.FAILED, message=str(reason), eta=None))
            raise
        except Exception as reason:
            if led:
                raise
            message = _in_words(reason)
            run.write_progress(replace(run.progress(), state=RunState.FAILED, message=message, eta=None))
            raise
        return report


def _follow(run: RunFolder, workspace: Workspace, world: World) -> dict[str, Any]:
    """Train beside the first process, in a copy of the run folder that is thrown away afterwards."""
    with tempfile.TemporaryDirectory() as nowhere:
        copy = RunFolder(Path(nowhere) / run.name)
        shutil.copytree(run.path, copy.path)
        agree(False, world)
        trainer, _ = _trainer(copy, workspace, world)
        result = trainer.train(lambda step, steps, epoch: None)
        if trainer.config.shard:
            answers(trainer.fit.model, result.choice.alpha, trainer.base, trainer.config.side)
    return {}


def _trainer(run: RunFolder, workspace: Workspace, world: World) -> tuple[Trainer, Snapshot]:
    config = run.config()
    catalog = load_catalog(workspace)
    snapshot = load_snapshot(run.snapshot)
    data = training_data(snapshot, catalog, seed=config.seed, folds=config.parts)
    return Trainer(run, config, data, catalog, workspace, world), snapshot


def _work(run: RunFolder, workspace: Workspace, world: World, progress: Progress, compare: bool) -> dict[str, Any]:
    started = time.monotonic()
    trainer, snapshot = _trainer(run, workspace, world)
    progress = replace(progress, state=RunState.RUNNING, steps=trainer.steps, device=trainer.compute.device)
    run.write_progress(progress)
    log.info("%d pairs of %d queries, %d steps on %s.", *_sizes(trainer.data), trainer.steps, trainer.compute.reason)
    result = trainer.train(_status_writer(run, progress))
    run.write_progress(replace(run.progress(), state=RunState.EVALUATING, eta=None))
    proof = prove(trainer.fit.model, result.choice.alpha, run.adapter, trainer.base, workspace, trainer.config.side)
    took = round(time.monotonic() - started, 2)
    report = _report(run, trainer, result, snapshot) | {"proof": proof.as_dict(), "total_seconds": took}
    write_json(run.path / "report.json", report)
    if compare and result.improved and not trainer.config.shard:  # this process holds a part of the model only
        report |= _compare(run, workspace, snapshot)
        write_json(run.path / "report.json", report)
    run.write_progress(replace(run.progress(), state=RunState.SUCCEEDED, eta=None))
    return report


def _sizes(data: TrainingData) -> tuple[int, int]:
    return len(data.train.pairs()), len(data.train.grades)


def _status_writer(run: RunFolder, start: Progress) -> Any:
    """Return what is called after every step: it keeps the status fresh and estimates the time left."""
    first: list[tuple[int, float]] = []

    def write(step: int, steps: int, epoch: int) -> None:
        now = time.monotonic()
        first[:] = first or [(step, now)]
        done = step - first[0][0]
        eta = (now - first[0][1]) / done * (steps - step) if done else None
        run.write_progress(replace(start, step=step, steps=steps, epoch=epoch, eta=eta))
        log.info("Step %d of %d.", step, steps)

    return write


def _report(run: RunFolder, trainer: Trainer, result: Result, snapshot: Snapshot) -> dict[str, Any]:
    choice = result.choice
    base, tuned = choice.base, choice.tuned
    return {
        "run": run.name,
        "base": trainer.config.base,
        "side": trainer.config.side,
        "seconds": round(result.seconds, 2),
        "steps": result.steps,
        "alpha": choice.alpha,
        "improved": result.improved,
        "epoch": result.epoch,
        "dev": {"base": base and base.mean, "tuned": tuned and tuned.mean},
        "titles": {"base": base and base.titles, "tuned": tuned and tuned.titles},
        "layers": result.layers,
        "last_loss": result.last_loss,
        "verdict": verdict(choice),
        "plan": run.plan(),
        "snapshot": snapshot.fingerprint,
        "test_queries": len(snapshot.qrels(Split.TEST)),
        **trainer.description(),
    }


def verdict(choice: Choice) -> str:
    """Say in one sentence whether a run is an improvement, by the queries that chose it."""
    if choice.base is None or choice.tuned is None:
        return "There were no dev queries to measure it on; compare it with its base before it is used."
    if choice.alpha > 0:
        return f"Dev nDCG@10 {choice.base.mean:.3f} -> {choice.tuned.mean:.3f} with strength {choice.alpha:g}."
    if choice.titles_lost:
        return (
            "It answers the dev queries better than its base, but no longer finds films by their titles as well; it is "
            "not offered as an improvement."
        )
    return "It did not beat its base on the dev queries; it is not offered as an improvement."


def _compare(run: RunFolder, workspace: Workspace, snapshot: Snapshot) -> dict[str, Any]:
    queries, qrels = snapshot.queries(Split.TEST), snapshot.qrels(Split.TEST)
    if not any(grade > 0 for films in qrels.values() for grade in films.values()):
        return {}
    started = time.monotonic()
    log.info("Comparing with the base on %d test queries.", len(qrels))
    comparison = compare_models(
        run.config().base,
        run.name,
        workspace,
        queries=queries,
        qrels=qrels,
        split_name=Split.TEST.value,
        described=snapshot.rows,
        labels=snapshot.qrels(),
    )
    path = save_comparison(comparison, workspace)
    return {"comparison": path.stem, "evaluation_seconds": round(time.monotonic() - started, 2)}


def _in_words(reason: Exception) -> str:
    """Say what an unforeseen error means for the person who waits for the run."""
    if "No space left on device" in str(reason):  # libraries wrap what the system says in errors of their own
        return "The disk is full. Make room, then start the run again; it goes on from its last checkpoint."
    if "out of memory" in str(reason).lower():
        return "The device ran out of memory. Use a smaller batch size or maximum length."
    return f"Unexpected {type(reason).__name__}: {reason} The log has the details."
