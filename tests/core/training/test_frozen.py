"""What the unchanged lower blocks give is computed once, and nothing else changes."""

from __future__ import annotations

import pytest
import torch

from core.config import make_config
from core.models.backbone import load_backbone
from core.models.device import Compute
from core.models.embedder import forward
from core.training import frozen as frozen_module
from core.training.frozen import FrozenBlocks, HiddenStore
from core.training.lora import add_adapter

CPU = Compute("cpu", False, "")
ROWS = [[2, *range(4, 4 + length), 3] for length in (3, 9, 1, 5)]


@pytest.fixture
def wrapped(workspace, tiny_encoder):
    backbone = load_backbone(str(tiny_encoder), workspace)
    model = add_adapter(backbone.model, make_config({"base": str(tiny_encoder), "lora_layers": 0.5}))
    for name, weight in model.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weight, std=0.1)
    return backbone, model


def gradients(model, vectors):
    model.zero_grad()
    (vectors @ torch.arange(vectors.shape[1], dtype=torch.float32)).sum().backward()
    return {name: weight.grad.clone() for name, weight in model.named_parameters() if weight.requires_grad}


@pytest.mark.parametrize("kept", [[], ROWS, ROWS[:2]])
def test_vectors_and_gradients_are_those_of_the_whole_model(wrapped, kept):
    backbone, model = wrapped
    blocks = FrozenBlocks(model, backbone, CPU, HiddenStore())
    assert blocks.count == 1
    blocks.keep(kept)
    ours, whole = blocks.vectors(ROWS), forward(model, ROWS, backbone, CPU)
    assert torch.allclose(ours, whole, atol=1e-6)
    expected = gradients(model, whole)
    for name, gradient in gradients(model, ours).items():
        assert torch.allclose(gradient, expected[name], atol=1e-5), name


def test_the_lower_blocks_run_once_a_row(wrapped, monkeypatch):
    backbone, model = wrapped
    blocks = FrozenBlocks(model, backbone, CPU, HiddenStore())
    computed = []
    original = FrozenBlocks._compute_lower
    monkeypatch.setattr(
        FrozenBlocks, "_compute_lower", lambda self, rows: computed.extend(rows) or original(self, rows)
    )
    blocks.keep(ROWS)
    blocks.keep(ROWS[:2])
    for _ in range(3):
        blocks.vectors(ROWS[1:])
    assert sorted(computed) == sorted(map(tuple, ROWS))


def test_rows_beyond_the_memory_are_computed_each_time(wrapped, monkeypatch):
    backbone, model = wrapped
    monkeypatch.setattr(frozen_module, "MOST_BYTES", 32 * 4 * 6)  # room for the first row alone
    store = HiddenStore()
    blocks = FrozenBlocks(model, backbone, CPU, store)
    blocks.keep(ROWS)
    assert list(store.kept) == [tuple(ROWS[0])]
    assert torch.allclose(blocks.vectors(ROWS), forward(model, ROWS, backbone, CPU), atol=1e-6)


@pytest.mark.parametrize("family", ["llama", "gemma"])
def test_a_decoder_has_nothing_below_its_adapter(workspace, tiny_folder, family):
    backbone = load_backbone(str(tiny_folder(family)), workspace)
    model = add_adapter(backbone.model, make_config({"base": backbone.name}))
    assert not FrozenBlocks(model, backbone, CPU, HiddenStore())


def test_an_encoder_adapted_throughout_has_nothing_below_either(workspace, tiny_encoder):
    backbone = load_backbone(str(tiny_encoder), workspace)
    model = add_adapter(backbone.model, make_config({"base": str(tiny_encoder), "lora_layers": 1.0}))
    assert not FrozenBlocks(model, backbone, CPU, HiddenStore())
