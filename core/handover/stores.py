"""The vector stores that Reelign hands to."""

from __future__ import annotations

from enum import StrEnum


class Store(StrEnum):
    """A vector store, by the name that the command line gives it."""

    QDRANT = "qdrant"
    MILVUS = "milvus"
    PGVECTOR = "pgvector"
