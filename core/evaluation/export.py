"""A kept comparison as files that other tools read.

* ``base.run``, ``tuned.run``: TREC runs (query, Q0, film, rank, score, model). The score is 1 for the last film ranked
  and rises by 1 with every rank, so that no library has a tie to break or a rounding to lose.
* ``qrels.txt``: TREC qrels (query, 0, film, grade) of the queries that were scored. A query without a relevant film
  has no defined measure and is left out, as in the comparison.
* ``per_query.csv``: both values and the difference of every measure, for each query.
* ``measures.csv``: the means with interval, p, wins, ties and losses.

``ir_measures`` gives the comparison's figures from run and qrels. ``pytrec_eval`` does too, but drops a query for which
nothing was ranked, where the comparison counts it as 0.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from core.errors import EvaluationError
from core.evaluation.comparison import Comparison
from core.evaluation.kept_rankings import KeptRankings, load_rankings
from core.evaluation.measures import PRIMARY
from core.files import folder_written_aside, write_text
from core.judgments.exchange.spreadsheet import guarded
from core.workspace import Workspace

Cell = str | float | None
INTERVAL = ("ci_low", "ci_high")


def export_comparison(comparison: Comparison, workspace: Workspace, folder: Path) -> list[Path]:
    """Write a comparison into a new folder, all files or none, and return them.

    Raises:
        EvaluationError: something is at ``folder`` already, the comparison has no kept rankings, or an id in them
            holds white space.
    """
    refuse_to_overwrite(folder)
    kept = load_rankings(comparison, workspace)
    with folder_written_aside(folder) as aside:
        names = [path.name for path in write_files(comparison, kept, aside)]
    return [folder / name for name in names]


def refuse_to_overwrite(path: Path) -> None:
    """Raise ``EvaluationError`` where there is something at ``path`` already."""
    if path.exists() or path.is_symlink():
        raise EvaluationError(f"{path}: there is something of that name already; nothing was written. Give a new name.")


def write_files(comparison: Comparison, kept: KeptRankings, folder: Path) -> list[Path]:
    """Write the files of this module into a folder and return them.

    Raises:
        EvaluationError: an id holds white space, which a TREC file cannot.
    """
    qrels = {row.query_id: kept.qrels[row.query_id] for row in comparison.per_query}
    _refuse_spaces("query", qrels)
    for ranked in (qrels, kept.base, kept.tuned):
        for films in ranked.values():
            _refuse_spaces("movie", films)
    texts = {
        "base.run": run_text(kept.base, comparison.base),
        "tuned.run": run_text(kept.tuned, comparison.tuned),
        "qrels.txt": "".join(
            f"{query} 0 {film} {grade}\n" for query, row in qrels.items() for film, grade in row.items()
        ),
        "per_query.csv": per_query_csv(comparison),
        "measures.csv": measures_csv(comparison),
    }
    for name, text in texts.items():
        write_text(folder / name, text)
    return [folder / name for name in texts]


def run_text(rankings: Mapping[str, Sequence[str]], model: str) -> str:
    """Return rankings as a TREC run; white space in the model's name becomes a hyphen."""
    tag = "-".join(model.split()) or "-"
    return "".join(
        f"{query_id} Q0 {film} {rank} {len(films) + 1 - rank} {tag}\n"
        for query_id, films in rankings.items()
        for rank, film in enumerate(films, start=1)
    )


def per_query_csv(comparison: Comparison) -> str:
    """Return a table with a line a query, those that gained most in nDCG@10 first."""
    names = list(comparison.measures)
    sides = ("base", "tuned", "delta")
    header = ["query_id", "text", *(f"{name} {side}" for name in names for side in sides), "overlap", "unjudged"]
    rows = sorted(comparison.per_query, key=lambda row: (-row.delta[PRIMARY], row.query_id))
    return _csv(
        header,
        (
            [
                row.query_id,
                row.text,
                *(getattr(row, side)[name] for name in names for side in sides),
                row.overlap,
                row.unjudged,
            ]
            for row in rows
        ),
    )


def measures_csv(comparison: Comparison) -> str:
    """Return a table with a line a measure; a figure that does not exist is an empty cell."""
    columns = ("base", "tuned", "delta", "p", "p_adjusted", "wins", "ties", "losses")
    rows: Iterable[list[Cell]] = (
        [name, *(getattr(measure, column) for column in columns), *(measure.ci or (None, None))]
        for name, measure in comparison.measures.items()
    )
    return _csv(["measure", *columns, *INTERVAL], rows)


def _csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a CSV whose texts no spreadsheet runs as formulas; our own numbers stay numbers, negative ones too."""
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(header)
    writer.writerows([guarded(cell) if isinstance(cell, str) else cell for cell in row] for row in rows)
    return table.getvalue()


def _refuse_spaces(kind: str, ids: Iterable[str]) -> None:
    for name in ids:
        if len(name.split()) != 1:
            raise EvaluationError(
                f"The {kind} id {name!r} holds white space, which a TREC file cannot. Give it another id and compare "
                "again."
            )
