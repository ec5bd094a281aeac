"""Building an index film by film: what is held in memory is the index itself, and never all texts or vectors twice."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib import format as npy

from core.catalog import Films, Movie, document_text
from core.files import folder_written_aside
from core.index.approximate import ApproximateIndex, build_raw
from core.index.exact import MovieIndex, flat_index
from core.index.folder import VECTORS, write_index
from core.index.kinds import Kind, check_kind
from core.index.recall import measure

if TYPE_CHECKING:
    from core.models.embedder import Embedder, Progress

FILMS_AT_ONCE = 4_096  # read, encoded and written together; a model sorts 2,048 texts by length


def build_index(
    embedder: Embedder,
    catalog: Films,
    folder: Path,
    name: str,
    kind: Kind,
    lineage: dict[str, str],
    progress: Progress | None = None,
) -> MovieIndex:
    """Encode a catalogue block by block, index the vectors, and save both; the folder appears whole or not at all.

    ``progress`` is called with (films done, films) as the encoding goes on.

    Raises:
        SearchIndexError: the catalogue is too small for the kind, or a vector is not finite and of norm 1.
        StorageError: the disk is full, or the folder may not be written.
    """
    check_kind(kind, len(catalog))
    with folder_written_aside(folder) as aside:
        path = aside / VECTORS
        ids = _write_vectors(path, embedder, catalog, progress)
        vectors = np.load(path, mmap_mode="r", allow_pickle=False)
        if kind is Kind.EXACT:
            index, recall = MovieIndex.of_flat(ids, flat_index(vectors), name), None
            path.unlink()  # FAISS holds them now, and writes them with its index
        else:
            index = ApproximateIndex(ids, vectors, name, kind=kind, raw=build_raw(kind, vectors), effort=1)
            recall = measure(index)
        write_index(index, aside, lineage, recall)
    return index


def _write_vectors(path: Path, embedder: Embedder, catalog: Films, progress: Progress | None) -> tuple[str, ...]:
    """Write the vectors of a catalogue, in its order, as one array of NumPy's; return the ids."""
    header = {"descr": "<f4", "fortran_order": False, "shape": (len(catalog), embedder.dimension)}
    ids: list[str] = []
    with path.open("wb") as file:
        npy.write_array_header_1_0(file, header)
        for films in _blocks(catalog):
            told = _told(progress, len(ids), len(films), len(catalog))
            texts = [document_text(film) for film in films]
            file.write(embedder.encode(texts, "document", progress=told).astype("<f4", copy=False).tobytes())
            ids += [film.movie_id for film in films]
    return tuple(ids)


def _blocks(catalog: Films) -> Iterator[list[Movie]]:
    films = iter(catalog)
    while block := list(islice(films, FILMS_AT_ONCE)):
        yield block


def _told(progress: Progress | None, before: int, block: int, films: int) -> Progress | None:
    """Return what tells the progress of one block as the progress of all films; one known already counts as done."""
    if progress is None:
        return None
    return lambda done, to_do: progress(before + block - to_do + done, films)
