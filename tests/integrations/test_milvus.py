"""Exported vectors in Milvus: the bulk file's columns and an upload find the same films in the same order.

Skipped unless REELIGN_MILVUS_URL names a Milvus. Milvus Lite, from an environment of its own since its faiss-cpu does
not go together with faiss-gpu, is one (see requirements-integrations.txt):

    python3 -m venv build/milvus && build/milvus/bin/pip install milvus-lite==3.2.2 pymilvus==3.0.2
    build/milvus/bin/milvus-lite server --data-dir /tmp/films.db --port 19531 &
    REELIGN_MILVUS_URL=http://127.0.0.1:19531 .venv/bin/python -m pytest tests/integrations/test_milvus.py
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from core.catalog import Catalog, Movie
from core.errors import HandoverError
from core.handover import milvus
from core.handover.rows import batches
from core.handover.stores import Store
from core.handover.vectors import export_index
from core.index import MovieIndex

URL = os.environ.get("REELIGN_MILVUS_URL", "")
pymilvus = pytest.importorskip("pymilvus", reason="needs requirements-handover.txt")
pytestmark = pytest.mark.skipif(not URL, reason="needs a Milvus: name it in REELIGN_MILVUS_URL")
FILMS, DIMENSION, QUERIES = 300, 24, 20
COLLECTION = "reelign_test_films"


def unit_vectors(count: int, seed: int) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=(count, DIMENSION)).astype(np.float32)
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return Catalog(
        Movie(f"m{number:03d}", f"'Film' {number} \\ \" 괴물", year=1950 + number % 70, genres=("drama", "horror"))
        for number in range(FILMS)
    )


@pytest.fixture(scope="module")
def index(catalog: Catalog) -> MovieIndex:
    return MovieIndex(catalog.ids, unit_vectors(FILMS, 0), "0" * 64)


@pytest.fixture
def client() -> Iterator[Any]:
    client = pymilvus.MilvusClient(uri=URL)
    client.drop_collection(COLLECTION)
    yield client
    client.drop_collection(COLLECTION)
    client.close()


def assert_same_films(client: Any, index: MovieIndex, catalog: Catalog) -> None:
    queries = unit_vectors(QUERIES, 1)
    found = client.search(
        COLLECTION, data=queries.tolist(), limit=10, search_params={"params": {"ef": 300}}, output_fields=["film"]
    )
    exact = [[hit.movie_id for hit in hits] for hits in index.search(queries, 10)]
    assert [[hit["movie_id"] for hit in hits] for hits in found] == exact
    assert [hit["entity"]["film"] for hit in found[0]] == [catalog[movie_id].row() for movie_id in exact[0]]
    old = client.query(COLLECTION, filter='film["year"] < 1960', output_fields=["movie_id"], limit=FILMS)
    assert {row["movie_id"] for row in old} == {movie.movie_id for movie in catalog if (movie.year or 0) < 1960}


def test_an_upload_finds_the_same_films_in_the_same_order(index: MovieIndex, catalog: Catalog, client: Any) -> None:
    milvus.upload(batches(index, catalog), COLLECTION, DIMENSION, URL)
    client.load_collection(COLLECTION)
    assert_same_films(client, index, catalog)
    with pytest.raises(HandoverError, match="already"):
        milvus.upload(batches(index, catalog), COLLECTION, DIMENSION, URL)


def test_the_columns_of_the_bulk_file_find_the_same_films_in_the_same_order(
    index: MovieIndex, catalog: Catalog, client: Any, tmp_path: Path
) -> None:
    """Through inserts: bulk import itself needs the object storage of a whole Milvus."""
    export_index(index, catalog, tmp_path / "out", Store.MILVUS, COLLECTION, model="m")
    milvus.fill(client, [], COLLECTION, DIMENSION)
    rows = pq.read_table(tmp_path / "out" / milvus.FILE).to_pylist()
    client.insert(COLLECTION, [row | {"film": json.loads(row["film"])} for row in rows])
    client.flush(COLLECTION)
    client.load_collection(COLLECTION)
    assert_same_films(client, index, catalog)


def test_what_fails_half_way_leaves_no_collection(index: MovieIndex, catalog: Catalog, client: Any) -> None:
    def torn() -> Any:
        yield next(batches(index, catalog))
        raise HandoverError("the catalogue changed")

    with pytest.raises(HandoverError, match="the catalogue changed"):
        milvus.fill(client, torn(), COLLECTION, DIMENSION)
    assert not client.has_collection(COLLECTION)
