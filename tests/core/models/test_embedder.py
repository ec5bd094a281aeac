"""Texts in, unit vectors out: in order, each text once, the same whatever else is in the batch."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import ConfigError, ModelError
from core.models import device as device_module
from core.models import embedder as embedder_module
from core.models.adapter import with_adapter
from core.models.backbone import load_backbone
from core.models.cache import whose
from core.models.embedder import Embedder
from core.models.loading import load_embedder
from core.workspace import Workspace

Folders = Callable[[str], Path]

FAMILIES = ["bert", "llama", "mistral", "qwen3", "gemma"]
TEXTS = ["괴물이 한강에서 올라온다", "a heist", "", "a heist that goes wrong " * 20, "x", "눈 덮인 산장"]


@pytest.fixture(autouse=True)
def in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tolerances here are those of float32, also on a CPU that would choose bfloat16."""
    monkeypatch.setattr(device_module, "cpu_has_bf16", lambda: False)


def embedder_of(folder: Path, workspace: Workspace, **options: Any) -> Embedder:
    return load_embedder(str(folder), workspace, device="cpu", **options)


def rows_seen(embedder: Embedder) -> list[int]:
    """Return a list that grows by the number of rows of each pass through the model."""
    seen: list[int] = []
    embedder.model.register_forward_pre_hook(
        lambda module, args, kwargs: seen.append(len(kwargs["input_ids"])), with_kwargs=True
    )
    return seen


@pytest.mark.parametrize("family", FAMILIES)
def test_a_vector_does_not_depend_on_its_neighbours(tiny_folder: Folders, tmp_path: Path, family: str) -> None:
    together = embedder_of(tiny_folder(family), Workspace(tmp_path / "a")).encode(TEXTS, "query")
    backwards = embedder_of(tiny_folder(family), Workspace(tmp_path / "b")).encode(TEXTS[::-1], "query")[::-1]
    single = embedder_of(tiny_folder(family), Workspace(tmp_path / "c"))
    alone = np.concatenate([single.encode([text], "query") for text in TEXTS])
    assert together.shape == (len(TEXTS), 32) and together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1.0, atol=1e-5)
    assert np.allclose(together, alone, atol=1e-5) and np.allclose(together, backwards, atol=1e-5)
    apart = together @ together.T - np.eye(len(TEXTS))
    assert apart.max() < 0.9999, "the tiny model must tell texts apart for this test to mean anything"


def test_each_distinct_text_is_encoded_once_ever(tiny_folder: Folders, workspace: Workspace) -> None:
    first = embedder_of(tiny_folder("bert"), workspace)
    seen = rows_seen(first)
    vectors = first.encode(["a", "b", "a", "c", "b"], "document")
    assert sum(seen) == 3
    assert np.array_equal(vectors[0], vectors[2]) and np.array_equal(vectors[1], vectors[4])
    again = embedder_of(tiny_folder("bert"), workspace).encode(["c", "d", "b", "a"], "document")
    assert sum(seen) == 4, "only 'd' is new, also to an embedder that was loaded later"
    assert np.array_equal(again[[3, 2, 0]], vectors[[0, 1, 3]])


def test_cached_vectors_equal_fresh_ones(tiny_folder: Folders, tmp_path: Path) -> None:
    folder = tiny_folder("qwen3")
    kept = embedder_of(folder, Workspace(tmp_path / "kept"))
    fresh = Embedder(kept.backbone, kept.compute)
    kept.encode(TEXTS, "query")
    assert np.array_equal(kept.encode(TEXTS, "query"), fresh.encode(TEXTS, "query"))


def test_a_damaged_shard_costs_an_encoding_and_no_more(tiny_folder: Folders, workspace: Workspace) -> None:
    before = embedder_of(tiny_folder("bert"), workspace).encode(TEXTS, "document")
    (shard,) = workspace.vectors.rglob("*.npz")
    shard.write_bytes(shard.read_bytes()[:100])
    later = embedder_of(tiny_folder("bert"), workspace)
    seen = rows_seen(later)
    assert np.array_equal(later.encode(TEXTS, "document"), before)
    assert sum(seen) == len(TEXTS)
    assert len(list(workspace.vectors.rglob("*.damaged"))) == 1


def test_prompts_belong_to_sides(tiny_folder: Folders, workspace: Workspace) -> None:
    embedder = embedder_of(tiny_folder("mistral"), workspace)
    prompt = embedder.recipe.query_prompt
    assert prompt
    assert np.array_equal(embedder.encode([prompt + "a"], "document"), embedder.encode(["a"], "query"))
    assert not np.allclose(embedder.encode(["a"], "document"), embedder.encode(["a"], "query"), atol=1e-3)


def test_no_texts_are_no_vectors(tiny_folder: Folders, workspace: Workspace) -> None:
    assert embedder_of(tiny_folder("bert"), workspace).encode([], "query").shape == (0, 32)


def test_progress_counts_what_has_to_be_encoded(
    tiny_folder: Folders, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(embedder_module.TOKEN_BUDGET, "cpu", 16)
    embedder = embedder_of(tiny_folder("bert"), workspace)
    embedder.encode(["t0", "t1"], "query")
    told: list[tuple[int, int]] = []
    texts = [f"t{number}" for number in range(12)]
    vectors = embedder.encode(texts, "query", progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (10, 10) and [done for done, _ in told] == sorted(done for done, _ in told)
    assert np.array_equal(vectors, embedder.encode(texts, "query"))


def test_work_done_before_an_interruption_is_kept(
    tiny_folder: Folders, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(embedder_module.TOKEN_BUDGET, "cpu", 16)
    texts = [f"t{number:02d}" for number in range(12)]
    kept: list[int] = []

    def interrupt(done: int, total: int) -> None:
        kept.append(done)
        if done > 8:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        embedder_of(tiny_folder("bert"), workspace).encode(texts, "query", progress=interrupt)
    assert kept == [3, 6, 9]
    later = embedder_of(tiny_folder("bert"), workspace)
    seen = rows_seen(later)
    later.encode(texts, "query")
    assert sum(seen) == 3


def test_a_process_that_is_killed_loses_little(
    tiny_folder: Folders, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedder_module, "TEXTS_BETWEEN_SAVES", 4)
    monkeypatch.setitem(embedder_module.TOKEN_BUDGET, "cpu", 16)
    on_disk: list[int] = []

    def look(done: int, total: int) -> None:
        on_disk.append(sum(len(np.load(shard)["keys"]) for shard in workspace.vectors.rglob("*.npz")))

    embedder_of(tiny_folder("bert"), workspace).encode(
        [f"t{number:02d}" for number in range(12)], "query", progress=look
    )
    assert on_disk == [0, 6, 6, 12]


def test_a_query_need_not_wait_for_a_catalogue(
    tiny_folder: Folders, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another thread of the dashboard gets its vector between two passes."""
    monkeypatch.setitem(embedder_module.TOKEN_BUDGET, "cpu", 16)
    embedder = embedder_of(tiny_folder("bert"), Workspace(tmp_path / "shared"))
    alone = embedder_of(tiny_folder("bert"), Workspace(tmp_path / "alone")).encode(["a query"], "query")
    answers: list[Any] = []

    def ask(done: int, total: int) -> None:
        if not answers:
            asking = threading.Thread(target=lambda: answers.append(embedder.encode(["a query"], "query")))
            asking.start()
            asking.join(timeout=60)

    embedder.encode([f"t{number:02d}" for number in range(12)], "document", progress=ask)
    assert np.allclose(answers[0], alone, atol=1e-5)


def test_texts_of_like_length_share_a_pass_however_they_come(
    tiny_folder: Folders, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(embedder_module.TOKEN_BUDGET, "cpu", 64)
    embedder = embedder_of(tiny_folder("bert"), workspace)
    shapes: list[tuple[int, int]] = []
    embedder.model.register_forward_pre_hook(
        lambda module, args, kwargs: shapes.append(tuple(kwargs["input_ids"].shape)), with_kwargs=True
    )
    texts = [f"{number:03d}" + "x" * (3 if number % 2 else 27) for number in range(200)]
    embedder.encode(texts, "document")
    assert shapes == [(2, 32)] * 50 + [(8, 8)] * 12 + [(4, 8)]


def test_a_shorter_length_is_another_embedder(tiny_folder: Folders, workspace: Workspace) -> None:
    whole, cut = embedder_of(tiny_folder("bert"), workspace), embedder_of(tiny_folder("bert"), workspace, max_length=16)
    assert whole.fingerprint != cut.fingerprint
    long = "a heist that goes wrong"
    assert np.array_equal(cut.encode([long], "query"), cut.encode([long[:14]], "query"))
    assert not np.allclose(whole.encode([long], "query"), cut.encode([long], "query"), atol=1e-3)


def test_another_eos_is_another_embedder(
    tiny_folder: Folders, tokenizer_of: Any, tmp_path: Path, workspace: Workspace
) -> None:
    named = embedder_of(tiny_folder("qwen3"), workspace)
    folder = Path(shutil.copytree(tiny_folder("qwen3"), tmp_path / "trained"))
    tokenizer_of("qwen3", "$A <|endoftext|>").save_pretrained(folder)
    trained = embedder_of(folder, workspace)
    assert trained.backbone.frame.eos == trained.backbone.tokenizer.pad_token_id != named.backbone.frame.eos
    alike = Embedder(replace(named.backbone, tokenizer=trained.backbone.tokenizer), named.compute)
    assert alike.fingerprint != named.fingerprint, "equal weights, other vectors"
    assert np.allclose(alike.encode(TEXTS, "query"), trained.encode(TEXTS, "query"), atol=1e-5)
    assert not np.allclose(alike.encode(TEXTS, "query"), named.encode(TEXTS, "query"), atol=1e-3)


# Adapters


@pytest.fixture
def adapted(tiny_folder: Folders, tmp_path: Path, workspace: Workspace, write_adapter: Any) -> Folders:
    """Return a function from a family to a folder with a random adapter for its tiny model."""

    def make(family: str, **options: Any) -> Path:
        folder = tiny_folder(family)
        backbone = load_backbone(str(folder), workspace)
        return write_adapter(tmp_path / f"adapter-{family}", backbone.model, str(folder), **options)

    return make


@pytest.mark.parametrize("family", FAMILIES)
def test_full_strength_is_the_adapter_and_none_is_the_base(
    tiny_folder: Folders, adapted: Folders, workspace: Workspace, family: str
) -> None:
    from peft import PeftModel

    from core.models.adapter import copy_sharing_embeddings

    folder = adapted(family)
    base = embedder_of(tiny_folder(family), workspace)
    unmerged = PeftModel.from_pretrained(copy_sharing_embeddings(base.backbone.model), str(folder)).eval()
    oracle = Embedder(base.backbone, base.compute, model=unmerged)
    tuned, off = embedder_of(folder, workspace), embedder_of(folder, workspace, alpha=0.0)
    for side in ("query", "document"):
        assert np.allclose(tuned.encode(TEXTS, side), oracle.encode(TEXTS, side), atol=1e-5)
        assert np.array_equal(off.encode(TEXTS, side), base.encode(TEXTS, side))
        assert not np.allclose(tuned.encode(TEXTS, side), base.encode(TEXTS, side), atol=1e-2)
    assert off.fingerprint == base.fingerprint != tuned.fingerprint
    assert embedder_of(folder, workspace, alpha=0.5).fingerprint not in (off.fingerprint, tuned.fingerprint)


def test_merging_with_strength_zero_changes_no_weight(
    tiny_folder: Folders, adapted: Folders, workspace: Workspace
) -> None:
    model = load_backbone(str(tiny_folder("bert")), workspace).model
    merged = dict(with_adapter(model, adapted("bert"), alpha=0.0).named_parameters())
    assert all(np.array_equal(weight.numpy(), merged[name].numpy()) for name, weight in model.named_parameters())


@pytest.mark.parametrize("family", ["bert", "llama"])
def test_loading_an_adapter_leaves_the_base_as_it_was(
    tiny_folder: Folders, adapted: Folders, workspace: Workspace, family: str
) -> None:
    backbone = load_backbone(str(tiny_folder(family)), workspace)
    before = {name: weight.clone() for name, weight in backbone.model.state_dict().items()}
    tuned = embedder_of(adapted(family), workspace)
    assert tuned.backbone is backbone
    assert not hasattr(backbone.model, "peft_config")
    after = backbone.model.state_dict()
    assert before.keys() == after.keys() and all(np.array_equal(before[name], after[name]) for name in before)
    shared = tuned.model.get_input_embeddings().weight.data_ptr()
    assert shared == backbone.model.get_input_embeddings().weight.data_ptr()
    own = {name: weight.data_ptr() for name, weight in tuned.model.named_parameters()}
    linear = [name for name in before if name.endswith(("dense.weight", "query.weight", "q_proj.weight"))]
    assert linear and all(own[name] != after[name].data_ptr() for name in linear)


def test_half_strength_lies_between(tiny_folder: Folders, adapted: Folders, workspace: Workspace) -> None:
    name = "encoder.layer.0.output.dense.weight"
    model = load_backbone(str(tiny_folder("bert")), workspace).model
    folder = adapted("bert")
    weights = [dict(with_adapter(model, folder, alpha).named_parameters())[name].numpy() for alpha in (0.0, 0.5, 1.0)]
    assert np.allclose(weights[1], (weights[0] + weights[2]) / 2, atol=1e-6)
    assert not np.allclose(weights[0], weights[2], atol=1e-2)


def test_an_adapter_of_the_query_side_leaves_the_films_to_the_base(
    tiny_folder: Folders, adapted: Folders, workspace: Workspace
) -> None:
    base = embedder_of(tiny_folder("bert"), workspace)
    tuned = embedder_of(adapted("bert", side="query", alpha=0.75), workspace)
    assert tuned.document_fingerprint == base.document_fingerprint != tuned.fingerprint
    assert np.array_equal(tuned.encode(TEXTS, "document"), base.encode(TEXTS, "document"))
    assert not np.allclose(tuned.encode(TEXTS, "query"), base.encode(TEXTS, "query"), atol=1e-2)


def test_an_adapter_that_only_peft_wrote_is_used_at_full_strength(adapted: Folders, workspace: Workspace) -> None:
    folder = adapted("llama", alpha=0.5)
    ours = embedder_of(folder, workspace)
    (folder / "reelign.json").unlink()
    theirs = embedder_of(folder, workspace)
    assert theirs.documents is None
    assert np.array_equal(
        theirs.encode(TEXTS, "query"), embedder_of(folder, workspace, alpha=1.0).encode(TEXTS, "query")
    )
    assert theirs.fingerprint != ours.fingerprint


def damage_weights(folder: Path) -> None:
    path = folder / "adapter_model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def test_adapters_that_do_not_fit_are_named(
    tiny_folder: Folders, adapted: Folders, tmp_path: Path, workspace: Workspace
) -> None:
    whole = adapted("bert")
    for case, said in {
        "damaged": "damaged",
        "without weights": "adapter_model.safetensors",
        "of another model": "does not fit|damaged",
        "without base": "does not name its base|damaged",
        "settings damaged": "adapter_config.json|does not fit|damaged",
    }.items():
        folder = shutil.copytree(whole, tmp_path / case)
        if case == "damaged":
            damage_weights(folder)
        elif case == "without weights":
            (folder / "adapter_model.safetensors").unlink()
        elif case == "of another model":
            text = (folder / "reelign.json").read_text()
            (folder / "reelign.json").write_text(text.replace(str(tiny_folder("bert")), str(tiny_folder("llama"))))
        elif case == "without base":
            (folder / "reelign.json").write_text("{}")
        else:
            (folder / "adapter_config.json").write_text("{")
        with pytest.raises(ModelError, match=said) as caught:
            embedder_of(folder, workspace)
        assert str(folder) in str(caught.value), case


def test_a_run_without_an_adapter_says_so(workspace: Workspace) -> None:
    (workspace.runs / "20260101-000000-bert-abcd").mkdir(parents=True)
    with pytest.raises(ModelError, match="has not finished"):
        load_embedder("20260101-000000-bert-abcd", workspace)


def test_a_device_that_is_not_there_is_refused(tiny_folder: Folders, workspace: Workspace) -> None:
    import torch

    with pytest.raises(ConfigError, match="expected one of auto, cpu, cuda"):
        load_embedder(str(tiny_folder("bert")), workspace, device="tpu")
    if not torch.cuda.is_available():
        with pytest.raises(ConfigError, match="no CUDA GPU"):
            load_embedder(str(tiny_folder("bert")), workspace, device="cuda")


# Packaged models


@pytest.mark.model
def test_minilm_equals_sentence_transformers(workspace: Workspace) -> None:
    from sentence_transformers import SentenceTransformer

    from core.models.packaged import PACKAGED, packaged_file

    theirs = SentenceTransformer(str(packaged_file(PACKAGED["minilm"])), device="cpu")
    texts = [text for text in TEXTS if text] + ["word " * 400]
    ours = load_embedder("minilm", workspace, device="cpu").encode(texts, "query")
    assert np.allclose(ours, theirs.encode(texts, normalize_embeddings=True), atol=1e-5)


@pytest.mark.model
def test_smollm2_has_the_weights_of_its_file_and_ends_with_one_eos(workspace: Workspace) -> None:
    from gguf import GGUFReader, dequantize

    from core.models.packaged import PACKAGED, packaged_file

    embedder = load_embedder("smollm2-135m", workspace, device="cpu")
    tensors = {tensor.name: tensor for tensor in GGUFReader(packaged_file(PACKAGED["smollm2-135m"])).tensors}
    weights = dict(embedder.backbone.model.named_parameters())

    def stored(name: str) -> Any:
        return dequantize(tensors[name].data, tensors[name].tensor_type)

    assert np.array_equal(weights["layers.29.mlp.down_proj.weight"], stored("blk.29.ffn_down.weight"))
    # llama.cpp keeps the rotary halves of a head side by side; transformers keeps them one after the other.
    keys = stored("blk.3.attn_k.weight").reshape(3, 32, 2, 576).swapaxes(1, 2).reshape(192, 576)
    assert np.array_equal(weights["layers.3.self_attn.k_proj.weight"], keys)

    frame = embedder.backbone.frame
    assert frame.prefix == () and frame.suffix == (embedder.backbone.tokenizer.eos_token_id,)
    vectors = embedder.encode(["a heist", "a heist", "a quiet garden"], "query")
    assert vectors.shape == (3, 576) and np.isfinite(vectors).all()
    assert np.array_equal(vectors[0], vectors[1]) and vectors[0] @ vectors[2] < 0.999


def test_vectors_say_whose_they_are_and_those_of_a_run_at_strength_0_are_the_bases(
    tiny_folder: Folders, write_adapter: Callable[..., Path], tmp_path: Path
) -> None:
    workspace, base = Workspace(tmp_path), str(tiny_folder("bert"))
    model = load_backbone(base, workspace).model
    for name, alpha in (("run-a", 1.0), ("run-b", 0.0)):
        write_adapter(workspace.runs / name / "adapter", model, base, alpha=alpha)
        load_embedder(name, workspace, device="cpu").encode(["a"], "document")
    assert sorted(whose(folder) for folder in workspace.vectors.iterdir()) == sorted([[base], ["run-a"]])
