"""Which cluster a command runs on (``--on``), and joining it for as long as the command takes."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from core.errors import ClusterError
from core.quoting import first_line, quoted
from core.workspace import REPOSITORY

VARIABLE = "REELIGN_CLUSTER"
LOCAL = "local-cluster"
HERE = "auto"
CLIENT = "ray://"
IN_A_JOB = "RAY_JOB_CONFIG_JSON_ENV_VAR"  # Ray sets it for what its job API runs; the code is then there already
SECONDS_TO_ANSWER = 5


def ray_or_say() -> ModuleType:
    """Return the package ``ray``, its usage statistics off.

    Raises:
        ClusterError: it is not installed; the message says what to install.
    """
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError:
        raise ClusterError("A cluster needs Ray. Run 'pip install -r requirements-cluster.txt'.") from None
    return ray


def check_answers(address: str) -> None:
    """Look whether somebody listens at an address: Ray itself would try for half a minute.

    Raises:
        ClusterError: the address is none, or nobody answers there.
    """
    if address in (LOCAL, HERE):
        return
    try:
        parts = urlsplit(address if "://" in address else f"{CLIENT}{address}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if host is None or port is None:
        raise ClusterError(
            f"No cluster goes by {quoted(address)}. Expected '{LOCAL}', '{HERE}' (the one this machine is part of), "
            f"HOST:PORT, or {CLIENT}HOST:PORT."
        )
    try:
        socket.create_connection((host, port), SECONDS_TO_ANSWER).close()
    except OSError as reason:
        raise ClusterError(
            f"No cluster answers at {address} ({reason.strerror or reason}). Start it ('ray start --head'), or check "
            "the address and the port."
        ) from reason


@contextmanager
def joined(address: str, workers: int | None = None) -> Iterator[ModuleType]:
    """Be part of a cluster until the block ends, and give ``ray``.

    ``local-cluster`` starts one on this machine and ends it again; other clusters go on. Nodes of another machine
    get this code from here.

    Args:
        workers: of a cluster that is started here, for how many workers there must be room.

    Raises:
        ClusterError: Ray is not installed, or no cluster answers.
    """
    ray = ray_or_say()
    check_answers(address)
    settings: dict[str, Any] = {"logging_level": logging.WARNING, "log_to_driver": True}
    if address == LOCAL:
        settings |= {"address": "local", "include_dashboard": False, "_node_ip_address": "127.0.0.1"}
        settings |= {"num_cpus": max(os.cpu_count() or 1, workers or 1)}
    else:
        settings |= {"address": address}
        if IN_A_JOB not in os.environ:
            settings |= {"runtime_env": shipped_code()}
    try:
        ray.init(**settings)
    except Exception as reason:  # Ray raises many kinds, of connections as of versions that do not fit
        raise ClusterError(f"The cluster at {address} cannot be joined: {first_line(reason)}") from reason
    try:
        yield ray
    finally:
        ray.shutdown()


def shipped_code() -> dict[str, Any]:
    """Return the environment that gives workers this package, and nothing else of this machine: no variables."""
    return {"py_modules": [str(REPOSITORY / "core")], "excludes": ["**/__pycache__"]}
