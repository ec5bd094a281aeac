"""What the benchmarks of training share: films and labels drawn from a folder, two ways to train, one way to score.

Both ways start from the same weights, get the same pairs, film texts and settings, and train one after the other on
the same cores, each in a process of its own. Both leave a LoRA adapter that is merged into the same base and scored
by the same code, so scores differ by what was learnt and by nothing else.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from core.catalog import Catalog, Movie, document_text, load_catalog, plan_import, save_catalog
from core.config import TrainConfig
from core.evaluation import PRIMARY, evaluate_model, mean_interval
from core.judgments import LabelStore, NewQuery, QrelRow, Split, group_key, read_qrels, read_queries, take_snapshot
from core.models.packaged import PACKAGED, packaged_folder
from core.runs import create_run
from core.training.pairs import LabelledQueries
from core.workspace import Workspace

ARM = Path(__file__).with_name("sentence_arm.py")


def read_movies(folder: Path) -> list[Movie]:
    """Return the films of a folder's movies.jsonl."""
    return list(plan_import(folder / "movies.jsonl", current=None).movies)


def read_labels(folder: Path, movie_ids: Collection[str]) -> LabelledQueries:
    """Return the queries of a folder that have a positive film in the catalogue; of equal texts only the first."""
    known = set(movie_ids)
    grades: dict[str, dict[str, int]] = {}
    for row in read_qrels(folder / "qrels.tsv"):
        if row.movie_id in known:
            grades.setdefault(row.query_id, {})[row.movie_id] = row.grade
    answered = {query for query, films in grades.items() if any(grade > 0 for grade in films.values())}
    first: dict[str, tuple[str, str]] = {}
    for query in read_queries(folder / "queries.jsonl"):
        if query.query_id in answered:
            first.setdefault(group_key(query.text), (query.query_id, query.text))
    texts = dict(first.values())
    return LabelledQueries(texts, {query: grades[query] for query in texts}, {})


def draw(labels: LabelledQueries, count: int, seed: int) -> LabelledQueries:
    """Return so many queries, or all there are. With one seed, a larger draw holds every smaller one."""
    order = sorted(labels.grades)
    random.Random(seed).shuffle(order)
    return labels.only(set(order[:count]))


def one_positive(labels: LabelledQueries) -> LabelledQueries:
    """Return the queries with their best-graded film alone."""
    best = {query: min(films, key=lambda movie: (-films[movie], movie)) for query, films in labels.grades.items()}
    return replace(labels, grades={query: {movie: labels.grades[query][movie]} for query, movie in best.items()})


def open_workspace(
    root: Path, movies: Sequence[Movie], labels: LabelledQueries, films: int, seed: int, base: str
) -> Workspace:
    """Return a workspace whose catalogue holds every film of the labels, filled up to ``films`` by a seeded sample."""
    workspace = Workspace(root)
    wanted = {movie for grades in labels.grades.values() for movie in grades}
    others = [movie for movie in movies if movie.movie_id not in wanted]
    random.Random(seed).shuffle(others)
    answers = [movie for movie in movies if movie.movie_id in wanted]
    save_catalog(Catalog(answers + others[: max(0, films - len(answers))]), workspace)
    if base in PACKAGED:
        packaged_folder(base, workspace)  # converted now, so that no training is charged with it
    return workspace


@dataclass(frozen=True, slots=True)
class Trained:
    """What a training came to.

    Attributes:
        model: what the tuned model is called where it is scored.
        step_seconds: Reelign's optimiser steps; all of ``trainer.train()`` for sentence-transformers.
        seconds: from loading the base to the saved adapter, without the start of Python and its imports.
        note: what was chosen or lost on the way.
    """

    model: str
    pairs: int
    steps: int
    step_seconds: float
    seconds: float
    precision: str
    note: str


def train_reelign(workspace: Workspace, config: TrainConfig, labels: Mapping[Split, LabelledQueries]) -> Trained:
    """Train as ``python -m core train`` does, on exactly these labels, without any vector cached before."""
    shutil.rmtree(workspace.vectors, ignore_errors=True)
    with tempfile.TemporaryDirectory() as aside:
        run = create_run(workspace, config, _snapshot(labels, Workspace(Path(aside))))
    _run("-m", "core", "--workspace", str(workspace.root), "train", "--run", str(run.path), "--json")
    report = run.report() or {}
    return Trained(
        run.name,
        report["pairs"],
        report["steps"],
        report["seconds"],
        report["total_seconds"],
        report["precision"],
        f"epoch {report['epoch']}, strength {report['alpha']:g}",
    )


def _snapshot(labels: Mapping[Split, LabelledQueries], aside: Workspace) -> Path:
    with LabelStore.open(aside) as store:
        for split, part in labels.items():
            store.add_queries(NewQuery(text, query, split=split) for query, text in part.texts.items())
            rows = [
                QrelRow(number, query, movie, grade)
                for query, films in part.grades.items()
                for number, (movie, grade) in enumerate(films.items(), start=1)
            ]
            store.import_judgments(rows, "bench")
        path = take_snapshot(store, aside).path
    if path is None:
        raise RuntimeError("The snapshot has no file.")
    return path


def train_sentence_transformers(
    workspace: Workspace,
    config: TrainConfig,
    train: LabelledQueries,
    *,
    bf16: bool,
    no_duplicates: bool = False,
    dropout: bool = True,
    mined: int = 0,
) -> Trained:
    """Train by sentence-transformers on every pair of query and positive film.

    Args:
        bf16, no_duplicates, dropout: as ``sentence_arm`` describes them.
        mined: hard negatives that ``mine_hard_negatives`` adds to each pair from the whole catalogue, 0 for none.
    """
    catalog = load_catalog(workspace)
    pairs = train.pairs()
    folder = Path(tempfile.mkdtemp(dir=workspace.root))
    task = {
        "workspace": str(workspace.root),
        "config": config.model_dump(),
        "queries": [train.texts[pair.query_id] for pair in pairs],
        "documents": [document_text(catalog[pair.movie_id]) for pair in pairs],
        "corpus": [document_text(movie) for movie in catalog.movies],
        "mined": mined,
        "bf16": bf16,
        "no_duplicates": no_duplicates,
        "dropout": dropout,
    }
    (folder / "task.json").write_text(json.dumps(task), encoding="utf-8")
    _run(str(ARM), str(folder))
    result: dict[str, Any] = json.loads((folder / "result.json").read_text(encoding="utf-8"))
    return Trained(model=str(folder / "adapter"), **result)


def score(workspace: Workspace, model: str, test: LabelledQueries) -> dict[str, float]:
    """Return nDCG@10 over the whole catalogue, by query."""
    found = evaluate_model(model, workspace, queries=test.texts, qrels=test.grades, split_name="test")
    return found.per_query[PRIMARY]


def interval_text(values: Sequence[float], sign: str = "+") -> str:
    """Return the 95 % t interval of a mean in words, with the sign of positive numbers or ("-") without."""
    low, high = mean_interval(values)
    return f"{low:{sign}.3f} to {high:{sign}.3f}"


def _run(*arguments: str) -> None:
    """Run Python in a process of its own; what it prints goes to standard error, which is not the table's."""
    print("$ python", *arguments, file=sys.stderr, flush=True)
    quiet = {**os.environ, "TQDM_DISABLE": "1"}
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=sys.stderr, env=quiet)
