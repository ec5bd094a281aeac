"""Milvus: a collection of films, as Parquet for its bulk import or written into a server.

Columns as Milvus's import wants them: the id as text, the vector as a list of float32, the film's fields as JSON
text, which becomes a field of type JSON (``film["year"] >= 2000`` in a filter). See
https://milvus.io/docs/prepare-source-data.md.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core.errors import HandoverError
from core.fingerprint import canonical_json
from core.handover.needed import in_a_line, needed
from core.handover.rows import Batch, checked_name
from core.quoting import quoted

FILE = "films.parquet"
TOKEN = "MILVUS_TOKEN"  # of the environment: an API key, or user:password
MOST_DIMENSIONS = 32_768
MOST_BYTES = 65_535  # of an id, and of a film's fields


def write_parquet(batches: Iterable[Batch], dimension: int, folder: Path) -> None:
    """Write ``films.parquet``, one row group a batch.

    Raises:
        HandoverError: Milvus takes no vectors so long, or a film's texts are too long for it.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    check_dimension(dimension)
    schema = pa.schema([("movie_id", pa.string()), ("vector", pa.list_(pa.float32())), ("film", pa.string())])
    with pq.ParquetWriter(folder / FILE, schema) as writer:
        for batch in batches:
            flat = pa.array(batch.vectors.reshape(-1))
            ends = pa.array(range(0, len(flat) + 1, dimension), pa.int32())
            vectors = pa.ListArray.from_arrays(ends, flat)
            writer.write_table(pa.table([pa.array(batch.ids), vectors, pa.array(fields(batch))], schema=schema))


def fields(batch: Batch) -> list[str]:
    """Return the fields of each film as JSON text.

    Raises:
        HandoverError: an id or the fields of a film are longer than Milvus takes.
    """
    texts = [canonical_json(film) for film in batch.films]
    for movie_id, text in zip(batch.ids, texts, strict=True):
        if max(len(movie_id.encode()), len(text.encode())) > MOST_BYTES:
            raise HandoverError(
                f"Film {quoted(movie_id)}: its id or its fields are over {MOST_BYTES} bytes, the most that Milvus "
                "takes. Shorten its synopsis in the catalogue, then try again."
            )
    return texts


def check_dimension(dimension: int) -> None:
    """Raise ``HandoverError`` where Milvus takes no vectors of this dimension."""
    if not 2 <= dimension <= MOST_DIMENSIONS:
        raise HandoverError(f"Vectors of {dimension} dimensions: Milvus takes 2 to {MOST_DIMENSIONS}.")


def upload(batches: Iterable[Batch], collection: str, dimension: int, url: str) -> None:
    """Make a collection on a server, write the films into it and load it; what failed half-way is deleted again.

    The environment variable ``MILVUS_TOKEN`` holds the token where the server wants one.

    Raises:
        HandoverError: pymilvus is not installed, the collection exists, a film is too long, or the server refuses.
    """
    pymilvus = needed("pymilvus")
    check_dimension(dimension)
    try:
        client = pymilvus.MilvusClient(uri=url, token=os.environ.get(TOKEN, ""))
        try:
            fill(client, batches, collection, dimension)
        finally:
            client.close()
    except pymilvus.MilvusException as reason:
        raise HandoverError(
            f"Milvus took no films: {in_a_line(reason)}. Check the address and {TOKEN}, then try again."
        ) from reason


def fill(client: Any, batches: Iterable[Batch], collection: str, dimension: int) -> None:
    """Make a collection through a ``MilvusClient``, write the films into it, batch by batch, and index them.

    Raises:
        HandoverError: the collection exists, or a film is too long.
    """
    types = needed("pymilvus").DataType
    name = checked_name(collection)
    if client.has_collection(name):
        raise HandoverError(f"Milvus has a collection '{name}' already. Name a new one with --collection.")
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("movie_id", types.VARCHAR, is_primary=True, max_length=MOST_BYTES)
    schema.add_field("vector", types.FLOAT_VECTOR, dim=dimension)
    schema.add_field("film", types.JSON)
    graph = client.prepare_index_params()
    graph.add_index("vector", index_type="HNSW", metric_type="IP", params={"M": 16, "efConstruction": 200})
    client.create_collection(name, schema=schema, index_params=graph)
    try:
        for batch in batches:
            fields(batch)  # says which film is too long
            rows = zip(batch.ids, batch.vectors.tolist(), batch.films, strict=True)
            client.insert(name, [dict(zip(("movie_id", "vector", "film"), row, strict=True)) for row in rows])
        client.flush(name)
    except BaseException:
        client.drop_collection(name)
        raise
