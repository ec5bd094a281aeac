"""What tests of several pages start from; each module has a ``workspace`` of its own."""

from __future__ import annotations

import pytest

from core.config import TrainConfig
from core.judgments import LabelStore, take_snapshot
from core.runs import Progress, RunState, create_run
from core.workspace import Workspace


@pytest.fixture
def run_name(workspace: Workspace) -> str:
    """Return the name of a run that succeeded on the labels of now, without having trained."""
    with LabelStore.open(workspace) as store:
        snapshot = take_snapshot(store, workspace)
    assert snapshot.path is not None
    run = create_run(workspace, TrainConfig(), snapshot.path, by="ada")
    run.write_progress(Progress(RunState.SUCCEEDED))
    return run.name
