"""Vectors kept on disk by what they were made from, so that no text is ever encoded twice by the same embedder."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import uuid
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from core.files import read_json, write_json, writing
from core.models.key_table import KEY_BYTES, KeyTable

log = logging.getLogger(__name__)

ABOUT = "about.json"
DAMAGED = ".damaged"


def text_key(text: str) -> bytes:
    """Return the key of a text as the model sees it (prompt included)."""
    return hashlib.sha256(text.encode()).digest()[:KEY_BYTES]


class VectorCache:
    """The vectors of one embedder: a folder of immutable shards, each written aside and renamed.

    The folder is named by the embedder's fingerprint (weights, adapter, pooling, length), the key inside it is the
    prompted text; together they are everything a vector depends on. A damaged shard is set aside and its texts are
    encoded again. Beside the shards ``about.json`` says by which names the embedder has gone, so that people can tell
    whose vectors these are.

    In memory are the keys and where their vectors lie (24 bytes a key). Each shard is read whole once, to see that it
    is sound; after that only the vectors that are asked for are read.
    """

    def __init__(self, folder: Path, dimension: int, model: str = "") -> None:
        self.folder = folder
        self.dimension = dimension
        self._model = model
        self._places = KeyTable()
        self._shards: list[tuple[Path, int | None]] = []  # and at which byte its vectors begin
        self._read: set[str] = set()
        self._lock = threading.Lock()

    def get(self, keys: Sequence[bytes]) -> list[NDArray[np.float32] | None]:
        """Return the vector of each key, ``None`` where it is not known yet."""
        with self._lock:
            self._refresh()
            self._say_whose()
            return self._vectors_of(keys)

    def put(self, keys: Sequence[bytes], vectors: NDArray[np.float32]) -> None:
        """Keep new vectors, (len(keys), dimension), as one more shard.

        Raises:
            StorageError: the disk is full, or the folder may not be written.
        """
        if not len(keys):
            return
        name = f"{uuid.uuid4().hex}.npz"
        aside = self.folder / f".{name}"
        with writing(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
            try:
                with aside.open("wb") as file:
                    np.savez(file, keys=np.frombuffer(b"".join(keys), np.uint8).reshape(-1, KEY_BYTES), vectors=vectors)
                    file.flush()
                    os.fsync(file.fileno())
                aside.rename(self.folder / name)
            except BaseException:
                aside.unlink(missing_ok=True)
                raise
        with self._lock:
            self._say_whose()
            self._read.add(name)
            self._know(self.folder / name, np.frombuffer(b"".join(keys), np.uint8).reshape(-1, KEY_BYTES))

    def _refresh(self) -> None:
        for path in sorted(self.folder.glob("[!.]*.npz")):
            if path.name in self._read:
                continue
            self._read.add(path.name)
            try:
                keys, _ = read_shard(path, self.dimension)
            except ModelError as reason:
                _set_aside(path, reason)
                continue
            self._know(path, keys)

    def _know(self, path: Path, keys: NDArray[np.uint8]) -> None:
        self._places.add(keys, len(self._shards))
        self._shards.append((path, _start_of_vectors(path, len(keys), self.dimension)))

    def _vectors_of(self, keys: Sequence[bytes]) -> list[NDArray[np.float32] | None]:
        found: list[NDArray[np.float32] | None] = [None] * len(keys)
        wanted: dict[int, list[tuple[int, int]]] = {}
        for position, place in enumerate(self._places.places(keys)):
            if place is not None:
                wanted.setdefault(place[0], []).append((place[1], position))
        for shard, rows in wanted.items():
            path, start = self._shards[shard]
            try:
                vectors = _rows_of(path, start, self.dimension, [row for row, _ in rows])
            except ModelError as reason:
                self._places.forget(shard)
                _set_aside(path, reason)
                continue
            for (_, position), vector in zip(rows, vectors, strict=True):
                found[position] = vector
        return found

    def _say_whose(self) -> None:
        """Add the model's name to the folder's, once: one embedder may go by several."""
        if not self._model or not self.folder.is_dir():
            return
        names = whose(self.folder)
        if self._model not in names:
            with suppress(OSError):  # a folder that cannot be written is read all the same
                write_json(self.folder / ABOUT, {"models": [*names, self._model]})
        self._model = ""


def _set_aside(path: Path, reason: ModelError) -> None:
    log.warning("%s It is set aside, and its texts are encoded again.", reason)
    with suppress(FileNotFoundError):  # another process was quicker
        path.rename(path.with_suffix(DAMAGED))


def _start_of_vectors(path: Path, rows: int, dimension: int) -> int | None:
    """Return the byte of a shard at which its vectors begin, ``None`` where they are not plain rows of float32."""
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            member = archive.getinfo("vectors.npy")
            file.seek(member.header_offset)
            header = file.read(30)  # of the archive's entry: its last fields are the lengths of two texts after it
            file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), os.SEEK_CUR)
            major, _ = np.lib.format.read_magic(file)
            read = np.lib.format.read_array_header_1_0 if major == 1 else np.lib.format.read_array_header_2_0
            shape, by_columns, dtype = read(file)
            plain = member.compress_type == zipfile.ZIP_STORED and dtype == np.dtype("<f4") and not by_columns
            return file.tell() if plain and shape == (rows, dimension) else None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None


def _rows_of(path: Path, start: int | None, dimension: int, rows: Sequence[int]) -> NDArray[np.float32]:
    """Return a copy of some rows of a shard, reading no others where it is known at which byte they begin.

    Raises:
        ModelError: the shard is gone or has been damaged since.
    """
    if start is None:
        return read_shard(path, dimension)[1][rows].astype(np.float32, copy=False)
    try:
        mapped = np.memmap(path, np.dtype("<f4"), "r", start, (max(rows) + 1, dimension))
    except (OSError, ValueError) as reason:
        raise ModelError(f"Vector shard {path} is damaged ({reason}).") from reason
    vectors: NDArray[np.float32] = np.array(mapped[rows])
    if not np.isfinite(vectors).all():
        raise ModelError(f"Vector shard {path} is damaged (values that are not finite).")
    return vectors


def read_shard(path: Path, dimension: int | None = None) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Return the keys and vectors of one shard.

    Raises:
        ModelError: it is damaged, or its vectors are not of ``dimension``.
    """
    try:
        with np.load(path, allow_pickle=False) as shard:
            keys, vectors = shard["keys"], shard["vectors"]
        if vectors.ndim != 2 or vectors.shape != (len(keys), dimension or vectors.shape[1]):
            raise ValueError(f"unexpected shape {vectors.shape}")
        if not np.isfinite(vectors).all():
            raise ValueError("values that are not finite")
    except Exception as reason:  # numpy raises many kinds for a damaged archive
        raise ModelError(f"Vector shard {path} is damaged ({reason}).") from reason
    return keys, vectors


def whose(folder: Path) -> list[str]:
    """Return the names of the models whose vectors a folder keeps; none where it does not say."""
    try:
        names = read_json(folder / ABOUT, ModelError)["models"]
    except (ModelError, KeyError, TypeError):
        return []
    return [str(name) for name in names] if isinstance(names, list) else []
