from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.judgments import LabelStore
from core.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path)


@pytest.fixture
def store(workspace: Workspace) -> Iterator[LabelStore]:
    with LabelStore.open(workspace) as opened:
        yield opened
