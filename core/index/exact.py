"""Exact inner-product search over a catalogue, through FAISS.

Exact because a comparison of two models must not measure the index; at a million films a search still takes
milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import SearchIndexError

SPARE = 32  # fetched beyond k, so that films tied at the border are ordered by id rather than by FAISS
TIE = 1e-5  # FAISS scores closer than this may be of equal films: matrix products round by position in the matrix
BLAS_THRESHOLD = 1  # FAISS >= 1.14.2 leaves BLAS unused for small batches, which is several times slower


@dataclass(frozen=True, slots=True)
class Hit:
    """A film found: its cosine similarity to the query, and its rank from 1."""

    movie_id: str
    score: float
    rank: int


class MovieIndex:
    """A catalogue's vectors, ready to be searched. Never edited: a changed catalogue makes a new one."""

    def __init__(self, ids: tuple[str, ...], vectors: NDArray[np.float32], name: str) -> None:
        """Index unit vectors, (len(ids), dimension) float32.

        Raises:
            SearchIndexError: the ids repeat, or a vector is not finite and of norm 1.
        """
        import faiss

        if len(ids) != len(vectors) or len(set(ids)) != len(ids):
            raise SearchIndexError(f"{len(ids)} ids ({len(set(ids))} distinct) for {len(vectors)} vectors.")
        norms = np.linalg.norm(vectors, axis=1)
        if len(vectors) and not np.allclose(norms, 1.0, atol=1e-3):
            bad = ids[int(np.argmax(np.abs(norms - 1.0)))]
            raise SearchIndexError(f"The vector of film '{bad}' has no finite norm of 1; encode the catalogue again.")
        self.ids = ids
        self.fingerprint = name
        self._index: Any = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors))
        self.vectors = held_by(self._index)

    def __len__(self) -> int:
        return len(self.ids)

    def search(self, queries: NDArray[np.float32], k: int) -> list[list[Hit]]:
        """Return the ``k`` best films for each row of ``queries``, (n, dimension) unit vectors.

        Ties are broken by film id, ascending. A score does not depend on the other queries, nor on where a film
        stands in the index: FAISS proposes, and what it proposes is scored again one by one.

        Raises:
            SearchIndexError: the queries are of another dimension or not finite.
        """
        if queries.ndim != 2 or queries.shape[1] != self.vectors.shape[1]:
            raise SearchIndexError(
                f"Query vectors have shape {queries.shape}; this index has dimension {self.vectors.shape[1]}."
            )
        if not np.isfinite(queries).all():
            raise SearchIndexError("A query vector is not finite: the model is damaged. Choose another model.")
        if not len(queries) or not len(self):
            return [[] for _ in queries]
        queries = np.ascontiguousarray(queries)
        propose = self._propose_one if len(queries) == 1 else self._propose_many
        depth = min(k + SPARE, len(self))
        scores, rows = propose(queries, depth)
        while depth < len(self) and bool((scores[:, -1] > scores[:, k - 1] - TIE).any()):
            depth = min(4 * depth, len(self))
            scores, rows = propose(queries, depth)
        return [self._ranked(query, proposed, k) for query, proposed in zip(queries, rows, strict=True)]

    def _propose_many(self, queries: NDArray[np.float32], depth: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        import faiss

        faiss.cvar.distance_compute_blas_threshold = BLAS_THRESHOLD
        scores, rows = self._index.search(queries, depth)
        return scores, rows

    def _propose_one(self, queries: NDArray[np.float32], depth: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Propose for a single query: one product of matrix and vector keeps up with the memory, FAISS does not."""
        scores = self.vectors @ queries[0]
        best = np.argpartition(scores, len(scores) - depth)[len(scores) - depth :]
        best = best[np.argsort(-scores[best], kind="stable")]
        return scores[best][None], best[None]

    def _ranked(self, query: NDArray[np.float32], rows: NDArray[np.int64], k: int) -> list[Hit]:
        scores = (self.vectors[rows].astype(np.float64) * query).sum(axis=1).astype(np.float32)
        found = sorted((-float(score), self.ids[row]) for score, row in zip(scores, rows, strict=True))
        return [Hit(movie_id, -score, rank) for rank, (score, movie_id) in enumerate(found[:k], start=1)]


class _Held:
    """The memory of a FAISS index as NumPy sees it; as long as an array of it lives, so does the index."""

    def __init__(self, index: Any) -> None:
        import faiss

        self.index = index
        self.flat = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d)

    @property
    def __array_interface__(self) -> dict[str, Any]:
        return {**self.flat.__array_interface__, "shape": (self.index.ntotal, self.index.d)}


def held_by(index: Any) -> NDArray[np.float32]:
    """Return the vectors of a flat FAISS index without a copy, not to be written to."""
    vectors: NDArray[np.float32] = np.asarray(_Held(index))
    vectors.flags.writeable = False
    return vectors
