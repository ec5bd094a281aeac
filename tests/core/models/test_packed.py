"""Packed texts give the vectors and gradients of padded ones. Flash attention itself needs a GPU."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
import transformers.utils

from core.models import embedder as embedder_module
from core.models.backbone import Backbone
from core.models.device import Compute
from core.models.embedder import forward
from core.models.packed import FLASH, packs, use_flash_attention
from core.models.pooling import Pooling
from core.models.recipe import Recipe

CPU = Compute("cpu", False, "")
GPU = Compute("cuda", True, "")
NO_BF16 = Compute("cuda", False, "")
ROWS = [[5, 6, 7, 8, 9, 10], [11], [12, 13, 14], [5, 6, 20]]


@pytest.mark.parametrize("family", ["llama", "mistral", "qwen3", "gemma"])
@pytest.mark.parametrize("pooling", [Pooling.LAST, Pooling.MEAN])
def test_packed_texts_give_the_vectors_and_gradients_of_padded_ones(
    family: str, pooling: Pooling, model_of: Any, tokenizer_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = model_of(family, 90).eval()
    backbone = Backbone(family, model, tokenizer_of(family), Recipe(pooling), "")
    found = {}
    for packed in (False, True):
        monkeypatch.setattr(embedder_module, "packs", lambda _, packed=packed: packed)
        model.zero_grad()
        vectors = forward(model, ROWS, backbone, CPU)
        (vectors @ torch.linspace(-1, 1, vectors.shape[1])).pow(2).sum().backward()
        found[packed] = [vectors.detach(), *(weight.grad.clone() for weight in model.parameters())]
    for padded_value, packed_value in zip(found[False], found[True], strict=True):
        torch.testing.assert_close(packed_value, padded_value, atol=1e-5, rtol=1e-4)


def fake(model_type: str) -> Any:
    config = SimpleNamespace(model_type=model_type, _attn_implementation="sdpa")

    def set_attn_implementation(name: str) -> None:
        config._attn_implementation = name

    return SimpleNamespace(config=config, set_attn_implementation=set_attn_implementation)


def test_a_decoder_on_a_gpu_uses_flash_attention_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transformers.utils, "is_flash_attn_2_available", lambda: True)
    decoder = fake("mistral")
    assert not packs(decoder)
    assert use_flash_attention(decoder, GPU)
    assert decoder.config._attn_implementation == FLASH
    assert packs(decoder)


@pytest.mark.parametrize(
    ("model_type", "compute", "installed"),
    [
        ("mistral", CPU, True),
        ("mistral", NO_BF16, True),
        ("bert", GPU, True),
        ("mistral", GPU, False),
    ],
)
def test_elsewhere_attention_stays_as_it_is(
    model_type: str, compute: Compute, installed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transformers.utils, "is_flash_attn_2_available", lambda: installed)
    model = fake(model_type)
    assert not use_flash_attention(model, compute)
    assert model.config._attn_implementation == "sdpa"
