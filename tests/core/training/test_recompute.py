"""Gradient checkpointing changes no gradient, works in evaluation mode, and really computes blocks again."""

from __future__ import annotations

import copy

import pytest
import torch
from small_batches import adapted, batch_loss, encoder, furthest, gradients, ragged_rows
from torch import nn

from core.config import make_config
from core.errors import TrainingError
from core.models.backbone import load_backbone
from core.training.checkpoint import trainable
from core.training.lora import add_adapter, training_mode
from core.training.recompute import enable_gradient_checkpointing

FAMILIES = ("bert", "llama", "qwen3", "gemma")


@pytest.fixture(params=FAMILIES)
def backbone(request, tiny_folder, workspace):
    return load_backbone(str(tiny_folder(request.param)), workspace)


@pytest.fixture
def rows(backbone):
    return ragged_rows(len(backbone.tokenizer))


def blocks_of(model):
    inner = model.get_base_model()
    return inner.encoder.layer if hasattr(inner, "encoder") else inner.layers


def counted(model):
    """Count the runs of what stands first inside every block, by block."""
    runs = [0] * len(blocks_of(model))

    def count(number):
        def hook(module, arguments):
            runs[number] += 1

        return hook

    for number, block in enumerate(blocks_of(model)):
        first = block.attention if hasattr(block, "attention") else block.input_layernorm
        first.register_forward_pre_hook(count(number))
    return runs


def backward(model, backbone, rows):
    torch.manual_seed(11)
    batch_loss(encoder(model, backbone)(rows)).backward()


def test_gradients_are_the_same_with_dropout_on(backbone, rows):
    model = adapted(backbone, dropout=0.3)
    backward(model, backbone, rows)
    state, expected = torch.get_rng_state(), gradients(model)
    assert enable_gradient_checkpointing(model) == 2
    runs = counted(model)
    backward(model, backbone, rows)
    assert runs == [2, 2]
    assert furthest(gradients(model), expected) < 1e-6
    assert torch.equal(torch.get_rng_state(), state)


def test_it_outlasts_the_switch_to_evaluation_and_back(backbone, rows):
    model = adapted(backbone, dropout=0.3)
    enable_gradient_checkpointing(model)
    runs = counted(model)
    model.eval()
    with torch.inference_mode():
        encoder(model, backbone)(rows)
    assert runs == [1, 1]  # nothing is recomputed where no gradient is wanted
    training_mode(model)
    backward(model, backbone, rows)
    assert runs == [3, 3]


def test_vectors_are_the_same_to_the_bit(backbone, rows):
    model = adapted(backbone, dropout=0.0)
    expected = encoder(model, backbone)(rows).detach()
    enable_gradient_checkpointing(model)
    assert torch.equal(encoder(model, backbone)(rows).detach(), expected)


def test_frozen_blocks_below_the_adapter_run_once(tiny_folder, workspace):
    backbone = load_backbone(str(tiny_folder("bert")), workspace)
    model = add_adapter(backbone.model, make_config({"base": "x", "lora_layers": 0.5}))
    enable_gradient_checkpointing(model)
    runs = counted(model)
    backward(model, backbone, ragged_rows(len(backbone.tokenizer)))
    assert runs == [1, 2]
    assert any(bool(weight.grad.any()) for weight in trainable(model).values())


def test_a_copy_of_the_model_runs_its_own_blocks(backbone, rows):
    model = adapted(backbone, dropout=0.0)
    enable_gradient_checkpointing(model)
    before = encoder(model, backbone)(rows).detach()
    twin = copy.deepcopy(model)
    for weight in trainable(twin).values():
        weight.data.zero_()
    assert torch.equal(encoder(model, backbone)(rows).detach(), before)
    assert not torch.allclose(encoder(twin, backbone)(rows).detach(), before, atol=1e-3)


def test_a_model_without_such_blocks_is_refused():
    with pytest.raises(TrainingError, match="Switch gradient checkpointing off"):
        enable_gradient_checkpointing(nn.Sequential(nn.Linear(2, 2)))
