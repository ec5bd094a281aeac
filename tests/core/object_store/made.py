"""What replicas make: runs that have ended, labels, films."""

from __future__ import annotations

from core.catalog import Catalog, Movie
from core.runs import Progress, RunFolder, RunState
from core.workspace import Workspace

WEIGHTS = b"\x00\x01weights" * 1000


def add_run(workspace: Workspace, name: str, state: RunState = RunState.SUCCEEDED) -> RunFolder:
    run = RunFolder(workspace.runs / name)
    run.adapter.mkdir(parents=True)
    (run.adapter / "adapter_model.safetensors").write_bytes(WEIGHTS)
    run.lock.touch()
    run.checkpoint.mkdir()
    (run.checkpoint / "optimizer.safetensors").write_bytes(WEIGHTS)
    run.write_progress(Progress(state))
    return run


def films(*ids: str) -> Catalog:
    return Catalog(Movie(movie_id=name, title=f"Film {name}") for name in ids)
