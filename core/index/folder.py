"""An index in a folder: what FAISS searches, the ids, the vectors where FAISS has not got them, and a manifest.

It is trusted only as far as its manifest fits, and FAISS reads its file only if that is of the kind it is said to be.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import SearchIndexError
from core.files import folder_written_aside, read_json, write_json
from core.fingerprint import fingerprint_file
from core.index.approximate import ApproximateIndex
from core.index.exact import MovieIndex
from core.index.kinds import Kind
from core.index.layout import check_layout
from core.index.recall import Recall

FORMAT = 1
NAME_DIGITS = 16  # of the fingerprint, in the name of the folder
FILES = ("index.faiss", "ids.json")
VECTORS = "vectors.npy"  # of an approximate index


def save_index(index: MovieIndex, folder: Path, lineage: dict[str, str], recall: Recall | None = None) -> None:
    """Write vectors, ids and manifest; the folder appears whole or not at all."""
    with folder_written_aside(folder) as aside:
        if isinstance(index, ApproximateIndex):
            np.save(aside / VECTORS, index.vectors, allow_pickle=False)
        write_index(index, aside, lineage, recall)


def write_index(index: MovieIndex, folder: Path, lineage: dict[str, str], recall: Recall | None) -> None:
    """Write what belongs into an index's folder, apart from the vectors of an approximate one, which are there."""
    import faiss

    with (folder / "index.faiss").open("wb") as file:  # FAISS itself says nothing where the end does not fit
        faiss.write_index(index._index, faiss.PyCallbackIOWriter(file.write))  # type: ignore[attr-defined]
    write_json(folder / "ids.json", list(index.ids))
    manifest: dict[str, Any] = {
        **lineage,
        "format": FORMAT,
        "fingerprint": index.fingerprint,
        "kind": index.kind.value,
        "films": len(index),
        "dimension": int(index.vectors.shape[1]),
        "faiss": faiss.__version__,
        "sha256": {name: fingerprint_file(folder / name) for name in files_of(index.kind)},
    }
    if isinstance(index, ApproximateIndex):
        manifest["effort"] = index.effort
    if recall is not None:
        manifest["recall"] = asdict(recall)
    write_json(folder / "manifest.json", manifest)


def load_index(folder: Path, name: str) -> MovieIndex:
    """Read an index whose manifest fits ``name``. The vectors of an approximate one stay on disk.

    Raises:
        SearchIndexError: a file is missing or damaged, or the index is of something else.
    """
    manifest = read_manifest(folder)
    if manifest.get("fingerprint") != name:
        raise SearchIndexError(f"{folder}: this index belongs to another model or catalogue.")
    check_files(folder)
    kind = _kind_of(manifest, folder)
    raw = _read_raw(folder / "index.faiss", kind)
    ids = _ids(folder / "ids.json")
    if kind is Kind.EXACT:
        return MovieIndex.of_flat(ids, raw, name)
    effort = manifest.get("effort")
    if not isinstance(effort, int) or effort < 1:
        raise SearchIndexError(f"{folder / 'manifest.json'}: 'effort' is {effort!r}; expected a whole number from 1.")
    return ApproximateIndex(ids, _vectors(folder / VECTORS), name, kind=kind, raw=raw, effort=effort)


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what a saved index says of itself; raises ``SearchIndexError`` where that cannot be read."""
    manifest = read_json(folder / "manifest.json", SearchIndexError)
    if not isinstance(manifest, dict):
        raise SearchIndexError(f"{folder / 'manifest.json'}: expected one JSON object.")
    return manifest


def read_recall(folder: Path) -> Recall | None:
    """Return the recall that was measured when an index was built, ``None`` for an exact one.

    Raises:
        SearchIndexError: the manifest cannot be read.
    """
    row = read_manifest(folder).get("recall")
    try:
        return Recall(**row) if isinstance(row, dict) else None
    except TypeError as reason:
        raise SearchIndexError(f"{folder / 'manifest.json'}: 'recall' is not as it was written ({reason}).") from reason


def files_of(kind: Kind) -> tuple[str, ...]:
    """Return the names of the files, beside the manifest, that an index of a kind has."""
    return FILES if kind is Kind.EXACT else (*FILES, VECTORS)


def check_files(folder: Path) -> None:
    """Hold the files of a saved index against its manifest.

    Raises:
        SearchIndexError: the manifest cannot be read, or a file is missing or not as it was written.
    """
    manifest = read_manifest(folder)
    sums = manifest.get("sha256")
    for file in files_of(_kind_of(manifest, folder)):
        path = folder / file
        if not isinstance(sums, dict) or not path.is_file() or fingerprint_file(path) != sums.get(file):
            raise SearchIndexError(f"{path}: damaged or missing.")


def check_saved(folder: Path) -> None:
    """Raise ``SearchIndexError`` where ``open_index`` would not trust the index in a folder, but build it again."""
    if str(read_manifest(folder).get("fingerprint"))[:NAME_DIGITS] != folder.name:
        raise SearchIndexError(f"{folder}: its manifest is of another index.")
    check_files(folder)


def _kind_of(manifest: dict[str, Any], folder: Path) -> Kind:
    kind = manifest.get("kind", Kind.EXACT.value)  # which an index written before there were kinds is
    try:
        return Kind(kind)
    except ValueError:
        raise SearchIndexError(
            f"{folder / 'manifest.json'}: 'kind' is {kind!r}; expected one of {', '.join(Kind)}."
        ) from None


def _read_raw(path: Path, kind: Kind) -> Any:
    import faiss

    check_layout(path, kind)
    try:
        return faiss.read_index(str(path))
    except RuntimeError as reason:
        raise SearchIndexError(f"{path}: FAISS cannot read it ({str(reason).strip().splitlines()[-1]}).") from reason


def _ids(path: Path) -> tuple[str, ...]:
    ids = read_json(path, SearchIndexError)
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise SearchIndexError(f"{path}: expected a list of film ids.")
    return tuple(ids)


def _vectors(path: Path) -> NDArray[np.float32]:
    try:
        vectors: NDArray[np.float32] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError) as reason:
        raise SearchIndexError(f"{path}: not readable as an array ({reason}).") from reason
    if vectors.ndim != 2 or vectors.dtype != np.float32:
        raise SearchIndexError(f"{path}: {vectors.dtype} of shape {vectors.shape}; expected rows of float32.")
    return vectors
