"""What a database's own errors mean to the person who has to act on them, in one line and without a password."""

from __future__ import annotations

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

from core.judgments.addresses import secrets, shown_name
from core.judgments.engines import WAIT_SECONDS

# Codes of https://www.postgresql.org/docs/current/errcodes-appendix.html
NOT_ALLOWED = "42501"
LOCK_NOT_AVAILABLE = "55P03"


def explained(reason: DBAPIError, url: URL) -> str:
    """Return what went wrong with a label database and what to do about it."""
    name, said = shown_name(url), _said(reason, url)
    if url.get_backend_name() == "sqlite":
        return (
            f"The label database {name} cannot be used: {said}. Check that it is a label database, that its folder "
            "is on a local disk with free space, and that you may write there."
        )
    if reason.connection_invalidated:
        return (
            f"The connection to the label database {name} broke off: {said}. Nothing was written by halves; try "
            "again once the server is back."
        )
    code = getattr(reason.orig, "sqlstate", None)
    if reason.statement is None and code is None:
        return f"The label database {name} cannot be reached: {said}. {_advice(said)}"
    if code == NOT_ALLOWED:
        return f"The label database {name} cannot be used: {said}. Make this user the owner of the database."
    if code == LOCK_NOT_AVAILABLE:
        return f"The label database {name} is busy: somebody has been writing for {WAIT_SECONDS} seconds. Try again."
    return f"The label database {name} cannot be used: {said}."


def busy(url: URL) -> str:
    """Return what to say when every connection to a database has been in use for too long."""
    return f"The label database {shown_name(url)} is busy: no connection was free in {WAIT_SECONDS} seconds. Try again."


def _said(reason: DBAPIError, url: URL) -> str:
    """Return the first line of what the driver says; the lines after it quote SQL or repeat."""
    said = next(iter(str(reason.orig).splitlines()), "").rstrip(". ")
    for opening in ("connection failed: ", "connection is bad: "):
        said = said.removeprefix(opening)
    for secret in secrets(url):
        said = said.replace(secret, "***")
    return said


def _advice(said: str) -> str:
    # The server's words, since libpq gives no code for a connection that it could not make.
    if "password" in said:
        return "Check user and password of its URL; a password may also stand in ~/.pgpass."
    if "does not exist" in said:
        return "Check the names in its URL, or make the user (createuser) and the database (createdb)."
    return "Check that the server runs, and host and port in its URL."
