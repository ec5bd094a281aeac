"""The command line, one module a noun; also the contract for scripts.

Every command takes ``--json`` for one JSON object on standard output. Logs and progress go to standard error, one JSON
object a line with ``--log-format json`` before the command; no secret is in either. The exit status is 0, 1 where a
requirement of ``--require`` fails, or 2 for bad input with one line saying what and where.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from core.cli import (
    catalog,
    cleaning,
    compare,
    comparisons,
    index,
    labels,
    moving,
    people,
    preferences,
    runs,
    serving,
    similar,
    store,
    system,
    team,
    train,
)
from core.cli.output import say_error, state
from core.errors import ReelignError
from core.logs import LogFormat, configure, log_uncaught
from core.workspace import Workspace

PROGRAM = "python -m core"

app = typer.Typer(
    name="reelign",
    help="Label, retrain and compare film retrievers.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(catalog.app, name="catalog")
app.add_typer(labels.app, name="labels")
app.add_typer(team.app, name="team")
app.add_typer(index.app, name="index")
app.add_typer(comparisons.app, name="comparisons")
app.add_typer(runs.app, name="runs")
app.add_typer(runs.jobs, name="jobs")
app.add_typer(people.app, name="roles")
app.add_typer(store.app, name="store")
for command in (
    index.search,
    train.train,
    compare.evaluate,
    compare.compare,
    preferences.preferences,
    similar.similar,
    similar.similarity,
    serving.serve,
    serving.context,
    moving.backup,
    moving.restore,
    people.audit,
    system.doctor,
    cleaning.clean,
):
    app.command()(command)


@app.callback()
def common(
    context: typer.Context,
    workspace: Annotated[
        Path | None,
        typer.Option(help="Folder that holds labels/ and artifacts/ (default: $REELIGN_WORKSPACE or here)."),
    ] = None,
    log_format: Annotated[
        LogFormat, typer.Option(help="Of what goes to standard error: lines for people, or one JSON object a line.")
    ] = LogFormat.TEXT,
) -> None:
    """Label, retrain and compare film retrievers."""
    state.workspace = Workspace.locate(workspace)
    state.log_format = log_format
    configure(log_format)
    if context.invoked_subcommand not in ("store", "doctor"):  # which keep up by themselves, or change nothing
        store.keep_up()


def main() -> None:
    """Run the command line; bad input ends it with one line and status 2."""
    sys.excepthook = log_uncaught
    try:
        sys.exit(app(prog_name=PROGRAM, standalone_mode=False))
    except TyperException as reason:
        message = reason.format_message()
        if message:  # empty after the help that a noun without a verb shows
            command = getattr(getattr(reason, "ctx", None), "command_path", PROGRAM)
            say_error(f"{message.rstrip('.')}. Try '{command} --help'.")
    except ReelignError as reason:
        say_error(" ".join(str(reason).split()))
    except OSError as reason:
        say_error(f"{reason.filename or 'file'}: {reason.strerror or reason}.")
    sys.exit(2)
