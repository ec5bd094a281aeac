"""An exported model, merged or adapter, is the tuned model: sentence-transformers opens it and computes its vectors."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.cli import main
from core.cli.output import state
from core.config import make_config
from core.errors import HandoverError, ModelError
from core.files import write_json
from core.handover.models import export_graph
from core.judgments import list_snapshots
from core.models import device as device_module
from core.models.adapter import SETTINGS, WEIGHTS
from core.models.backbone import load_backbone
from core.models.embedder import Embedder
from core.models.loading import load_embedder, read_tuning
from core.runs import RunFolder, create_run
from core.training import export as export_module
from core.training.export import Form, base_location, export_model, write_adapter, write_model
from core.workspace import Workspace

FORMS = ("merged", "adapter")
TEXTS = ["비 오는 날 혼자 보기 좋은 영화", "a heist", "one that goes wrong " * 60, "", "눈 덮인 산장, 2006."]


@pytest.fixture(autouse=True)
def in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_module, "cpu_has_bf16", lambda: False)


@pytest.fixture
def tuned(workspace: Workspace, tiny_folder: Callable[[str], Path], write_adapter: Any) -> Callable[..., RunFolder]:
    """Return a function that makes the run of a tiny model with a random adapter, as if it had been trained."""

    def make(family: str, base: str | Path = "", **options: Any) -> RunFolder:
        base = str(base or tiny_folder(family))
        snapshot = list_snapshots(workspace)[0].path
        assert snapshot is not None
        run = create_run(workspace, make_config({"base": base}), snapshot)
        write_adapter(run.adapter, load_backbone(base, workspace).model, base, **options)
        write_json(run.path / "report.json", {"pairs": 8, "alpha": 1.0, "dev": {"base": 0.25, "tuned": 0.5}})
        return run

    return make


@pytest.fixture
def command(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., str]:
    """Return a function that runs a command in the test's workspace and returns what it prints."""

    def run(*words: str) -> str:
        monkeypatch.setattr(sys, "argv", ["core", "--workspace", str(workspace.root), *words])
        monkeypatch.setattr(state, "workspace", workspace)
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert not ended.value.code, err
        return out

    return run


def write(run: RunFolder, embedder: Embedder, folder: Path, form: Form, workspace: Workspace) -> None:
    folder.mkdir()
    if form == "merged":
        return write_model(embedder, folder)
    tuning = read_tuning(run.adapter)
    return write_adapter(embedder, run.adapter, tuning.alpha, base_location(tuning.base, workspace), folder)


def opened(folder: Path) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu")


def cosines(embedder: Embedder, model: Any) -> np.ndarray:
    """Return the cosine of every text, as a query and as a film, between us and sentence-transformers."""
    both = []
    for side in ("query", "document"):
        theirs = model.encode(TEXTS, prompt_name=side, batch_size=len(TEXTS))
        assert np.allclose(np.linalg.norm(theirs, axis=1), 1.0, atol=1e-4), "it normalises by itself"
        both.append((embedder.encode(TEXTS, side) * theirs).sum(axis=1))
    return np.concatenate(both)


def same_in_reelign(run: RunFolder, folder: Path, workspace: Workspace) -> bool:
    ours, again = (load_embedder(name, workspace, device="cpu") for name in (run.name, str(folder)))
    assert (again.recipe, again.max_length) == (ours.recipe, ours.max_length)
    return np.allclose(ours.encode(TEXTS, "query"), again.encode(TEXTS, "query"), atol=1e-5)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("family", ["bert", "llama", "mistral", "qwen3", "gemma"])
def test_sentence_transformers_computes_the_same_vectors(
    workspace: Workspace, tuned: Callable[..., RunFolder], tmp_path: Path, family: str, form: Form
) -> None:
    run = tuned(family, alpha=0.75)
    embedder = load_embedder(run.name, workspace, device="cpu")
    write(run, embedder, tmp_path / "model", form, workspace)
    assert cosines(embedder, opened(tmp_path / "model")).min() >= 0.9999
    base = load_embedder(run.config().base, workspace, device="cpu")
    assert (embedder.encode(TEXTS, "query") * base.encode(TEXTS, "query")).sum(axis=1).min() < 0.99, "it was tuned"


@pytest.mark.parametrize("form", FORMS)
def test_a_base_stored_in_bfloat16_is_computed_in_float32_there_as_here(
    workspace: Workspace,
    tuned: Callable[..., RunFolder],
    tiny_folder: Callable[[str], Path],
    tmp_path: Path,
    form: Form,
) -> None:
    import torch
    from transformers import AutoModel

    base = tmp_path / "base"
    shutil.copytree(tiny_folder("llama"), base)
    AutoModel.from_pretrained(base).to(torch.bfloat16).save_pretrained(base)
    run = tuned("llama", base=base)
    embedder = load_embedder(run.name, workspace, device="cpu")
    write(run, embedder, tmp_path / "model", form, workspace)
    assert cosines(embedder, opened(tmp_path / "model")).min() >= 0.9999


def test_a_merged_export_is_proven_and_holds_no_adapter_that_would_be_added_again(
    workspace: Workspace, tuned: Callable[..., RunFolder], tmp_path: Path
) -> None:
    run, folder = tuned("bert", alpha=0.5), tmp_path / "out" / "model"
    exported = export_model(run, folder, workspace)
    assert (exported.form, exported.base) == ("merged", "") and exported.cosine >= 0.9999
    assert same_in_reelign(run, folder, workspace)
    assert list(folder.rglob("*adapter*")) == [] and list(folder.rglob("*.bin")) == []
    assert f"# {run.name}" in (folder / "README.md").read_text(encoding="utf-8")


def test_an_adapter_export_is_proven_and_holds_the_trained_weights_to_the_bit(
    workspace: Workspace, tuned: Callable[..., RunFolder], tiny_folder: Callable[[str], Path], tmp_path: Path
) -> None:
    run, folder = tuned("llama", alpha=0.75), tmp_path / "out" / "model"
    exported = export_model(run, folder, workspace, "adapter")
    assert exported.form == "adapter" and exported.cosine >= 0.9999
    assert same_in_reelign(run, folder, workspace)
    assert [path.name for path in folder.rglob("*.safetensors")] == [WEIGHTS]
    assert (folder / WEIGHTS).read_bytes() == (run.adapter / WEIGHTS).read_bytes()
    before, after = (json.loads((place / SETTINGS).read_text()) for place in (run.adapter, folder))
    assert after["lora_alpha"] == 0.75 * before["lora_alpha"]
    assert after["base_model_name_or_path"] == exported.base == str(tiny_folder("llama").resolve())
    assert exported.base in (folder / "README.md").read_text(encoding="utf-8")


def test_the_base_is_named_by_the_place_where_others_find_it(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "base").mkdir()
    monkeypatch.chdir(tmp_path)
    assert base_location("base", workspace) == str(tmp_path / "base")
    assert base_location("intfloat/e5-base-v2", workspace) == "intfloat/e5-base-v2"
    assert base_location("bge-m3", workspace) == "BAAI/bge-m3"


@pytest.mark.model
@pytest.mark.parametrize("base", ["e5-small", "smollm2-135m"])
def test_an_adapter_of_a_packaged_base_finds_it_in_the_workspace(
    workspace: Workspace, tuned: Callable[..., RunFolder], tmp_path: Path, base: str
) -> None:
    run = tuned(base, base=base, alpha=0.75)
    exported = export_model(run, tmp_path / "model", workspace, "adapter")
    assert exported.cosine >= 0.9999
    assert exported.base == str(next(workspace.models.glob(f"{base}-*")).resolve())
    embedder = load_embedder(run.name, workspace, device="cpu")
    assert cosines(embedder, opened(tmp_path / "model")).min() >= 0.9999


def test_the_command_writes_an_adapter_and_says_where_its_base_is(
    workspace: Workspace, tuned: Callable[..., RunFolder], tmp_path: Path, command: Callable[..., str]
) -> None:
    run = tuned("bert")
    words = command("runs", "export", run.name, str(tmp_path / "adapter"), "--form", "adapter")
    assert f"SentenceTransformer('{tmp_path / 'adapter'}') gives the same vectors" in words
    assert run.config().base in words and "base_model_name_or_path" in words


def test_the_command_writes_a_graph_and_says_what_it_keeps(
    workspace: Workspace, tuned: Callable[..., RunFolder], tmp_path: Path, command: Callable[..., str]
) -> None:
    for package in ("onnx", "onnxscript", "onnxruntime"):
        pytest.importorskip(package, reason="needs requirements-handover.txt")
    run, folder = tuned("bert", alpha=0.5), tmp_path / "graph"
    said = json.loads(command("runs", "export", run.name, str(folder), "--form", "onnx", "--json"))
    assert said["kept"]["cosine"] >= 0.9999 and said["kept"]["recall"] == 1.0
    assert (said["kept"]["films"], said["kept"]["queries"]) == (12, 12), "the catalogue and the snapshot's queries"
    assert (folder / "onnx" / "model.onnx").is_file() and list(folder.rglob("*.safetensors")) == []
    assert all(launch["command"] == "" for launch in said["launch"])
    with pytest.raises(HandoverError, match="exists already"):
        export_graph(run, folder, workspace, "onnx", "float32")
    with pytest.raises(HandoverError, match="query side only"):
        export_graph(tuned("bert", side="query"), tmp_path / "new", workspace, "onnx", "float32")


def test_the_command_and_the_card_say_how_servers_are_started(
    workspace: Workspace, tuned: Callable[..., RunFolder], tmp_path: Path, command: Callable[..., str]
) -> None:
    folder = tmp_path / "model"
    said = command("runs", "export", tuned("bert").name, str(folder))
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert f"text-embeddings-router --model-id {folder} --pooling mean" in said and "vllm serve" in said
    assert "text-embeddings-router --model-id path/to/this/folder --pooling mean" in card and "vllm serve" in card


def test_reelign_reads_what_sentence_transformers_saves(
    workspace: Workspace, tuned: Callable[..., RunFolder], tmp_path: Path
) -> None:
    embedder = load_embedder(tuned("qwen3").name, workspace, device="cpu")
    (tmp_path / "ours").mkdir()
    write_model(embedder, tmp_path / "ours")
    opened(tmp_path / "ours").save(str(tmp_path / "theirs"))
    again = load_embedder(str(tmp_path / "theirs"), workspace, device="cpu")
    assert (again.recipe, again.max_length) == (embedder.recipe, embedder.max_length)
    for side in ("query", "document"):
        assert np.allclose(again.encode(TEXTS, side), embedder.encode(TEXTS, side), atol=1e-5)


def test_a_lost_adapter_is_noticed_and_nothing_is_written(
    workspace: Workspace, tuned: Callable[..., RunFolder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tuned("bert")

    def without_adapter(embedder: Embedder, folder: Path) -> None:
        write_model(load_embedder(run.config().base, workspace, device="cpu"), folder)

    monkeypatch.setattr(export_module, "write_model", without_adapter)
    with pytest.raises(ModelError, match="other vectors"):
        export_model(run, tmp_path / "out" / "model", workspace)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_cannot_be_opened_again_is_not_kept(
    workspace: Workspace, tuned: Callable[..., RunFolder], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def torn(embedder: Embedder, folder: Path) -> None:
        write_model(embedder, folder)
        (folder / "model.safetensors").write_bytes(b"torn")

    monkeypatch.setattr(export_module, "write_model", torn)
    with pytest.raises(ModelError, match=r"cannot be opened again.*damaged"):
        export_model(tuned("bert"), tmp_path / "model", workspace)
    assert not (tmp_path / "model").exists()


@pytest.mark.parametrize("form", FORMS)
def test_what_cannot_be_exported_says_why(
    workspace: Workspace, tuned: Callable[..., RunFolder], tmp_path: Path, form: Form
) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(ModelError, match="exists already"):
        export_model(tuned("bert"), tmp_path / "there", workspace, form)
    with pytest.raises(ModelError, match="query side only"):
        export_model(tuned("bert", side="query"), tmp_path / "new", workspace, form)
    snapshot = list_snapshots(workspace)[0].path
    assert snapshot is not None
    unfinished = create_run(workspace, make_config({}), snapshot)
    with pytest.raises(ModelError, match="not finished"):
        export_model(unfinished, tmp_path / "new", workspace, form)
    assert not (tmp_path / "new").exists()


def test_an_adapter_of_no_strength_is_not_handed_over_as_one(
    workspace: Workspace, tuned: Callable[..., RunFolder], tmp_path: Path
) -> None:
    run = tuned("bert", alpha=0.0)
    with pytest.raises(ModelError, match="no improvement"):
        export_model(run, tmp_path / "new", workspace, "adapter")
    assert not (tmp_path / "new").exists()


def test_exporting_leaves_the_shared_tokenizer_alone(
    workspace: Workspace, tuned: Callable[..., RunFolder], tmp_path: Path
) -> None:
    embedder = load_embedder(tuned("llama").name, workspace, device="cpu")
    tokenizer = embedder.backbone.tokenizer
    before = (tokenizer("a")["input_ids"], tokenizer.pad_token, tokenizer.model_max_length)
    (tmp_path / "model").mkdir()
    write_model(embedder, tmp_path / "model")
    assert (tokenizer("a")["input_ids"], tokenizer.pad_token, tokenizer.model_max_length) == before
