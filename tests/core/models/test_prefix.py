"""What all rows begin with is computed once: the same vectors and the same gradients as without."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
import torch

from core.models import embedder as embedder_module
from core.models.backbone import Backbone
from core.models.device import Compute
from core.models.embedder import forward
from core.models.pooling import Pooling
from core.models.prefix import sees_backwards_only, shared_length, worth_sharing
from core.models.recipe import Recipe

CPU = Compute("cpu", False, "")
VOCABULARY = 90
BEGINNING = 20
ENDS = (1, 5, 9, 14, 30)  # tokens of a row behind what all share
FAMILIES = ["llama", "mistral", "mistral with a window of 12", "mistral with a window of 24", "qwen3", "gemma"]


def rows_of(beginning: int, ends: tuple[int, ...] = ENDS) -> list[list[int]]:
    numbers = torch.Generator().manual_seed(3)

    def draw(count: int) -> list[int]:
        return torch.randint(3, VOCABULARY, (count,), generator=numbers).tolist()

    start = draw(beginning)
    return [start + draw(count) for count in ends]


@pytest.fixture
def backbone_of(model_of: Any, tokenizer_of: Any) -> Callable[..., Backbone]:
    def make(family: str, pooling: Pooling = Pooling.LAST) -> Backbone:
        name, _, window = family.partition(" with a window of ")
        sizes = {"sliding_window": int(window)} if window else {}
        model = model_of(name, VOCABULARY, **sizes).eval().requires_grad_(False)
        return Backbone(family, model, tokenizer_of(name), Recipe(pooling), "")

    return make


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Return ``forward`` with nothing shared."""

    def run(*arguments: Any) -> Any:
        with monkeypatch.context() as off:
            off.setattr(embedder_module, "worth_sharing", lambda rows, device: 0)
            return forward(*arguments)

    return run


def passes(model: Any) -> list[tuple[int, int]]:
    """Return a list that grows by the shape of the ids of each pass."""
    seen: list[tuple[int, int]] = []
    model.register_forward_pre_hook(
        lambda module, args, kwargs: seen.append(tuple(kwargs["input_ids"].shape)), with_kwargs=True
    )
    return seen


@pytest.mark.parametrize("pooling", [Pooling.LAST, Pooling.MEAN, Pooling.CLS])
@pytest.mark.parametrize("family", FAMILIES)
def test_vectors_are_those_of_whole_rows(backbone_of: Any, plain: Any, family: str, pooling: Pooling) -> None:
    backbone, rows = backbone_of(family, pooling), rows_of(BEGINNING)
    seen = passes(backbone.model)
    with torch.inference_mode():
        shared = forward(backbone.model, rows, backbone, CPU)
        assert seen == [(1, BEGINNING), (len(rows), max(ENDS))]
        whole = plain(backbone.model, rows, backbone, CPU)
        alone = torch.cat([plain(backbone.model, [row], backbone, CPU) for row in rows])
    assert torch.allclose(shared, whole, atol=1e-5) and torch.allclose(shared, alone, atol=1e-5)
    if pooling is not Pooling.CLS:
        assert (alone @ alone.T - torch.eye(len(rows))).max() < 0.999, "rows must lie apart for this to mean anything"


@pytest.mark.parametrize("family", FAMILIES)
def test_gradients_of_lora_are_those_of_whole_rows(backbone_of: Any, plain: Any, family: str) -> None:
    from peft import LoraConfig, get_peft_model

    from core.models.adapter import lora_layers

    backbone, rows = backbone_of(family), rows_of(BEGINNING)
    settings = LoraConfig(r=2, target_modules="all-linear", task_type="FEATURE_EXTRACTION")
    model = get_peft_model(backbone.model, settings).eval()
    torch.manual_seed(0)
    matrices = [matrix.weight for layer in lora_layers(model) for matrix in layer.lora_B.values()]
    for weight in matrices:
        torch.nn.init.normal_(weight, std=0.1)
    wanted = torch.randn(len(rows), backbone.dimension)
    gradients = []
    for run in (forward, plain):
        model.zero_grad()
        (run(model, rows, backbone, CPU) * wanted).sum().backward()
        gradients.append(torch.cat([weight.grad.flatten() for weight in matrices]))
    assert gradients[1].norm() > 0.1
    assert (gradients[0] - gradients[1]).norm() < 1e-5 * gradients[1].norm()


def test_blocks_that_recompute_their_activations_share_nothing(backbone_of: Any, plain: Any) -> None:
    """They are given no cache, for a second run through them would add every key to it again."""
    backbone, rows = backbone_of("llama"), rows_of(BEGINNING)
    expected = plain(backbone.model, rows, backbone, CPU)

    def without_cache(run: Callable[..., Any], *arguments: Any, past_key_values: Any = None, **settings: Any) -> Any:
        return run(*arguments, **settings)

    for block in backbone.model.layers:
        block.forward = partial(without_cache, block.forward)
    assert torch.allclose(forward(backbone.model, rows, backbone, CPU), expected, atol=1e-6)


def test_what_rows_share_is_told_by_their_ids() -> None:
    assert shared_length([[1, 2, 3, 4], [1, 2, 9, 4]]) == 2
    assert shared_length([[1, 2, 3], [1, 2, 3, 4]]) == 2, "a row keeps an id of its own"
    assert shared_length([[1, 2], [1, 2]]) == 1
    assert shared_length([[5], [6, 7]]) == shared_length([[1], [1]]) == 0


@pytest.mark.parametrize(
    ("beginning", "ends", "device", "expected"),
    [
        (20, (5,) * 8, "cpu", 20),
        (20, (5,) * 8, "cuda", 0),  # a second pass costs a GPU more than 140 tokens do
        (20, (5,) * 1000, "cuda", 20),
        (20, (5,), "cpu", 0),
        (20, (5, 5), "cpu", 0),  # 20 tokens saved do not pay for a second pass
        (7, (5,) * 100, "cpu", 0),
        (20, (400,) * 8, "cpu", 0),  # films that begin alike
        (20, (150,) * 100, "cpu", 20),
    ],
)
def test_a_beginning_is_shared_only_where_that_pays(
    beginning: int, ends: tuple[int, ...], device: str, expected: int
) -> None:
    assert worth_sharing(rows_of(beginning, ends), device) == expected


def test_only_models_that_see_backwards_share() -> None:
    def model(family: str, **more: Any) -> Any:
        return SimpleNamespace(config=SimpleNamespace(model_type=family, **more))

    assert sees_backwards_only(model("llama"))
    assert sees_backwards_only(model("gemma3_text", use_bidirectional_attention=False))
    assert not sees_backwards_only(model("gemma3_text", use_bidirectional_attention=True))  # EmbeddingGemma
    assert not sees_backwards_only(model("bert"))


def test_an_encoder_reads_whole_rows(model_of: Any, tokenizer_of: Any) -> None:
    rows = rows_of(BEGINNING)
    model = model_of("bert", VOCABULARY).eval()
    seen = passes(model)
    forward(model, rows, Backbone("bert", model, tokenizer_of("bert"), Recipe(Pooling.MEAN), ""), CPU)
    assert seen == [(len(rows), BEGINNING + max(ENDS))]
