"""Approximate indexes propose, whole vectors decide; what they miss is measured; no foreign file is read."""

from __future__ import annotations

import json
from pathlib import Path

import faiss
import numpy as np
import pytest

from core.errors import SearchIndexError
from core.fingerprint import fingerprint_file
from core.index import ApproximateIndex, Kind, MovieIndex, Recall, load_index, read_recall, save_index
from core.index.approximate import build_raw
from core.index.recall import exact_rows, measure, recall_at

APPROXIMATE = [Kind.HNSW, Kind.IVF, Kind.IVFPQ]
FILMS = 10_000
IDS = tuple(f"m{number:05d}" for number in np.random.default_rng(5).permutation(FILMS))


def unit(rows: int, seed: int = 0) -> np.ndarray:
    """Vectors of 16 numbers around 100 centres."""
    dice = np.random.default_rng(seed)
    vectors = np.random.default_rng(99).normal(size=(100, 16))[dice.integers(0, 100, rows)]
    vectors = (vectors + 0.5 * dice.normal(size=(rows, 16))).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


VECTORS = unit(FILMS)


@pytest.fixture(scope="module", params=APPROXIMATE)
def index(request: pytest.FixtureRequest) -> ApproximateIndex:
    kind: Kind = request.param
    return ApproximateIndex(IDS, VECTORS, "name", kind=kind, raw=build_raw(kind, VECTORS), effort=16)


def by_hand(query: np.ndarray, k: int) -> list[tuple[str, float]]:
    """The best films by scoring and sorting all."""
    scored = sorted(zip((-(VECTORS.astype(float) @ query)).tolist(), IDS, strict=True))
    return [(film, -score) for score, film in scored[:k]]


def test_most_of_what_sorting_all_finds_is_found_with_its_very_scores(index: ApproximateIndex) -> None:
    queries = unit(10, seed=1)
    shares = []
    for hits, query in zip(index.search(queries, 10), queries, strict=True):
        exact = by_hand(query, 10)
        scores = dict(by_hand(query, FILMS))
        assert [hit.rank for hit in hits] == list(range(1, 11))
        assert all(hit.score == pytest.approx(scores[hit.movie_id], abs=1e-5) for hit in hits)
        assert [-hit.score for hit in hits] == sorted(-hit.score for hit in hits)
        shares.append(len({hit.movie_id for hit in hits} & {film for film, _ in exact}) / 10)
    assert np.mean(shares) > 0.8


def test_one_query_and_many_find_the_same(index: ApproximateIndex) -> None:
    queries = unit(5, seed=2)
    assert index.search(queries, 7) == [index.search(queries[row : row + 1], 7)[0] for row in range(5)]


def test_the_measured_recall_is_what_counting_gives(index: ApproximateIndex) -> None:
    measured = measure(index)
    sample = np.sort(np.random.default_rng(1).choice(FILMS, 200, replace=False))
    shares: dict[int, list[float]] = {10: [], 100: []}
    for row in sample:
        exact = [film for film, _ in by_hand(VECTORS[row], 101) if film != IDS[row]]
        hits = index.search(VECTORS[row : row + 1], 101)[0]
        found = [hit.movie_id for hit in hits if hit.movie_id != IDS[row]]
        for k, kept in shares.items():
            kept.append(sum(film in exact[:k] for film in found[:k]) / k)
    assert measured == Recall(*(pytest.approx(np.mean(kept)) for kept in shares.values()), 200)  # type: ignore[arg-type]
    assert measured.at_10 >= 0.95


def test_effort_is_raised_until_enough_is_found() -> None:
    noise = np.random.default_rng(3).normal(size=(FILMS, 16)).astype(np.float32)  # without centres: hard for cells
    noise /= np.linalg.norm(noise, axis=1, keepdims=True)
    index = ApproximateIndex(IDS, noise, "x", kind=Kind.IVF, raw=build_raw(Kind.IVF, noise), effort=1)
    assert measure(index).at_10 > 0.9 and index.effort in (32, 64)


def test_recall_counts_by_hand() -> None:
    assert recall_at([["a", "b"], ["x"]], [["b", "c"], ["x", "y"]], 2) == 0.5
    assert recall_at([["a"]], [["a", "b"]], 1) == 1.0


def test_exact_rows_are_a_sort_whatever_the_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    queries = unit(4, seed=6)
    wanted = np.argsort(-(queries @ VECTORS.T), axis=1)[:, :25]
    for block in (10, 24, 9_999, 20_000):
        monkeypatch.setattr("core.index.recall.ROWS_AT_ONCE", block)
        assert np.array_equal(exact_rows(VECTORS, queries, 25), wanted)


def test_a_few_films_are_indexed_and_measured_too() -> None:
    for kind in (Kind.HNSW, Kind.IVF):
        for films in (1, 2, 50):
            vectors = unit(films)
            index = ApproximateIndex(IDS[:films], vectors, "x", kind=kind, raw=build_raw(kind, vectors), effort=1)
            measured = measure(index)
            assert measured == Recall(1.0, 1.0, films)
            assert len(index.search(vectors[:1], 100)[0]) == films


# Saved


def test_what_was_saved_is_loaded_with_its_recall_and_vectors_on_disk(index: ApproximateIndex, tmp_path: Path) -> None:
    save_index(index, tmp_path / "i", {"model": "tiny"}, Recall(0.97, 0.9, 200))
    loaded = load_index(tmp_path / "i", "name")
    assert isinstance(loaded, ApproximateIndex) and isinstance(loaded.vectors, np.memmap)
    assert (loaded.kind, loaded.effort, loaded.ids) == (index.kind, index.effort, index.ids)
    assert loaded.search(unit(3, seed=4), 10) == index.search(unit(3, seed=4), 10)
    assert read_recall(tmp_path / "i") == Recall(0.97, 0.9, 200)


def manifest(folder: Path, **changes: object) -> None:
    """Change the manifest, with sums that fit: what one who can write the folder could do."""
    row = json.loads((folder / "manifest.json").read_text()) | changes
    row["sha256"] = {name: fingerprint_file(folder / name) for name in row["sha256"]}
    (folder / "manifest.json").write_text(json.dumps(row))


def test_a_file_of_another_kind_is_not_given_to_faiss(
    index: ApproximateIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "i"
    save_index(index, folder, {})
    for foreign in (faiss.IndexIDMap(faiss.IndexFlatIP(16)), faiss.IndexLSH(16, 8), faiss.IndexShards(16)):
        if isinstance(foreign, faiss.IndexShards):
            foreign.add_shard(faiss.IndexFlatIP(16))
            (folder / "index.faiss").write_bytes(b"IxSh" + bytes(100))
        else:
            faiss.write_index(foreign, str(folder / "index.faiss"))
        manifest(folder)
        with monkeypatch.context() as patch:
            patch.setattr(faiss, "read_index", None)
            with pytest.raises(SearchIndexError, match=f"holds b.*an index of kind '{index.kind}' does not"):
                load_index(folder, "name")


@pytest.mark.parametrize("kind", [Kind.IVF, Kind.IVFPQ])
def test_a_file_that_names_another_file_is_not_given_to_faiss(
    kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "i"
    raw = build_raw(kind, VECTORS)
    save_index(ApproximateIndex(IDS, VECTORS, "name", kind=kind, raw=raw, effort=1), folder, {})
    lists = faiss.OnDiskInvertedLists(raw.nlist, raw.code_size, str(tmp_path / "lists"))
    raw.replace_invlists(lists)
    faiss.write_index(raw, str(folder / "index.faiss"))
    manifest(folder)
    monkeypatch.setattr(faiss, "read_index", None)
    with pytest.raises(SearchIndexError, match="holds b'ilod' in place of b'ilar'"):
        load_index(folder, "name")


def test_an_index_within_is_looked_at_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "i"
    raw = build_raw(Kind.IVF, VECTORS)
    save_index(ApproximateIndex(IDS, VECTORS, "name", kind=Kind.IVF, raw=raw, effort=1), folder, {})
    other = faiss.index_factory(16, "IVF64_HNSW8,Flat", faiss.METRIC_INNER_PRODUCT)
    other.train(VECTORS)
    other.add(VECTORS)
    faiss.write_index(other, str(folder / "index.faiss"))
    manifest(folder)
    monkeypatch.setattr(faiss, "read_index", None)
    with pytest.raises(SearchIndexError, match=r"holds b'IHN.' in place of b'IxFI'"):
        load_index(folder, "name")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"kind": "lsh"}, "expected one of exact, hnsw, ivf, ivfpq"),
        ({"kind": "exact"}, "an index of kind 'exact' does not"),
        ({"effort": 0}, "expected a whole number from 1"),
        ({"effort": "16"}, "expected a whole number from 1"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(
    changes: dict[str, object], told: str, index: ApproximateIndex, tmp_path: Path
) -> None:
    save_index(index, tmp_path / "i", {})
    manifest(tmp_path / "i", **changes)
    with pytest.raises(SearchIndexError, match=told):
        load_index(tmp_path / "i", "name")


@pytest.mark.parametrize("name", ["vectors.npy", "index.faiss", "ids.json"])
def test_a_damaged_file_is_named(name: str, index: ApproximateIndex, tmp_path: Path) -> None:
    save_index(index, tmp_path / "i", {})
    path = tmp_path / "i" / name
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(SearchIndexError, match=f"{name}: damaged or missing"):
        load_index(tmp_path / "i", "name")
    manifest(tmp_path / "i")
    with pytest.raises(SearchIndexError):
        load_index(tmp_path / "i", "name")


def test_vectors_that_pickle_are_refused(index: ApproximateIndex, tmp_path: Path) -> None:
    save_index(index, tmp_path / "i", {})
    np.save(tmp_path / "i" / "vectors.npy", np.array([object()], dtype=object), allow_pickle=True)
    manifest(tmp_path / "i")
    with pytest.raises(SearchIndexError, match=r"vectors.npy: not readable as an array"):
        load_index(tmp_path / "i", "name")


def test_an_exact_index_from_before_there_were_kinds_is_read(tmp_path: Path) -> None:
    save_index(MovieIndex(("a", "b"), VECTORS[:2], "name"), tmp_path / "i", {})
    row = json.loads((tmp_path / "i" / "manifest.json").read_text())
    del row["kind"]
    (tmp_path / "i" / "manifest.json").write_text(json.dumps(row))
    loaded = load_index(tmp_path / "i", "name")
    assert loaded.kind is Kind.EXACT and loaded.ids == ("a", "b") and read_recall(tmp_path / "i") is None
