"""Stores of three kinds: in memory, in a folder, and on a server that speaks S3; and replicas that share one."""

from __future__ import annotations

import logging
import os
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.object_store import ENVIRONMENT_VARIABLE
from core.workspace import Workspace

SECRET = "s3cret-und-leise"


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """Start a server that speaks S3 and return the address of a bucket on it."""
    pytest.importorskip("s3fs", reason="s3fs is not installed (requirements-store.txt).")
    server_of = pytest.importorskip("moto.server", reason="moto is not installed (requirements-dev.txt).")
    server = server_of.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server.start()
    host, port = server.get_host_and_port()
    settings = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "reelign",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    urllib.request.urlopen(urllib.request.Request(f"http://{host}:{port}/team", method="PUT"))
    yield "s3://team"
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value
    server.stop()


@pytest.fixture(params=["memory", "file", "s3"])
def address(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Name an empty store in ``$REELIGN_STORE`` and return its address."""
    pytest.importorskip("fsspec", reason="fsspec is not installed (requirements-store.txt).")
    name = f"reelign-{uuid.uuid4().hex[:8]}"
    if request.param == "file":
        (tmp_path / name).mkdir()
    parents = {"memory": "memory://", "file": f"file://{tmp_path}"}
    parent = parents.get(request.param) or request.getfixturevalue("s3")
    url = f"{parent.rstrip('/')}/{name}" if request.param != "memory" else f"memory://{name}"
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, url)
    return url


@pytest.fixture
def mine(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "mine")


@pytest.fixture
def theirs(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "theirs")
