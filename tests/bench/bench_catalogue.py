"""How much memory, time and disk a big catalogue takes to import and to index, and what each kind of index finds.

    env OMP_NUM_THREADS=2 .venv/bin/python tests/bench/bench_catalogue.py --films 10000 100000

Real are the import of a JSON Lines file (written here, with synopses of made-up words), the reading of the catalogue,
the index, and the search. Not real are the vectors: encoding a million films takes a day and more on two cores, so an
embedder stands in that gives each film a unit vector around one of many centres, of e5-small's shape (384 numbers)
but spread over 32 directions only, as the vectors of texts are over few of theirs.
Recall on such vectors says how an index behaves, not how a model does. Import and each index run in a process of
their own, whose peak memory (RSS, as the kernel counts it) is shown; mapped files that the kernel could drop count
in it. ``before`` is what the process takes with its libraries loaded and no film read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, cast

import numpy as np

from core.catalog import import_file, load_catalog, open_films
from core.files import size_of
from core.index import Kind, MovieIndex, index_folder, open_index, read_manifest
from core.index.kinds import bytes_in_memory, cells_of
from core.workspace import Workspace

DIMENSION = 384
FILMS_A_CENTRE = 200
SPREAD = 0.7  # of the noise around a centre: the films of two centres overlap
DIRECTIONS = 32
QUERIES = 100
MEGABYTE = 1e6
ID_BYTES = 60 + 8 + 35  # of an id of ten letters, its place in a tuple, and in the set that checks for doubles
NAMES = {"import": "catalog import", "held": "held whole (pages)"}
HEADER = (
    "      films what                   before  peak MB  B a film   seconds   disk MB     @10    @100 ms/search  effort"
)
WORDS = [hashlib.sha256(str(number).encode()).hexdigest()[:7] for number in range(5_000)]


def write_films(path: Path, films: int) -> None:
    """Write films whose texts are as long as TMDB's (a synopsis of 50 words on average)."""
    dice = np.random.default_rng(0)
    with path.open("w", encoding="utf-8") as file:
        for number in dice.permutation(films):
            words = [WORDS[place] for place in dice.integers(0, len(WORDS), 20 + int(dice.integers(0, 60)))]
            row = {"movie_id": f"f{number:09d}", "title": " ".join(words[:3]), "year": 1900 + int(number) % 120}
            row |= {"director": [words[3]], "cast": words[4:8], "genres": [words[8]], "overview": " ".join(words[9:])}
            file.write(json.dumps(row) + "\n")


class Standin:
    """An embedder's shape without its work: the vector of a text follows from its hash."""

    name, documents, dimension, document_fingerprint = "stand-in", None, DIMENSION, "5" * 64

    def __init__(self, films: int) -> None:
        self.centres = max(1, films // FILMS_A_CENTRE)
        self.directions = np.random.default_rng(7).standard_normal((DIRECTIONS, DIMENSION), np.float32)

    def encode(self, texts: list[str], side: str, progress: Any = None) -> np.ndarray:
        places = np.empty((len(texts), DIRECTIONS), np.float32)
        for row, text in enumerate(texts):
            number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")
            places[row] = _normal(number % self.centres) + SPREAD * _normal(number)
        vectors = places @ self.directions
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _normal(seed: int) -> np.ndarray:
    return np.random.Generator(np.random.SFC64(seed)).standard_normal(DIRECTIONS, np.float32)


def peak() -> float:
    """Return the most memory that this process has taken, in MB; of its own, not of the one that started it."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1]) * 1024 / MEGABYTE


def measure_import(folder: Path) -> dict[str, Any]:
    before, started = peak(), time.monotonic()
    import_file(folder / "films.jsonl", Workspace(folder))
    return {"before": before, "peak": peak(), "seconds": time.monotonic() - started}


def measure_held(folder: Path) -> dict[str, Any]:
    before, started = peak(), time.monotonic()
    load_catalog(Workspace(folder))
    return {"before": before, "peak": peak(), "seconds": time.monotonic() - started}


def measure_index(folder: Path, films: int, kind: Kind) -> dict[str, Any]:
    import faiss

    faiss.omp_set_num_threads(os.cpu_count() or 1)
    workspace, embedder = Workspace(folder), cast("Any", Standin(films))
    embedder.encode(["a"], "document")
    before, started = peak(), time.monotonic()
    with open_films(workspace) as catalog:
        index = open_index(embedder, catalog, workspace, kind=kind)
        seconds, most = time.monotonic() - started, peak()
        saved = index_folder(embedder, catalog, workspace, kind)
    manifest = read_manifest(saved)
    result = {"before": before, "peak": most, "seconds": seconds, "disk": size_of(saved) / MEGABYTE}
    return result | {"recall": manifest.get("recall"), "effort": manifest.get("effort"), "search": _seconds_of(index)}


def _seconds_of(index: MovieIndex) -> float:
    """Return the median seconds of a search for ten films by one query."""
    dice = np.random.default_rng(3)
    taken = []
    for row in dice.integers(0, len(index), QUERIES):
        query = np.ascontiguousarray(index.vectors[row : row + 1])
        started = time.perf_counter()
        index.search(query, 10)
        taken.append(time.perf_counter() - started)
    return float(np.median(taken))


def in_own_process(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, __file__, "--measure", *arguments]
    output = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | {"PYTHONPATH": "."})
    result: dict[str, Any] = json.loads(output.stdout.splitlines()[-1])
    return result


def line(films: int, what: str, row: dict[str, Any]) -> str:
    recall = row.get("recall") or {}
    cells = [
        f"{films:>11,}",
        f"{what:<22}",
        f"{row['before']:>6.0f}",
        f"{row['peak']:>8.0f}",
        f"{(row['peak'] - row['before']) * MEGABYTE / films:>10,.0f}",
        f"{row['seconds']:>9.1f}",
        f"{row['disk']:>9.0f}" if "disk" in row else f"{'-':>9}",
        f"{recall['at_10']:>7.3f}" if recall else f"{'1' if 'disk' in row else '-':>7}",
        f"{recall['at_100']:>7.3f}" if recall else f"{'1' if 'disk' in row else '-':>7}",
        f"{row['search'] * 1e3:>9.2f}" if "search" in row else f"{'-':>9}",
        f"{row.get('effort') or '-':>7}",
    ]
    return " ".join(cells)


def estimate(films: int, measured: dict[str, Any]) -> list[str]:
    """Return what the measured constants come to for a number of films that was not measured."""
    each = {name: measured[name]["seconds"] / measured["films"] for name in ("import", "exact")}
    file = measured["file"] / measured["films"] * films / 1e9
    lines = [
        f"Computed, not measured: {films:,} films, from the constants of {measured['films']:,} and FAISS's formulas.",
        f"  import: {each['import'] * films / 3600:.1f} h, a file of {file:.0f} GB, as much again for temporary files; "
        f"ids: {films * ID_BYTES / 1e9:.0f} GB of memory, as Python holds them.",
    ]
    for kind in Kind:
        held = bytes_in_memory(kind, films, DIMENSION) / 1e9
        cells = "" if kind in (Kind.EXACT, Kind.HNSW) else f", {cells_of(films):,} cells"
        disk = held + (0 if kind is Kind.EXACT else films * DIMENSION * 4 / 1e9)
        lines.append(f"  {kind.value}: {held:,.0f} GB of memory, {disk:,.0f} GB of disk{cells}")
    lines.append(
        f"  reading the catalogue and writing vectors: {each['exact'] * films / 3600:.1f} h; encoding is on top, and "
        "depends on the model and the machine (see bench_encode.py)."
    )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--kinds", nargs="+", default=[kind.value for kind in Kind])
    parser.add_argument("--estimate", type=int, default=100_000_000)
    parser.add_argument("--measure", nargs=3, metavar=("WHAT", "FOLDER", "FILMS"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        what, folder, films = given.measure[0], Path(given.measure[1]), int(given.measure[2])
        alone = {"import": lambda: measure_import(folder), "held": lambda: measure_held(folder)}
        row = alone[what]() if what in alone else measure_index(folder, films, Kind(what))
        print(json.dumps(row))
        return
    print(
        f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; vectors made up ({DIMENSION} numbers), the rest real."
    )
    print(HEADER)
    measured: dict[str, Any] = {}
    for films in given.films:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_films(folder / "films.jsonl", films)
            for what in ("import", "held", *given.kinds):
                row = in_own_process(what, name, str(films))
                measured[what] = row
                print(line(films, NAMES.get(what, f"index build {what}"), row), flush=True)
            measured |= {"films": films, "file": Workspace(folder).catalog.stat().st_size}
    print(f"load {os.getloadavg()[0]:.1f} at the end")
    if "exact" in measured:
        print("\n".join(estimate(given.estimate, measured)))


if __name__ == "__main__":
    main()
