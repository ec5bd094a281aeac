"""Passwords and keys taken out of text before it is shown, logged or kept.

A secret of the environment is taken out wherever it stands; any other by its place: in a URL before the host, after
``password=``, after ``Bearer``. Rather too much is taken out than too little.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

MASK = "***"
KEYS = (
    "REELIGN_LLM_KEY",
    "PGPASSWORD",
    "HF_TOKEN",
    "QDRANT_API_KEY",
    "MILVUS_TOKEN",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
)
URLS = ("REELIGN_DATABASE_URL", "REELIGN_STORE")
LEAST_CHARACTERS = 4  # a shorter secret is part of too many words to be taken out of all of them

_PLACES = (
    re.compile(r"(\b[a-z][a-z0-9+.-]*://[^\s:/@'\"<>]*:)[^\s'\"<>]*(?=@)", re.IGNORECASE),
    re.compile(r"(\b\w*passw(?:or)?d\s*=\s*)(?:'[^']*'|\"[^\"]*\"|[^\s&;,'\"]+)", re.IGNORECASE),
    re.compile(r"(\bbearer\s+)[\w.~+/=-]+", re.IGNORECASE),
)


def masked(text: str, environment: Mapping[str, str] = os.environ) -> str:
    """Return a text without the secrets in it."""
    for secret in sorted(_secrets(environment), key=len, reverse=True):
        text = text.replace(secret, MASK)
    for place in _PLACES:
        text = place.sub(rf"\g<1>{MASK}", text)
    return text


def _secrets(environment: Mapping[str, str]) -> Iterator[str]:
    given = [environment.get(name, "").strip() for name in KEYS]
    for name in URLS:
        password = _password(environment.get(name, ""))
        given += [password, unquote(password)]
    yield from {secret for secret in given if len(secret) >= LEAST_CHARACTERS}


def _password(url: str) -> str:
    try:
        return urlsplit(url.strip()).password or ""
    except ValueError:
        return ""
