"""``comparisons list | show | check | report | export``: what ``compare`` and trainings have kept."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from core.catalog import load_catalog
from core.cli.compare import figures_text
from core.cli.output import Json, emit, state, table
from core.cli.requirements import Require, as_rows, check_all, fail_on, outcome_lines, parsed
from core.errors import EvaluationError
from core.files import write_text

app = typer.Typer(help="Comparisons that were kept.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="Name of the comparison, as 'comparisons list' shows it.")]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the comparisons, newest first, with difference and verdict."""
    from core.evaluation import list_comparisons

    rows = [_row(name) for name in list_comparisons(state.workspace)]
    cells = [
        [
            row["comparison"],
            row["base"],
            row["tuned"],
            f"{row['queries']} {row['split']}",
            "-" if row["delta"] is None else f"{row['delta']:+.3f}",
            row["verdict"],
        ]
        for row in rows
    ]
    headers = ["comparison", "base", "tuned", "queries", "nDCG@10", "verdict"]
    emit({"comparisons": rows}, table(headers, cells) if cells else "None.", as_json)


@app.command()
def show(name: Name, as_json: Json = False) -> None:
    """Show one comparison: models, figures, what they were made from."""
    from core.evaluation import load_comparison
    from core.evaluation.report import lineage_lines

    comparison = load_comparison(name, state.workspace)
    head = f"base: {comparison.base}\ntuned: {comparison.tuned}\n"
    made_from = "\n".join(f"{label}: {value}" for label, value in lineage_lines(comparison, "en"))
    emit(comparison.as_dict(), f"{head}{figures_text(comparison)}\n\n{made_from}", as_json)


@app.command()
def check(name: Name, require: Require = None, as_json: Json = False) -> None:
    """Hold a kept comparison against requirements; the exit status is 1 when one fails."""
    from core.evaluation import load_comparison

    requirements = parsed(require)
    if not requirements:
        raise EvaluationError("Nothing is required. Give at least one --require, such as --require 'nDCG@10 >= base'.")
    outcomes = check_all(requirements, load_comparison(name, state.workspace))
    emit({"comparison": name, **as_rows(outcomes)}, "\n".join(outcome_lines(outcomes)).strip(), as_json)
    fail_on(outcomes)


@app.command()
def report(
    name: Name,
    file: Annotated[Path, typer.Argument(help="New HTML file to write.")],
    language: Annotated[Literal["en", "ko"], typer.Option(help="Language of the report.")] = "en",
    as_json: Json = False,
) -> None:
    """Write a comparison as one HTML file, complete in itself."""
    from core.evaluation import load_comparison
    from core.evaluation.export import refuse_to_overwrite
    from core.evaluation.report import report_of

    refuse_to_overwrite(file)
    comparison = load_comparison(name, state.workspace)
    films = load_catalog(state.workspace) if state.workspace.catalog.exists() else None
    write_text(file, report_of(comparison, state.workspace, language, films))
    emit({"comparison": name, "file": str(file)}, f"Written: {file}", as_json)


@app.command()
def export(
    name: Name,
    folder: Annotated[Path, typer.Argument(help="New folder to write.")],
    as_json: Json = False,
) -> None:
    """Write what was ranked and scored as TREC runs, qrels and CSV."""
    from core.evaluation import load_comparison
    from core.evaluation.export import export_comparison

    paths = [str(path) for path in export_comparison(load_comparison(name, state.workspace), state.workspace, folder)]
    emit({"comparison": name, "files": paths}, "\n".join(paths), as_json)


def _row(name: str) -> dict[str, Any]:
    from core.evaluation import load_comparison
    from core.evaluation.kept_rankings import has_rankings

    row: dict[str, Any] = {"comparison": name, "created_at": "", "base": "", "tuned": "", "split": "", "queries": 0}
    row |= {"delta": None, "verdict": "", "rankings": False, "message": ""}
    try:
        comparison = load_comparison(name, state.workspace)
    except EvaluationError as reason:  # one damaged file must not hide the others
        return {**row, "verdict": "damaged", "message": str(reason)}
    return {
        **row,
        "created_at": comparison.created_at,
        "base": comparison.base,
        "tuned": comparison.tuned,
        "split": comparison.lineage.get("split", ""),
        "queries": comparison.queries,
        "delta": comparison.verdict.delta,
        "verdict": comparison.verdict.kind.value,
        "rankings": has_rankings(comparison),
    }
