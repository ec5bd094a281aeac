"""On two nodes, of which something is killed midway, comes out what one process makes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from core.cluster.encoding import encode_on
from core.config import make_config
from core.files import write_json
from core.job import train_run
from core.judgments import list_snapshots
from core.models.adapter import WEIGHTS
from core.models.loading import load_embedder
from core.runs import RunState, create_run
from core.workspace import REPOSITORY

SETTINGS = {"epochs": 12, "batch_size": 4, "learning_rate": 0.01, "device": "cpu"}
SECONDS = 90


@pytest.mark.cluster
@pytest.mark.parametrize("lost", ["node", "worker"])
def test_what_is_lost_costs_no_vector(two_nodes, workspace, tiny_encoder, lost, write_adapter, tmp_path, monkeypatch):
    monkeypatch.setattr("core.models.device.cpu_has_bf16", lambda: False)  # it rounds by the company a text is in
    name = str(tiny_encoder)
    if lost == "worker":  # with an adapter, which is sent along
        plain = load_embedder(name, workspace, device="cpu")
        name = str(write_adapter(tmp_path / "adapter", plain.backbone.model, name))
    texts = [f"a film about the ghost {number} " + "old robot " * (number % 150) for number in range(4000)]
    seen: list[int] = []

    def lose(done: int, total: int) -> None:
        seen.append(done)
        if len(seen) > 1:
            return
        if lost == "node":
            two_nodes.kill_node()
        else:
            os.kill(two_nodes.workers("MapWorker")[0], signal.SIGKILL)

    encode_on(two_nodes.address, [name], texts, workspace, device="cpu", progress=lose)
    embedder = load_embedder(name, workspace, device="cpu")
    assert seen[0] < len(texts) // 2 and seen[-1] == len(texts)
    assert embedder.unknown(texts, "document") == []
    alone = embedder.without_cache().encode(texts, "document")
    assert np.allclose(embedder.encode(texts, "document"), alone, atol=1e-6)


@pytest.mark.cluster
def test_a_killed_worker_costs_no_step(two_nodes, workspace, tiny_encoder):
    import torch
    from safetensors.torch import load_file

    config = make_config({"base": str(tiny_encoder), "folds": 0, **SETTINGS})
    alone, together = (create_run(workspace, config, list_snapshots(workspace)[0].path) for _ in range(2))
    for run in (alone, together):
        write_json(run.path / "compute.json", {"device": "cpu", "bf16": False, "reason": "test"})
    train_run(alone, workspace, compare=False)
    command = [sys.executable, "-m", "core", "--workspace", str(workspace.root), "train", "--run", str(together.path)]
    with together.log.open("wb") as log:
        process = subprocess.Popen(
            [*command, "--on", two_nodes.address], cwd=REPOSITORY, stdout=log, stderr=subprocess.STDOUT
        )
    deadline = time.monotonic() + SECONDS
    killed = False
    states = set()
    workers: list[int] = []
    while process.poll() is None and time.monotonic() < deadline:
        states.add(together.progress().state)
        if len(workers) < 2:
            workers = two_nodes.workers("RayTrainWorker")
        elif not killed and sum(row["kind"] == "step" for row in together.metrics()[0]) >= 2:
            os.kill(workers[-1], signal.SIGKILL)
            killed = True
        time.sleep(0.002 if workers else 0.2)
    if process.poll() is None:
        process.kill()
    assert process.wait() == 0, together.log_end(60)
    assert killed and together.progress().state is RunState.SUCCEEDED
    assert not states & {RunState.CRASHED, RunState.FAILED}
    one, two = (load_file(run.adapter / WEIGHTS) for run in (alone, together))
    assert together.report()["alpha"] == alone.report()["alpha"]
    for name, weight in one.items():
        assert torch.allclose(weight, two[name], atol=1e-3), name
