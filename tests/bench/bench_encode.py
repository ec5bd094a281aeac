"""Films a second into vectors, e5-small on the CPU: Reelign against ``SentenceTransformer.encode``.

One process, the same cores, model folder and texts; the three ways take turns, each encoding all films a few times.
Nothing comes from a cache. sentence-transformers runs once as it comes and once at the best it can do here: weights in
bfloat16 where that is faster, and the batch size that was fastest on a part of the films. Cosines are to its float32
vectors. Takes a folder with movies.jsonl, by default the starter set.

Run: .venv/bin/python tests/bench/bench_encode.py [FOLDER] [--films 2000] [--repeats 3]
"""

from __future__ import annotations

import argparse
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from sentence_transformers import SentenceTransformer

from core.catalog import document_text, plan_import
from core.models.backbone import load_backbone
from core.models.device import choose_compute
from core.models.embedder import Embedder
from core.models.tokens import tokenize
from core.starter import STARTER
from core.training.export import write_model
from core.workspace import Workspace

BATCH_SIZES = (8, 16, 32, 64, 128)
TRIAL_FILMS = 200
Encode = Callable[[list[str]], Any]


def film_texts(folder: Path, films: int) -> list[str]:
    """Return the texts of a seeded sample of a folder's films."""
    movies = list(plan_import(folder / "movies.jsonl", current=None).movies)
    random.Random(0).shuffle(movies)
    return [document_text(movie) for movie in movies[:films]]


def seconds(encode: Encode, texts: list[str]) -> tuple[float, Any]:
    """Return how long ``encode`` takes, and its vectors."""
    started = time.perf_counter()
    vectors = encode(texts)
    return time.perf_counter() - started, np.asarray(vectors)


def with_batches_of(model: SentenceTransformer, size: int) -> Encode:
    return lambda texts: model.encode(texts, prompt_name="document", batch_size=size, show_progress_bar=False)


def best_settings(folder: str, dtype: torch.dtype, texts: list[str]) -> tuple[str, Encode]:
    """Return sentence-transformers at the batch size that is fastest on some of the films, and what that is."""
    model = SentenceTransformer(folder, device="cpu", model_kwargs={"dtype": dtype})
    tried: list[tuple[float, int, Encode]] = []
    for size in BATCH_SIZES:
        encode = with_batches_of(model, size)
        encode(texts[:size])
        tried.append((min(seconds(encode, texts[:TRIAL_FILMS])[0] for _ in range(2)), size, encode))
    _, size, encode = min(tried, key=lambda row: row[0])
    return f"{str(dtype).removeprefix('torch.')}, batches of {size}", encode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=STARTER)
    parser.add_argument("--films", type=int, default=2_000)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    texts = film_texts(given.folder, given.films)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "model"
        folder.mkdir()
        compute = choose_compute("cpu")
        write_model(Embedder(load_backbone("e5-small", Workspace.locate(name)), compute), folder)
        ours = Embedder(load_backbone(str(folder), Workspace.locate(name)), compute)
        dtype = torch.bfloat16 if compute.bf16 else torch.float32
        settings, at_best = best_settings(str(folder), dtype, texts)
        ways: dict[str, Encode] = {
            f"Reelign ({str(dtype).removeprefix('torch.')})": lambda part: ours.encode(part, "document"),
            "sentence-transformers, defaults": with_batches_of(SentenceTransformer(str(folder), device="cpu"), 32),
            f"sentence-transformers, best ({settings})": at_best,
        }
        times: dict[str, list[float]] = {way: [] for way in ways}
        vectors: dict[str, Any] = {}
        for encode in ways.values():
            encode(texts[:64])
        for _ in range(given.repeats):
            for way, encode in ways.items():
                took, vectors[way] = seconds(encode, texts)
                times[way].append(took)
    rows = tokenize(ours.backbone.tokenizer, ours.backbone.frame, texts, ours.max_length)
    lengths = [len(row) for row in rows]
    units = {way: rows / np.linalg.norm(rows, axis=1, keepdims=True) for way, rows in vectors.items()}
    reference = units["sentence-transformers, defaults"]
    own = statistics.median(times[next(iter(ways))])
    print(f"{platform.processor() or platform.machine()}, {torch.get_num_threads()} threads, {compute.reason}")
    tokens = f"{statistics.mean(lengths):.0f} tokens each ({max(lengths)} at most)"
    print(f"{len(texts)} films of {given.folder.name}, {tokens}")
    print(f"{'':60} {'films/s':>8} {'range':>14} {'Reelign is':>11} {'lowest':>9} {'mean cosine':>12}")
    for way in ways:
        rates = sorted(len(texts) / took for took in times[way])
        cosines = (units[way] * reference).sum(axis=1)
        print(
            f"{way:60} {statistics.median(rates):8.1f} {f'{rates[0]:.1f} to {rates[-1]:.1f}':>14} "
            f"{statistics.median(times[way]) / own:10.2f}x {cosines.min():9.6f} {cosines.mean():12.6f}"
        )


if __name__ == "__main__":
    main()
