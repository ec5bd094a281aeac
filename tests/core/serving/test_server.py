"""The service as a process: it answers over HTTP, stops cleanly, and says in one line why it cannot start."""

from __future__ import annotations

import json
import logging
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from small_catalog import FILMS

from core.catalog import save_catalog
from core.errors import CatalogError, ServingError
from core.serving.live import LiveModel
from core.serving.server import Service, listen, only_here, without_questions
from core.workspace import REPOSITORY, Workspace


@contextmanager
def running(live: LiveModel) -> Iterator[str]:
    listening = listen("127.0.0.1", 0)
    service = Service(live, listening)
    thread = threading.Thread(target=service.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        service.stop()
        thread.join()


def ask(address: str) -> Any:
    """Return the answer once there is one."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(1_200):
        try:
            with opener.open(address, timeout=10) as answer:
                return json.load(answer)
        except (urllib.error.HTTPError, OSError):
            time.sleep(0.05)
    return pytest.fail(f"{address} never answered.")


def test_the_service_loads_its_model_and_answers_over_http(live: LiveModel) -> None:
    with running(live) as address:
        assert ask(f"{address}/ready")["films"] == len(FILMS)
        assert ask(f"{address}/search?q=winter&k=1")["hits"][0]["movie"]["title"] == "Winter"


def test_what_the_first_loading_fails_of_ends_the_service(workspace: Workspace) -> None:
    with pytest.raises(CatalogError, match="no catalogue yet"):
        Service(LiveModel(workspace, "bm25"), listen("127.0.0.1", 0)).run()


def test_an_address_that_is_taken_is_said() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServingError, match=rf"127\.0\.0\.1:{port} cannot be listened on .*--port"):
            listen("127.0.0.1", port)
    with pytest.raises(ServingError, match=r"nowhere\.invalid:1 cannot be listened on"):
        listen("nowhere.invalid", 1)


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("127.0.0.1", True),
        ("127.1.2.3", True),
        ("localhost", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.0.7", False),
        ("films.example", False),
    ],
)
def test_what_others_can_reach_is_told_from_what_only_this_machine_can(host: str, here: bool) -> None:
    assert only_here(host) is here


def test_the_log_holds_neither_questions_nor_probes() -> None:
    def line(address: str) -> logging.LogRecord:
        values = ("127.0.0.1:5", "GET", address, "1.1", 200)
        return logging.LogRecord("uvicorn.access", logging.INFO, "", 0, '%s - "%s %s HTTP/%s" %d', values, None)

    asked = line("/search?q=my%20secret&k=3")
    assert without_questions(asked)
    assert asked.getMessage() == '127.0.0.1:5 - "GET /search HTTP/1.1" 200'
    assert not any(without_questions(line(path)) for path in ("/health", "/ready", "/metrics"))
    assert without_questions(logging.LogRecord("uvicorn.access", logging.INFO, "", 0, "other", None, None))


def command(workspace: Workspace, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "core", "--workspace", str(workspace.root), "serve", *words],
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def free_port() -> str:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return str(found.getsockname()[1])


def test_the_command_serves_until_ctrl_c_and_logs_to_standard_error(workspace: Workspace) -> None:
    save_catalog(FILMS, workspace)
    port = free_port()
    process = command(workspace, "--port", port, "--model", "bm25", "--host", "0.0.0.0")
    try:
        found = ask(f"http://127.0.0.1:{port}/search?q=harbour")
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
    assert len(found["hits"]) == 2
    assert (process.returncode, out) == (0, ""), err
    assert "there is no authentication" in err and "/docs says what can be asked" in err
    assert "harbour" not in err and "Traceback" not in err


@pytest.mark.parametrize(
    ("words", "said"),
    [(("--model", "bm25"), "there is no catalogue yet"), (("--port", "0"), "Invalid value for '--port'")],
)
def test_the_command_that_cannot_serve_ends_with_one_line_and_status_2(
    workspace: Workspace, words: tuple[str, ...], said: str
) -> None:
    process = command(workspace, *([] if "--port" in words else ["--port", free_port()]), *words)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2
    assert said in err.splitlines()[-1] and err.splitlines()[-1].startswith("error: ") and "Traceback" not in err
