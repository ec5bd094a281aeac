"""The work behind the click: train a run, then compare it with its base.

Runs in a process of its own (``python -m core train --run DIR``), holds the run's lock for life and the device's
lock while it computes, and says in ``status.json`` where it stands.
"""

from __future__ import annotations

import logging
import os
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from core.catalog import load_catalog
from core.errors import ReelignError
from core.evaluation import compare_models, save_comparison
from core.files import write_json
from core.judgments import Split, load_snapshot
from core.runs.folder import Progress, RunFolder, RunState
from core.runs.lifecycle import DEVICE_LOCK
from core.runs.lock import held
from core.training.pairs import training_data
from core.training.trainer import Cancelled, Result, Trainer
from core.workspace import Workspace

log = logging.getLogger(__name__)


def train_run(run: RunFolder, workspace: Workspace, *, compare: bool = True) -> dict[str, Any]:
    """Carry out a run and return its report, which is also written to ``report.json``.

    Args:
        compare: also compare the tuned model with its base on the snapshot's test queries and keep the comparison.

    Raises:
        RunBusyError: the run, or the device, is taken.
        ReelignError: the training failed; the status says why.
        Cancelled: the curator stopped it.
    """
    owner = {"run": run.name, "pid": os.getpid(), "since": time.strftime("%Y-%m-%d %H:%M:%S")}
    with ExitStack() as locks:
        locks.enter_context(held(run.lock, owner))
        progress = Progress(RunState.STARTING, epochs=run.config().epochs, started_at=time.time())
        try:
            locks.enter_context(held(workspace.artifacts / DEVICE_LOCK, owner))
            run.write_progress(progress)
            report = _work(run, workspace, progress, compare)
        except Cancelled:
            run.write_progress(replace(run.progress(), state=RunState.CANCELLED, eta=None))
            run.drop_unfinished()
            raise
        except ReelignError as reason:
            run.write_progress(replace(run.progress(), state=RunState.FAILED, message=str(reason), eta=None))
            raise
        except Exception as reason:
            message = _in_words(reason)
            run.write_progress(replace(run.progress(), state=RunState.FAILED, message=message, eta=None))
            raise
        return report


def _work(run: RunFolder, workspace: Workspace, progress: Progress, compare: bool) -> dict[str, Any]:
    config = run.config()
    catalog = load_catalog(workspace)
    snapshot = load_snapshot(run.snapshot)
    data = training_data(snapshot, catalog, seed=config.seed, folds=config.folds)
    trainer = Trainer(run, config, data, catalog, workspace)
    progress = replace(progress, state=RunState.RUNNING, steps=trainer.steps, device=trainer.compute.device)
    run.write_progress(progress)
    log.info("%d pairs of %d queries, %d steps on %s.", *_sizes(data), trainer.steps, trainer.compute.reason)
    result = trainer.train(_status_writer(run, progress))
    report = _report(run, trainer, result, snapshot.fingerprint)
    run.write_progress(replace(run.progress(), state=RunState.EVALUATING, eta=None))
    write_json(run.path / "report.json", report)
    if compare and result.improved:
        report |= _compare(run, workspace, snapshot.queries(Split.TEST), snapshot.qrels(Split.TEST))
        write_json(run.path / "report.json", report)
    run.write_progress(replace(run.progress(), state=RunState.SUCCEEDED, eta=None))
    return report


def _sizes(data: Any) -> tuple[int, int]:
    return len(data.train.pairs()), len(data.train.grades)


def _status_writer(run: RunFolder, start: Progress) -> Any:
    """Return what is called after every step: it keeps the status fresh and estimates the time left."""
    first: list[tuple[int, float]] = []

    def write(step: int, steps: int, epoch: int) -> None:
        now = time.monotonic()
        first[:] = first or [(step, now)]
        done = step - first[0][0]
        eta = (now - first[0][1]) / done * (steps - step) if done else None
        run.write_progress(replace(start, step=step, epoch=epoch, eta=eta))
        log.info("Step %d of %d.", step, steps)

    return write


def _report(run: RunFolder, trainer: Trainer, result: Result, snapshot: str) -> dict[str, Any]:
    return {
        "run": run.name,
        "base": trainer.config.base,
        "side": trainer.config.side,
        "seconds": round(result.seconds, 2),
        "steps": result.steps,
        "alpha": result.alpha,
        "improved": result.improved,
        "epoch": result.epoch,
        "dev": {"base": result.base and result.base.mean, "tuned": result.tuned and result.tuned.mean},
        "titles": {"base": result.base and result.base.titles, "tuned": result.tuned and result.tuned.titles},
        "layers": result.layers,
        "last_loss": result.last_loss,
        "snapshot": snapshot,
        **trainer.description(),
    }


def _compare(
    run: RunFolder, workspace: Workspace, queries: dict[str, str], qrels: dict[str, dict[str, int]]
) -> dict[str, Any]:
    if not any(grade > 0 for films in qrels.values() for grade in films.values()):
        return {}
    started = time.monotonic()
    log.info("Comparing with the base on %d test queries.", len(qrels))
    comparison = compare_models(
        run.config().base, run.name, workspace, queries=queries, qrels=qrels, split_name=Split.TEST.value
    )
    path = save_comparison(comparison, workspace)
    return {"comparison": path.stem, "evaluation_seconds": round(time.monotonic() - started, 2)}


def _in_words(reason: Exception) -> str:
    """Say what an unforeseen error means for the person who waits for the run."""
    if isinstance(reason, OSError) and reason.errno == 28:
        return "The disk is full. Make room, then start the run again; it goes on from its last checkpoint."
    if "out of memory" in str(reason).lower():
        return "The device ran out of memory. Use a smaller batch size or maximum length."
    return f"Unexpected {type(reason).__name__}: {reason} The log has the details."
