"""A backbone spread over two processes trains the adapter that one process would have trained.

The processes are real ones, started by torchrun, that speak over gloo on the CPU.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from small_batches import CPU, adapted, batch_loss, encoder, furthest, gradients, ragged_rows

from core.config import make_config
from core.errors import ConfigError, TrainingError
from core.files import write_json
from core.job import train_run
from core.judgments import list_snapshots
from core.models.adapter import WEIGHTS
from core.models.backbone import load_backbone
from core.models.embedder import Embedder
from core.runs import RunFolder, RunState, create_run
from core.training import checkpoint, proof, trainer
from core.training.distributed import World
from core.training.sharded import sharded_model
from core.workspace import REPOSITORY, Workspace

SCRIPT = Path(__file__).with_name("sharded_processes.py")
SETTINGS = {"epochs": 2, "batch_size": 4, "learning_rate": 0.01, "device": "cpu", "gradient_checkpointing": True}
TEXTS = ["one text", "another and longer text"]


def torchrun(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", *arguments]
    path = os.pathsep.join([str(REPOSITORY), str(SCRIPT.parent), str(SCRIPT.parents[1])])
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": path}
    return subprocess.run(
        command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def new_run(workspace: Workspace, base: Path, **settings: object) -> RunFolder:
    config = make_config({"base": str(base), **SETTINGS, **settings})
    run = create_run(workspace, config, list_snapshots(workspace)[0].path)
    write_json(run.path / "compute.json", {"device": "cpu", "bf16": False, "reason": "test"})
    return run


@pytest.fixture(scope="module")
def processes(tiny_folder, tmp_path_factory):
    """Return what each process found: facts and tensors."""
    results = tmp_path_factory.mktemp("sharded")
    done = torchrun(str(SCRIPT), str(tiny_folder("qwen3")), str(results))
    assert done.returncode == 0, done.stderr[-4000:]
    return [
        (json.loads((results / f"{rank}.json").read_text()), load_file(results / f"{rank}.safetensors"))
        for rank in (0, 1)
    ]


def test_gradients_are_those_of_one_process_with_the_whole_batch(processes, tiny_folder, tmp_path):
    backbone = load_backbone(str(tiny_folder("qwen3")), Workspace(tmp_path))
    model = adapted(backbone, dropout=0.0)
    loss = batch_loss(encoder(model, backbone)(ragged_rows(len(backbone.tokenizer))))
    loss.backward()
    expected = gradients(model)
    for facts, found in processes:
        assert len(set(facts["passes"])) == 2  # else there would be no process that has to wait for the other
        for way in ("plain", "cached"):
            assert facts[f"{way} loss"] == pytest.approx(float(loss.detach()), rel=1e-5)
            ours = {name.removeprefix(f"{way}/"): value for name, value in found.items() if name.startswith(f"{way}/")}
            assert furthest(ours, expected) < 1e-4


def test_each_process_holds_half_of_the_frozen_weights_before_and_after_a_step(processes):
    for facts, _ in processes:
        for held in facts["held"]:
            assert (held - facts["trained"]) / facts["whole"] == pytest.approx(0.5, abs=0.02)
        assert facts["loaded"] == 0  # nor is the whole model kept anywhere else, in the process that read it


def test_with_the_adapter_turned_off_it_is_the_base(processes, tiny_folder, tmp_path):
    base = Embedder(load_backbone(str(tiny_folder("qwen3")), Workspace(tmp_path)), CPU)
    expected = torch.from_numpy(base.encode(TEXTS, "query"))
    for _, found in processes:
        for way in ("plain", "cached"):
            assert torch.allclose(found[f"base/{way}"], expected, atol=1e-5)


def test_a_sharded_run_that_goes_on_ends_with_the_adapter_of_one_process(workspace, tiny_encoder):
    alone, together = new_run(workspace, tiny_encoder, folds=0), new_run(workspace, tiny_encoder, shard=True)
    kept = []

    def keep_first(folder, *rest):
        checkpoint.save_checkpoint(folder, *rest)
        if not kept:
            kept.append(shutil.copytree(folder, together.path / folder.name))
            shutil.copytree(alone.best, together.best)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(trainer, "save_checkpoint", keep_first)
        patched.setattr(proof, "_reopened", lambda *_: 1.0)  # one process alone is proved elsewhere
        report = train_run(alone, workspace, compare=False)
    done = torchrun("-m", "--", "core", "--workspace", str(workspace.root), "train", "--run", str(together.path))
    assert done.returncode == 0, done.stderr[-4000:]
    assert together.progress().state is RunState.SUCCEEDED
    found = together.report()
    assert found["alpha"] == report["alpha"] and found["steps"] == report["steps"]
    rows, _ = together.metrics()
    assert min(row["epoch"] for row in rows if row["kind"] == "step") == 2  # the first epoch was not trained again
    assert found["proof"]["merged_reopened"] > 0.9999  # by a fresh process that opened base and adapter whole
    one, two = (load_file(run.adapter / WEIGHTS) for run in (alone, together))
    assert one.keys() == two.keys()
    for name, weight in one.items():
        assert torch.allclose(weight, two[name], atol=1e-3), name


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"four_bit": True}, "four_bit do not go together"),
        ({"folds": 3}, "folds 3 do not go together"),
        ({"gradient_checkpointing": False}, "needs gradient_checkpointing"),
    ],
)
def test_what_does_not_go_together_is_refused(settings, said):
    with pytest.raises(ConfigError, match=said):
        make_config({"shard": True, "gradient_checkpointing": True, **settings})


def test_few_queries_call_for_no_cross_validation():
    assert make_config({"shard": True, "gradient_checkpointing": True}).parts == 0
    assert make_config({}).parts is None


def test_one_process_alone_says_how_to_start_several(tiny_folder, tmp_path):
    workspace = Workspace(tmp_path)
    skeleton = load_backbone(str(tiny_folder("bert")), workspace, weights=False)
    assert all(weight.is_meta for weight in skeleton.model.parameters())
    config = make_config({"shard": True, "gradient_checkpointing": True})
    with pytest.raises(TrainingError, match="start it with torchrun"):
        sharded_model(skeleton, config, CPU, workspace, World())
