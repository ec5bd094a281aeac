"""Building encodes only what is new, block by block; the kind that was built is the kind that is searched."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest

from core.catalog import Catalog, Movie, document_text, open_films, save_catalog
from core.errors import SearchIndexError
from core.index import (
    Kind,
    MovieIndex,
    ask_for_kind,
    index_folder,
    index_name,
    kind_for_search,
    open_index,
    read_manifest,
)
from core.models.cache import VectorCache, text_key
from core.search import Searcher
from core.workspace import Workspace

ROOT = Path(__file__).resolve().parents[3]
FILMS = Catalog([Movie(f"m{number:03d}", f"Film {number}", overview=f"About {number * 7}.") for number in range(90)])


class Counting:
    """An embedder whose vectors follow from the text, with the real cache beneath; it keeps what it had to encode."""

    name, documents, dimension, document_fingerprint = "counting", None, 8, "c" * 64

    def __init__(self, folder: Path) -> None:
        self.encoded: list[str] = []
        self.calls: list[int] = []
        self._cache = VectorCache(folder, self.dimension)

    def encode(self, texts: list[str], side: str, progress: Any = None) -> np.ndarray:
        self.calls.append(len(texts))
        keys = [text_key(text) for text in texts]
        known = self._cache.get(keys)
        new = [text for text, vector in zip(texts, known, strict=True) if vector is None]
        self.encoded += new
        if new:
            self._cache.put([text_key(text) for text in new], np.stack([self.vector(text) for text in new]))
        if progress and new:
            progress(len(new), len(new))
        return np.stack([self.vector(text) for text in texts])

    def vector(self, text: str) -> np.ndarray:
        seed = int.from_bytes(text_key(text)[:8], "little")
        vector = np.random.default_rng(seed).normal(size=self.dimension).astype(np.float32)
        return vector / np.linalg.norm(vector)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def counting(workspace: Workspace) -> Counting:
    return Counting(workspace.vectors / "counting")


def opened(counting: Counting, catalog: Any, workspace: Workspace, **options: Any) -> MovieIndex:
    return open_index(cast("Any", counting), catalog, workspace, **options)


@pytest.mark.parametrize("kind", [Kind.EXACT, Kind.HNSW, Kind.IVF])
def test_blocks_come_to_the_same_index(
    kind: Kind, counting: Counting, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.index.building.FILMS_AT_ONCE", 40)
    monkeypatch.setattr("core.index.exact.ROWS_AT_ONCE", 7)
    told: list[tuple[int, int]] = []
    index = opened(counting, FILMS, workspace, kind=kind, progress=lambda *numbers: told.append(numbers))
    assert counting.calls == [40, 40, 10] and told == [(40, 90), (80, 90), (90, 90)]
    assert index.ids == FILMS.ids and index.kind is kind
    assert np.array_equal(index.vectors, np.stack([counting.vector(document_text(film)) for film in FILMS]))
    again = opened(counting, FILMS, workspace, kind=kind)
    assert counting.calls == [40, 40, 10], "the saved one was opened"
    queries = np.stack([counting.vector(text) for text in "abc"])
    assert again.search(queries, 5) == index.search(queries, 5)
    files = {path.name for path in index_folder(cast("Any", counting), FILMS, workspace, kind).iterdir()}
    assert files == {"index.faiss", "ids.json", "manifest.json"} | (set() if kind is Kind.EXACT else {"vectors.npy"})


def test_of_a_changed_catalogue_only_what_changed_is_encoded(counting: Counting, workspace: Workspace) -> None:
    save_catalog(FILMS, workspace)
    with open_films(workspace) as films:
        opened(counting, films, workspace)
    assert len(counting.encoded) == 90
    changed = [
        replace(film, overview="Changed.") if film.movie_id in ("m003", "m050", "m089") else film for film in FILMS
    ]
    save_catalog(Catalog(changed), workspace)
    with open_films(workspace) as films:
        index = opened(counting, films, workspace)
    assert counting.encoded[90:] == [document_text(film) for film in changed if film.overview == "Changed."]
    assert len(counting.encoded) == 93
    assert np.array_equal(index.vectors, np.stack([counting.vector(document_text(film)) for film in changed]))


def test_a_catalogue_on_disk_and_in_memory_share_an_index(counting: Counting, workspace: Workspace) -> None:
    save_catalog(FILMS, workspace)
    built = opened(counting, FILMS, workspace)
    with open_films(workspace) as films:
        assert opened(counting, films, workspace).fingerprint == built.fingerprint
    assert counting.calls == [90]


def test_kinds_lie_beside_each_other_and_comparisons_open_the_exact_one(
    counting: Counting, workspace: Workspace
) -> None:
    embedder = cast("Any", counting)
    names = {index_name(embedder, FILMS, kind) for kind in Kind}
    assert len(names) == 4 and index_name(embedder, FILMS) == index_name(embedder, FILMS, Kind.EXACT)
    opened(counting, FILMS, workspace, kind=Kind.HNSW)
    assert opened(counting, FILMS, workspace).kind is Kind.EXACT
    assert counting.encoded == [document_text(film) for film in FILMS], "vectors are shared"
    row = read_manifest(index_folder(embedder, FILMS, workspace, Kind.HNSW))
    assert row["kind"] == "hnsw" and row["recall"] == {"at_10": 1.0, "at_100": 1.0, "queries": 90}


def test_what_was_asked_for_is_searched_until_it_is_left_to_the_size(counting: Counting, workspace: Workspace) -> None:
    embedder = cast("Any", counting)
    assert kind_for_search(embedder, 90, workspace) is Kind.EXACT
    ask_for_kind(embedder, None, workspace)
    assert not workspace.indexes.exists(), "nothing is written for nothing"
    ask_for_kind(embedder, Kind.HNSW, workspace)
    assert kind_for_search(embedder, 90, workspace) is Kind.HNSW
    ask_for_kind(embedder, None, workspace)
    assert kind_for_search(embedder, 90, workspace) is Kind.EXACT
    assert kind_for_search(embedder, 10**12, workspace) is Kind.IVFPQ
    for content in ("{", "[]", json.dumps({"c" * 64: "lsh"})):
        (workspace.indexes / "kinds.json").write_text(content)
        assert kind_for_search(embedder, 90, workspace) is Kind.EXACT


def test_too_few_films_for_a_kind_leave_nothing_behind(counting: Counting, workspace: Workspace) -> None:
    with pytest.raises(SearchIndexError, match="at least 9,984 films"):
        opened(counting, FILMS, workspace, kind=Kind.IVFPQ)
    assert not counting.encoded and not list(workspace.indexes.glob("*"))


def test_an_approximate_index_serves_a_searcher(counting: Counting, workspace: Workspace) -> None:
    searcher = Searcher(cast("Any", counting), opened(counting, FILMS, workspace, kind=Kind.HNSW))
    assert searcher.search([document_text(FILMS["m007"])], 1)[0][0].movie_id == "m007"


BUILD = """
import sys
from pathlib import Path
import faiss, numpy as np
from core.catalog import open_films, spool
from core.index import building, open_index
from core.workspace import Workspace
spool.CACHE_KIB, building.FILMS_AT_ONCE = 1_024, 512

class Constant:
    name, documents, dimension, document_fingerprint = "constant", None, 32, "c" * 64
    def encode(self, texts, side, progress=None):
        return np.full((len(texts), 32), 32**-0.5, np.float32)

workspace = Workspace(Path(sys.argv[1]))
with open_films(workspace) as films:
    open_index(Constant(), films, workspace)
(most,) = (line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(most)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not tell a process's peak memory")
def test_memory_grows_by_the_index_and_not_by_the_catalogue(tmp_path: Path) -> None:
    """A film of 2 kB takes its vector twice (128 bytes, mapped and in FAISS), its id, and not its text."""
    peaks = []
    for films in (4_000, 14_000):
        path = tmp_path / str(films) / "labels" / "catalog.jsonl"
        path.parent.mkdir(parents=True)
        rows = ({"movie_id": f"f{n:06d}", "title": "Film", "overview": f"{n} " * 300} for n in range(films))
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        command = [sys.executable, "-c", BUILD, str(tmp_path / str(films))]
        done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
        peaks.append(int(done.stdout) * 1024)
    assert (peaks[1] - peaks[0]) / 10_000 < 1_000, peaks
