"""``python -m core context`` prints what the service gives, and says in one line what it cannot use."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from small_catalog import FILMS

from core.catalog import save_catalog
from core.cli import main
from core.serving.application import make_app
from core.serving.live import LiveModel
from core.workspace import ENVIRONMENT_VARIABLE, Workspace

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs the command: (status, standard output, standard error)."""
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(workspace.root))

    def command(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["core", "context", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return command


def test_it_prints_the_messages_that_the_service_gives(live: LiveModel, run: Command) -> None:
    live.refresh()
    with TestClient(make_app(live)) as client:
        served = client.get("/context", params={"q": "a diver", "k": 2}).json()
    status, out, _ = run("a diver", "--model", "bm25", "-k", "2")
    assert status == 0
    for message in served["messages"]:
        assert f"--- {message['role']} ---\n{message['content']}\n" in out
    assert "2 films of bm25, 0 left out" in out
    status, out, _ = run("a diver", "--model", "bm25", "-k", "2", "--json")
    assert json.loads(out) == served


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((" ",), "The question is empty"),
        (("a", "-k", "0"), "-k"),
        (("a", "--budget", "10"), "--budget"),
        (("a", "--model", "/nowhere"), "/nowhere"),
    ],
)
def test_what_it_cannot_use_ends_with_one_line_and_status_2(
    workspace: Workspace, run: Command, words: tuple[str, ...], said: str
) -> None:
    save_catalog(FILMS, workspace)
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert err.startswith("error: ") and said in err and err.count("\n") == 1
