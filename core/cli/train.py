"""``train``: in the foreground from options, or the work of a run folder that the dashboard made."""

from __future__ import annotations

import logging
import os
import signal
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer

from core.catalog import load_catalog
from core.cli.estimating import show_estimate
from core.cli.index import On, Workers
from core.cli.output import Json, emit, say, state
from core.config import TrainConfig, make_config
from core.errors import RunError
from core.judgments import LabelStore, Snapshot, load_snapshot, take_snapshot
from core.logs import concerns
from core.runs import RunFolder, create_run
from core.training.pairs import suggested_epochs, training_data

log = logging.getLogger(__name__)


def train(
    base: Annotated[str, typer.Option(help="A packaged model, a Hub id, or a folder.")] = "e5-small",
    labels: Annotated[
        str | None, typer.Option(help="Snapshot: a file, or the start of its name (default: the labels now).")
    ] = None,
    side: Annotated[str | None, typer.Option(help="both: queries and films move; query: queries only.")] = None,
    epochs: Annotated[
        int | None, typer.Option(help="Times every query is seen (default: 2 to 4, by the number of pairs).")
    ] = None,
    batch_size: Annotated[int | None, typer.Option(help="Pairs in one step.")] = None,
    lr: Annotated[float | None, typer.Option(help="Peak learning rate.")] = None,
    max_length: Annotated[int | None, typer.Option(help="Tokens a text is cut to while training.")] = None,
    temperature: Annotated[float | None, typer.Option(help="Temperature of the loss.")] = None,
    negatives: Annotated[int | None, typer.Option(help="Judged negatives a query brings into its batch.")] = None,
    mined: Annotated[int | None, typer.Option(help="Mined negatives a query brings into its batch.")] = None,
    synthetic: Annotated[
        float | None, typer.Option(help="Pairs made from films' own texts for each labelled pair.")
    ] = None,
    folds: Annotated[
        int | None, typer.Option(help="Parts of a cross-validation that chooses epoch and strength; 0: none.")
    ] = None,
    gradient_checkpointing: Annotated[
        bool | None, typer.Option("--gradient-checkpointing", help="Less memory, about a third more time.")
    ] = None,
    four_bit: Annotated[
        bool | None, typer.Option("--four-bit", help="Backbone in 4 bits while training (requirements-qlora.txt).")
    ] = None,
    shard: Annotated[
        bool | None, typer.Option("--shard", help="Backbone spread over torchrun's processes; with --prepare.")
    ] = None,
    device: Annotated[str | None, typer.Option(help="auto, cpu or cuda.")] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of everything random.")] = None,
    run: Annotated[Path | None, typer.Option(help="Carry out this run folder, with its own settings.")] = None,
    plan: Annotated[bool, typer.Option("--plan", help="Measure steps, time and memory; train nothing.")] = False,
    estimate: Annotated[
        bool, typer.Option("--estimate", help="Compute memory and time from the model's configuration alone.")
    ] = False,
    gpu: Annotated[
        str | None,
        typer.Option(help="With --estimate: h100, a100-80gb, l4, rtx4090 ... (default: this CPU)."),
    ] = None,
    gpus: Annotated[int, typer.Option(help="With --estimate: how many of them.")] = 1,
    on: On = None,
    workers: Workers = None,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="Make the run folder only, to be carried out with --run.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Train an adapter on labels, choose its strength on the dev queries, and say whether it beats its base."""
    if run is not None:
        folder = RunFolder(run.resolve())
        if not (folder.path / "config.json").is_file():
            raise RunError(f"{run}: no config.json here; expected a run folder.")
    elif "WORLD_SIZE" in os.environ:
        raise RunError("Started by torchrun, each process would make a run of its own. Make one: train --prepare.")
    else:
        wanted = {
            "base": base,
            "side": side,
            "epochs": epochs,
            "batch_size": batch_size,
            "learning_rate": lr,
            "max_length": max_length,
            "temperature": temperature,
            "negatives": negatives,
            "mined": mined,
            "synthetic": synthetic,
            "folds": folds,
            "gradient_checkpointing": gradient_checkpointing,
            "four_bit": four_bit,
            "shard": shard,
            "device": device,
            "seed": seed,
        }
        config = make_config({key: value for key, value in wanted.items() if value is not None})
        if estimate:
            show_estimate(config, gpu, gpus, as_json)
            return
        snapshot = _snapshot(labels)
        if snapshot.path is None:
            raise RunError("The snapshot has no file.")
        if epochs is None:
            config = config.model_copy(update={"epochs": _epochs(config, snapshot)})
        if plan:
            _show_plan(config, snapshot.path, as_json)
            return
        folder = create_run(state.workspace, config, snapshot.path)
        if prepare:
            made = {"run": folder.name, "folder": str(folder.path)}
            emit(made, f"{folder.path}: ready. Carry it out with train --run.", as_json)
            return
    report = _carry_out(folder, on, workers, compare=run is not None)
    if not report:  # one of several processes, and not the one that speaks
        return
    text = f"Run {report['run']}: {report['pairs']} pairs, {report['steps']} steps, {report['seconds']} s."
    text = f"{text}\n{report['verdict']}"
    emit(report, text, as_json)


def _epochs(config: TrainConfig, snapshot: Snapshot) -> int:
    data = training_data(snapshot, load_catalog(state.workspace), seed=config.seed, folds=config.parts)
    return suggested_epochs(data.train.pairs_an_epoch(config.positives), config.batch_size)


def _show_plan(config: TrainConfig, snapshot: Path, as_json: bool) -> None:
    from core.job import plan_training

    measured = plan_training(config, snapshot, state.workspace)
    text = (
        f"{measured['pairs']} pairs, {measured['steps']} steps on {measured['device']} ({measured['precision']}): "
        f"about {measured['seconds']:.0f} s and {measured['memory_bytes'] / 1e9:.1f} GB of memory."
    )
    emit(measured, f"{text} Batches are cut to fit." if measured["cached"] else text, as_json)


def _snapshot(labels: str | None) -> Snapshot:
    if labels:
        return load_snapshot(labels, state.workspace)
    with LabelStore.open(state.workspace) as store:
        return take_snapshot(store, state.workspace)


def _carry_out(folder: RunFolder, on: str | None, workers: int | None, *, compare: bool) -> dict[str, Any]:
    from core.job import train_run
    from core.training.trainer import Cancelled

    def stop(number: int, frame: FrameType | None) -> None:
        raise Cancelled

    signal.signal(signal.SIGTERM, stop)
    concerns(run=folder.name)
    try:
        if on:
            from core.cluster.training import train_on

            return train_on(on, folder, state.workspace, workers=workers, compare=compare)
        return train_run(folder, state.workspace, compare=compare)
    except (Cancelled, KeyboardInterrupt):
        say(f"Run {folder.name} was cancelled.")
        raise typer.Exit(130) from None
