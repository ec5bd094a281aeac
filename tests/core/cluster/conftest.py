"""A real cluster of two nodes on this machine: its own token, its dashboard on localhost, gone at the end."""

from __future__ import annotations

import importlib.util
import os
import secrets
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

_file = Path(__file__).parents[1] / "training" / "conftest.py"
_place = importlib.util.spec_from_file_location("training_world", _file)
_world = importlib.util.module_from_spec(_place)
_place.loader.exec_module(_world)
tiny_encoder, workspace = _world.tiny_encoder, _world.workspace  # the tiny world of the trainer's tests


def free_port() -> int:
    """Return a port that nobody listens on and that Ray does not give to its workers."""
    while True:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = int(listener.getsockname()[1])
        if port > 20_000:
            return port


class TwoNodes:
    """A head and one more node, each with room for one worker."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        self.dashboard = f"http://127.0.0.1:{free_port()}"
        head = {"num_cpus": 1, "include_dashboard": True, "dashboard_host": "127.0.0.1", "object_store_memory": 10**8}
        head |= {"dashboard_port": int(self.dashboard.rsplit(":", 1)[1])}
        self._cluster = Cluster(initialize_head=True, head_node_args=head)
        self.address = str(self._cluster.address)
        self._other = self._add()

    def _add(self) -> object:
        return self._cluster.add_node(num_cpus=1, object_store_memory=10**8)

    def kill_node(self) -> None:
        """End the second node with SIGKILL, workers and all, and start another in its place."""
        self._cluster.remove_node(self._other, allow_graceful=False)
        self._other = self._add()

    def stop(self) -> None:
        self._cluster.shutdown()


@pytest.fixture(scope="session")
def two_nodes() -> Iterator[TwoNodes]:
    kept = dict(os.environ)
    os.environ |= {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": secrets.token_hex(32),
        "OMP_NUM_THREADS": "1",
        "PATH": f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}",
    }
    # After the token: Ray reads how it is to be asked for once, when it is imported.
    pytest.importorskip("ray", reason="Ray is not installed (requirements-cluster.txt)")
    cluster = TwoNodes()
    yield cluster
    cluster.stop()
    os.environ.clear()
    os.environ.update(kept)
