"""Model folders from elsewhere: no code of theirs runs, no pickle is opened, and no size is believed unseen."""

from __future__ import annotations

import json
import pickle
import shutil
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.errors import ModelError
from core.models.adapter import with_adapter
from core.models.backbone import load_backbone
from core.models.loading import load_embedder
from core.workspace import Workspace

Folders = Callable[[str], Path]
RAN: list[str] = []


class Payload:
    """What a hostile pickle holds: opening it runs a function."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return RAN.append, ("pickle",)


@pytest.fixture
def copied(tiny_folder: Folders, tmp_path: Path) -> Path:
    """Return a copy of a tiny model's folder, free to be damaged."""
    RAN.clear()
    return Path(shutil.copytree(tiny_folder("bert"), tmp_path / "bert"))


@pytest.fixture
def adapter(copied: Path, tmp_path: Path, workspace: Workspace, write_adapter: Any) -> Path:
    folder: Path = write_adapter(tmp_path / "adapter", load_backbone(str(copied), workspace).model, str(copied))
    (folder / "reelign.json").unlink()
    return folder


def change(path: Path, **values: Any) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | values))


def refusal(folder: Path, workspace: Workspace) -> str:
    with pytest.raises(ModelError) as caught:
        load_backbone(str(folder), workspace)
    message = str(caught.value)
    assert str(folder) in message and "\n" not in message and len(message) < 1_000 and RAN == []
    return message


def test_a_folder_with_pickled_weights_alone_is_refused_and_nothing_is_unpickled(
    copied: Path, workspace: Workspace
) -> None:
    (copied / "model.safetensors").unlink()
    for name in ("pytorch_model.bin", "model.pt", "model.ckpt", "flax_model.msgpack"):
        (copied / name).write_bytes(pickle.dumps(Payload()))
    assert "safetensors" in refusal(copied, workspace)


@pytest.mark.parametrize("shard", ["pytorch_model.bin", "../elsewhere.safetensors", "/etc/passwd", 3])
def test_an_index_of_shards_leads_to_safetensors_of_the_folder_alone(
    copied: Path, workspace: Workspace, shard: Any
) -> None:
    (copied / "model.safetensors").rename(copied.parent / "elsewhere.safetensors")
    (copied / "pytorch_model.bin").write_bytes(pickle.dumps(Payload()))
    index = {"metadata": {}, "weight_map": {"embeddings.word_embeddings.weight": shard}}
    (copied / "model.safetensors.index.json").write_text(json.dumps(index))
    assert "model.safetensors.index.json" in refusal(copied, workspace)


@pytest.mark.parametrize("known_type", [True, False])
def test_code_that_a_folder_brings_is_not_run(copied: Path, workspace: Workspace, known_type: bool) -> None:
    auto = {"AutoConfig": "mine.Config", "AutoModel": "mine.Model", "AutoTokenizer": ["mine.Tokenizer", None]}
    (copied / "mine.py").write_text(f"open({str(copied / 'ran')!r}, 'w')\nraise SystemExit\n")
    change(copied / "config.json", auto_map=auto, **({} if known_type else {"model_type": "mine"}))
    change(copied / "tokenizer_config.json", auto_map=auto, **({} if known_type else {"tokenizer_class": "Mine"}))
    if known_type:  # what the folder brings is passed over
        assert load_backbone(str(copied), workspace).dimension == 32
    else:
        assert "could not be loaded" in refusal(copied, workspace)
    assert not (copied / "ran").exists() and "mine" not in sys.modules


@pytest.mark.parametrize(
    "sizes",
    [
        {"vocab_size": 10**9},
        {"hidden_size": 10**6, "num_attention_heads": 1},
        {"max_position_embeddings": 10**9},
        {"num_hidden_layers": 10**6},
        {"intermediate_size": 10**9},
    ],
    ids=lambda sizes: next(iter(sizes)),
)
def test_a_configuration_far_larger_than_its_weights_is_refused_before_anything_is_allocated(
    copied: Path, workspace: Workspace, sizes: dict[str, int]
) -> None:
    change(copied / "config.json", **sizes)
    assert "config.json" in refusal(copied, workspace)


@pytest.mark.parametrize(
    "header",
    [
        {"x": {"dtype": "F32", "shape": [10**9, 10**9], "data_offsets": [0, 4]}},
        {"x": {"dtype": "F32", "shape": [1], "data_offsets": [0, 2**62]}},
        {"x": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}},
        {"x": {"dtype": "evil", "shape": [1], "data_offsets": [0, 4]}},
    ],
)
def test_a_header_that_lies_of_sizes_is_refused(copied: Path, workspace: Workspace, header: dict[str, Any]) -> None:
    text = json.dumps(header).encode()
    for length in (len(text), 2**62):
        (copied / "model.safetensors").write_bytes(struct.pack("<Q", length) + text + bytes(4))
        assert "damaged" in refusal(copied, workspace)


def adapter_refusal(folder: Path, copied: Path, workspace: Workspace) -> str:
    model = load_backbone(str(copied), workspace).model
    with pytest.raises(ModelError) as caught:
        with_adapter(model, folder)
    message = str(caught.value)
    assert str(folder) in message and "\n" not in message and len(message) < 1_000
    return message


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"peft_type": "PROMPT_TUNING", "num_virtual_tokens": 10**9}, "peft_type LORA"),
        ({"megatron_config": {"x": 1}, "megatron_core": "antigravity"}, "'megatron_config' is set"),
        ({"layer_replication": [[0, 1]] * 100_000}, "'layer_replication' is set"),
        ({"modules_to_save": ["embeddings"]}, "'modules_to_save' is set"),
        ({"init_lora_weights": "pissa"}, "would change the model itself"),
        ({"r": 10**12}, "r is 1000000000000; expected"),
        ({"r": "8"}, "r is '8'; expected"),
        ({"r": 5}, "has the shape .*, expected"),
        ({"target_modules": "(a+)+$"}, "target_modules is .*; expected a list"),
        ({"target_modules": ["(a+)+$"]}, "target_modules is .*; expected a list"),
        ({"target_modules": ["query" * 1_000]}, "target_modules is .*; expected a list"),
        ({"rank_pattern": {"(a+)+$": 10**9}}, "'rank_pattern' is set"),
    ],
)
def test_an_adapter_that_is_more_than_low_rank_matrices_is_refused(
    adapter: Path, copied: Path, workspace: Workspace, settings: dict[str, Any], said: str
) -> None:
    import re

    change(adapter / "adapter_config.json", **settings)
    assert re.search(said, adapter_refusal(adapter, copied, workspace))
    assert "antigravity" not in sys.modules


def test_an_adapter_is_held_against_the_layers_of_its_backbone(
    adapter: Path, copied: Path, workspace: Workspace
) -> None:
    from safetensors.torch import load_file, save_file

    weights = load_file(adapter / "adapter_model.safetensors")
    name = next(key for key in weights if key.endswith("lora_A.weight"))
    for key, value, said in (
        ("base_model.model.embeddings.nowhere.lora_A.weight", weights[name], "no linear layer for"),
        ("base_model.model.embeddings.LayerNorm.lora_A.weight", weights[name], "no linear layer for"),
        ("something.else", weights[name], "no linear layer for"),
        (name, weights[name][:, :5].contiguous(), "has the shape"),
    ):
        save_file(weights | {key: value.clone()}, adapter / "adapter_model.safetensors")
        assert said in adapter_refusal(adapter, copied, workspace)


def test_an_adapter_with_pickled_weights_alone_is_refused(adapter: Path, copied: Path, workspace: Workspace) -> None:
    (adapter / "adapter_model.safetensors").unlink()
    (adapter / "adapter_model.bin").write_bytes(pickle.dumps(Payload()))
    assert "adapter_model.safetensors" in adapter_refusal(adapter, copied, workspace) and RAN == []


def test_what_reelign_wrote_of_the_base_counts_and_not_what_the_adapter_says(
    copied: Path, tmp_path: Path, workspace: Workspace, write_adapter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.models.loading import Tuning

    folder: Path = write_adapter(tmp_path / "ours", load_backbone(str(copied), workspace).model, str(copied))
    change(folder / "adapter_config.json", base_model_name_or_path="http://evil.example/model", revision="../..")
    Tuning(str(copied), 1.0, "both").write(folder)
    monkeypatch.setattr("huggingface_hub.file_download.hf_hub_download", lambda *given, **more: RAN.append("network"))
    assert load_embedder(str(folder), workspace, device="cpu").dimension == 32 and RAN == []


@pytest.mark.parametrize(
    "base", ["http://evil.example/model", "../../etc", "/etc", "file:///etc", "a/b/c", "\0", 3, ""]
)
def test_an_adapter_of_peft_whose_base_is_no_model_is_refused(adapter: Path, workspace: Workspace, base: Any) -> None:
    change(adapter / "adapter_config.json", base_model_name_or_path=base)
    with pytest.raises(ModelError, match=r"No model|no config\.json|does not name its base"):
        load_embedder(str(adapter), workspace, device="cpu")
