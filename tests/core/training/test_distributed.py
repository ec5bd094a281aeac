"""Two processes on one batch do what one process does: same gradients, same weights, one will.

The processes are real ones, started by torchrun, that speak over gloo; two_processes.py is what they do.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file
from small_batches import adapted, batch_loss, encoder, furthest, gradients, ragged_rows

from core.errors import TrainingError
from core.models.backbone import load_backbone
from core.training.checkpoint import trainable
from core.training.distributed import World, agree, check_same_weights, from_main, gather_rows, share, sum_gradients
from core.workspace import Workspace

SCRIPT = Path(__file__).with_name("two_processes.py")
ROOT = SCRIPT.parents[3]


@pytest.fixture(scope="module")
def backbone(tiny_folder, tmp_path_factory):
    return load_backbone(str(tiny_folder("bert")), Workspace(tmp_path_factory.mktemp("one-process")))


@pytest.fixture(scope="module")
def processes(tiny_folder, tmp_path_factory):
    """Return what each process found: facts, and tensors by scenario and name."""
    results = tmp_path_factory.mktemp("two-processes")
    torchrun = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    done = subprocess.run(
        [*torchrun, str(SCRIPT), str(tiny_folder("bert")), str(results)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "CUDA_VISIBLE_DEVICES": ""},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found = []
    for rank in range(2):
        facts = json.loads((results / f"{rank}.json").read_text())
        scenarios: dict[str, dict[str, torch.Tensor]] = {}
        for name, tensor in load_file(results / f"{rank}.safetensors").items():
            scenario, key = name.split("/", 1)
            scenarios.setdefault(scenario, {})[key] = tensor
        found.append((facts, scenarios))
    return found


def test_each_process_knows_which_one_it_is(processes):
    assert [(facts["rank"], facts["size"], facts["main"]) for facts, _ in processes] == [(0, 2, True), (1, 2, False)]


@pytest.mark.parametrize("scenario", ["plain", "cached", "short of memory"])
def test_gradients_are_those_of_one_process_with_the_whole_batch(processes, backbone, scenario):
    model = adapted(backbone, dropout=0.0).double()
    loss = batch_loss(encoder(model, backbone)(ragged_rows(len(backbone.tokenizer))))
    loss.backward()
    expected = gradients(model)
    for facts, found in processes:
        assert furthest(found[scenario], expected) < 1e-6
        if scenario != "short of memory":
            assert facts[f"{scenario} loss"] == pytest.approx(float(loss.detach()), rel=1e-6)


def test_shares_and_chunks_are_several_and_ragged(processes):
    """Otherwise the test above would promise less than it says."""
    lengths = [len(row) for row in ragged_rows(100)]
    first, second = share(lengths, World(0, 2))
    assert len(first) != len(second)
    assert all(facts["chunks"] > 1 for facts, _ in processes)


def test_both_processes_go_on_alike_when_one_runs_out_of_memory(processes):
    plans = [facts["plan"] for facts, _ in processes]
    assert plans[0] == plans[1]
    assert plans[0]["cached"] and plans[0]["token_budget"] < 48


def test_fewer_texts_than_processes_count_once(processes, backbone):
    model = adapted(backbone, dropout=0.0).double()
    encoder(model, backbone)(ragged_rows(len(backbone.tokenizer))[:1])[:, :5].sum().backward()
    expected = gradients(model)
    for _, found in processes:
        assert furthest(found["one text"], expected) < 1e-6


def test_weights_stay_equal_to_the_bit_and_follow_one_process(processes, backbone):
    (_, first), (_, second) = processes
    assert all(torch.equal(weight, second["stepped"][name]) for name, weight in first["stepped"].items())
    model = adapted(backbone, dropout=0.0).double()
    weights = trainable(model)
    optimizer = torch.optim.AdamW(weights.values(), lr=0.01)
    for _ in range(2):
        optimizer.zero_grad(set_to_none=True)
        batch_loss(encoder(model, backbone)(ragged_rows(len(backbone.tokenizer)))).backward()
        torch.nn.utils.clip_grad_norm_(weights.values(), 1.0)
        optimizer.step()
    for name, weight in weights.items():
        assert torch.allclose(first["stepped"][name], weight.detach(), atol=1e-4)


def test_weights_that_differ_are_refused_in_every_process(processes):
    for facts, _ in processes:
        assert "process 1 differ from those of process 0" in facts["unequal"]


def test_a_weight_without_gradient_counts_as_zero(processes):
    for facts, _ in processes:
        assert facts["only in process 0"] == [[3.0, 4.0], [0.0, 0.0]]


def test_what_one_process_wishes_all_do(processes):
    for facts, _ in processes:
        assert facts["agree"] == [False, True, True, True]


def test_all_decide_by_the_figures_of_the_first(processes):
    for facts, _ in processes:
        assert facts["from main"] == [0.1, 2.0]


@given(st.lists(st.integers(1, 500), min_size=1, max_size=40), st.integers(1, 8))
def test_shares_hold_every_text_once_and_are_even_to_one_text(lengths, size):
    shares = share(lengths, World(0, size))
    assert all(positions == sorted(positions) and positions for positions in shares)
    assert shares == share(lengths, World(size - 1, size))
    if len(lengths) >= size:
        assert sorted(position for positions in shares for position in positions) == list(range(len(lengths)))
        tokens = [sum(lengths[position] for position in positions) for positions in shares]
        assert max(tokens) - min(tokens) <= max(lengths)
    else:
        assert {position for positions in shares for position in positions} == set(range(len(lengths)))


def test_one_process_alone_exchanges_nothing():
    world = World()
    assert world.main
    vectors = torch.randn(5, 3, requires_grad=True)
    gathered = gather_rows(vectors, share([3, 9, 4, 1, 7], world), world)
    assert torch.equal(gathered, vectors)
    gathered.square().sum().backward()
    expected = vectors.grad.clone()
    sum_gradients([vectors], world)
    assert torch.equal(vectors.grad, expected)
    check_same_weights({"a": vectors}, world)
    assert (agree(True, world), agree(False, world)) == (True, False)
    assert from_main([0.1, 2.0], world) == [0.1, 2.0]
    world.close()


def test_without_torchrun_there_is_one_process(monkeypatch):
    for name in ("WORLD_SIZE", "RANK", "LOCAL_RANK"):
        monkeypatch.delenv(name, raising=False)
    assert World.from_environment("cpu") == World(0, 1, "cpu")


@pytest.mark.parametrize(("name", "value"), [("RANK", None), ("LOCAL_RANK", None), ("WORLD_SIZE", "two")])
def test_variables_that_do_not_fit_together_are_refused(monkeypatch, name, value):
    wanted = {"WORLD_SIZE": "2", "RANK": "0", "LOCAL_RANK": "0", name: value}
    for variable, setting in wanted.items():
        if setting is None:
            monkeypatch.delenv(variable, raising=False)
        else:
            monkeypatch.setenv(variable, setting)
    with pytest.raises(TrainingError, match="Start with torchrun"):
        World.from_environment()


def test_more_processes_than_gpus_are_refused(monkeypatch):
    for name, value in {"WORLD_SIZE": "4", "RANK": "2", "LOCAL_RANK": "2"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    with pytest.raises(TrainingError, match=r"there are 2\. Start torchrun with --nproc-per-node 2"):
        World.from_environment("cuda")
