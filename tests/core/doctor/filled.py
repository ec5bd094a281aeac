"""A workspace with something of every kind in it, as small as it can be."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from core.catalog import Catalog, Movie, save_catalog
from core.config import make_config
from core.files import write_json
from core.index import MovieIndex, save_index
from core.models.cache import VectorCache, text_key
from core.runs import Progress, RunFolder, RunState, create_run
from core.workspace import Workspace

FILMS = Catalog([Movie("m1", "괴물"), Movie("m2", "Winter")])
VECTORS = np.eye(2, 4, dtype=np.float32)


def fill(workspace: Workspace) -> None:
    """Write a catalogue, labels with a snapshot, vectors, an index, and a run that succeeded."""
    from core.judgments import Answer, LabelStore, NewQuery, take_snapshot

    save_catalog(FILMS, workspace)
    with LabelStore.open(workspace) as store:
        (query,) = store.add_queries([NewQuery("monsters")])
        store.judge(query.query_id, "m1", "kim", Answer.POSITIVE, event_id="e1")
        taken = take_snapshot(store, workspace)
    assert taken.path is not None
    VectorCache(workspace.vectors / "0123456789abcdef", 4, "e5-small").put([text_key("a"), text_key("b")], VECTORS)
    new_index(workspace, "ab" * 32)
    finished_run(workspace, taken.path)


def new_index(workspace: Workspace, name: str, model: str = "e5-small", catalog: Catalog = FILMS) -> Path:
    folder = workspace.indexes / name[:16]
    save_index(MovieIndex(FILMS.ids, VECTORS, name), folder, {"model": model, "catalog": catalog.fingerprint})
    return folder


def new_run(
    workspace: Workspace, snapshot: Path, state: RunState = RunState.QUEUED, base: str = "e5-small"
) -> RunFolder:
    run = create_run(workspace, make_config({"base": base}), snapshot)
    run.write_progress(Progress(state, step=3, steps=9))
    return run


def finished_run(workspace: Workspace, snapshot: Path, base: str = "e5-small") -> RunFolder:
    from safetensors.numpy import save_file

    from core.models.adapter import WEIGHTS
    from core.models.loading import Tuning

    run = new_run(workspace, snapshot, RunState.SUCCEEDED, base)
    run.adapter.mkdir()
    save_file({"lora_A": VECTORS}, run.adapter / WEIGHTS)
    Tuning(base, 1.0, "both").write(run.adapter)
    write_json(run.path / "report.json", {"run": run.name})
    return run


def age(path: Path, seconds: float, now: float) -> None:
    """Let a file, or a folder with all that is in it, have been written so long ago."""
    for one in [path, *path.rglob("*")]:
        os.utime(one, (now - seconds, now - seconds))
