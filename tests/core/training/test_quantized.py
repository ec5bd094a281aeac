"""Training on a backbone in 4 bits: less memory, and an ordinary adapter for the full weights."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from core.config import make_config
from core.errors import TrainingError
from core.models.adapter import lora_layers, merged, with_adapter
from core.models.backbone import Backbone
from core.models.device import Compute
from core.models.embedder import forward
from core.models.pooling import Pooling
from core.models.recipe import Recipe
from core.training.lora import add_adapter
from core.training.quantized import is_quantized, quantized_copy

CPU = Compute("cpu", False, "")
ROWS = [[5, 6, 7, 8], [9, 10, 11]]


def linear_of(model: nn.Module) -> dict[str, Any]:
    return {name: module for name, module in model.named_modules() if isinstance(module, nn.Linear)}


@pytest.fixture(params=["bert", "mistral"])
def backbone(request: pytest.FixtureRequest, model_of: Any, tokenizer_of: Any) -> Backbone:
    # Rows as wide as bitsandbytes' blocks: on the CPU it rounds narrower ones badly.
    model = model_of(request.param, 90, hidden_size=64).eval().requires_grad_(False)
    return Backbone(request.param, model, tokenizer_of(request.param), Recipe(Pooling.MEAN), "")


def test_every_linear_weight_of_the_blocks_takes_an_eighth_and_stays_close(backbone: Backbone) -> None:
    small = quantized_copy(backbone.model, CPU).to("cpu")
    whole = linear_of(backbone.model)
    assert linear_of(small).keys() == whole.keys()
    for name, layer in linear_of(small).items():
        weight = whole[name].weight
        assert layer.weight.dtype is torch.uint8
        assert layer.weight.nelement() * 8 == weight.nelement() * weight.element_size()
        inputs = torch.randn(64, layer.in_features)
        wanted, found = whole[name](inputs), layer(inputs)
        # Rounding normal values to the 16 of NF4 in blocks of 64 loses about a tenth of their size.
        assert 0 < float((found - wanted).norm() / wanted.norm()) < 0.15
        assert weight.dtype is torch.float32  # the backbone itself is left as it was


def test_the_trained_adapter_is_an_ordinary_one_for_the_full_weights(backbone: Backbone, tmp_path: Path) -> None:
    config = make_config({"base": backbone.name, "lora_layers": 1.0})
    model = add_adapter(backbone.model, config, CPU).to("cpu")
    assert is_quantized(model)
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.SGD(trained, lr=0.1)
    direction = torch.linspace(-1, 1, backbone.dimension)
    for _ in range(3):
        optimizer.zero_grad()
        (forward(model, ROWS, backbone, CPU) @ direction).sum().backward()
        optimizer.step()
    assert all(bool(layer.lora_B["default"].weight.any()) for layer in lora_layers(model))
    with merged(model):  # nothing is rounded into the 4 bits
        inside = forward(model, ROWS, backbone, CPU)
    torch.testing.assert_close(inside, forward(model, ROWS, backbone, CPU))
    model.save_pretrained(tmp_path)
    tuned = forward(with_adapter(backbone.model, tmp_path), ROWS, backbone, CPU)
    base = forward(backbone.model, ROWS, backbone, CPU)
    assert float((tuned * base).sum(dim=1).max()) < 0.999


def test_without_bitsandbytes_it_is_said_what_to_install(backbone: Backbone, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bitsandbytes.nn.modules", None)
    with pytest.raises(TrainingError, match=r"requirements-qlora\.txt"):
        quantized_copy(backbone.model, CPU)
