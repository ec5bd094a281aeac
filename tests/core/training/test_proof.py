"""A training is believed only when the base differs from what was tuned, and what was saved is what was tuned."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.errors import TrainingError
from core.models import device as device_module
from core.models.adapter import copy_sharing_embeddings, lora_layers, strength_dial
from core.models.embedder import Embedder
from core.models.loading import Tuning, load_embedder, read_tuning
from core.training import proof as proof_module
from core.training.probes import PROBES, lowest_cosine, probe_vectors, reopened_vectors
from core.training.proof import Proof, prove
from core.workspace import Workspace


@dataclass(frozen=True)
class Training:
    """What stands when a training ends: the model in memory, its base, and the folder that was saved."""

    wrapped: Any
    base: Embedder
    folder: Path
    workspace: Workspace
    alpha: float
    side: str

    def prove(self) -> Proof:
        return prove(self.wrapped, self.alpha, self.folder, self.base, self.workspace, self.side)


@pytest.fixture(autouse=True)
def in_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(device_module, "cpu_has_bf16", lambda: False)


@pytest.fixture
def training(
    workspace: Workspace, tmp_path: Path, tiny_folder: Callable[[str], Path], write_adapter: Any
) -> Callable[..., Training]:
    """Return a function that makes what a training leaves, by a random adapter."""
    from peft import PeftModel

    def make(family: str = "bert", *, alpha: float = 0.75, side: str = "both") -> Training:
        base = load_embedder(str(tiny_folder(family)), workspace, device="cpu")
        folder = write_adapter(tmp_path / "adapter", base.model, base.name, alpha=alpha, side=side)
        wrapped = PeftModel.from_pretrained(copy_sharing_embeddings(base.model), str(folder), is_trainable=True)
        wrapped.train()
        return Training(wrapped, base, folder, workspace, alpha, side)

    return make


@pytest.fixture
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open what was saved in the test's own process, which is quicker."""

    def opened(folder: Path, workspace: Workspace) -> np.ndarray:
        return probe_vectors(load_embedder(str(folder), workspace, device="cpu"))

    monkeypatch.setattr(proof_module, "reopened_vectors", opened)


@pytest.mark.parametrize(("family", "side"), [("bert", "both"), ("llama", "both"), ("bert", "query")])
def test_a_sound_training_is_proven_by_a_fresh_process(
    training: Callable[..., Training], family: str, side: str
) -> None:
    done = training(family, side=side)
    proof = done.prove()
    assert min(proof.adapter_merged, proof.merged_reopened) > 0.99999
    assert json.loads(json.dumps(proof.as_dict())) == proof.as_dict()

    tuned = load_embedder(str(done.folder), done.workspace, device="cpu")
    sides = ("query", "document") if side == "both" else ("query",)
    cosines = [(done.base.encode(PROBES, one) * tuned.encode(PROBES, one)).sum(axis=1).min() for one in sides]
    assert proof.base_tuned == pytest.approx(min(cosines), abs=1e-5)
    assert proof.base_tuned < 0.99


@pytest.mark.usefixtures("in_this_process")
def test_a_model_that_trains_in_bfloat16_is_proven_without_its_noise(training: Callable[..., Training]) -> None:
    plain, noisy = training(), training()
    noisy.base.compute = replace(noisy.base.compute, bf16=True)
    assert noisy.prove() == plain.prove()


@pytest.mark.usefixtures("in_this_process")
def test_a_run_that_chose_no_strength_is_its_base(training: Callable[..., Training]) -> None:
    proof = training(alpha=0.0).prove()
    assert min(proof.as_dict().values()) > 1 - 1e-9


@pytest.mark.usefixtures("in_this_process")
def test_proving_leaves_the_trained_model_as_it_was(training: Callable[..., Training]) -> None:
    done = training()
    weights = {name: value.clone() for name, value in done.wrapped.state_dict().items()}
    scaling = [dict(layer.scaling) for layer in lora_layers(done.wrapped)]
    done.prove()
    assert all(bool((weights[name] == value).all()) for name, value in done.wrapped.state_dict().items())
    assert [layer.scaling for layer in lora_layers(done.wrapped)] == scaling
    assert not any(layer.merged for layer in lora_layers(done.wrapped))


def test_a_training_that_changed_nothing_is_refused_before_anything_is_opened(
    training: Callable[..., Training], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_module, "reopened_vectors", None)
    done = training()
    empty(done.wrapped)
    with pytest.raises(TrainingError, match=r"vectors of its base.*Raise the learning rate"):
        done.prove()


def test_vectors_that_are_no_numbers_are_refused(
    training: Callable[..., Training], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proof_module, "reopened_vectors", None)
    done = training()
    for layer in lora_layers(done.wrapped):
        layer.lora_B["default"].weight.data.fill_(float("nan"))
    with pytest.raises(TrainingError, match="lowest cosine nan"):
        done.prove()


def test_a_merge_that_is_not_the_adapter_is_refused(
    training: Callable[..., Training], monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def at_another_strength(wrapped: Any) -> Iterator[None]:
        strength_dial(wrapped)(0.5)
        yield

    monkeypatch.setattr(proof_module, "merged", at_another_strength)
    monkeypatch.setattr(proof_module, "reopened_vectors", None)
    with pytest.raises(TrainingError, match="neither compared nor exported"):
        training().prove()


@pytest.mark.usefixtures("in_this_process")
def test_a_saved_adapter_whose_weights_were_lost_is_the_base(training: Callable[..., Training]) -> None:
    done = training()
    kept = {name: value.clone() for name, value in done.wrapped.state_dict().items()}
    tuning = read_tuning(done.folder)
    empty(done.wrapped)
    done.wrapped.save_pretrained(done.folder)
    tuning.write(done.folder)  # with the sums of what was saved
    done.wrapped.load_state_dict(kept)
    with pytest.raises(TrainingError, match=r"gives the vectors of its base.*Train again"):
        done.prove()


@pytest.mark.usefixtures("in_this_process")
def test_the_adapter_of_another_training_is_refused(training: Callable[..., Training], write_adapter: Any) -> None:
    done = training()
    write_adapter(done.folder, done.base.model, done.base.name, alpha=done.alpha, seed=2)
    with pytest.raises(TrainingError, match=r"gives the vectors of another model.*Train again"):
        done.prove()


@pytest.mark.usefixtures("in_this_process")
@pytest.mark.parametrize("named", [{"alpha": 0.25}, {"side": "query"}, {"family": "llama"}])
def test_a_folder_that_names_another_strength_side_or_base_is_refused(
    training: Callable[..., Training], tiny_folder: Callable[[str], Path], named: dict[str, Any]
) -> None:
    done = training()
    family = named.pop("family", "bert")
    replace(Tuning(str(tiny_folder(family)), done.alpha, done.side), **named).write(done.folder)
    with pytest.raises(TrainingError, match="Train again"):
        done.prove()


def test_a_folder_that_cannot_be_opened_says_why_in_one_line(training: Callable[..., Training]) -> None:
    done = training()
    (done.folder / "adapter_model.safetensors").write_bytes(b"torn")
    with pytest.raises(TrainingError, match=r"of no use.*cannot be opened again.*damaged") as refused:
        done.prove()
    assert "\n" not in str(refused.value) and "Traceback" not in str(refused.value)


def test_a_base_named_by_a_relative_path_is_found_by_the_fresh_process(
    workspace: Workspace,
    tiny_folder: Callable[[str], Path],
    write_adapter: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    base = tiny_folder("bert")
    monkeypatch.chdir(base.parent)
    folder = write_adapter(tmp_path / "adapter", load_embedder(str(base), workspace).backbone.model, f"./{base.name}")
    here = probe_vectors(load_embedder(str(folder), workspace, device="cpu"))
    assert lowest_cosine(here, reopened_vectors(folder, workspace)) > 0.99999


def test_cosines_are_taken_at_the_lowest_and_across_dimensions_are_none() -> None:
    rows = np.array([[1, 0], [3, 4]], np.float32)
    assert lowest_cosine(rows, 2 * rows) == pytest.approx(1.0, abs=1e-12)
    assert lowest_cosine(rows, np.array([[1, 0], [0, 1]], np.float32)) == pytest.approx(0.8, abs=1e-12)
    assert lowest_cosine(rows, np.ones((2, 3), np.float32)) == 0.0


def empty(wrapped: Any) -> None:
    for layer in lora_layers(wrapped):
        layer.lora_B["default"].weight.data.zero_()
