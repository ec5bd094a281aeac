"""Where the labels lie: the team's PostgreSQL where a URL names it, else a file of the workspace.

No message may show a password, so a URL is only ever shown by ``shown_name``, and one that cannot be read not at all.
"""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from core.errors import LabelError
from core.quoting import legible, quoted
from core.workspace import Workspace

ENVIRONMENT_VARIABLE = "REELIGN_DATABASE_URL"
EXPECTED = "postgresql+psycopg://USER@HOST/NAME, or sqlite:///FILE"
DRIVERS = ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg")


def label_address(workspace: Workspace) -> str | Path:
    """Return the URL in ``$REELIGN_DATABASE_URL``, else the path of the workspace's own database.

    Raises:
        LabelError: the variable holds no URL.
    """
    url = os.environ.get(ENVIRONMENT_VARIABLE, "").strip()
    if url and "://" not in url:
        raise LabelError(f"{ENVIRONMENT_VARIABLE} holds no URL. Give {EXPECTED}, or take the variable away.")
    return url or workspace.database


def read_url(address: str | Path) -> URL:
    """Return a URL, or a file path as one.

    Raises:
        LabelError: it cannot be read, or names a kind of database that Reelign does not keep labels in.
    """
    text = str(address)
    if "://" not in text:
        try:
            return URL.create("sqlite", database=str(Path(text).expanduser()))
        except RuntimeError as reason:  # ~somebody
            raise LabelError(f"{quoted(text)}: {legible(reason)} Give the whole path.") from reason
    if text.count("@") > 1:
        raise LabelError(
            "The URL of the label database holds more than one '@'. In a user name or password write %40 for it, %2F "
            "for '/' and %3A for ':'."
        )
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise LabelError(f"The URL of the label database cannot be read. Give {EXPECTED}.") from None
    if url.drivername not in DRIVERS:
        raise LabelError(f"Labels are not kept in databases of the kind {quoted(url.drivername)}. Give {EXPECTED}.")
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        raise LabelError(f"{quoted(text)} would keep the labels in memory only. Give {EXPECTED}.")
    return url


def shown_name(url: URL) -> str:
    """Return how a database is named in messages: its file, or its URL without any password."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    return url.difference_update_query(_secret_options(url)).render_as_string(hide_password=True)


def secrets(url: URL) -> list[str]:
    """Return the passwords of a URL, which nothing that a driver says may show."""
    options = (url.query[name] for name in _secret_options(url))
    given = [url.password or "", *(value for value in options if isinstance(value, str))]
    return [secret for secret in given if secret]


def _secret_options(url: URL) -> list[str]:
    return [name for name in url.query if "password" in name.lower()]
