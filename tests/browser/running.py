"""The real server over a small workspace: what is in it, how it is started, and how it is stopped."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.catalog import Catalog, save_catalog
from core.judgments import LabelStore
from core.models.packaged import PACKAGED, packaged_file
from core.starter import read_starter_judgments, read_starter_movies, read_starter_queries
from core.workspace import REPOSITORY, Workspace
from dashboard.resources import DEFAULT_BASE

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FILMS = 40
QUERIES = 60
SECONDS_TO_START = 120


@dataclass(frozen=True, slots=True)
class Server:
    """A running dashboard and the workspace it works in."""

    url: str
    workspace: Workspace


def unavailable(reason: str) -> None:
    """Skip, or fail where the browser tests are the point."""
    if os.environ.get("CI"):
        pytest.fail(f"{reason} The browser tests must run in CI.")
    pytest.skip(reason)


def fill(workspace: Workspace) -> None:
    """Write a few films and queries of the starter set; the films that the queries are about are among them."""
    queries = read_starter_queries()[:QUERIES]
    asked = {query.query_id for query in queries}
    wanted = {row.movie_id for row in read_starter_judgments() if row.query_id in asked}
    films = sorted(read_starter_movies(), key=lambda film: (film.movie_id not in wanted, film.movie_id))
    save_catalog(Catalog(films[:FILMS]), workspace)
    with LabelStore.open(workspace) as store:
        store.add_queries(queries)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_until_healthy(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(SECONDS_TO_START * 5):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1) as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass
        if process.poll() is not None:
            break
        time.sleep(0.2)
    pytest.fail(f"The dashboard did not start:\n{log.read_text(errors='replace')[-2000:]}")


def launch(workspace: Workspace, folder: Path, port: int) -> subprocess.Popen[bytes]:
    """Start the dashboard and return it once it answers."""
    if packaged_file(PACKAGED[DEFAULT_BASE]) is None:
        unavailable(f"The packaged model {DEFAULT_BASE} is not installed ('make setup').")
    log = folder / "server.log"
    command = [sys.executable, "-m", "dashboard", "--workspace", str(workspace.root), "--port", str(port)]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, cwd=REPOSITORY, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        )
    try:
        wait_until_healthy(f"http://127.0.0.1:{port}", process, log)
    except BaseException:
        stop(process)
        raise
    return process


def stop(process: subprocess.Popen[bytes], by: signal.Signals = signal.SIGTERM) -> None:
    """Stop the dashboard and what it has started."""
    os.killpg(process.pid, by)
    process.wait(timeout=30)


@contextmanager
def running(workspace: Workspace, folder: Path) -> Iterator[Server]:
    """Start the dashboard on a free port; it is stopped at the end."""
    port = free_port()
    process = launch(workspace, folder, port)
    try:
        yield Server(f"http://127.0.0.1:{port}", workspace)
    finally:
        stop(process)
