"""Answers of a language model behind an OpenAI-compatible endpoint, to see what it makes of a context.

The key goes to the endpoint alone: redirects are not followed, and neither errors nor logs name it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from core.context import Message
from core.errors import AnswerError, ConfigError
from core.json_text import parse_json

URL, MODEL, KEY = "REELIGN_LLM_URL", "REELIGN_LLM_MODEL", "REELIGN_LLM_KEY"
PATH = "/chat/completions"
SECONDS_TO_CONNECT = 10.0
SECONDS_TO_ANSWER = 120.0
MOST_BYTES = 1_000_000
MOST_DETAIL = 300  # characters of what an endpoint says of its refusal


class Trouble(StrEnum):
    """Why there is no answer."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    KEY = "key"
    NOT_FOUND = "not_found"
    BUSY = "busy"
    REFUSED = "refused"
    UNREADABLE = "unreadable"


SENTENCES = {
    Trouble.UNREACHABLE: "{place} cannot be reached. Is it running, and is " + URL + " right?",
    Trouble.TIMEOUT: "{place} has not answered in time. Try again, or choose a smaller model.",
    Trouble.KEY: "{place} does not accept the key. Set " + KEY + " to a valid one.",
    Trouble.NOT_FOUND: "{place} knows no model '{model}', or " + URL + " lacks a part such as /v1. {detail}",
    Trouble.BUSY: "{place} takes no more requests for now. Wait a little, then try again. {detail}",
    Trouble.REFUSED: "{place} refused the request. {detail}",
    Trouble.UNREADABLE: "{place} sent no answer that can be read. Is it an OpenAI-compatible endpoint?",
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a language model is asked: the address before ``/chat/completions``, the model's name, and a key."""

    url: str
    model: str
    key: str = field(default="", repr=False)

    @property
    def place(self) -> str:
        """The host and port, for people."""
        return urlsplit(self.url).netloc

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Endpoint | None:
        """Return what the environment names, ``None`` where it names nothing.

        Raises:
            ConfigError: a variable is missing beside another, or has no usable value; its value is not shown.
        """
        url, model, key = (environment.get(name, "").strip() for name in (URL, MODEL, KEY))
        if not url and not model:
            return None
        if not url or not model:
            missing, given = (MODEL, URL) if url else (URL, MODEL)
            raise ConfigError(f"{given} is set and {missing} is not. Set both: an address like http://host/v1, a name.")
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        if not usable or parts.username or parts.password or parts.query or parts.fragment:
            raise ConfigError(
                f"{URL} is not an address like http://127.0.0.1:11434/v1 (no user, no question mark). "
                f"A key goes into {KEY}."
            )
        if not (key.isascii() and key.isprintable()) or " " in key:
            raise ConfigError(f"{KEY} holds a blank or a character that no key has. Copy it again.")
        return cls(url.rstrip("/").removesuffix(PATH), model, key)


def ask(endpoint: Endpoint, messages: Sequence[Message], *, seconds: float = SECONDS_TO_ANSWER) -> str:
    """Return a model's answer to messages in OpenAI's chat format.

    Nothing but the model and the messages is sent, since endpoints differ in what else they take; how a model draws
    its words is its own default, so an answer may differ from call to call.

    Raises:
        AnswerError: there is no answer, within ``seconds`` or at all; says why and what to do.
    """
    import httpx2

    deadline = time.monotonic() + seconds
    headers = {"Authorization": f"Bearer {endpoint.key}"} if endpoint.key else {}
    timeout = httpx2.Timeout(seconds, connect=min(seconds, SECONDS_TO_CONNECT))
    body = bytearray()
    try:
        with (
            httpx2.Client(timeout=timeout, follow_redirects=False) as client,
            client.stream(
                "POST",
                endpoint.url + PATH,
                json={"model": endpoint.model, "messages": list(messages), "stream": False},
                headers=headers,
            ) as reply,
        ):
            status = reply.status_code
            for chunk in reply.iter_bytes():
                body += chunk
                if len(body) > MOST_BYTES:
                    raise _no_answer(Trouble.UNREADABLE, endpoint)
                if time.monotonic() > deadline:  # a trickle never runs into the client's own limit
                    raise _no_answer(Trouble.TIMEOUT, endpoint)
    except httpx2.TimeoutException as reason:
        raise _no_answer(Trouble.TIMEOUT, endpoint) from reason
    except (httpx2.RemoteProtocolError, httpx2.DecodingError) as reason:
        raise _no_answer(Trouble.UNREADABLE, endpoint) from reason
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as reason:
        raise _no_answer(Trouble.UNREACHABLE, endpoint) from reason
    if status != 200:
        raise _refusal(status, bytes(body), endpoint)
    try:
        answer = parse_json(bytes(body))["choices"][0]["message"]["content"]
    except (ValueError, LookupError, TypeError) as reason:
        raise _no_answer(Trouble.UNREADABLE, endpoint) from reason
    if not isinstance(answer, str) or not answer.strip():
        raise _no_answer(Trouble.UNREADABLE, endpoint)
    return answer.strip()


def _refusal(status: int, body: bytes, endpoint: Endpoint) -> AnswerError:
    """Return what an HTTP status means, with the endpoint's own words unless they are of the key."""
    if status in (401, 403):
        return _no_answer(Trouble.KEY, endpoint)
    trouble = {404: Trouble.NOT_FOUND, 408: Trouble.TIMEOUT, 429: Trouble.BUSY, 504: Trouble.TIMEOUT}
    return _no_answer(trouble.get(status, Trouble.REFUSED), endpoint, f"HTTP {status}. {_said(body, endpoint)}".strip())


def _said(body: bytes, endpoint: Endpoint) -> str:
    """Return the message of an error in OpenAI's format, or of one much like it, without the key."""
    try:
        found = parse_json(body)
    except ValueError:
        return ""
    error = found.get("error", found) if isinstance(found, dict) else found
    said = (error.get("message") or error.get("detail")) if isinstance(error, dict) else error
    if not isinstance(said, str):
        return ""
    return " ".join((said.replace(endpoint.key, "…") if endpoint.key else said).split())[:MOST_DETAIL]


def _no_answer(trouble: Trouble, endpoint: Endpoint, detail: str = "") -> AnswerError:
    message = SENTENCES[trouble].format(place=endpoint.place, model=endpoint.model, detail=detail).strip()
    return AnswerError(message, trouble=trouble.value, detail=detail)
