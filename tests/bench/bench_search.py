"""Exact search over a million films against what the machine allows at all, measured in the same run.

A search reads every vector once and multiplies it with every query, so it takes at least the bytes over the memory's
bandwidth and at least the operations over the processor's speed; the larger of both is the bound. Bandwidth is the best
of reading a larger array with as many threads as there are cores (NumPy's own sum of parts), speed that of multiplying
two square matrices. FAISS as it comes stands beside it. Vectors are random: their values change nothing about the time.

Run: .venv/bin/python tests/bench/bench_search.py [--films 1000000] [--dimension 384] [--repeats 7]
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import faiss
import numpy as np

from core.index import MovieIndex

QUERIES = (1, 32, 128, 512)
K = 10
SQUARE = 2_048


def fastest(work: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Return the least and the median seconds that ``work`` takes, a first time left out."""
    work()
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return min(taken), sorted(taken)[len(taken) // 2]


def bandwidth(array: np.ndarray, repeats: int) -> float:
    """Return the bytes a second at which all cores together read an array that no cache holds."""
    parts = np.array_split(array.reshape(-1).view(np.uint64), os.cpu_count() or 1)
    with ThreadPoolExecutor(len(parts)) as threads:
        seconds, _ = fastest(lambda: list(threads.map(np.bitwise_or.reduce, parts)), repeats)
    return array.nbytes / seconds


def speed(repeats: int) -> float:
    """Return the float32 operations a second of multiplying two square matrices."""
    square = np.random.default_rng(1).standard_normal((SQUARE, SQUARE), dtype=np.float32)
    return 2 * SQUARE**3 / fastest(lambda: square @ square, repeats)[0]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--films", type=int, default=1_000_000)
    parser.add_argument("--dimension", type=int, default=384)
    parser.add_argument("--repeats", type=int, default=7)
    given = parser.parse_args()
    vectors = np.random.default_rng(0).standard_normal((given.films, given.dimension), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    wanted = vectors[: max(QUERIES)].copy()
    index = MovieIndex(tuple(f"m{number:08d}" for number in range(given.films)), vectors, "bench")
    del vectors
    plain = index._index
    as_it_comes = faiss.cvar.distance_compute_blas_threshold
    read, multiply = bandwidth(index.vectors, given.repeats), speed(given.repeats)
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, FAISS {faiss.__version__}")
    print(f"{given.films:,} films of {given.dimension} dimensions; {K} best, equal scores by id")
    print(f"memory read {read / 1e9:.1f} GB/s, float32 {multiply / 1e9:.0f} GFLOP/s\n")
    print("queries | bound ms | Reelign ms (median) | share of the bound | FAISS as it comes ms")
    for count in QUERIES:
        bound = max(index.vectors.nbytes / read, 2 * index.vectors.size * count / multiply)
        some = wanted[:count]
        ours, middle = fastest(lambda some=some: index.search(some, K), given.repeats)
        faiss.cvar.distance_compute_blas_threshold = as_it_comes
        theirs, _ = fastest(lambda some=some: plain.search(some, K), 3)
        figures = f"{bound * 1e3:8.1f} | {ours * 1e3:8.1f} ({middle * 1e3:.1f}) | {bound / ours:5.0%}"
        print(f"{count:7d} | {figures} | {theirs * 1e3:8.1f}", flush=True)


if __name__ == "__main__":
    main()
