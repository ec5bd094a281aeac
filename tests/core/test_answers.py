"""Asking an OpenAI-compatible endpoint: what is sent, and that every trouble is said in plain words, never the key."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from core.answers import Endpoint, Trouble, ask
from core.errors import AnswerError, ConfigError

KEY = "sk-very-secret"
MESSAGES = [{"role": "system", "content": "영화를"}, {"role": "user", "content": "a heist"}]
Reply = tuple[int, bytes]


def chat(content: object) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., tuple[Endpoint, list[dict[str, Any]]]]]:
    """Return a function that starts an endpoint with one answer, and gives it with the list of what it was asked."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    servers: list[ThreadingHTTPServer] = []

    def start(status: int, body: bytes, *, seconds: float = 0.0, headers: dict[str, str] | None = None) -> Any:
        asked: list[dict[str, Any]] = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = self.rfile.read(int(self.headers["Content-Length"]))
                asked.append({"path": self.path, "headers": dict(self.headers), "body": json.loads(sent)})
                time.sleep(seconds)
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *values: object) -> None:
                pass

        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        threading.Thread(target=servers[-1].serve_forever, args=(0.02,), daemon=True).start()
        return Endpoint(f"http://127.0.0.1:{servers[-1].server_port}/v1", "small", KEY), asked

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_the_model_the_messages_and_the_key_are_sent_and_the_answer_comes_back(fake: Any) -> None:
    endpoint, asked = fake(200, chat(" 빈집 [1] \n"))
    assert ask(endpoint, MESSAGES) == "빈집 [1]"
    (request,) = asked
    assert request["path"] == "/v1/chat/completions"
    assert request["body"] == {"model": "small", "messages": MESSAGES, "stream": False}
    assert request["headers"]["Authorization"] == f"Bearer {KEY}"


def test_without_a_key_none_is_sent(fake: Any) -> None:
    endpoint, asked = fake(200, chat("x"))
    ask(Endpoint(endpoint.url, "small"), MESSAGES)
    assert "Authorization" not in asked[0]["headers"]


@pytest.mark.parametrize(
    ("status", "body", "trouble", "said"),
    [
        (401, json.dumps({"error": {"message": f"Incorrect API key: {KEY}"}}).encode(), Trouble.KEY, "REELIGN_LLM_KEY"),
        (403, b"", Trouble.KEY, "does not accept the key"),
        (404, b'{"error": "no such model"}', Trouble.NOT_FOUND, "no such model"),
        (429, b'{"error": {"message": "slow down"}}', Trouble.BUSY, "slow down"),
        (400, json.dumps({"message": f"context too long {KEY}"}).encode(), Trouble.REFUSED, "HTTP 400. context too"),
        (500, b"<html>oops</html>", Trouble.REFUSED, "HTTP 500."),
        (504, b"", Trouble.TIMEOUT, "not answered in time"),
        (200, b"<html>hello</html>", Trouble.UNREADABLE, "OpenAI-compatible"),
        (200, b'{"choices": []}', Trouble.UNREADABLE, "OpenAI-compatible"),
        (200, b'{"choices": null}', Trouble.UNREADABLE, "OpenAI-compatible"),
        (200, b"[" * 100_000, Trouble.UNREADABLE, "OpenAI-compatible"),
        (200, chat(None), Trouble.UNREADABLE, "OpenAI-compatible"),
        (200, chat("  "), Trouble.UNREADABLE, "OpenAI-compatible"),
        (200, chat("x" * 1_100_000), Trouble.UNREADABLE, "OpenAI-compatible"),
    ],
)
def test_every_refusal_is_said_in_plain_words_without_the_key(
    fake: Any, caplog: pytest.LogCaptureFixture, status: int, body: bytes, trouble: Trouble, said: str
) -> None:
    caplog.set_level("DEBUG")
    endpoint, _ = fake(status, body)
    with pytest.raises(AnswerError) as refused:
        ask(endpoint, MESSAGES)
    assert refused.value.trouble == trouble
    assert said in str(refused.value) and endpoint.place in str(refused.value)
    assert KEY not in str(refused.value) + refused.value.detail + caplog.text + repr(endpoint)


def test_an_endpoint_that_is_not_there_or_does_not_answer(fake: Any) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        gone = Endpoint(f"http://127.0.0.1:{unused.getsockname()[1]}/v1", "small")
        with pytest.raises(AnswerError, match="cannot be reached") as refused:
            ask(gone, MESSAGES)
    assert refused.value.trouble == Trouble.UNREACHABLE
    slow, _ = fake(200, chat("late"), seconds=1.0)
    with pytest.raises(AnswerError, match="not answered in time"):
        ask(slow, MESSAGES, seconds=0.2)


def test_a_redirect_is_not_followed_so_the_key_goes_nowhere_else(fake: Any) -> None:
    other, asked = fake(200, chat("stolen"))
    endpoint, _ = fake(307, b"", headers={"Location": f"{other.url}/chat/completions"})
    with pytest.raises(AnswerError, match="HTTP 307"):
        ask(endpoint, MESSAGES)
    assert asked == []


def test_the_environment_names_the_endpoint() -> None:
    given = {"REELIGN_LLM_URL": "http://host:1/v1/", "REELIGN_LLM_MODEL": " m ", "REELIGN_LLM_KEY": f"{KEY}\n"}
    assert Endpoint.from_environment(given) == Endpoint("http://host:1/v1", "m", KEY)
    whole = {**given, "REELIGN_LLM_URL": "https://host/v1/chat/completions"}
    found = Endpoint.from_environment(whole)
    assert found is not None and found.url == "https://host/v1"
    assert Endpoint.from_environment({}) is None
    assert Endpoint.from_environment({"REELIGN_LLM_KEY": KEY}) is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"REELIGN_LLM_MODEL": ""}, "REELIGN_LLM_URL is set and REELIGN_LLM_MODEL is not"),
        ({"REELIGN_LLM_URL": ""}, "REELIGN_LLM_MODEL is set and REELIGN_LLM_URL is not"),
        ({"REELIGN_LLM_URL": "host/v1"}, "is not an address"),
        ({"REELIGN_LLM_URL": "file:///etc/passwd"}, "is not an address"),
        ({"REELIGN_LLM_URL": f"http://me:{KEY}@host/v1"}, "is not an address"),
        ({"REELIGN_LLM_URL": "http://[::1/v1"}, "is not an address"),
        ({"REELIGN_LLM_URL": "http://host:x/v1"}, "is not an address"),
        ({"REELIGN_LLM_KEY": f"{KEY}\nX-Other: 1"}, "REELIGN_LLM_KEY holds"),
        ({"REELIGN_LLM_KEY": f"{KEY}키"}, "REELIGN_LLM_KEY holds"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_without_showing_it(changed: dict[str, str], said: str) -> None:
    given = {"REELIGN_LLM_URL": "http://host/v1", "REELIGN_LLM_MODEL": "m", "REELIGN_LLM_KEY": KEY, **changed}
    with pytest.raises(ConfigError, match=said) as refused:
        Endpoint.from_environment(given)
    assert KEY not in str(refused.value)
