"""Models of the Hub by a short name: which they are, how they are used, and what LoRA adapts in them.

None can be downloaded in a test. Tiny models of their families stand in the Hub's cache instead, under their ids.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import ModelError
from core.models import device as device_module
from core.models.backbone import load_backbone
from core.models.loading import load_embedder
from core.models.named import LORA_TARGETS, NAMED, lora_targets
from core.models.packaged import PACKAGED
from core.models.pooling import Pooling, pool
from core.models.recipe import DECODERS, TASK, recipe_for
from core.models.tokens import pad, tokenize
from core.workspace import Workspace

COMMIT = "0123456789" * 4
SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}
ASK = f"Instruct: {TASK}\nQuery:"  # E5-Mistral has a space behind it, Qwen3-Embedding has none
TEXTS = ["괴물이 한강에서 올라온다", "a heist", "", "a heist that goes wrong " * 20, "눈 덮인 산장"]
# What each tokenizer writes around a text: XLM-R's, Mistral's and LLaMA's under transformers 5, Qwen3-Embedding's.
TEMPLATES = {"xlm-roberta": "<s> $A </s>", "mistral": "<s> $A", "llama": "<s> $A", "qwen3": "$A <|endoftext|>"}


@pytest.fixture
def make_family(model_of: Any, tokenizer_of: Any) -> Callable[..., tuple[Any, Any]]:
    """Return a function from a ``model_type`` to a tiny model of it and its tokenizer."""

    def make(family: str, **sizes: int) -> tuple[Any, Any]:
        if family != "xlm-roberta":
            tokenizer = tokenizer_of(family, TEMPLATES.get(family))
            return model_of(family, len(tokenizer), **sizes), tokenizer
        import torch
        from transformers import XLMRobertaConfig, XLMRobertaModel

        torch.manual_seed(0)
        tokenizer = tokenizer_of("llama", TEMPLATES[family])
        tokenizer.add_special_tokens({"pad_token": "<pad>", "cls_token": "<s>", "sep_token": "</s>"})
        ids = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": tokenizer.pad_token_id}
        wanted = {
            **SIZES,
            "max_position_embeddings": 512 + tokenizer.pad_token_id + 1,
            "initializer_range": 0.2,
            **ids,
            **sizes,
        }
        config = XLMRobertaConfig(vocab_size=len(tokenizer), **wanted)
        return XLMRobertaModel(config, add_pooling_layer=False), tokenizer

    return make


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Return a function from a Hub id to the folder of its files in an empty cache; the Hub itself is out of reach."""
    import huggingface_hub.constants

    monkeypatch.setattr(device_module, "cpu_has_bf16", lambda: False)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_CACHE", str(tmp_path / "hub"))

    def folder_of(hub_id: str) -> Path:
        root = tmp_path / "hub" / f"models--{hub_id.replace('/', '--')}"
        (root / "refs").mkdir(parents=True)
        (root / "refs" / "main").write_text(COMMIT)
        (root / "snapshots" / COMMIT).mkdir(parents=True)
        return root / "snapshots" / COMMIT

    return folder_of


@pytest.mark.parametrize(
    ("name", "hub_id", "pooling", "prompts", "ending"),
    [
        ("multilingual-e5-large", "intfloat/multilingual-e5-large", "mean", ("query: ", "passage: "), "</s>"),
        ("bge-m3", "BAAI/bge-m3", "cls", ("", ""), "</s>"),
        ("e5-mistral-7b-instruct", "intfloat/e5-mistral-7b-instruct", "last", (f"{ASK} ", ""), "</s>"),
        ("qwen3-embedding-0.6b", "Qwen/Qwen3-Embedding-0.6B", "last", (ASK, ""), "<|endoftext|>"),
        ("solar-10.7b", "upstage/SOLAR-10.7B-v1.0", "last", (f"{ASK} ", ""), "</s>"),
    ],
)
def test_a_short_name_loads_its_hub_id_and_uses_it_as_it_was_trained(
    hub: Any,
    make_family: Any,
    workspace: Workspace,
    name: str,
    hub_id: str,
    pooling: str,
    prompts: tuple[str, str],
    ending: str,
) -> None:
    folder = hub(hub_id)
    for part in make_family(NAMED[name].family):
        part.save_pretrained(folder)
    embedder = load_embedder(name, workspace, device="cpu")
    recipe = embedder.recipe
    assert (recipe.pooling, recipe.query_prompt, recipe.document_prompt) == (pooling, *prompts)
    assert recipe.append_eos == (pooling == "last")
    tokenizer, frame = embedder.backbone.tokenizer, embedder.backbone.frame
    assert tokenizer.convert_ids_to_tokens(list(frame.suffix)) == [ending]
    assert tokenizer.convert_ids_to_tokens(list(frame.prefix)) == ([] if "qwen" in name else ["<s>"])
    by_id = load_embedder(hub_id, workspace, device="cpu")
    assert by_id.fingerprint == embedder.fingerprint and by_id.recipe == recipe
    vectors = embedder.encode(TEXTS, "query")
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert vectors.shape == (len(TEXTS), 32)


def test_every_named_model_has_a_recipe_by_its_id_and_a_name_of_its_own() -> None:
    assert not NAMED.keys() & PACKAGED.keys()
    for model in NAMED.values():
        assert model.recipe == recipe_for(model.hub_id, "unheard of"), "known by its id, not guessed from its family"
        assert model.hub_id.lower().split("/")[1].startswith(model.name)


def test_lengths_are_those_the_models_are_published_with() -> None:
    lengths = {name: model.recipe.max_length for name, model in NAMED.items()}
    assert lengths["multilingual-e5-large"] == 512
    assert lengths["bge-m3"] == 8192
    assert lengths["e5-mistral-7b-instruct"] == 4096


def test_the_larger_models_of_a_series_are_used_like_the_small_one() -> None:
    small = recipe_for("Qwen/Qwen3-Embedding-0.6B", "qwen3")
    assert recipe_for("Qwen/Qwen3-Embedding-4B", "qwen3") == recipe_for("Qwen/Qwen3-Embedding-8B", "qwen3") == small


def test_a_new_commit_on_the_hub_is_another_model(hub: Any, make_family: Any, workspace: Workspace) -> None:
    folder = hub("BAAI/bge-m3")
    for part in make_family("xlm-roberta"):
        part.save_pretrained(folder)
    before = load_backbone("bge-m3", workspace).fingerprint
    later = folder.rename(folder.parent / COMMIT[::-1])
    (later.parent.parent / "refs" / "main").write_text(later.name)
    assert load_backbone("bge-m3", workspace).fingerprint != before


@pytest.mark.parametrize("name", NAMED)
def test_a_hub_out_of_reach_is_told_in_one_line(hub: Any, workspace: Workspace, name: str) -> None:
    with pytest.raises(ModelError, match=r"could not be loaded.*connection to the Hub.*e5-small") as caught:
        load_backbone(name, workspace)
    message = str(caught.value)
    assert message.startswith(f"Model '{name}' ({NAMED[name].hub_id} on the Hub)") and "\n" not in message


def test_a_repository_without_safetensors_says_what_to_do(hub: Any, make_family: Any, workspace: Workspace) -> None:
    folder = hub("BAAI/bge-m3")
    for part in make_family("xlm-roberta"):
        part.save_pretrained(folder)
    (folder / "model.safetensors").unlink()
    absent = folder.parent.parent / ".no_exist" / COMMIT
    absent.mkdir(parents=True)
    for name in ("model.safetensors", "model.safetensors.index.json"):
        (absent / name).touch()  # how the cache remembers that the Hub has no such file
    with pytest.raises(ModelError, match=r"no weights in the safetensors format.*save_pretrained"):
        load_backbone("bge-m3", workspace)


def test_a_short_name_comes_before_a_folder_of_that_name(
    workspace: Workspace, hub: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here" / "bge-m3").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(ModelError, match="on the Hub"):
        load_backbone("bge-m3", workspace)
    with pytest.raises(ModelError, match=r"no config.json"):
        load_backbone("./bge-m3", workspace)


# LoRA


@pytest.mark.parametrize("family", LORA_TARGETS)
def test_lora_targets_are_the_linear_layers_of_the_blocks(make_family: Any, family: str) -> None:
    from torch import nn

    model, _ = make_family(family)
    assert model.config.model_type == family
    linear = [
        name for name, module in model.named_modules() if isinstance(module, nn.Linear) and re.search(r"\.\d+\.", name)
    ]
    targets = lora_targets("a folder", family)
    assert targets is not None and set(targets) == {name.rpartition(".")[2] for name in linear}


@pytest.mark.parametrize("family", LORA_TARGETS)
def test_peft_finds_the_targets_in_every_block(make_family: Any, family: str) -> None:
    from peft import LoraConfig, get_peft_model

    from core.models.adapter import lora_layers

    model, _ = make_family(family)
    settings = LoraConfig(r=2, target_modules=list(LORA_TARGETS[family]), task_type="FEATURE_EXTRACTION")
    adapted = lora_layers(get_peft_model(model, settings))
    assert len(adapted) == SIZES["num_hidden_layers"] * (7 if family in DECODERS else 6)


def test_a_name_decides_before_anything_is_loaded_and_other_families_take_all_linear_layers() -> None:
    for name, model in NAMED.items():
        assert lora_targets(name, "") == LORA_TARGETS[model.family]
        assert lora_targets(model.hub_id, model.family) == LORA_TARGETS[model.family]
    assert lora_targets("e5-mistral-7b-instruct", "") == (
        "q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"
    )  # fmt: skip
    assert lora_targets("bge-m3", "") == ("query", "key", "value", "dense")
    assert lora_targets("someone/their-phi", "phi3") is None


# Padding and positions


@pytest.mark.parametrize("family", ["mistral", "llama", "qwen3", "gemma"])
def test_the_padding_side_does_not_matter(make_family: Any, tmp_path: Path, workspace: Workspace, family: str) -> None:
    """Qwen3-Embedding pads on the left by itself; here the mask says where a text is, and positions follow it."""
    import torch

    for part in make_family(family):
        part.save_pretrained(tmp_path / family)
    backbone = load_backbone(str(tmp_path / family), workspace)
    rows = tokenize(backbone.tokenizer, backbone.frame, TEXTS, 64)
    ids, mask = pad(rows, backbone.frame.pad)
    left, left_mask = torch.full_like(ids, backbone.frame.pad), torch.zeros_like(mask)
    for number, row in enumerate(rows):
        left[number, -len(row) :] = torch.tensor(row)
        left_mask[number, -len(row) :] = 1
    positions = (left_mask.cumsum(dim=1) - 1).clamp(min=0)
    with torch.inference_mode():
        right = backbone.model(input_ids=ids, attention_mask=mask).last_hidden_state
        other = backbone.model(input_ids=left, attention_mask=left_mask, position_ids=positions).last_hidden_state
    for how in (Pooling.LAST, Pooling.MEAN, Pooling.CLS):
        assert torch.allclose(pool(right, mask, how), pool(other, left_mask, how), atol=1e-5)


def test_positions_that_start_behind_the_padding_id_are_not_given_to_texts(
    make_family: Any, tmp_path: Path, workspace: Workspace
) -> None:
    model, tokenizer = make_family("xlm-roberta", max_position_embeddings=400)
    model.save_pretrained(tmp_path / "short")
    tokenizer.save_pretrained(tmp_path / "short")
    embedder = load_embedder(str(tmp_path / "short"), workspace, device="cpu")
    assert embedder.max_length == 400 - tokenizer.pad_token_id - 1
    assert np.isfinite(embedder.encode(["x" * 500], "document")).all()
