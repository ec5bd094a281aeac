"""``doctor``: what is installed, what will be used, and why."""

from __future__ import annotations

import typer

from core.cli.output import Json, emit, state


def doctor(as_json: Json = False) -> None:
    """Say what is installed, which device and index backend will be used, and what is wrong."""
    from core.doctor import examine

    checks = examine(state.workspace)
    marks = {"ok": "ok  ", "warning": "note", "problem": "BAD "}
    lines = [f"{marks[check.level]}  {check.name}: {check.finding}" for check in checks]
    bad = any(check.level == "problem" for check in checks)
    emit({"ok": not bad, "checks": [check.as_dict() for check in checks]}, "\n".join(lines), as_json)
    if bad:
        raise typer.Exit(2)
