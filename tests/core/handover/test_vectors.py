"""What all exports of vectors have in common: checked names, new folders, a manifest, a README."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog import Catalog, save_catalog
from core.cli import main
from core.cli.output import state
from core.errors import HandoverError
from core.fingerprint import fingerprint_file
from core.handover.needed import needed
from core.handover.rows import BATCH_BYTES, batches, checked_name, films_in_a_batch, numbers
from core.handover.stores import Store
from core.handover.vector_recipes import recipe
from core.handover.vectors import export_index, upload_index
from core.index import MovieIndex
from core.workspace import Workspace


@pytest.mark.parametrize("store", Store)
def test_the_folder_says_what_it_holds_and_how_to_load_it(
    index: MovieIndex, catalog: Catalog, tmp_path: Path, store: Store
) -> None:
    folder = tmp_path / "out"
    export_index(index, catalog, folder, store, "our_films", model="e5-small")
    manifest = json.loads((folder / "manifest.json").read_text())
    assert (manifest["films"], manifest["dimension"], manifest["collection"]) == (len(catalog), 24, "our_films")
    assert manifest["sha256"] == {name: fingerprint_file(folder / name) for name in manifest["sha256"]}
    assert set(manifest["sha256"]) == {path.name for path in folder.iterdir()} - {"README.md", "manifest.json"}
    assert "our_films" in (folder / "README.md").read_text(encoding="utf-8")
    with pytest.raises(HandoverError, match="exists already"):
        export_index(index, catalog, folder, store, "our_films", model="e5-small")


@pytest.mark.parametrize("name", ["", "films;drop", 'a"b', "1st", "영화", "a b", "a" * 64, "a\n"])
def test_a_name_that_could_be_more_than_a_name_is_refused(
    index: MovieIndex, catalog: Catalog, tmp_path: Path, name: str
) -> None:
    with pytest.raises(HandoverError, match="expected up to 63 letters"):
        export_index(index, catalog, tmp_path / "out", Store.PGVECTOR, name, model="m")
    with pytest.raises(HandoverError, match="expected up to 63 letters"):
        upload_index(index, catalog, "http://127.0.0.1:9", Store.QDRANT, name)
    assert list(tmp_path.iterdir()) == []
    assert checked_name("Films_2") == "Films_2"


def test_batches_are_the_index_in_order_and_of_some_megabytes(index: MovieIndex, catalog: Catalog) -> None:
    parts = list(batches(index, catalog))
    assert [movie_id for part in parts for movie_id in part.ids] == list(index.ids)
    assert np.array_equal(np.concatenate([part.vectors for part in parts]), index.vectors)
    assert len(parts) > 1 and films_in_a_batch(10**9) == 1
    assert BATCH_BYTES < 32_000_000, "what Qdrant takes in one request"


@given(st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1))
def test_a_number_written_out_is_the_same_number(values: list[float]) -> None:
    vector = np.array(values, np.float32)
    assert np.array_equal(np.array([float(text) for text in numbers(vector).split(",")], np.float32), vector)
    assert json.loads(f"[{numbers(vector)}]")


@pytest.mark.parametrize(("dimension", "words"), [(384, "ef_search"), (3072, "halfvec(3072)"), (4096, "no index")])
def test_the_recipe_for_pgvector_fits_the_dimension(dimension: int, words: str) -> None:
    assert words in recipe(Store.PGVECTOR, "films", dimension, 10)


def test_a_package_that_is_absent_is_named_with_the_file_that_installs_it() -> None:
    with pytest.raises(HandoverError, match=r"'no_such_store'.*pip install -r requirements-handover.txt"):
        needed("no_such_store.client")


def test_the_command_writes_the_catalogue_of_the_workspace(
    catalog: Catalog,
    workspace: Workspace,
    tiny_folder: Callable[[str], Path],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    save_catalog(catalog, workspace)
    words = ["index", "export", str(tmp_path / "out"), "--form", "pgvector", "--model", str(tiny_folder("bert"))]
    monkeypatch.setattr(sys, "argv", ["core", "--workspace", str(workspace.root), *words, "--json"])
    monkeypatch.setattr(state, "workspace", workspace)
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    said = json.loads(capsys.readouterr().out)
    assert (said["films"], said["dimension"], said["form"]) == (len(catalog), 32, "pgvector")
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["catalog"] == catalog.fingerprint
