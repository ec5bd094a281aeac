"""A catalogue's index for a vector store: written as files that the store's own tools load, or straight into it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.catalog import Catalog
from core.errors import HandoverError
from core.files import folder_written_aside, write_json, write_text
from core.fingerprint import fingerprint_file
from core.handover import milvus, pgvector, qdrant
from core.handover.rows import batches, checked_name
from core.handover.stores import Store
from core.handover.vector_recipes import recipe

if TYPE_CHECKING:
    from core.index import MovieIndex


def export_index(
    index: MovieIndex, catalog: Catalog, folder: Path, store: Store, collection: str, *, model: str
) -> None:
    """Write the films of an index for a store, with ``README.md``, which says how to load them, and ``manifest.json``.

    Args:
        folder: a new folder; it appears whole or not at all.
        collection: what the collection, or table, is to be called there.
        model: the name of the model, for the manifest.

    Raises:
        HandoverError: the folder exists, the collection's name is no plain word, or the store cannot hold the films.
    """
    if folder.exists():
        raise HandoverError(f"{folder} exists already. Name a new folder.")
    checked_name(collection)
    dimension = int(index.vectors.shape[1])
    rows = batches(index, catalog)
    with folder_written_aside(folder.resolve()) as aside:
        match store:
            case Store.QDRANT:
                qdrant.write_requests(rows, dimension, aside)
            case Store.MILVUS:
                milvus.write_parquet(rows, dimension, aside)
            case Store.PGVECTOR:
                pgvector.write_sql(rows, collection, dimension, aside)
        files = {path.name: fingerprint_file(path) for path in sorted(aside.iterdir())}
        write_text(aside / "README.md", recipe(store, collection, dimension, len(index)))
        manifest = {
            "store": store.value,
            "collection": collection,
            "model": model,
            "catalog": catalog.fingerprint,
            "index": index.fingerprint,
            "films": len(index),
            "dimension": dimension,
            "sha256": files,
        }
        write_json(aside / "manifest.json", manifest)


def upload_index(index: MovieIndex, catalog: Catalog, url: str, store: Store, collection: str) -> None:
    """Write the films of an index into a new collection, or table, of a store.

    Raises:
        HandoverError: the collection exists or its name is no plain word, a package is missing, or the store refuses.
    """
    checked_name(collection)
    dimension = int(index.vectors.shape[1])
    {Store.QDRANT: qdrant.upload, Store.MILVUS: milvus.upload, Store.PGVECTOR: pgvector.upload}[store](
        batches(index, catalog), collection, dimension, url
    )
