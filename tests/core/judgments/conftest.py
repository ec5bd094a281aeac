"""The tests of the store run on both databases: those that ask for ``workspace`` or ``store`` are told apart by it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.judgments import LabelStore
from core.judgments.addresses import ENVIRONMENT_VARIABLE
from core.workspace import Workspace


@pytest.fixture(params=["sqlite", "postgresql"])
def workspace(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return an empty workspace with its labels in its own file, or, by the environment, in PostgreSQL."""
    if request.param == "postgresql":
        monkeypatch.setenv(ENVIRONMENT_VARIABLE, request.getfixturevalue("postgres_url"))
    return Workspace(tmp_path)


@pytest.fixture
def store(workspace: Workspace) -> Iterator[LabelStore]:
    with LabelStore.open(workspace) as opened:
        yield opened
