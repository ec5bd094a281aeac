"""Queries a second and the top tens kept, for a model in torch, ONNX Runtime and OpenVINO, on the CPU.

Every arm gets the same texts with their prompts, one query at a time as a chatbot asks and 16 at a time, and as many
threads as the runtime chooses by itself; torch computes in float32. recall@10 is the mean part of torch's ten best
films of a query that an arm has among its ten best. Two arms that Reelign does not export are there for comparison:
activations in 8 bits too, by ONNX Runtime's dynamic and by NNCF's post-training quantisation. The arms run one after
another, after one pass unmeasured; the load of the machine is printed. Takes a folder with movies.jsonl and
queries.jsonl, by default the starter set.

Run: .venv/bin/python tests/bench/bench_handover.py [FOLDER] [--model e5-small] [--films 500] [--queries 100]
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
from numpy.typing import NDArray

from core.catalog import document_text, plan_import
from core.errors import CatalogError
from core.files import read_jsonl, size_of
from core.handover.kept import compared, sample
from core.handover.models import write_graph_folder
from core.handover.runtime import ONNX_FILE, OPENVINO_FILE, Graph
from core.models.embedder import Embedder
from core.models.loading import load_embedder
from core.models.recipe import Side
from core.starter import STARTER
from core.workspace import Workspace

CALIBRATION = 96
Encode = Callable[[list[str], Side], NDArray[np.float32]]


def of_torch(embedder: Embedder) -> Encode:
    return lambda texts, side: embedder.in_float32().encode(texts, side)


def of_graph(folder: Path, embedder: Embedder) -> Encode:
    graph = Graph(folder)
    return lambda texts, side: graph.encode([embedder.recipe.prompted(text, side) for text in texts])


def with_dynamic_activations(source: Path, folder: Path) -> None:
    """Write an ONNX export with weights and activations in 8 bits, each channel by itself."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    (folder / "onnx").mkdir(parents=True)
    (folder / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())
    quantize_dynamic(source / ONNX_FILE, folder / ONNX_FILE, weight_type=QuantType.QInt8, per_channel=True)


def with_static_activations(source: Path, folder: Path, texts: list[str]) -> None:
    """Write an OpenVINO export with weights and activations in 8 bits, calibrated on some texts."""
    import nncf
    import openvino
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(source / "tokenizer.json"))
    rows = [tokenizer.encode(text) for text in texts]
    given = [
        {"input_ids": np.array([row.ids], np.int64), "attention_mask": np.array([row.attention_mask], np.int64)}
        for row in rows
    ]
    (folder / "openvino").mkdir(parents=True)
    (folder / "tokenizer.json").write_bytes((source / "tokenizer.json").read_bytes())
    model = openvino.Core().read_model(source / OPENVINO_FILE)
    small = nncf.quantize(model, nncf.Dataset(given), model_type=nncf.ModelType.TRANSFORMER, subset_size=len(given))
    openvino.save_model(small, folder / OPENVINO_FILE)


def per_second(encode: Encode, queries: list[str], at_once: int) -> float:
    encode(queries[:at_once], "query")
    started = time.perf_counter()
    for start in range(0, len(queries), at_once):
        encode(queries[start : start + at_once], "query")
    return len(queries) / (time.perf_counter() - started)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=STARTER)
    parser.add_argument("--model", default="e5-small")
    parser.add_argument("--films", type=int, default=500)
    parser.add_argument("--queries", type=int, default=100)
    given = parser.parse_args()
    movies = plan_import(given.folder / "movies.jsonl", current=None).movies
    films = sample([document_text(movie) for movie in movies], given.films)
    queries = sample(
        [row["text"] for _, row in read_jsonl(given.folder / "queries.jsonl", CatalogError)], given.queries
    )

    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        embedder = load_embedder(given.model, Workspace(root / "workspace"), device="cpu")
        arms: dict[str, Path | None] = {"torch float32": None}
        for form, precision in (("onnx", "float32"), ("onnx", "int8"), ("openvino", "float32"), ("openvino", "int8")):
            folder = root / f"{form}-{precision}"
            write_graph_folder(embedder, folder, form, precision, [], [], given.model)
            arms[f"{form} {precision}"] = folder
        with_dynamic_activations(root / "onnx-float32", root / "dynamic")
        arms["(onnx, activations too)"] = root / "dynamic"
        calibration = [embedder.recipe.prompted(text, "document") for text in films[:CALIBRATION]]
        with_static_activations(root / "openvino-float32", root / "static", calibration)
        arms["(openvino, activations too)"] = root / "static"

        print(
            f"\n{given.model}, {len(films)} films, {len(queries)} queries; {platform.processor() or platform.machine()}"
        )
        print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start")
        print(f"{'':28} {'queries/s, 1':>12} {'16 at once':>11} {'recall@10':>10} {'cosine':>8} {'MB':>6}")
        whole: tuple[NDArray[np.float32], NDArray[np.float32]] | None = None
        for name, folder in arms.items():
            encode = of_torch(embedder) if folder is None else of_graph(folder, embedder)  # one runtime open at a time
            vectors = encode(queries, "query"), encode(films, "document")
            whole = whole or vectors
            kept = compared((whole[0], vectors[0]), (whole[1], vectors[1]))
            speeds = per_second(encode, queries, 1), per_second(encode, queries, 16)
            recall = "-" if kept.recall is None else f"{kept.recall:.3f}"
            graphs = [] if folder is None else [*folder.glob("onnx"), *folder.glob("openvino")]
            size = "".join(f"{size_of(graph) / 1e6:.0f}" for graph in graphs)
            row = f"{speeds[0]:12.1f} {speeds[1]:11.1f} {recall:>10} {kept.cosine:8.4f} {size:>6}"
            print(f"{name:28} {row}", flush=True)
        print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
