"""Exported vectors in PostgreSQL with pgvector: ``psql`` loads the file, and the same films come in the same order."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from handover_films import unit_vectors

from core.catalog import Catalog, Movie
from core.errors import HandoverError
from core.handover import pgvector
from core.handover.rows import batches, numbers
from core.handover.stores import Store
from core.handover.vectors import export_index
from core.index import MovieIndex

pgserver = pytest.importorskip("pgserver", reason="needs requirements-dev.txt: PostgreSQL with pgvector")
psycopg = pytest.importorskip("psycopg", reason="needs requirements-postgres.txt")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    server = pgserver.get_server(tmp_path_factory.mktemp("pg") / "data", cleanup_mode="delete")
    yield server
    server.cleanup()


@pytest.fixture
def url(server: Any) -> Iterator[str]:
    yield server.get_uri()
    with psycopg.connect(server.get_uri()) as connection:
        connection.execute("DROP TABLE IF EXISTS films")


@pytest.fixture
def load(url: str) -> Callable[[Path], None]:
    """Return a function that loads a file of SQL with ``psql``."""
    psql = Path(pgserver.__file__).parent / "pginstall" / "bin" / "psql"

    def run(path: Path) -> None:
        done = subprocess.run([psql, "-X", "-q", url, "-f", path], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    return run


def films_found(url: str, queries: np.ndarray) -> list[list[str]]:
    """Return the films of each query, found through the index."""
    order = "SELECT movie_id FROM films ORDER BY embedding <#> %s::vector LIMIT 10"
    with psycopg.connect(url) as connection:
        connection.execute("SET enable_seqscan = off")
        connection.execute("SET hnsw.ef_search = 400")
        plan = connection.execute(f"EXPLAIN {order}", [f"[{numbers(queries[0])}]"]).fetchall()
        assert "Index Scan" in str(plan)
        return [
            [movie_id for (movie_id,) in connection.execute(order, [f"[{numbers(query)}]"]).fetchall()]
            for query in queries
        ]


def test_psql_loads_the_file_and_the_same_films_come_in_the_same_order(
    index: MovieIndex,
    catalog: Catalog,
    queries: np.ndarray,
    found: list[list[str]],
    url: str,
    load: Callable[[Path], None],
    tmp_path: Path,
) -> None:
    export_index(index, catalog, tmp_path / "out", Store.PGVECTOR, "films", model="m")
    load(tmp_path / "out" / pgvector.FILE)
    assert films_found(url, queries) == found
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT movie_id, film, embedding::real[] FROM films").fetchall()
    rows.sort()
    assert [(movie_id, film) for movie_id, film, _ in rows] == [(movie.movie_id, movie.row()) for movie in catalog]
    assert np.array_equal(np.array([vector for *_, vector in rows], np.float32), index.vectors), "to the bit"


def test_an_upload_is_the_same_and_an_existing_table_is_left_alone(
    index: MovieIndex, catalog: Catalog, queries: np.ndarray, found: list[list[str]], url: str
) -> None:
    pgvector.upload(batches(index, catalog), "films", index.vectors.shape[1], url)
    assert films_found(url, queries) == found
    with pytest.raises(HandoverError, match="already exists"):
        pgvector.upload(batches(index, catalog), "films", index.vectors.shape[1], url)
    assert films_found(url, queries) == found


def test_what_fails_half_way_leaves_no_table(index: MovieIndex, catalog: Catalog, url: str) -> None:
    def torn() -> Any:
        yield next(batches(index, catalog))
        raise HandoverError("the catalogue changed")

    with pytest.raises(HandoverError, match="the catalogue changed"):
        pgvector.upload(torn(), "films", index.vectors.shape[1], url)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT to_regclass('films')").fetchone() == (None,)


@pytest.mark.parametrize("dimension", [2_001, 4_001])
def test_long_vectors_get_the_index_that_pgvector_has_for_them_or_none(dimension: int) -> None:
    statements = " ".join(pgvector.after("films", dimension))
    assert ("halfvec(2001)" in statements) == (dimension == 2_001)
    assert ("hnsw" in statements) == (dimension == 2_001)


def test_a_character_that_postgresql_cannot_store_names_its_film() -> None:
    films = Catalog([Movie("m1", "a\0b")])
    with pytest.raises(HandoverError, match=r"'m1'.*U\+0000"):
        list(pgvector.lines(batches(MovieIndex(films.ids, unit_vectors(1, 4), "0" * 64), films)))
