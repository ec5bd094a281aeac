"""An index in a folder: vectors, ids and a manifest. It is trusted only as far as its manifest fits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.errors import SearchIndexError
from core.files import folder_written_aside, read_json, write_json
from core.fingerprint import fingerprint_file
from core.index.exact import MovieIndex, held_by

FORMAT = 1
NAME_DIGITS = 16  # of the fingerprint, in the name of the folder
FILES = ("index.faiss", "ids.json")


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
    return MovieIndex(tuple(read_json(folder / "ids.json", SearchIndexError)), held_by(raw), name)


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


def check_saved(folder: Path) -> None:
    """Raise ``SearchIndexError`` where ``open_index`` would not trust the index in a folder, but build it again."""
    if str(read_manifest(folder).get("fingerprint"))[:NAME_DIGITS] != folder.name:
        raise SearchIndexError(f"{folder}: its manifest is of another index.")
    check_files(folder)
