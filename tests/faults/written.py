"""Everything that Reelign writes, small: how it is written, and how it is read again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from core.catalog import Catalog, Movie, load_catalog, save_catalog
from core.evaluation.comparison import Comparison, compare_rankings
from core.evaluation.storage import list_comparisons, load_comparison, save_comparison
from core.files import write_json
from core.index import MovieIndex, load_index, save_index
from core.judgments import LabelStore, NewQuery, QrelRow, list_snapshots, take_snapshot
from core.models.cache import VectorCache, text_key
from core.runs import Progress, RunFolder, RunState, active_history, active_model, promote
from core.workspace import Workspace

FILMS = tuple(f"m{number:02d}" for number in range(12))
QUERIES = ("q0", "q1", "q2")
INDEX = "0123456789abcdef"
KEYS = [text_key(film) for film in FILMS]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: ``write`` writes version 0, 1, ... of it; ``read`` returns what is there, None for nothing."""

    name: str
    write: Callable[[Workspace, int], Any]
    read: Callable[[Workspace], Any]


def vectors(version: int) -> np.ndarray:
    made = np.random.default_rng(version).normal(size=(len(FILMS), 8)).astype(np.float32)
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def films(version: int) -> Catalog:
    return Catalog(Movie(film, f"Film {film} in version {version}") for film in FILMS)


@cache
def comparison(version: int) -> Comparison:
    queries = dict.fromkeys(QUERIES, "a film")
    return compare_rankings(
        {query: list(FILMS) for query in QUERIES},
        {query: list(FILMS[::-1]) for query in QUERIES},
        {query: {FILMS[version + 1]: 1} for query in QUERIES},
        base_name="base",
        tuned_name=f"run-{version}",
        queries=queries,
        lineage={"split": "test"},
    )


def add_labels(workspace: Workspace, version: int) -> None:
    with LabelStore.open(workspace) as store:
        store.add_queries(NewQuery(f"a film about {query}", query) for query in QUERIES)
        store.judge("q0", FILMS[version], "kim", "positive", event_id=f"e{version}")


def labels(workspace: Workspace) -> Any:
    with LabelStore.open(workspace) as store:
        return [(event.event_id, event.movie_id) for event in store.events()]


def import_labels(workspace: Workspace, version: int) -> None:
    rows = [QrelRow(line, query, film, version) for line, (query, film) in enumerate(_pairs(), start=1)]
    with LabelStore.open(workspace) as store:
        store.add_queries(NewQuery(f"a film about {query}", query) for query in QUERIES)
        store.import_judgments(rows, "archive")


def _pairs() -> list[tuple[str, str]]:
    return [(query, film) for query in QUERIES for film in FILMS]


def imported(workspace: Workspace) -> Any:
    with LabelStore.open(workspace) as store:
        return [(found.query_id, found.movie_id, found.grade) for found in store.judgments(annotator="archive")] or None


def freeze(workspace: Workspace, version: int) -> None:
    add_labels(workspace, version)
    with LabelStore.open(workspace) as store:
        take_snapshot(store, workspace)


def snapshots(workspace: Workspace) -> Any:
    return sorted(len(found.rows) for found in list_snapshots(workspace)) or None


def write_index(workspace: Workspace, version: int) -> None:
    save_index(MovieIndex(FILMS, vectors(version), INDEX), workspace.indexes / INDEX, {"model": "tiny"})


def index(workspace: Workspace) -> Any:
    folder = workspace.indexes / INDEX
    return load_index(folder, INDEX).vectors.tolist() if folder.is_dir() else None


def keep_vectors(workspace: Workspace, version: int) -> None:
    VectorCache(workspace.vectors / "tiny", 8).put(KEYS[version : version + 1], vectors(0)[version : version + 1])


def kept_vectors(workspace: Workspace) -> Any:
    found = VectorCache(workspace.vectors / "tiny", 8).get(KEYS)
    return [place for place, vector in enumerate(found) if vector is not None] or None


def compare(workspace: Workspace, version: int) -> None:
    save_comparison(comparison(version), workspace)


def comparisons(workspace: Workspace) -> Any:
    return sorted(load_comparison(name, workspace).tuned for name in list_comparisons(workspace)) or None


def run_of(workspace: Workspace, name: str = "run") -> RunFolder:
    run = RunFolder(workspace.runs / name)
    run.path.mkdir(parents=True, exist_ok=True)
    return run


def write_status(workspace: Workspace, version: int) -> None:
    run_of(workspace).write_progress(Progress(RunState.SUCCEEDED, step=version))


def status(workspace: Workspace) -> Any:
    run = RunFolder(workspace.runs / "run")
    return run.progress().step if (run.path / "status.json").exists() else None


def choose(workspace: Workspace, version: int) -> None:
    run = run_of(workspace, f"run-{version}")
    write_json(run.path / "status.json", {"state": "succeeded"})
    promote(workspace, run.name, by="kim")


def chosen(workspace: Workspace) -> Any:
    return (active_model(workspace), len(active_history(workspace))) if active_model(workspace) else None


def write_checkpoint(workspace: Workspace, version: int) -> None:
    from core.training.checkpoint import Position, save_checkpoint

    save_checkpoint(run_of(workspace).checkpoint, *_learner(version), Position(step=version, epoch=1))


def checkpoint(workspace: Workspace) -> Any:
    from core.training.checkpoint import load_checkpoint

    folder = RunFolder(workspace.runs / "run").checkpoint
    if not folder.is_dir():
        return None
    model, optimizer = _learner(0)
    position = load_checkpoint(folder, model, optimizer)
    return position.step, [weight.tolist() for weight in model.parameters()]


def _learner(version: int) -> tuple[Any, Any]:
    import torch

    torch.manual_seed(version)
    model = torch.nn.Linear(4, 3)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    model(torch.ones(1, 4)).sum().backward()
    optimizer.step()
    return model, optimizer


def load_films(workspace: Workspace) -> Any:
    return [film.title for film in load_catalog(workspace)] if workspace.catalog.exists() else None


LABELS = Kind("labels", add_labels, labels)
IMPORT = Kind("import", import_labels, imported)
CATALOG = Kind("catalogue", lambda workspace, version: save_catalog(films(version), workspace), load_films)
SNAPSHOT = Kind("snapshot", freeze, snapshots)
VECTORS = Kind("vectors", keep_vectors, kept_vectors)
INDEX_FILES = Kind("index", write_index, index)
COMPARISON = Kind("comparison", compare, comparisons)
STATUS = Kind("status", write_status, status)
CHOICE = Kind("choice of the model", choose, chosen)
CHECKPOINT = Kind("checkpoint", write_checkpoint, checkpoint)
KINDS = (LABELS, IMPORT, CATALOG, SNAPSHOT, VECTORS, INDEX_FILES, COMPARISON, STATUS, CHOICE, CHECKPOINT)
