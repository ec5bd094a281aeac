"""Exported vectors in Qdrant, through its client's embedded mode: the same films in the same order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.catalog import Catalog
from core.errors import HandoverError
from core.handover import qdrant
from core.handover.rows import batches
from core.handover.stores import Store
from core.handover.vectors import export_index
from core.index import MovieIndex

qdrant_client = pytest.importorskip("qdrant_client", reason="needs requirements-handover.txt")


@pytest.fixture
def client(tmp_path: Path) -> Any:
    client = qdrant_client.QdrantClient(path=str(tmp_path / "qdrant"))
    yield client
    client.close()


def films_found(client: Any, queries: np.ndarray) -> list[list[str]]:
    return [
        [point.payload["movie_id"] for point in client.query_points("films", query=query.tolist(), limit=10).points]
        for query in queries
    ]


def test_the_written_requests_make_a_collection_that_finds_the_same_films_in_the_same_order(
    index: MovieIndex, catalog: Catalog, queries: np.ndarray, found: list[list[str]], client: Any, tmp_path: Path
) -> None:
    export_index(index, catalog, tmp_path / "out", Store.QDRANT, "films", model="m")
    settings = json.loads((tmp_path / "out" / "collection.json").read_text())
    client.create_collection("films", vectors_config=qdrant_client.models.VectorParams(**settings["vectors"]))
    bodies = sorted((tmp_path / "out").glob("points-*.json"))
    assert len(bodies) > 1, "several requests"
    for body in bodies:
        points = [qdrant_client.models.PointStruct(**point) for point in json.loads(body.read_text())["points"]]
        client.upsert("films", points=points)
    assert client.count("films").count == len(catalog)
    assert films_found(client, queries) == found
    payloads = [point.payload for point in client.scroll("films", limit=len(catalog))[0]]
    assert sorted(payloads, key=lambda row: row["movie_id"]) == [movie.row() for movie in catalog]


def test_filling_a_server_finds_the_same_films_in_the_same_order(
    index: MovieIndex, catalog: Catalog, queries: np.ndarray, found: list[list[str]], client: Any
) -> None:
    qdrant.fill(client, batches(index, catalog), "films", index.vectors.shape[1])
    assert films_found(client, queries) == found
    with pytest.raises(HandoverError, match="already"):
        qdrant.fill(client, batches(index, catalog), "films", index.vectors.shape[1])


def test_what_fails_half_way_leaves_no_collection(index: MovieIndex, catalog: Catalog, client: Any) -> None:
    def torn() -> Any:
        yield next(batches(index, catalog))
        raise HandoverError("the catalogue changed")

    with pytest.raises(HandoverError, match="the catalogue changed"):
        qdrant.fill(client, torn(), "films", index.vectors.shape[1])
    assert not client.collection_exists("films")


def test_a_server_that_is_not_there_is_named_and_no_key_is_shown(
    index: MovieIndex, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(qdrant.KEY, "s3cret-key")
    with pytest.raises(HandoverError, match="Check the address") as error:
        qdrant.upload(batches(index, catalog), "films", index.vectors.shape[1], "http://127.0.0.1:9")
    assert "s3cret-key" not in str(error.value)


def test_a_film_has_the_same_point_each_time() -> None:
    assert qdrant.point_id("m1") == qdrant.point_id("m1") != qdrant.point_id("m2")
