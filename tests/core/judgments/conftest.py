"""The tests of the store run on both databases: those that ask for ``workspace`` or ``store`` are told apart by it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from postgres.cluster import Cluster

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


@pytest.fixture
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Return a function from a kind of database ("sqlite", "postgresql") to the address of a new one."""
    lent: list[tuple[Cluster, str]] = []
    numbers = itertools.count(1)

    def make(kind: str) -> str:
        if kind == "sqlite":
            return str(tmp_path / f"labels{next(numbers)}.sqlite3")
        cluster: Cluster = request.getfixturevalue("postgres")
        lent.append((cluster, cluster.label_database()))
        return lent[-1][1]

    yield make
    for cluster, url in lent:
        cluster.take_back(url)
