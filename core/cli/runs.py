"""``runs list | show | promote | rollback | export | delete`` and ``jobs list | cancel``."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from core.activity_log import Kind, note
from core.cli import handover
from core.cli.output import Json, emit, number, state, table
from core.errors import ReelignError
from core.handover.launch import launch_text
from core.runs import RunFolder, active_model, cancel_run, delete_run, list_runs, open_run, promote, roll_back

app = typer.Typer(help="Trainings and what they made.", no_args_is_help=True)
jobs = typer.Typer(help="Trainings under way.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of the run.")]
By = Annotated[str, typer.Option(help="Who decides.")]


def _row(run: RunFolder) -> dict[str, Any]:
    progress = run.progress()
    try:
        base, report, message = run.config().base, run.report() or {}, progress.message
    except ReelignError as reason:  # one damaged run must not hide the others
        base, report, message = "", {}, str(reason)
    return {
        "run": run.name,
        "state": progress.state.value,
        "base": base,
        "step": progress.step,
        "steps": progress.steps,
        "alpha": report.get("alpha"),
        "dev": report.get("dev"),
        "message": message,
        "active": active_model(state.workspace) == run.name,
    }


def _table(rows: list[dict[str, Any]]) -> str:
    cells = []
    for row in rows:
        dev = row["dev"] or {}
        cells.append(
            [
                row["run"] + (" *" if row["active"] else ""),
                row["state"],
                f"{row['step']}/{row['steps']}",
                f"{number(dev.get('base'))} -> {number(dev.get('tuned'))}",
                number(row["alpha"], 2),
            ]
        )
    return table(["run", "state", "step", "dev nDCG@10", "strength"], cells) if cells else "None."


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the runs, newest first; the active one is starred."""
    rows = [_row(run) for run in list_runs(state.workspace)]
    emit({"runs": rows}, _table(rows), as_json)


@app.command()
def show(name: Name, as_json: Json = False) -> None:
    """Show one run: settings, state, report."""
    run = open_run(state.workspace, name)
    result = {**_row(run), **run.about(), "config": run.config().model_dump(), "report": run.report()}
    emit(result, "\n".join(f"{key}: {value}" for key, value in result.items()), as_json)


@app.command("promote")
def promote_(
    name: Annotated[str, typer.Argument(help="Name of the run, or 'base' to go back to the base model.")],
    by: By = "",
    as_json: Json = False,
) -> None:
    """Make a run the active model."""
    chosen = None if name == "base" else open_run(state.workspace, name).name
    promote(state.workspace, chosen, by=by)
    emit({"active": chosen}, f"Active: {chosen or 'the base model'}.", as_json)


@app.command()
def rollback(by: By = "", as_json: Json = False) -> None:
    """Make the model that was active before this one active again."""
    chosen = roll_back(state.workspace, by=by)
    emit({"active": chosen}, f"Active: {chosen or 'the base model'}.", as_json)


@app.command()
def export(
    name: Name,
    folder: Annotated[Path, typer.Argument(help="New folder to write.")],
    form: Annotated[
        Literal["merged", "adapter", "onnx", "openvino"],
        typer.Option(
            help="All weights in one folder; the adapter alone, which needs its base where it is loaded; or a graph "
            "for ONNX Runtime or OpenVINO, which needs no torch."
        ),
    ] = "merged",
    precision: Annotated[
        Literal["float32", "int8"], typer.Option(help="Of the weights of a graph (--form onnx or openvino).")
    ] = "float32",
    by: By = "",
    as_json: Json = False,
) -> None:
    """Write the tuned model as a sentence-transformers folder or a graph, and prove that it opens again as the same."""
    if form == "onnx" or form == "openvino":
        handover.export_graph(name, folder, form, precision, by, as_json)
        return
    if precision != "float32":
        raise ReelignError(f"--precision {precision} goes with --form onnx or openvino; '{form}' is kept in float32.")
    from core.training.card import where_the_base_is
    from core.training.export import export_model

    run = open_run(state.workspace, name)
    exported = export_model(run, folder, state.workspace, form)
    note(state.workspace, Kind.EXPORT, by, f"{name} ({form})")
    result: dict[str, Any] = {"run": name, "folder": str(folder), "form": form, "cosine": round(exported.cosine, 6)}
    text = f"{folder}: SentenceTransformer('{folder}') gives the same vectors (cosine {exported.cosine:.6f})."
    if exported.base:
        result["base"] = exported.base
        text += "\n" + where_the_base_is(run.config().base, exported.base)
    made = handover.launches_of(run, folder, form)
    emit(result | {"launch": [asdict(launch) for launch in made]}, f"{text}\n{launch_text(made)}", as_json)


@app.command()
def delete(name: Name, by: By = "", as_json: Json = False) -> None:
    """Delete a run that is neither active nor training."""
    delete_run(state.workspace, open_run(state.workspace, name))
    note(state.workspace, Kind.RUN_DELETED, by, name)
    emit({"deleted": name}, f"{name} deleted.", as_json)


@jobs.command("list")
def list_jobs(as_json: Json = False) -> None:
    """List the trainings under way."""
    rows = [_row(run) for run in list_runs(state.workspace) if run.progress().state.active]
    emit({"jobs": rows}, _table(rows), as_json)


@jobs.command()
def cancel(name: Name, by: By = "", as_json: Json = False) -> None:
    """Stop a training after its step."""
    run = open_run(state.workspace, name)
    cancel_run(run)
    note(state.workspace, Kind.RUN_CANCELLED, by, name)
    emit({"run": name, "state": run.progress().state.value}, f"{name} is {run.progress().state.value}.", as_json)
