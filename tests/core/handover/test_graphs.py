"""Exported graphs: opened without torch they give the vectors of the model, and the card says what they keep."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import HandoverError
from core.handover import graph as graph_module
from core.handover import models as models_module
from core.handover.models import MANIFEST, write_graph_folder
from core.handover.runtime import Graph
from core.handover.weights import GraphForm, Precision
from core.models.embedder import Embedder
from core.models.loading import load_embedder
from core.models.pooling import Pooling, pool
from core.training.probes import PROBES
from core.workspace import Workspace

for package in ("onnx", "onnxscript", "onnxruntime", "openvino", "nncf"):
    pytest.importorskip(package, reason="needs requirements-handover.txt")
FILMS = [f"Film {number}. A story of {'snow and ' * (number % 7)}the sea." for number in range(40)]
QUERIES = [f"a film about {thing}" for thing in ("snow", "the sea", "a heist", "nothing at all " * 9)]
FORMS: list[tuple[GraphForm, Precision]] = [
    ("onnx", "float32"),
    ("onnx", "int8"),
    ("openvino", "float32"),
    ("openvino", "int8"),
]


@pytest.fixture(scope="module")
def exported(
    tmp_path_factory: pytest.TempPathFactory, tiny_folder: Callable[[str], Path]
) -> Callable[[str, GraphForm, Precision], tuple[Embedder, Path]]:
    """Return a function from family, form and precision to an embedder and the folder of its graph, made once."""
    made: dict[tuple[str, ...], tuple[Embedder, Path]] = {}
    root = tmp_path_factory.mktemp("graphs")

    def write_graph_once(embedder: Embedder, path: Path) -> None:
        kept = root / f"{Path(embedder.name).name}.onnx"
        if not kept.exists():
            graph_module.write_graph(embedder, kept)
        for one in root.glob(f"{kept.name}*"):  # the weights find their graph by name
            shutil.copyfile(one, path.parent / one.name)
        os.rename(path.parent / kept.name, path)

    def of(family: str, form: GraphForm, precision: Precision) -> tuple[Embedder, Path]:
        key = (family, form, precision)
        if key not in made:
            embedder = load_embedder(str(tiny_folder(family)), Workspace(root / "workspace"), device="cpu")
            folder = root / "-".join(key)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(models_module, "write_graph", write_graph_once)
                write_graph_folder(embedder, folder, form, precision, FILMS, QUERIES, "a-run")
            made[key] = embedder, folder
        return made[key]

    return of


@pytest.mark.parametrize(("form", "precision"), FORMS)
@pytest.mark.parametrize("family", ["bert", "llama"])
def test_a_graph_gives_the_vectors_of_its_model_for_any_batch_and_length(
    exported: Callable[..., tuple[Embedder, Path]], family: str, form: GraphForm, precision: Precision
) -> None:
    embedder, folder = exported(family, form, precision)
    graph = Graph(folder)
    texts = ["", "a", "a heist that goes wrong " * 60, "비 오는 날 혼자 보기 좋은 영화", *FILMS]
    for side in ("query", "document"):
        ours = embedder.in_float32().encode(texts, side)
        prompted = [embedder.recipe.prompted(text, side) for text in texts]
        alone = np.concatenate([graph.encode([text]) for text in prompted[:4]])
        theirs = graph.encode(prompted)
        assert np.allclose(np.linalg.norm(theirs, axis=1), 1.0, atol=1e-4), "normalised inside"
        assert np.abs(theirs[:4] - alone).max() < (1e-4 if precision == "float32" else 0.05), "padding changes nothing"
        assert (ours * theirs).sum(axis=1).min() >= (0.9999 if precision == "float32" else 0.98)


@pytest.mark.parametrize(("form", "precision"), FORMS)
def test_the_folder_says_how_it_is_used_and_what_it_keeps(
    exported: Callable[..., tuple[Embedder, Path]], form: GraphForm, precision: Precision
) -> None:
    embedder, folder = exported("llama", form, precision)
    about = json.loads((folder / MANIFEST).read_text())
    assert (about["form"], about["precision"], about["pooling"]) == (form, precision, "last")
    assert about["prompts"] == {"query": embedder.recipe.query_prompt, "document": embedder.recipe.document_prompt}
    kept = about["kept"]
    assert (kept["films"], kept["queries"]) == (len(FILMS), len(QUERIES))
    exact = embedder.in_float32()
    films, queries = exact.encode(FILMS, "document"), exact.encode(QUERIES, "query")
    graph = Graph(folder)
    again = [graph.encode([embedder.recipe.prompted(text, "document") for text in FILMS])]
    again += [graph.encode([embedder.recipe.prompted(text, "query") for text in QUERIES])]
    tops = [np.argsort(-(q @ f.T), axis=1, kind="stable")[:, :10] for q, f in ((queries, films), (again[1], again[0]))]
    recall = np.mean([len({*one} & {*other}) / 10 for one, other in zip(*tops, strict=True)])
    assert kept["recall"] == pytest.approx(recall)
    assert f"{kept['recall']:.1%}" in (folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["onnx", "openvino"])
def test_the_card_is_enough_to_get_the_vectors(
    exported: Callable[..., tuple[Embedder, Path]], form: GraphForm, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder, folder = exported("bert", form, "float32")
    code = (folder / "README.md").read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    monkeypatch.chdir(folder)
    names: dict[str, np.ndarray] = {}
    exec(code, names)
    ours = embedder.in_float32().encode(["a heist that goes wrong"], "query")
    assert (ours * names["queries"]).sum() >= 0.9999


def test_eight_bits_are_fewer_bytes(exported: Callable[..., tuple[Embedder, Path]]) -> None:
    def size(form: GraphForm, precision: Precision) -> int:
        _, folder = exported("bert", form, precision)
        return sum(path.stat().st_size for path in folder.glob("*/*model*"))

    assert size("openvino", "int8") < size("openvino", "float32")


@pytest.mark.parametrize("how", Pooling)
def test_pooling_in_the_graph_is_ours(how: Pooling) -> None:
    import torch

    class Model(torch.nn.Module):
        config = object()

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> object:
            return type("Output", (), {"last_hidden_state": table[input_ids]})

    table = torch.randn(9, 5, generator=torch.Generator().manual_seed(0))
    ids, mask = torch.tensor([[1, 2, 3, 0], [0, 0, 4, 5]]), torch.tensor([[1, 1, 1, 0], [0, 0, 1, 1]])
    _, vectors = graph_module.graph_module(Model(), how)(ids, mask)
    assert torch.allclose(vectors, pool(table[ids], mask, how), atol=1e-6), "on either side of the padding"


def test_a_graph_of_other_vectors_is_not_kept(
    tmp_path: Path, tiny_folder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = load_embedder(str(tiny_folder("bert")), Workspace(tmp_path / "workspace"), device="cpu")
    other = replace(embedder.recipe, pooling=Pooling.CLS)

    def wrong(given: Embedder, path: Path) -> None:
        given.recipe, kept = other, given.recipe
        graph_module.write_graph(given, path)
        given.recipe = kept

    monkeypatch.setattr(models_module, "write_graph", wrong)
    with pytest.raises(HandoverError, match="other vectors"):
        write_graph_folder(embedder, tmp_path / "out" / "graph", "onnx", "float32", FILMS, QUERIES, "a-run")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_model_that_torch_cannot_write_says_so(
    tmp_path: Path, tiny_folder: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("data-dependent\nand more")

    monkeypatch.setattr(torch.onnx, "export", fail)
    embedder = load_embedder(str(tiny_folder("bert")), Workspace(tmp_path / "workspace"), device="cpu")
    with pytest.raises(HandoverError, match=r"cannot be written as a graph: data-dependent. Export it with"):
        write_graph_folder(embedder, tmp_path / "graph", "onnx", "float32", FILMS, QUERIES, "a-run")


def test_a_folder_without_a_graph_says_so(tmp_path: Path) -> None:
    with pytest.raises(HandoverError, match="cannot be opened"):
        Graph(tmp_path)


@pytest.mark.model
def test_a_packaged_model_keeps_its_top_tens_in_eight_bits(tmp_path: Path) -> None:
    embedder = load_embedder("minilm", Workspace(tmp_path / "workspace"), device="cpu")
    kept = write_graph_folder(embedder, tmp_path / "graph", "onnx", "int8", [*FILMS, *PROBES], QUERIES, "minilm")
    assert kept.cosine >= 0.98
