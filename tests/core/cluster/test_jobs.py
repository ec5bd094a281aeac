"""A run as a job of a cluster: given, watched, cancelled, lost and taken up again, by its run folder alone."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from core.cluster.jobs import job_of
from core.config import make_config
from core.errors import ClusterError
from core.files import write_json
from core.judgments import list_snapshots
from core.runs import RunFolder, RunState, cancel_run, create_run, start_run

SECONDS = 90


@pytest.fixture
def on_cluster(two_nodes, monkeypatch) -> None:
    monkeypatch.setenv("REELIGN_CLUSTER", two_nodes.address)


def wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not until() and time.monotonic() < deadline:
        time.sleep(0.2)


def new_run(workspace, tiny_encoder, epochs: int) -> RunFolder:
    config = make_config({"base": str(tiny_encoder), "folds": 0, "epochs": epochs, "batch_size": 4, "device": "cpu"})
    run = create_run(workspace, config, list_snapshots(workspace)[0].path)
    write_json(run.path / "compute.json", {"device": "cpu", "bf16": False, "reason": "test"})
    return run


def test_a_job_is_lost_taken_up_again_and_cancelled(on_cluster, two_nodes, workspace, tiny_encoder):
    run = new_run(workspace, tiny_encoder, epochs=100)
    start_run(workspace, run)
    job = job_of(run.path)
    assert job is not None and job.cluster == two_nodes.address
    wait(lambda: run.progress().step > 2 or not run.progress().state.active)
    assert run.progress().state is RunState.RUNNING, run.log_end(40)

    job.stop()  # behind its back
    wait(lambda: not run.progress().state.active)
    assert run.progress().state in (RunState.CRASHED, RunState.CANCELLED)

    if run.progress().state is RunState.CRASHED:
        start_run(workspace, run)
        wait(lambda: run.progress().state is RunState.RUNNING)
        cancel_run(run)
    assert run.progress().state is RunState.CANCELLED


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
