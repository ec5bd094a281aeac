"""Exact inner-product search over a catalogue, through FAISS.

Exact because a comparison of two models must not measure the index; at a million films a search still takes
milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import SearchIndexError
from core.index.kinds import Kind

SPARE = 32  # fetched beyond k, so that films tied at the border are ordered by id rather than by FAISS
TIE = 1e-5  # FAISS scores closer than this may be of equal films: matrix products round by position in the matrix
BLAS_THRESHOLD = 1  # FAISS >= 1.14.2 leaves BLAS unused for small batches, which is several times slower
ROWS_AT_ONCE = 8_192  # that a check of all vectors copies


@dataclass(frozen=True, slots=True)
class Hit:
    """A film found: its cosine similarity to the query, and its rank from 1."""

    movie_id: str
    score: float
    rank: int


class MovieIndex:
    """A catalogue's vectors, ready to be searched. Never edited: a changed catalogue makes a new one."""

    kind = Kind.EXACT

    def __init__(self, ids: tuple[str, ...], vectors: NDArray[np.float32], name: str) -> None:
        """Index unit vectors, (len(ids), dimension) float32.

        Raises:
            SearchIndexError: the ids repeat, or a vector is not finite and of norm 1.
        """
        self._hold(ids, vectors, name, flat_index(vectors))

    @classmethod
    def of_flat(cls, ids: tuple[str, ...], flat: Any, name: str) -> MovieIndex:
        """Return the index of vectors that a flat FAISS index holds already; they are not copied.

        Raises:
            SearchIndexError: the ids repeat, or a vector is not finite and of norm 1.
        """
        index = cls.__new__(cls)
        index._hold(ids, held_by(flat), name, flat)
        return index

    def _hold(self, ids: tuple[str, ...], vectors: NDArray[np.float32], name: str, flat: Any) -> None:
        check_vectors(ids, vectors)
        self.ids = ids
        self.fingerprint = name
        self._index = flat
        self.vectors = held_by(flat)

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
        return [self._ranked(query, rows, k) for query, rows in zip(queries, self._proposed(queries, k), strict=True)]

    def _proposed(self, queries: NDArray[np.float32], k: int) -> Sequence[NDArray[np.int64]]:
        """Return the rows among which the ``k`` best of each query are."""
        propose = self._propose_one if len(queries) == 1 else self._propose_many
        depth = min(k + SPARE, len(self))
        scores, rows = propose(queries, depth)
        while depth < len(self) and bool((scores[:, -1] > scores[:, k - 1] - TIE).any()):
            depth = min(4 * depth, len(self))
            scores, rows = propose(queries, depth)
        return list(rows)

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
        return ranked(((self.ids[row], float(score)) for score, row in zip(scores, rows, strict=True)), k)


def ranked(scored: Iterator[tuple[str, float]], k: int) -> list[Hit]:
    """Return the ``k`` best of some films with their scores, ties by film id."""
    found = sorted((-score, movie_id) for movie_id, score in scored)
    return [Hit(movie_id, -score, rank) for rank, (score, movie_id) in enumerate(found[:k], start=1)]


def check_vectors(ids: Sequence[str], vectors: NDArray[np.float32]) -> None:
    """Raise ``SearchIndexError`` where the ids repeat or do not fit, or a vector is not finite and of norm 1."""
    if len(ids) != len(vectors) or len(set(ids)) != len(ids):
        raise SearchIndexError(f"{len(ids)} ids ({len(set(ids))} distinct) for {len(vectors)} vectors.")
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        away = np.abs(np.linalg.norm(vectors[start : start + ROWS_AT_ONCE], axis=1) - 1.0)
        if not bool((away <= 1e-3).all()):  # a NaN is not either
            bad = ids[start + int(np.argmax(away))]
            raise SearchIndexError(f"The vector of film '{bad}' has no finite norm of 1; encode the catalogue again.")


def flat_index(vectors: NDArray[np.float32]) -> Any:
    """Return a flat FAISS index of some vectors, which it copies."""
    import faiss

    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(np.ascontiguousarray(vectors))
    return flat


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
