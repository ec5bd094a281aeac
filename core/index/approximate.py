"""Approximate search: FAISS proposes films by a graph or by cells, and their whole vectors decide.

The vectors lie in a file that is mapped into memory, so only those of proposed films are read. Scores are therefore as
exact as an exact index's; what an approximate index may lack is a film.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import SearchIndexError
from core.index.exact import SPARE, MovieIndex, check_vectors
from core.index.kinds import LINKS, Kind, cells_of, check_kind, codes_of

TRAINED_ON = 40  # vectors for each cell; FAISS asks for 39 or more
LEAST_TRAINED_ON = 256 * 40  # where there are so many: enough for the code books as well
BUILDING_WIDTH = 80  # films that building a graph looks at for each new one; FAISS's 40 loses recall beyond 100,000
CODED_MORE = 8  # times as many proposed where codes stand for vectors, for the whole ones to choose from
BITS = 8  # of a code
ROWS_AT_ONCE = 16_384
SEED = 0


class ApproximateIndex(MovieIndex):
    """A catalogue's vectors behind an index that looks at some of them.

    Attributes:
        effort: how many films (HNSW) or cells (IVF) a search looks at: more finds more and takes longer.
    """

    def __init__(
        self, ids: tuple[str, ...], vectors: NDArray[np.float32], name: str, *, kind: Kind, raw: Any, effort: int
    ) -> None:
        """Hold an index ``raw`` that was built of ``vectors``.

        Raises:
            SearchIndexError: the ids repeat, a vector is not finite and of norm 1, or ``raw`` is of others.
        """
        check_vectors(ids, vectors)
        if (raw.ntotal, raw.d) != vectors.shape:
            raise SearchIndexError(f"An index of {raw.ntotal} vectors of dimension {raw.d} for {vectors.shape}.")
        self.ids = ids
        self.vectors = vectors
        self.fingerprint = name
        self.kind = kind
        self.effort = effort
        self._index = raw

    def _proposed(self, queries: NDArray[np.float32], k: int) -> Sequence[NDArray[np.int64]]:
        depth = (k + SPARE) * (CODED_MORE if self.kind is Kind.IVFPQ else 1)
        _, rows = self._index.search(queries, min(depth, len(self)), params=self._parameters(depth))
        return [found[found >= 0] for found in rows]  # FAISS fills up with -1

    def _parameters(self, depth: int) -> Any:
        import faiss

        if self.kind is Kind.HNSW:
            return faiss.SearchParametersHNSW(efSearch=max(self.effort, depth))  # type: ignore[attr-defined]
        return faiss.SearchParametersIVF(nprobe=self.effort)  # type: ignore[call-arg]


def build_raw(kind: Kind, vectors: NDArray[np.float32]) -> Any:
    """Return a FAISS index of a kind over vectors, which are read block by block.

    Cells and codes are learned from a random part of the vectors (40 for each cell). A GPU does it where FAISS finds
    one.

    Raises:
        SearchIndexError: there are too few vectors for the kind.
    """
    check_kind(kind, len(vectors))
    raw = _empty(kind, *vectors.shape)
    if kind is not Kind.HNSW:
        raw.train(_part_of(vectors, max(TRAINED_ON * raw.nlist, LEAST_TRAINED_ON)))
    for start in range(0, len(vectors), ROWS_AT_ONCE):
        raw.add(np.ascontiguousarray(vectors[start : start + ROWS_AT_ONCE]))
    return raw


def _empty(kind: Kind, films: int, dimension: int) -> Any:
    import faiss

    if kind is Kind.HNSW:
        graph = faiss.IndexHNSWFlat(dimension, LINKS, faiss.METRIC_INNER_PRODUCT)
        graph.hnsw.efConstruction = BUILDING_WIDTH
        return graph
    coarse, metric = faiss.IndexFlatIP(dimension), faiss.METRIC_INNER_PRODUCT
    cells: Any
    if kind is Kind.IVF:
        cells = faiss.IndexIVFFlat(coarse, dimension, cells_of(films), metric)
    else:
        cells = faiss.IndexIVFPQ(coarse, dimension, cells_of(films), codes_of(dimension), BITS, metric)
    cells.cp.spherical = True  # the centres of unit vectors are compared by inner product, so they must be unit too
    cells.cp.seed = SEED
    if faiss.get_num_gpus() > 0:
        cells.clustering_index = faiss.index_cpu_to_all_gpus(faiss.IndexFlatIP(dimension))
    return cells


def _part_of(vectors: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    if len(vectors) <= count:
        return np.ascontiguousarray(vectors)
    rows = np.sort(np.random.default_rng(SEED).choice(len(vectors), count, replace=False))
    return np.ascontiguousarray(vectors[rows])


def most_effort(kind: Kind, raw: Any) -> int:
    """Return the effort beyond which more of it finds nothing more (IVF) or is no quicker than an exact search."""
    return int(raw.ntotal if kind is Kind.HNSW else raw.nlist)
