"""The vector index: exact inner-product search over a catalogue, through FAISS.

Exact because a comparison of two models must not measure the index; at a million films a search still takes
milliseconds. A saved index is trusted only as far as its manifest fits; anything else is rebuilt.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.catalog import Catalog, document_text
from core.errors import SearchIndexError
from core.files import folder_written_aside, read_json, write_json
from core.fingerprint import fingerprint, fingerprint_file
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.models.embedder import Embedder, Progress

log = logging.getLogger(__name__)

FORMAT = 1
NAME_DIGITS = 16  # of the fingerprint, in the name of the folder
FILES = ("index.faiss", "ids.json")
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
        self.vectors = _held_by(self._index)

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


def index_name(embedder: Embedder, catalog: Catalog) -> str:
    """Return the fingerprint of an index: what encodes the films, and which films."""
    return fingerprint({"documents": embedder.document_fingerprint, "catalog": catalog.fingerprint, "format": FORMAT})


def open_index(
    embedder: Embedder, catalog: Catalog, workspace: Workspace, progress: Progress | None = None
) -> MovieIndex:
    """Return the index of a catalogue under a model: the saved one, else one built and saved now.

    Raises:
        SearchIndexError: the catalogue is empty.
    """
    if not len(catalog):
        raise SearchIndexError("The catalogue has no films. Import one first.")
    name = index_name(embedder, catalog)
    folder = workspace.indexes / name[:NAME_DIGITS]
    if folder.is_dir():
        try:
            return load_index(folder, name)
        except SearchIndexError as reason:
            log.warning("%s It is built again.", reason)
    texts = [document_text(movie) for movie in catalog.movies]
    index = MovieIndex(catalog.ids, embedder.encode(texts, "document", progress=progress), name)
    owner = embedder.documents or embedder  # of a model that tunes the query side alone, the index is its base's
    save_index(index, folder, {"model": owner.name, "catalog": catalog.fingerprint})
    return index


def save_index(index: MovieIndex, folder: Path, lineage: dict[str, str]) -> None:
    """Write vectors, ids and manifest; the folder appears whole or not at all."""
    import faiss

    with folder_written_aside(folder) as aside:
        with (aside / "index.faiss").open("wb") as file:  # FAISS itself says nothing where the end does not fit
            faiss.write_index(index._index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]
        write_json(aside / "ids.json", list(index.ids))
        manifest = {
            **lineage,
            "format": FORMAT,
            "fingerprint": index.fingerprint,
            "films": len(index),
            "dimension": int(index.vectors.shape[1]),
            "faiss": faiss.__version__,
            "sha256": {name: fingerprint_file(aside / name) for name in FILES},
        }
        write_json(aside / "manifest.json", manifest)


def load_index(folder: Path, name: str) -> MovieIndex:
    """Read an index whose manifest fits ``name``.

    Raises:
        SearchIndexError: a file is missing or damaged, or the index is of something else.
    """
    import faiss

    if read_manifest(folder).get("fingerprint") != name:
        raise SearchIndexError(f"{folder}: this index belongs to another model or catalogue.")
    check_files(folder)
    raw = faiss.read_index(str(folder / "index.faiss"))
    return MovieIndex(tuple(read_json(folder / "ids.json", SearchIndexError)), _held_by(raw), name)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what a saved index says of itself; raises ``SearchIndexError`` where that cannot be read."""
    manifest = read_json(folder / "manifest.json", SearchIndexError)
    if not isinstance(manifest, dict):
        raise SearchIndexError(f"{folder / 'manifest.json'}: expected one JSON object.")
    return manifest


def check_files(folder: Path) -> None:
    """Hold the files of a saved index against its manifest.

    Raises:
        SearchIndexError: the manifest cannot be read, or a file is missing or not as it was written.
    """
    sums = read_manifest(folder).get("sha256")
    for file in FILES:
        path = folder / file
        if not isinstance(sums, dict) or not path.is_file() or fingerprint_file(path) != sums.get(file):
            raise SearchIndexError(f"{path}: damaged or missing.")


class _Held:
    """The memory of a FAISS index as NumPy sees it; as long as an array of it lives, so does the index."""

    def __init__(self, index: Any) -> None:
        import faiss

        self.index = index
        self.flat = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d)

    @property
    def __array_interface__(self) -> dict[str, Any]:
        return {**self.flat.__array_interface__, "shape": (self.index.ntotal, self.index.d)}


def check_saved(folder: Path) -> None:
    """Raise ``SearchIndexError`` where ``open_index`` would not trust the index in a folder, but build it again."""
    if str(read_manifest(folder).get("fingerprint"))[:NAME_DIGITS] != folder.name:
        raise SearchIndexError(f"{folder}: its manifest is of another index.")
    check_files(folder)


def _held_by(index: Any) -> NDArray[np.float32]:
    """Return the vectors of a flat FAISS index without a copy, not to be written to."""
    vectors: NDArray[np.float32] = np.asarray(_Held(index))
    vectors.flags.writeable = False
    return vectors
