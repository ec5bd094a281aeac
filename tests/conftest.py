"""For all tests: in CI, property tests draw the same examples each time, so that only a change can turn it red.

No test touches the database of whoever runs it. Those of the label store run on SQLite and on PostgreSQL.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings
from postgres.cluster import Cluster, Unavailable

settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")

os.environ.pop("REELIGN_DATABASE_URL", None)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """Start a PostgreSQL server that is stopped and deleted at the end; skip where there is none to start."""
    try:
        cluster = Cluster()
    except Unavailable as reason:
        pytest.skip(str(reason))
    yield cluster
    cluster.remove()


@pytest.fixture
def postgres_url(postgres: Cluster) -> Iterator[str]:
    """Lend a test a database at the newest schema, without a row, and return its URL."""
    url = postgres.label_database()
    yield url
    postgres.take_back(url)
