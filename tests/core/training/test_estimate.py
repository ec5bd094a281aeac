"""Estimates from a configuration against models that are really made: bytes exactly, activations within bounds."""

from __future__ import annotations

import json
import shutil

import pytest
import torch
from transformers import AutoConfig, AutoModel

from core.cli.estimating import on_gpus
from core.config import make_config
from core.errors import ConfigError, ModelError
from core.models.backbone import load_backbone
from core.models.device import Compute
from core.training.checkpoint import trainable
from core.training.encoding import RowEncoder
from core.training.estimate import activation_bytes, estimate, step_flops, texts_of_a_batch
from core.training.frozen import HiddenStore
from core.training.gpus import GPUS
from core.training.lora import add_adapter
from core.training.plan import activation_bytes as measured_bytes
from core.training.shapes import SHAPES, shape_of
from core.workspace import Workspace

FAMILIES = ["bert", "llama", "mistral", "qwen3", "gemma"]
WITHIN = 1.25  # times too much or too little, of activations
H100 = GPUS["h100"]


def config_of(base: str, **settings: object):
    return make_config({"base": base, "device": "cpu", "lora_rank": 4, "lora_alpha": 8, **settings})


@pytest.fixture
def made(tiny_folder, tmp_path):
    """Return a function from a family to its backbone, its shape, and the model with an adapter on it."""

    def make(family: str, **settings: object):
        folder = str(tiny_folder(family))
        backbone = load_backbone(folder, Workspace(tmp_path))
        config = config_of(folder, **settings)
        return backbone, shape_of(folder), config, add_adapter(backbone.model, config)

    return make


@pytest.mark.parametrize("family", FAMILIES)
def test_weights_adapter_and_optimiser_are_exact(made, family):
    backbone, shape, config, model = made(family)
    own = trainable(model)
    optimizer = torch.optim.AdamW(own.values())
    for weight in own.values():
        weight.grad = torch.ones_like(weight)
    optimizer.step()
    states = [value for state in optimizer.state.values() for value in state.values()]
    copied = [weight for weight in model.parameters() if not weight.requires_grad]
    known = {weight.data_ptr() for weight in backbone.model.parameters()}
    memory = estimate(shape, config, peak=1e12).memory
    assert memory.weights == sum(weight.nbytes for weight in backbone.model.parameters())
    assert memory.copy == sum(weight.nbytes for weight in copied if weight.data_ptr() not in known)
    assert memory.adapter == memory.gradients == sum(weight.nbytes for weight in own.values())
    assert memory.optimizer == sum(value.nbytes for value in states)


@pytest.mark.parametrize("bf16", [False, True])
@pytest.mark.parametrize("family", FAMILIES)
def test_activations_are_within_a_quarter_of_those_measured(tiny_folder, tmp_path, family, bf16):
    folder = shutil.copytree(tiny_folder(family), tmp_path / family)
    wider = AutoConfig.from_pretrained(folder)  # the tiny ones are hardly wider than the adapter's rank
    wider.update({"hidden_size": 128, "intermediate_size": 384, "num_attention_heads": 8})
    AutoModel.from_config(wider).save_pretrained(folder)
    backbone = load_backbone(str(folder), Workspace(tmp_path))
    config = config_of(str(folder))
    encoder = RowEncoder(add_adapter(backbone.model, config), backbone, Compute("cpu", bf16, ""), HiddenStore())
    rows = [[5 + (7 * row + place) % 200 for place in range(64)] for row in range(8)]
    measured = measured_bytes(lambda: encoder.chunk(rows)) / (8 * 64)
    assert 1 / WITHIN < activation_bytes(shape_of(str(folder)), config, bf16=bf16) / measured < WITHIN


@pytest.mark.model
@pytest.mark.parametrize("name", ["e5-small", "minilm"])
def test_packaged_models_have_the_shapes_they_are_planned_with(name, tmp_path):
    backbone = load_backbone(name, Workspace(tmp_path))
    assert sum(weight.numel() for weight in backbone.model.parameters()) == SHAPES[name].weights


@pytest.mark.parametrize(
    ("name", "millions"),
    [
        ("multilingual-e5-large", 560),
        ("bge-m3", 567),
        ("qwen3-embedding-0.6b", 596),
        ("e5-mistral-7b-instruct", 7_111),
        ("solar-10.7b", 10_732 - 131),  # the published number counts the output layer, which no embedder has
    ],
)
def test_named_models_have_as_many_weights_as_their_makers_say(name, millions):
    assert shape_of(name).weights / 1e6 == pytest.approx(millions, rel=0.005)


def test_the_hub_id_of_a_named_model_is_that_model():
    assert shape_of("BAAI/bge-m3") == SHAPES["bge-m3"]


def test_sharding_halves_the_weights_and_needs_no_copy():
    shape = SHAPES["solar-10.7b"]
    whole = on_gpus(config_of("solar-10.7b"), "h100", 2)
    spread = on_gpus(config_of("solar-10.7b", shard=True, gradient_checkpointing=True), "h100", 2)
    assert spread.memory.weights == 4 * shape.weights / 2
    assert spread.memory.copy == 0 < whole.memory.copy
    assert spread.fits and not whole.fits
    assert spread.exchanged > whole.exchanged


def test_four_bits_take_about_an_eighth():
    config = config_of("e5-mistral-7b-instruct", four_bit=True)
    whole = on_gpus(config_of("e5-mistral-7b-instruct"), "h100").memory
    assert on_gpus(config, "h100").memory.copy == pytest.approx(whole.copy / 8, rel=0.05)


def test_a_step_that_does_not_fit_is_cut():
    shape, config = SHAPES["bge-m3"], config_of("bge-m3", batch_size=256)
    whole = estimate(shape, config, peak=H100.peak)
    cut = estimate(shape, config, peak=H100.peak, room=24e9)
    assert not whole.cached and whole.fits is None
    assert cut.cached and cut.fits and cut.memory.peak <= 24e9 < whole.memory.peak
    assert cut.flops > whole.flops  # GradCache computes everything forwards twice


def test_more_processes_share_tokens_and_time():
    config = config_of("bge-m3", batch_size=64)
    one, four = (estimate(SHAPES["bge-m3"], config, peak=H100.peak, gpus=gpus) for gpus in (1, 4))
    assert four.flops == one.flops and four.seconds == one.seconds / 4
    assert four.memory.activations == pytest.approx(one.memory.activations / 4, rel=0.01)


def test_checkpointing_keeps_less_and_computes_more():
    shape, config = SHAPES["e5-mistral-7b-instruct"], config_of("e5-mistral-7b-instruct")
    less = config.model_copy(update={"gradient_checkpointing": True})
    assert activation_bytes(shape, less, bf16=True) < activation_bytes(shape, config, bf16=True) / 10
    assert step_flops(shape, less, 1_000) / step_flops(shape, config, 1_000) == pytest.approx(1.5, abs=0.1)


def test_operations_follow_kaplan():
    """2 a weight and token forwards and 2 backwards, LoRA and attention aside."""
    shape, config = SHAPES["e5-mistral-7b-instruct"], config_of("e5-mistral-7b-instruct", lora_rank=1, max_length=16)
    assert step_flops(shape, config, 1_000) == pytest.approx(4 * 6.98e9 * 1_000, rel=0.01)


@pytest.mark.parametrize(
    ("settings", "texts"),
    [
        ({"batch_size": 16, "synthetic": 0, "negatives": 0}, 32),
        ({"batch_size": 16, "synthetic": 0, "negatives": 1, "mined": 2}, 80),
        ({"batch_size": 16}, 80),  # a negative and a synthetic pair for each
        ({"batch_size": 16, "synthetic": 0, "side": "query"}, 16),
    ],
)
def test_texts_of_a_batch(settings, texts):
    assert texts_of_a_batch(config_of("bge-m3", **settings)) == texts


def test_what_is_not_known_is_refused_by_name(tmp_path):
    with pytest.raises(ConfigError, match=r"gpu is 'h10'; expected one of h200, h100"):
        on_gpus(config_of("bge-m3"), "h10")
    with pytest.raises(ModelError, match=r"No configuration of 'some/model' here"):
        shape_of("some/model")
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"model_type": "t5", "num_attention_heads": 8, "hidden_size": 512}), encoding="utf-8")
    with pytest.raises(ModelError, match=r"model_type is 't5'"):
        shape_of(str(tmp_path))
    file.write_text(json.dumps({"model_type": "bert"}), encoding="utf-8")
    with pytest.raises(ModelError, match="cannot be planned with"):
        shape_of(str(file))
