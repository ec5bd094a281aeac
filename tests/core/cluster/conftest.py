"""A real cluster of two nodes on this machine: its own token, folder and ports, gone at the end whatever happens."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

import psutil
import pytest

_file = Path(__file__).parents[1] / "training" / "conftest.py"
_place = importlib.util.spec_from_file_location("training_world", _file)
_world = importlib.util.module_from_spec(_place)
_place.loader.exec_module(_world)
tiny_encoder, workspace = _world.tiny_encoder, _world.workspace  # the tiny world of the trainer's tests

SECONDS_A_TEST = 120
TOKEN = secrets.token_hex(32)  # one for all clusters of this process, since Ray reads it once
os.environ["RAY_AUTH_MODE"] = "token"  # before any test imports Ray, which reads that once too


def free_port() -> int:
    """Return a port that nobody listens on and that Ray does not give to its workers."""
    while True:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = int(listener.getsockname()[1])
        if port > 20_000:
            return port


def processes() -> list[psutil.Process]:
    """Return the processes of the cluster by its token, wherever they have got to in the tree of processes."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.pid != os.getpid() and process.environ().get("RAY_AUTH_TOKEN") == TOKEN:
                found.append(process)
        except psutil.Error:
            continue
    return found


class TwoNodes:
    """A head and one more node, each with room for one worker."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        self.dashboard = f"http://127.0.0.1:{free_port()}"
        head = {"num_cpus": 1, "include_dashboard": True, "dashboard_host": "127.0.0.1", "object_store_memory": 10**8}
        head |= {"dashboard_port": int(self.dashboard.rsplit(":", 1)[1])}
        head |= {"dashboard_agent_listen_port": free_port()}  # of its own, or beside another cluster it takes no job
        self._cluster = Cluster(initialize_head=True, head_node_args=head)
        self.address = str(self._cluster.address)
        self._other = self._add()

    def _add(self) -> object:
        return self._cluster.add_node(num_cpus=1, object_store_memory=10**8)

    def kill_node(self) -> None:
        """End the second node with SIGKILL, workers and all, and start another in its place."""
        self._cluster.remove_node(self._other, allow_graceful=False)
        self._other = self._add()

    def workers(self, kind: str) -> list[int]:
        """Return the processes of this cluster that call themselves so."""
        return self._whose(lambda command: command.startswith(f"ray::{kind}"))

    def naming(self, path: Path) -> list[int]:
        """Return the processes of this cluster whose command line names a path."""
        return self._whose(lambda command: str(path) in command)

    def _whose(self, fits: Callable[[str], bool]) -> list[int]:
        found = []
        for process in processes():
            try:
                if fits(" ".join(process.cmdline())):
                    found.append(process.pid)
            except psutil.Error:
                continue
        return found

    def stop(self) -> None:
        self._cluster.shutdown()


@pytest.fixture(scope="module")
def two_nodes() -> Iterator[TwoNodes]:
    kept = dict(os.environ)
    folder = tempfile.mkdtemp(prefix="ray-")  # short: sockets lie in it
    os.environ |= {
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_AUTH_TOKEN": TOKEN,
        "RAY_TMPDIR": folder,
        "OMP_NUM_THREADS": "1",
        "PATH": f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}",
    }
    try:
        pytest.importorskip("ray", reason="Ray is not installed (requirements-cluster.txt)")
        cluster = TwoNodes()
        yield cluster
        cluster.stop()
    finally:
        for process in processes():
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)
        os.environ.clear()
        os.environ.update(kept)


@pytest.fixture(autouse=True)
def deadline() -> Iterator[None]:
    """Fail a test that waits for a cluster too long, wherever it waits."""

    def too_long(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"The test did not end within {SECONDS_A_TEST} s.")

    before: Callable[..., object] | int | None = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(SECONDS_A_TEST)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)
