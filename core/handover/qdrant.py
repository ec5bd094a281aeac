"""Qdrant: a collection of films, as bodies of requests for ``curl`` or written into a server.

A point's id is a UUID made of the film's id, since Qdrant takes no other texts: the same film always has the same,
so a later upload replaces it. See https://qdrant.tech/documentation/concepts/points/.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import HandoverError
from core.fingerprint import canonical_json
from core.handover.needed import in_a_line, needed
from core.handover.rows import Batch, checked_name, numbers

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

COLLECTION_FILE = "collection.json"
KEY = "QDRANT_API_KEY"  # of the environment
FILMS = uuid.UUID("0b9f5a0e-6f3c-5a6c-9d3e-2f6f1d1c7a52")  # the namespace of film ids; any, but always the same


def point_id(movie_id: str) -> str:
    """Return the id of a film's point: a UUID of version 5 (RFC 9562)."""
    return str(uuid.uuid5(FILMS, movie_id))


def settings(dimension: int) -> dict[str, Any]:
    """Return the body of the request that makes the collection.

    The distance is Dot, not Cosine: of unit vectors both are the same, and for Cosine Qdrant would normalise again.
    """
    return {"vectors": {"size": dimension, "distance": "Dot"}}


def write_requests(batches: Iterable[Batch], dimension: int, folder: Path) -> None:
    """Write the bodies of the requests: ``collection.json``, then ``points-00001.json`` and so on."""
    (folder / COLLECTION_FILE).write_text(json.dumps(settings(dimension)) + "\n", encoding="utf-8")
    for number, batch in enumerate(batches, start=1):
        with (folder / f"points-{number:05}.json").open("w", encoding="utf-8") as file:
            file.write('{"points": [\n')
            for position, film in enumerate(zip(batch.ids, batch.vectors, batch.films, strict=True)):
                file.write((",\n" if position else "") + _point(*film))
            file.write("\n]}\n")


def _point(movie_id: str, vector: NDArray[np.float32], film: dict[str, Any]) -> str:
    return f'{{"id": "{point_id(movie_id)}", "vector": [{numbers(vector)}], "payload": {canonical_json(film)}}}'


def upload(batches: Iterable[Batch], collection: str, dimension: int, url: str) -> None:
    """Make a collection on a server and write the films into it; what failed half-way is deleted again.

    The environment variable ``QDRANT_API_KEY`` holds the key where the server wants one.

    Raises:
        HandoverError: qdrant-client is not installed, the collection exists, or the server refuses.
    """
    client_module = needed("qdrant_client")
    try:
        client = client_module.QdrantClient(url=url, api_key=os.environ.get(KEY) or None)
        fill(client, batches, collection, dimension)
    except HandoverError:
        raise
    except Exception as reason:  # of its two transports, each with errors of its own
        raise HandoverError(
            f"Qdrant took no films: {in_a_line(reason)}. Check the address and {KEY}, then try again."
        ) from reason


def fill(client: Any, batches: Iterable[Batch], collection: str, dimension: int) -> None:
    """Make a collection through a client of Qdrant's and write the films into it, batch by batch.

    Raises:
        HandoverError: the collection exists.
    """
    models = needed("qdrant_client.models")
    name = checked_name(collection)
    if client.collection_exists(name):
        raise HandoverError(f"Qdrant has a collection '{name}' already. Name a new one with --collection.")
    client.create_collection(name, vectors_config=models.VectorParams(size=dimension, distance=models.Distance.DOT))
    try:
        for batch in batches:
            ids = [point_id(movie_id) for movie_id in batch.ids]
            points = models.Batch(ids=ids, vectors=batch.vectors.tolist(), payloads=batch.films)
            client.upsert(name, points=points, wait=True)
    except BaseException:
        client.delete_collection(name)
        raise
