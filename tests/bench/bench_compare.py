"""A whole comparison of two models on many queries: how long until the figures, films and queries encoded already.

Takes a folder with movies.jsonl, queries.jsonl and qrels.tsv; e5-small against MiniLM. Two ways: as the Compare page
does it, both models loaded (search, measures with bounds, tests, slices, writing), and from the models' names, as the
command line does it, which loads them first. The first comparison of a process, which loads libraries, is left out.

Run: .venv/bin/python tests/bench/bench_compare.py FOLDER [--queries 500] [--films 12000] [--repeats 5]
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from retrieval import draw, open_workspace, read_labels, read_movies

from core.catalog import load_catalog
from core.evaluation import compare_models, save_comparison
from core.evaluation.running import Opener
from core.judgments import NewQuery
from core.search import open_searcher

BASE, OTHER = "e5-small", "minilm"


def seconds(work: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Return the median and the most seconds that ``work`` takes, a first time left out."""
    work()
    taken = []
    for _ in range(repeats):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken), max(taken)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--queries", type=int, default=500)
    parser.add_argument("--films", type=int, default=12_000)
    parser.add_argument("--repeats", type=int, default=5)
    given = parser.parse_args()
    movies = read_movies(given.folder)
    labels = draw(read_labels(given.folder, [movie.movie_id for movie in movies]), given.queries, seed=0)
    texts = {query: labels.texts[query] for query in labels.grades}
    described = [NewQuery(text, query_id, lang="en") for query_id, text in texts.items()]
    with tempfile.TemporaryDirectory() as root:
        workspace = open_workspace(Path(root), movies, labels, given.films, 0, BASE)
        catalog = load_catalog(workspace)
        loaded = {name: open_searcher(name, catalog, workspace) for name in (BASE, OTHER)}

        def compare(opener: Opener | None) -> None:
            made = compare_models(
                BASE,
                OTHER,
                workspace,
                queries=texts,
                qrels=labels.grades,
                split_name="test",
                described=described,
                opener=opener,
            )
            save_comparison(made, workspace)

        print(f"{len(texts)} queries, {len(catalog):,} films, {BASE} and {OTHER}, {os.cpu_count()} cores\n")
        print("way                    | median s | most s")
        for way, opener in (("models loaded", loaded.__getitem__), ("from the models' names", None)):
            middle, most = seconds(lambda opener=opener: compare(opener), given.repeats)
            print(f"{way:22} | {middle:8.2f} | {most:6.2f}", flush=True)


if __name__ == "__main__":
    main()
