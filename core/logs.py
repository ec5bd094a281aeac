"""Logs on standard error, for people or, one JSON object a line, for programs; in neither is a secret."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from enum import StrEnum
from types import TracebackType

from core.masking import masked

NOISY = ("httpx", "httpcore", "alembic", "transformers", "faiss", "faiss.loader")

log = logging.getLogger(__name__)
_about: dict[str, str] = {}


class LogFormat(StrEnum):
    """How a line of the log is written."""

    TEXT = "text"
    JSON = "json"


class Lines(logging.Formatter):
    """Lines for people: the time of day, then what happened."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(message)s", "%H:%M:%S")

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


class JsonLines(logging.Formatter):
    """One JSON object a line: time (ISO 8601, UTC), level, logger, message; run and exception where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": masked(record.getMessage()),
            **_about,
        }
        if record.exc_info:
            line["exception"] = masked(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


def configure(form: LogFormat = LogFormat.TEXT) -> None:
    """Send the log of this process to standard error, unless somebody has set a log up already."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.INFO)  # some libraries let their own loggers say more
    handler.setFormatter(JsonLines() if form is LogFormat.JSON else Lines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.captureWarnings(form is LogFormat.JSON)
    for name in NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)


def concerns(run: str) -> None:
    """Name the run that this process works on in every line of a JSON log from here on."""
    _about["run"] = run


def log_uncaught(kind: type[BaseException], reason: BaseException, trace: TracebackType | None) -> None:
    """Log what nobody caught, in place of Python's own traceback, which would show secrets (``sys.excepthook``)."""
    log.critical("Stopped by an unexpected %s.", kind.__name__, exc_info=(kind, reason, trace))
