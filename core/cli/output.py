"""How commands speak: one JSON object, or lines for a person; progress on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

from core.workspace import Workspace

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@dataclass(slots=True)
class State:
    """What the options before the command have set."""

    workspace: Workspace = field(default_factory=Workspace.locate)


state = State()


def emit(result: Mapping[str, Any], text: str, as_json: bool) -> None:
    """Print a result: the object itself, or its text."""
    print(json.dumps(result, ensure_ascii=False, allow_nan=False) if as_json else text)


def show_progress(done: int, total: int) -> None:
    """Keep one line of progress on standard error, where that is a terminal; else a line at the end."""
    if sys.stderr.isatty():
        print(f"\r{done} of {total} texts encoded", end="\n" if done == total else "", file=sys.stderr, flush=True)
    elif done == total:
        print(f"{total} texts encoded", file=sys.stderr)


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
