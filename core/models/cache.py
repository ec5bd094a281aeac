"""Vectors kept on disk by what they were made from, so that no text is ever encoded twice by the same embedder."""

from __future__ import annotations

import hashlib
import logging
import os
import threading
import uuid
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError
from core.files import read_json, write_json, writing

log = logging.getLogger(__name__)

KEY_BYTES = 16
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
    """

    def __init__(self, folder: Path, dimension: int, model: str = "") -> None:
        self.folder = folder
        self.dimension = dimension
        self._model = model
        self._vectors: dict[bytes, NDArray[np.float32]] = {}
        self._read: set[str] = set()
        self._lock = threading.Lock()

    def get(self, keys: Sequence[bytes]) -> list[NDArray[np.float32] | None]:
        """Return the vector of each key, ``None`` where it is not known yet."""
        with self._lock:
            self._refresh()
            self._say_whose()
            return [self._vectors.get(key) for key in keys]

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
            self._vectors.update(zip(keys, vectors, strict=True))

    def _refresh(self) -> None:
        for path in sorted(self.folder.glob("[!.]*.npz")):
            if path.name in self._read:
                continue
            self._read.add(path.name)
            try:
                keys, vectors = read_shard(path, self.dimension)
            except ModelError as reason:
                log.warning("%s It is set aside, and its texts are encoded again.", reason)
                with suppress(FileNotFoundError):  # another process was quicker
                    path.rename(path.with_suffix(DAMAGED))
                continue
            self._vectors.update((key.tobytes(), vector) for key, vector in zip(keys, vectors, strict=True))

    def _say_whose(self) -> None:
        """Add the model's name to the folder's, once: one embedder may go by several."""
        if not self._model or not self.folder.is_dir():
            return
        names = whose(self.folder)
        if self._model not in names:
            with suppress(OSError):  # a folder that cannot be written is read all the same
                write_json(self.folder / ABOUT, {"models": [*names, self._model]})
        self._model = ""


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
