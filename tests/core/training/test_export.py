"""An exported model is the tuned model: sentence-transformers opens it and computes the same vectors."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.config import make_config
from core.errors import ModelError
from core.files import write_json
from core.judgments import list_snapshots
from core.models import device as device_module
from core.models.backbone import load_backbone
from core.models.embedder import Embedder
from core.models.loading import load_embedder
from core.runs import RunFolder, create_run
from core.training import export as export_module
from core.training.export import export_model, write_model
from core.workspace import Workspace

TEXTS = ["비 오는 날 혼자 보기 좋은 영화", "a heist", "one that goes wrong " * 60, "", "눈 덮인 산장, 2006."]


@pytest.fixture(autouse=True)
def in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_module, "cpu_has_bf16", lambda: False)


@pytest.fixture
def tuned(workspace: Workspace, tiny_folder: Callable[[str], Path], write_adapter: Any) -> Callable[..., RunFolder]:
    """Return a function that makes the run of a tiny model with a random adapter, as if it had been trained."""

    def make(family: str, **options: Any) -> RunFolder:
        base = str(tiny_folder(family))
        snapshot = list_snapshots(workspace)[0].path
        assert snapshot is not None
        run = create_run(workspace, make_config({"base": base}), snapshot)
        write_adapter(run.adapter, load_backbone(base, workspace).model, base, **options)
        write_json(run.path / "report.json", {"pairs": 8, "alpha": 1.0, "dev": {"base": 0.25, "tuned": 0.5}})
        return run

    return make


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


@pytest.mark.parametrize("family", ["bert", "llama", "mistral", "qwen3", "gemma"])
def test_sentence_transformers_computes_the_same_vectors(
    workspace: Workspace, tuned: Callable[..., RunFolder], tmp_path: Path, family: str
) -> None:
    run = tuned(family, alpha=0.75)
    embedder = load_embedder(run.name, workspace, device="cpu")
    (tmp_path / "model").mkdir()
    write_model(embedder, tmp_path / "model")
    assert cosines(embedder, opened(tmp_path / "model")).min() >= 0.9999
    base = load_embedder(run.config().base, workspace, device="cpu")
    assert (embedder.encode(TEXTS, "query") * base.encode(TEXTS, "query")).sum(axis=1).min() < 0.99, "it was tuned"


@pytest.mark.parametrize("family", ["bert", "llama"])
def test_an_export_is_written_proven_and_told(
    workspace: Workspace, tuned: Callable[..., RunFolder], tmp_path: Path, family: str
) -> None:
    run, folder = tuned(family), tmp_path / "out" / "model"
    assert export_model(run, folder, workspace) >= 0.9999
    ours, again = (load_embedder(name, workspace, device="cpu") for name in (run.name, str(folder)))
    assert np.allclose(ours.encode(TEXTS, "query"), again.encode(TEXTS, "query"), atol=1e-5)
    assert (again.recipe, again.max_length) == (ours.recipe, ours.max_length)
    assert list(folder.rglob("*adapter*")) == [] and list(folder.rglob("*.bin")) == []
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert run.name in card and "0.25 and 0.5" in card and 'prompt_name="query"' in card


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


def test_what_cannot_be_exported_says_why(
    workspace: Workspace, tuned: Callable[..., RunFolder], tmp_path: Path
) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(ModelError, match="exists already"):
        export_model(tuned("bert"), tmp_path / "there", workspace)
    with pytest.raises(ModelError, match="query side only"):
        export_model(tuned("bert", side="query"), tmp_path / "new", workspace)
    snapshot = list_snapshots(workspace)[0].path
    assert snapshot is not None
    unfinished = create_run(workspace, make_config({}), snapshot)
    with pytest.raises(ModelError, match="not finished"):
        export_model(unfinished, tmp_path / "new", workspace)
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
