"""A run as a job of a cluster: given, watched, killed, taken up again and cancelled, by its run folder alone."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest

from core.cluster.jobs import Life, job_of
from core.config import make_config
from core.errors import ClusterError
from core.files import write_json
from core.judgments import list_snapshots
from core.runs import RunFolder, RunState, cancel_run, create_run, start_run

SECONDS = 60


@pytest.fixture
def on_cluster(two_nodes, monkeypatch) -> None:
    """Name the cluster, once it takes jobs: a young one answers for a while that it has no agent."""
    from ray.job_submission import JobSubmissionClient

    def takes_jobs() -> bool:
        try:
            return bool(JobSubmissionClient(two_nodes.dashboard).submit_job(entrypoint="true"))
        except RuntimeError:
            return False

    wait(takes_jobs)
    monkeypatch.setenv("REELIGN_CLUSTER", two_nodes.address)


def wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not until() and time.monotonic() < deadline:
        time.sleep(0.02)


def new_run(workspace, tiny_encoder, epochs: int) -> RunFolder:
    config = make_config({"base": str(tiny_encoder), "folds": 0, "epochs": epochs, "batch_size": 4, "device": "cpu"})
    run = create_run(workspace, config, list_snapshots(workspace)[0].path)
    write_json(run.path / "compute.json", {"device": "cpu", "bf16": False, "reason": "test"})
    return run


def steps_of(run: RunFolder) -> list[int]:
    """Return the steps that were done, in the order of doing: one done twice is there twice."""
    return [row["step"] for row in run.metrics()[0] if row["kind"] == "step"]


@pytest.mark.cluster
def test_a_job_that_is_killed_goes_on_from_its_checkpoint(on_cluster, two_nodes, workspace, tiny_encoder):
    run = new_run(workspace, tiny_encoder, epochs=100)
    start_run(workspace, run)
    job = job_of(run.path)
    assert job is not None and job.cluster == two_nodes.address
    wait(lambda: len(two_nodes.workers("RayTrainWorker")) == 2 or not run.progress().state.active)
    doomed = [*two_nodes.naming(run.path), *two_nodes.workers("RayTrainWorker")]
    wait(lambda: (run.checkpoint / "position.json").is_file() or not run.written().state.active)
    for pid in doomed:
        os.kill(pid, signal.SIGKILL)
    wait(lambda: not run.progress().state.active)
    assert run.progress().state is RunState.CRASHED, run.log_end(40)
    before = steps_of(run)

    start_run(workspace, run)
    assert job_of(run.path) != job
    wait(lambda: not run.progress().state.active)
    assert run.progress().state is RunState.SUCCEEDED, run.log_end(40)
    after = steps_of(run)
    assert after[: len(before)] == before and len(after) > len(before) >= 2
    assert after.count(1) == 1  # it did not begin anew


@pytest.mark.cluster
def test_a_job_is_cancelled(on_cluster, workspace, tiny_encoder):
    run = new_run(workspace, tiny_encoder, epochs=100)
    start_run(workspace, run)
    wait(lambda: run.written().state is not RunState.QUEUED)
    cancel_run(run)
    assert run.progress().state is RunState.CANCELLED, run.log_end(40)
    assert job_of(run.path).life() is Life.ENDED


def test_a_cluster_that_does_not_answer_is_said(workspace, tiny_encoder, monkeypatch):
    pytest.importorskip("ray", reason="Ray is not installed (requirements-cluster.txt)")
    monkeypatch.setenv("REELIGN_CLUSTER", "127.0.0.1:9")
    run = new_run(workspace, tiny_encoder, epochs=1)
    with pytest.raises(ClusterError, match="No cluster answers at"):
        start_run(workspace, run)
    assert run.progress().state is RunState.FAILED

    run.write_progress(run.progress().__class__(RunState.RUNNING, step=3, steps=9))
    write_json(run.path / "job.json", {"cluster": "127.0.0.1:9", "job": "raysubmit_gone"})
    assert run.progress().state is RunState.RUNNING  # it wrote a moment ago
    monkeypatch.setattr("core.runs.folder.SECONDS_OF_SILENCE", 0)
    assert run.progress().state is RunState.CRASHED
    assert "does not answer" in run.progress().message
