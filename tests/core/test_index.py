"""The index finds what NumPy finds, and a saved one is trusted only as far as it fits."""

from __future__ import annotations

import gc
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalog import Catalog, Movie
from core.errors import SearchIndexError
from core.index import Hit, MovieIndex, index_name, load_index, open_index, save_index
from core.models.loading import load_embedder
from core.search import Searcher
from core.workspace import Workspace

Folders = Callable[[str], Path]


def unit(rows: int, dimension: int = 8, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(rows, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def shuffled_ids(count: int, seed: int = 0) -> tuple[str, ...]:
    return tuple(f"m{number:05d}" for number in np.random.default_rng(seed).permutation(count))


def by_sorting(ids: tuple[str, ...], vectors: np.ndarray, query: np.ndarray, k: int) -> list[str]:
    scores = vectors.astype(np.float64) @ query.astype(np.float64)
    return [ids[row] for row in np.lexsort((np.array(ids), -np.round(scores, 5)))[:k]]


def found(hits: list[Hit]) -> list[str]:
    return [hit.movie_id for hit in hits]


@settings(max_examples=60, deadline=None)
@given(
    films=st.integers(1, 120),
    distinct=st.integers(1, 120),
    queries=st.integers(1, 4),
    k=st.integers(1, 150),
    seed=st.integers(0, 10_000),
)
def test_a_search_is_a_sort(films: int, distinct: int, queries: int, k: int, seed: int) -> None:
    """Films repeat vectors, so that many tie, also across the border at ``k``."""
    ids = shuffled_ids(films, seed)
    dice = np.random.default_rng(seed)
    axes = np.concatenate([np.eye(8), -np.eye(8)]).astype(np.float32)  # scores are exact, so ties are ties
    vectors = axes[dice.integers(0, min(distinct, 16), films)]
    wanted = axes[dice.integers(0, 16, queries)]
    hits = MovieIndex(ids, vectors, "x").search(wanted, k)
    for row, query in zip(hits, wanted, strict=True):
        assert found(row) == by_sorting(ids, vectors, query, k)
        assert [hit.rank for hit in row] == list(range(1, min(k, films) + 1))


@pytest.mark.parametrize("dimension", [3, 32, 384, 577])
@pytest.mark.parametrize("queries", [1, 2, 25])
def test_films_with_the_same_vector_tie_wherever_they_stand(dimension: int, queries: int) -> None:
    """Copies of one vector must score alike in every row: blocked arithmetic may round the last rows otherwise."""
    ids = shuffled_ids(301)
    vectors = np.repeat(unit(43, dimension, seed=3), 7, axis=0)
    wanted = unit(queries, dimension, seed=4)
    for row, query in zip(MovieIndex(ids, vectors, "x").search(wanted, 50), wanted, strict=True):
        assert found(row) == by_sorting(ids, vectors, query, 50)


def test_one_query_and_many_find_the_same() -> None:
    index, wanted = MovieIndex(shuffled_ids(500), unit(500, 64), "x"), unit(9, 64, seed=2)
    together = index.search(wanted, 20)
    alone = [index.search(wanted[row : row + 1], 20)[0] for row in range(9)]
    assert together == alone
    for row, query in zip(together, wanted, strict=True):
        expected = [float(index.vectors[index.ids.index(hit.movie_id)] @ query) for hit in row]
        assert np.allclose([hit.score for hit in row], expected, atol=1e-5)


def test_vectors_outlive_the_index_that_holds_them() -> None:
    vectors = MovieIndex(shuffled_ids(500), unit(500, 64), "x").vectors
    gc.collect()
    assert np.array_equal(vectors, unit(500, 64))
    assert not vectors.flags.writeable


def test_more_than_there_are_and_nothing_at_all() -> None:
    index = MovieIndex(("a", "b"), unit(2), "x")
    assert len(index.search(unit(1), 1000)[0]) == 2
    assert index.search(unit(0), 5) == []
    assert MovieIndex((), unit(0), "x").search(unit(2), 5) == [[], []]


@pytest.mark.parametrize("queries", [unit(2, 9), unit(1)[0], np.zeros((0, 3), np.float32)])
def test_queries_of_another_dimension_are_refused(queries: np.ndarray) -> None:
    with pytest.raises(SearchIndexError, match="dimension 8"):
        MovieIndex(("a", "b"), unit(2), "x").search(queries, 1)


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, 3.0])
def test_a_vector_without_unit_length_is_refused_by_name(value: float) -> None:
    vectors = unit(3)
    vectors[1] = value
    with pytest.raises(SearchIndexError, match="film 'b'"):
        MovieIndex(("a", "b", "c"), vectors, "x")


def test_query_vectors_that_are_not_finite_are_refused() -> None:
    queries = unit(2)
    queries[1, 0] = np.nan
    with pytest.raises(SearchIndexError, match="finite"):
        MovieIndex(("a", "b"), unit(2), "x").search(queries, 1)


@pytest.mark.parametrize("ids", [("a", "a"), ("a",), ("a", "b", "c")])
def test_ids_that_do_not_fit_are_refused(ids: tuple[str, ...]) -> None:
    with pytest.raises(SearchIndexError, match="ids"):
        MovieIndex(ids, unit(2), "x")


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    index = MovieIndex(shuffled_ids(50), unit(50), "name")
    save_index(index, tmp_path / "index", {"model": "tiny"})
    loaded = load_index(tmp_path / "index", "name")
    assert loaded.ids == index.ids and loaded.fingerprint == "name"
    assert np.array_equal(loaded.vectors, index.vectors)
    assert loaded.search(unit(3, seed=9), 10) == index.search(unit(3, seed=9), 10)
    manifest = json.loads((tmp_path / "index" / "manifest.json").read_text())
    assert (manifest["model"], manifest["films"], manifest["dimension"]) == ("tiny", 50, 8)


# The index of a catalogue


FILMS = [Movie(f"m{number}", f"Film {number}", overview=f"About {number * 7}.") for number in range(6)]


@pytest.fixture
def embedder(tiny_folder: Folders, workspace: Workspace) -> Any:
    return load_embedder(str(tiny_folder("bert")), workspace, device="cpu")


def folder_of(workspace: Workspace) -> Path:
    (folder,) = [path for path in workspace.indexes.iterdir() if not path.name.startswith(".")]
    return folder


def test_an_index_is_built_once_and_then_opened(
    embedder: Any, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = open_index(embedder, Catalog(FILMS), workspace)
    monkeypatch.setattr(type(embedder), "encode", None)
    opened = open_index(embedder, Catalog(FILMS), workspace)
    assert opened.ids == built.ids == tuple(movie.movie_id for movie in FILMS)
    assert np.array_equal(opened.vectors, built.vectors)


def test_another_catalogue_or_model_has_another_index(
    embedder: Any, tiny_folder: Folders, workspace: Workspace
) -> None:
    other = load_embedder(str(tiny_folder("llama")), workspace, device="cpu")
    names = {index_name(model, Catalog(films)) for model in (embedder, other) for films in (FILMS, FILMS[1:])}
    assert len(names) == 4


def test_an_empty_catalogue_is_refused(embedder: Any, workspace: Workspace) -> None:
    with pytest.raises(SearchIndexError, match="Import one first"):
        open_index(embedder, Catalog([]), workspace)


def remove(name: str) -> Callable[[Path], Any]:
    return lambda folder: (folder / name).unlink()


def write(name: str, text: str) -> Callable[[Path], Any]:
    return lambda folder: (folder / name).write_text(text)


def flip_a_bit(folder: Path) -> None:
    data = bytearray((folder / "index.faiss").read_bytes())
    data[-1] ^= 1
    (folder / "index.faiss").write_bytes(data)


def swap_ids(folder: Path) -> None:
    ids = json.loads((folder / "ids.json").read_text())
    (folder / "ids.json").write_text(json.dumps(ids[::-1]))


def forget_sums(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["sha256"]
    (folder / "manifest.json").write_text(json.dumps(manifest))


def become_foreign(folder: Path) -> None:
    shutil.rmtree(folder)
    save_index(MovieIndex(tuple("abcdef"), unit(6, 32), "of something else"), folder, {})


@pytest.mark.parametrize(
    "damage",
    [
        remove("manifest.json"),
        remove("index.faiss"),
        remove("ids.json"),
        write("manifest.json", "{"),
        write("manifest.json", "[]"),
        write("index.faiss", ""),
        flip_a_bit,
        swap_ids,
        forget_sums,
        become_foreign,
    ],
)
def test_a_damaged_or_foreign_folder_is_built_again(
    embedder: Any, workspace: Workspace, damage: Callable[[Path], Any]
) -> None:
    whole = open_index(embedder, Catalog(FILMS), workspace)
    damage(folder_of(workspace))
    again = open_index(embedder, Catalog(FILMS), workspace)
    assert again.ids == whole.ids and np.array_equal(again.vectors, whole.vectors)
    assert load_index(folder_of(workspace), whole.fingerprint).ids == whole.ids, "the folder was mended"


def test_a_text_finds_the_film_it_tells(embedder: Any, workspace: Workspace) -> None:
    from core.catalog import document_text

    searcher = Searcher(embedder, open_index(embedder, Catalog(FILMS), workspace))
    hits = searcher.search([document_text(movie) for movie in FILMS], 3)
    assert [row[0].movie_id for row in hits] == [movie.movie_id for movie in FILMS]
    assert all(row[0].score == pytest.approx(1.0, abs=1e-5) for row in hits)
