"""Training on a cluster: Ray Train starts the trainer that torchrun starts, and starts it again when a worker is lost.

What a restarted group goes on from is the run folder's own checkpoint, so the workspace lies on storage that every node
sees at the same path. The process that leads holds the run's lock all the while, and no worker does: a restart is no
crash, and the lock is in one place however often the workers move.
"""

from __future__ import annotations

import os
import shutil
import time
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.cluster.address import joined
from core.cluster.encoding import ON_THE_HEAD, in_words
from core.errors import ClusterError, ReelignError, RunError
from core.job import train_run
from core.runs.folder import Progress, RunFolder, RunState
from core.runs.lifecycle import DEVICE_LOCK
from core.runs.lock import held
from core.training.distributed import PATIENCE
from core.workspace import Workspace

RESTARTS = 3  # of the whole group; a fault that comes back as often is in the work
ENDED = (RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED)


def train_on(
    address: str, run: RunFolder, workspace: Workspace, *, workers: int | None = None, compare: bool = True
) -> dict[str, Any]:
    """Carry out a run on a cluster, as ``train_run`` does here, and return its report.

    Args:
        workers: processes that train together; by default one a GPU, without GPUs one a node.

    Raises:
        RunBusyError: the run, or the workspace's device, is taken.
        ClusterError: the cluster cannot be joined, or a node does not see the run folder.
        Cancelled: the curator stopped it.
        ReelignError: the training failed; the status says why.
    """
    owner = {"run": run.name, "pid": os.getpid(), "since": time.strftime("%Y-%m-%d %H:%M:%S")}
    with ExitStack() as stack:
        stack.enter_context(held(run.lock, owner))
        stack.enter_context(held(workspace.artifacts / DEVICE_LOCK, owner))
        run.write_progress(Progress(RunState.STARTING, epochs=run.config().epochs, started_at=time.time()))
        try:
            ray = stack.enter_context(joined(address, workers))
            _fit_there(ray, run, workspace, workers, compare)
        except ReelignError as reason:
            run.write_progress(replace(run.progress(), state=RunState.FAILED, message=str(reason), eta=None))
            raise
        return _outcome(run)


def _outcome(run: RunFolder) -> dict[str, Any]:
    from core.training.trainer import Cancelled

    progress = run.written()
    if progress.state is RunState.CANCELLED:
        raise Cancelled
    if progress.state is not RunState.SUCCEEDED:
        raise RunError(progress.message or f"Run '{run.name}' ended as {progress.state.value}.")
    return run.report() or {}


def _fit_there(ray: Any, run: RunFolder, workspace: Workspace, workers: int | None, compare: bool) -> None:
    resources = ray.cluster_resources()
    gpu = resources.get("GPU", 0) >= 1 and run.config().device != "cpu"
    nodes = sum(1 for node in ray.nodes() if node["Alive"] and node["Resources"].get("CPU", 0) >= 1)
    size = workers or (int(resources["GPU"]) if gpu else max(1, nodes))
    work = {"run": str(run.path), "workspace": str(workspace.root), "compare": compare}
    try:
        ray.get(ray.remote(num_cpus=0, max_retries=0, resources=ON_THE_HEAD)(_fit).remote(work, size, gpu))
    except ray.exceptions.RayError as reason:
        raise ClusterError(in_words(reason)) from reason


def _fit(work: dict[str, Any], size: int, gpu: bool) -> None:
    """Have Ray Train lead the workers; on the cluster, since a Ray client cannot."""
    os.environ["RAY_CHDIR_TO_TRIAL_DIR"] = "0"  # a base may be named by a relative path
    from ray.train import FailureConfig, RunConfig, ScalingConfig
    from ray.train.torch import TorchConfig, TorchTrainer

    run = RunFolder(Path(work["run"]))
    _check_seen(run)
    kept = run.path.parent.parent / "ray"  # Ray Train wants a folder; what must last is in the run folder
    trainer = TorchTrainer(
        _train,
        train_loop_config=work,
        scaling_config=ScalingConfig(num_workers=size, use_gpu=gpu),
        run_config=RunConfig(
            name=run.name, storage_path=str(kept), failure_config=FailureConfig(max_failures=RESTARTS)
        ),
        torch_config=TorchConfig(backend="nccl" if gpu else "gloo", timeout_s=int(PATIENCE.total_seconds())),
    )
    try:
        trainer.fit()
    except Exception:
        if run.written().state not in ENDED:
            raise
    finally:
        shutil.rmtree(kept / run.name, ignore_errors=True)


def _train(work: dict[str, Any]) -> None:
    """Be one of the processes that train. What the status already tells is no fault for Ray to mend by a restart."""
    from core.logs import LogFormat, configure

    configure(LogFormat.TEXT)
    run = RunFolder(Path(work["run"]))
    _check_seen(run)
    if run.written().state in ENDED:
        return
    try:
        train_run(run, Workspace(Path(work["workspace"])), compare=work["compare"], led=True)
    except Exception:
        if run.written().state not in ENDED:
            raise


def _check_seen(run: RunFolder) -> None:
    """Raise ``ClusterError`` where this node does not see the run folder."""
    if not (run.path / "config.json").is_file():
        raise ClusterError(
            f"Node {os.uname().nodename} does not see {run.path}. Keep the workspace on storage that every node has "
            "mounted at the same path (NFS, for instance)."
        )
