"""How much of the exact answer an approximate index finds, measured on the catalogue itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.index.approximate import ApproximateIndex, most_effort

DEPTHS = (10, 100)
QUERIES = 200
WANTED = 0.95  # recall@10 for which effort is raised
FIRST_EFFORT = 16
MOST_SHARE = 4  # effort stops at a quarter of what there is to look at
ROWS_AT_ONCE = 16_384
SEED = 1


@dataclass(frozen=True, slots=True)
class Recall:
    """The share of the exact answer that an index finds: of the 10 and the 100 nearest films, over some queries.

    The queries are films of the catalogue, each without itself. Questions in words lie further from the films than
    films do from each other, so an index may find a little less of their answers.
    """

    at_10: float
    at_100: float
    queries: int


def recall_at(found: Sequence[Sequence[str]], exact: Sequence[Sequence[str]], k: int) -> float:
    """Return the mean share of the first ``k`` exact answers that stand among the first ``k`` found.

    >>> recall_at([["a", "c"]], [["a", "b"]], 2)
    0.5
    """
    shares = [len(set(one[:k]) & set(other[:k])) / len(other[:k]) for one, other in zip(found, exact, strict=True)]
    return float(np.mean(shares))


def exact_rows(vectors: NDArray[np.float32], queries: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Return the rows of the ``k`` best vectors for each query, best first, reading the vectors block by block."""
    best = np.zeros((len(queries), 0), np.float32)
    rows = np.zeros((len(queries), 0), np.int64)
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        scores = queries @ np.asarray(vectors[start : start + ROWS_AT_ONCE]).T
        here = np.broadcast_to(np.arange(start, start + scores.shape[1]), scores.shape)
        best, rows = np.concatenate([best, scores], axis=1), np.concatenate([rows, here], axis=1)
        if best.shape[1] > k:
            kept = np.argpartition(-best, k - 1, axis=1)[:, :k]
            best, rows = np.take_along_axis(best, kept, axis=1), np.take_along_axis(rows, kept, axis=1)
    return np.take_along_axis(rows, np.argsort(-best, axis=1, kind="stable"), axis=1)


def measure(index: ApproximateIndex) -> Recall:
    """Raise the index's effort until it finds 95 of 100 of the ten nearest, and return what it then finds.

    Effort doubles from 16, up to a quarter of the cells or films: beyond it, an exact search is as good.
    """
    count = min(QUERIES, len(index))
    sample = np.sort(np.random.default_rng(SEED).choice(len(index), count, replace=False))
    queries = np.ascontiguousarray(index.vectors[sample])
    exact = [
        [index.ids[row] for row in rows if row != own]
        for own, rows in zip(sample, exact_rows(index.vectors, queries, max(DEPTHS) + 1), strict=True)
    ]
    if not exact[0]:
        return Recall(1.0, 1.0, count)  # one film alone has no neighbours to miss
    most = max(1, most_effort(index.kind, index._index) // MOST_SHARE)
    index.effort = min(FIRST_EFFORT, most)
    while True:
        hits = index.search(queries, max(DEPTHS) + 1)
        found = [
            [hit.movie_id for hit in row if hit.movie_id != index.ids[own]]
            for own, row in zip(sample, hits, strict=True)
        ]
        at_10, at_100 = (recall_at(found, exact, depth) for depth in DEPTHS)
        if at_10 >= WANTED or index.effort >= most:
            return Recall(at_10, at_100, count)
        index.effort = min(2 * index.effort, most)
