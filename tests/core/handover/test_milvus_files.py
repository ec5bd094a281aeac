"""The Parquet file for Milvus's bulk import; what a Milvus finds in it is tested in tests/integrations."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from handover_films import unit_vectors

from core.catalog import Catalog, Movie
from core.errors import HandoverError
from core.handover import milvus
from core.handover.stores import Store
from core.handover.vectors import export_index
from core.index import MovieIndex


def test_the_file_holds_every_film_in_the_columns_of_the_import(
    index: MovieIndex, catalog: Catalog, tmp_path: Path
) -> None:
    export_index(index, catalog, tmp_path / "out", Store.MILVUS, "films", model="m")
    path = tmp_path / "out" / milvus.FILE
    assert pq.ParquetFile(path).num_row_groups > 1, "written in batches"
    table = pq.read_table(path)
    assert [str(field.type) for field in table.schema] == ["string", "list<element: float>", "string"]
    rows = table.to_pydict()
    assert rows["movie_id"] == list(catalog.ids)
    assert np.array_equal(np.array(rows["vector"], np.float32), index.vectors)
    assert [json.loads(film) for film in rows["film"]] == [movie.row() for movie in catalog]


def test_a_film_that_is_too_long_for_milvus_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    films = Catalog([Movie("m1", "Short"), Movie("m2", "Long", overview="괴" * 30_000)])
    index = MovieIndex(films.ids, unit_vectors(2, 4), "0" * 64)
    with pytest.raises(HandoverError, match=r"'m2'.*65535 bytes"):
        export_index(index, films, tmp_path / "out", Store.MILVUS, "films", model="m")
    assert list(tmp_path.iterdir()) == []
