"""Seeing that a FAISS file is of one kind, and of nothing else, before FAISS reads it.

FAISS's format nests indexes within indexes, and an inverted file may name another file, which FAISS then opens for
writing (``OnDiskInvertedLists``). The fields are those that ``faiss/impl/index_write.cpp`` writes.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any, BinaryIO

from core.errors import SearchIndexError
from core.index.kinds import Kind

FLAT = b"IxFI"  # by inner product
FIRST = {Kind.EXACT: FLAT, Kind.HNSW: b"IHNf", Kind.IVF: b"IwFl", Kind.IVFPQ: b"IwPQ"}
LISTS = b"ilar"  # inverted lists in the file itself
INNER_PRODUCT = 0
GRAPH_ITEMS = (8, 4, 4, 8, 4)  # bytes: chances of levels, neighbours by level, levels, offsets, neighbours
GRAPH_NUMBERS = 5  # entry point, highest level, width of building and of searching, beam


def check_layout(path: Path, kind: Kind) -> None:
    """Walk through the fields of a FAISS file as far as its last part begins.

    Raises:
        SearchIndexError: a part is not the one that an index of ``kind`` has there, or the file ends before it.
    """
    with path.open("rb") as file:
        walk = _Walk(path, file, kind)
        walk.expect(FIRST[kind])
        walk.header()
        if kind is Kind.HNSW:
            for size in GRAPH_ITEMS:
                walk.items(size)
            walk.take(f"<{GRAPH_NUMBERS}i")
            walk.flat()
        elif kind is not Kind.EXACT:
            walk.take("<QQ")  # cells, and how many are looked at
            walk.flat()
            if walk.take("<bQ") != (0, 0):
                raise walk.misfit("a map of its rows")
            if kind is Kind.IVFPQ:
                walk.take("<?QQQQ")  # by residual, bytes a code; dimension, codes and bits of the quantizer
                walk.items(4)
            walk.expect(LISTS)


class _Walk:
    def __init__(self, path: Path, file: BinaryIO, kind: Kind) -> None:
        self.path, self.file, self.kind = path, file, kind

    def take(self, fields: str) -> tuple[Any, ...]:
        data = self.file.read(struct.calcsize(fields))
        if len(data) < struct.calcsize(fields):
            raise SearchIndexError(f"{self.path}: ends before an index of kind '{self.kind}' does.")
        return struct.unpack(fields, data)

    def items(self, size: int) -> None:
        """Step over a count and so many items."""
        (count,) = self.take("<Q")
        if count > os.fstat(self.file.fileno()).st_size:
            raise SearchIndexError(f"{self.path}: ends before an index of kind '{self.kind}' does.")
        self.file.seek(count * size, os.SEEK_CUR)

    def expect(self, sign: bytes) -> None:
        (found,) = self.take("4s")
        if found != sign:
            raise self.misfit(f"{found!r} in place of {sign!r}")

    def header(self) -> None:
        """Step over dimension, count, two unused numbers, whether it is trained; see that it is by inner product."""
        if self.take("<iqqq?i")[-1] != INNER_PRODUCT:
            raise self.misfit("another measure than the inner product")

    def flat(self) -> None:
        """Step over a flat index."""
        self.expect(FLAT)
        self.header()
        self.items(4)

    def misfit(self, found: str) -> SearchIndexError:
        return SearchIndexError(f"{self.path}: holds {found}; an index of kind '{self.kind}' does not.")
