"""``doctor``: what is installed, what will be used, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from core.cli.output import Json, emit, state

MARKS = {"ok": "ok  ", "warning": "note", "problem": "BAD "}


def doctor(
    fix: Annotated[
        bool,
        typer.Option("--fix", help="First mend what can be mended without loss, and say what was done."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Say what is installed, which device and index backend will be used, and what is wrong."""
    from core.doctor import examine, mend

    mended = mend(state.workspace) if fix else []
    checks = examine(state.workspace)
    lines = [f"done  {one.path}: {one.done}" for one in mended]
    if fix and not mended:
        lines.append("done  nothing had to be mended")
    lines += [f"{MARKS[check.level]}  {check.name}: {check.finding}" for check in checks]
    bad = any(check.level == "problem" for check in checks)
    result = {"ok": not bad, "checks": [check.as_dict() for check in checks]}
    emit(result | ({"mended": [one.as_dict() for one in mended]} if fix else {}), "\n".join(lines), as_json)
    if bad:
        raise typer.Exit(2)
