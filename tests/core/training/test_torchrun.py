"""Two processes started by torchrun train what one would have trained."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file

from core.config import make_config
from core.files import write_json
from core.job import train_run
from core.judgments import list_snapshots
from core.models.adapter import WEIGHTS
from core.runs import RunState, create_run
from core.workspace import REPOSITORY

SETTINGS = {"epochs": 2, "batch_size": 4, "learning_rate": 0.01, "device": "cpu"}


@pytest.mark.parametrize("folds", [0, 2])
def test_two_processes_give_the_adapter_of_one(workspace, tiny_encoder, folds):
    config = make_config({"base": str(tiny_encoder), "folds": folds, **SETTINGS})
    alone, together = (create_run(workspace, config, list_snapshots(workspace)[0].path) for _ in range(2))
    for run in (alone, together):  # bfloat16 rounds by the company a text is in, which differs between the two
        write_json(run.path / "compute.json", {"device": "cpu", "bf16": False, "reason": "test"})
    report = train_run(alone, workspace, compare=False)
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    command += ["-m", "--", "core", "--workspace", str(workspace.root), "train", "--run", str(together.path)]
    done = subprocess.run(
        command, cwd=REPOSITORY, env={**os.environ, "OMP_NUM_THREADS": "1"}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert together.progress().state is RunState.SUCCEEDED
    found = together.report()
    assert found["alpha"] == report["alpha"] and found["steps"] == report["steps"]
    one, two = (load_file(run.adapter / WEIGHTS) for run in (alone, together))
    for name, weight in one.items():
        assert torch.allclose(weight, two[name], atol=1e-3), name
