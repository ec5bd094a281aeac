"""A training whose process is killed outright goes on from its checkpoint and ends with the same adapter."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from core.config import make_config
from core.files import write_json
from core.judgments import list_snapshots
from core.models.adapter import WEIGHTS
from core.runs import RunFolder, RunState, create_run
from core.workspace import REPOSITORY

SETTINGS = {"epochs": 12, "batch_size": 4, "learning_rate": 0.01, "lora_dropout": 0.1, "device": "cpu"}


def start(run: RunFolder, workspace) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "core", "--workspace", str(workspace.root), "train", "--run", str(run.path)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, cwd=REPOSITORY, env=environment, stderr=subprocess.DEVNULL)


def kill_after(run: RunFolder, process: subprocess.Popen[bytes], steps: int) -> None:
    """Kill the process once it has written so many steps of the adapter itself."""
    while process.poll() is None:
        rows, _ = run.metrics()
        if sum(row["kind"] == "step" for row in rows) >= steps:
            process.send_signal(signal.SIGKILL)
        time.sleep(0.002)
    process.wait()


@pytest.mark.parametrize("folds", [0, 2])
def test_killed_twice_it_ends_the_same_to_the_bit(workspace, tiny_encoder, folds):
    config = make_config({"base": str(tiny_encoder), "folds": folds, **SETTINGS})
    whole, killed = (create_run(workspace, config, list_snapshots(workspace)[0].path) for _ in range(2))
    for run in (whole, killed):  # measured anew, it might come out the other way
        write_json(run.path / "compute.json", {"device": "cpu", "bf16": False, "reason": "test"})
    assert start(whole, workspace).wait() == 0
    for steps in (1, 4):
        kill_after(killed, start(killed, workspace), steps)
        if killed.progress().state is not RunState.SUCCEEDED:
            assert killed.progress().state is RunState.CRASHED
    if killed.progress().state is RunState.CRASHED:
        assert start(killed, workspace).wait() == 0
    assert killed.progress().state is RunState.SUCCEEDED
    assert (killed.adapter / WEIGHTS).read_bytes() == (whole.adapter / WEIGHTS).read_bytes()
    assert killed.report()["dev"] == whole.report()["dev"]
