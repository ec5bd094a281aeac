"""How commands speak: one JSON object, or lines for a person; progress on standard error."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

from core.logs import LogFormat
from core.masking import masked
from core.workspace import Workspace

log = logging.getLogger(__name__)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@dataclass(slots=True)
class State:
    """What the options before the command have set."""

    workspace: Workspace = field(default_factory=Workspace.locate)
    log_format: LogFormat = LogFormat.TEXT


state = State()


def emit(result: Mapping[str, Any], text: str, as_json: bool) -> None:
    """Print a result: the object itself, or its text."""
    print(json.dumps(result, ensure_ascii=False, allow_nan=False) if as_json else text)


def show_progress(done: int, total: int) -> None:
    """Keep one line of progress on standard error, where that is a terminal; else a line at the end."""
    if sys.stderr.isatty() and state.log_format is LogFormat.TEXT:
        print(f"\r{done} of {total} texts encoded", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done == total:
        say(f"{total} texts encoded")


def say(message: str) -> None:
    """Write a line for whoever watches to standard error, as the log is written."""
    if state.log_format is LogFormat.JSON:
        log.info(message)
    else:
        print(masked(message), file=sys.stderr)


def say_error(message: str) -> None:
    """Say in one line on standard error why a command ended."""
    if state.log_format is LogFormat.JSON:
        log.error(message)
    else:
        print(f"error: {masked(message)}", file=sys.stderr)


def table(headers: list[str], rows: list[list[str]]) -> str:
    """Return rows under headers in columns of even width."""
    widths = [max(len(row[column]) for row in [headers, *rows]) for column in range(len(headers))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [headers, *rows]
    ]
    return "\n".join(lines)


def number(value: float | None, digits: int = 3) -> str:
    """Return a figure, or a dash where there is none."""
    return "-" if value is None else f"{value:.{digits}f}"
