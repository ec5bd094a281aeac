"""``evaluate`` one model, ``compare`` two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.index import On, Workers, encode_films
from core.cli.output import Json, emit, number, show_progress, state, table
from core.cli.requirements import Require, as_rows, check_all, fail_on, outcome_lines, parsed
from core.errors import EvaluationError
from core.judgments import LabelStore, Split, read_qrels, read_queries, take_snapshot
from core.judgments.queries import plan_queries

if TYPE_CHECKING:
    from core.evaluation import Comparison
    from core.evaluation.slices import Described

Queries = Annotated[Path | None, typer.Option(help="Queries of your own, with --qrels (default: the test queries).")]
Qrels = Annotated[Path | None, typer.Option(help="TREC qrels for --queries.")]
Device = Annotated[str, typer.Option(help="auto, cpu or cuda.")]


@dataclass(frozen=True, slots=True)
class Judged:
    """Queries to score: texts and grades, what they are called, and what is known of them."""

    texts: dict[str, str]
    grades: dict[str, dict[str, int]]
    name: str
    described: Sequence[Described]
    labels: dict[str, dict[str, int]]
    query_set: dict[str, Any] | None = None


def evaluate(
    model: Annotated[str, typer.Option(help="A packaged model, a run, a folder, a Hub id, bm25, or MODEL+bm25.")],
    queries: Queries = None,
    qrels: Qrels = None,
    device: Device = "auto",
    as_json: Json = False,
) -> None:
    """Measure one model on the test queries, or on queries of your own."""
    from core.evaluation import evaluate_model

    judged = _judged_queries(queries, qrels)
    result = evaluate_model(
        model,
        state.workspace,
        queries=judged.texts,
        qrels=judged.grades,
        split_name=judged.name,
        device=device,
        progress=show_progress,
    )
    row: dict[str, Any] = result.as_dict()
    lines = [[measure, number(value)] for measure, value in row["measures"].items()]
    emit(row, f"{row['queries']} {judged.name} queries\n" + table(["measure", model], lines), as_json)


def compare(
    base: Annotated[str, typer.Option(help="The model to beat; bm25 is search by words, MODEL+bm25 both fused.")],
    tuned: Annotated[str, typer.Option(help="The run, or other model, that should beat it; named likewise.")],
    queries: Queries = None,
    qrels: Qrels = None,
    device: Device = "auto",
    require: Require = None,
    on: On = None,
    workers: Workers = None,
    as_json: Json = False,
) -> None:
    """Compare two models on the test queries, or on queries of your own, and keep the comparison.

    With --require the exit status is 1 when a requirement fails.
    """
    from core.evaluation import compare_models, save_comparison
    from core.retrievers import FUSED, LEXICAL

    requirements = parsed(require)
    if on:
        models = [name.removesuffix(FUSED) for name in (base, tuned) if name != LEXICAL]
        encode_films(on, models, device, workers)
    judged = _judged_queries(queries, qrels)
    comparison = compare_models(
        base,
        tuned,
        state.workspace,
        queries=judged.texts,
        qrels=judged.grades,
        split_name=judged.name,
        described=judged.described,
        labels=judged.labels,
        query_set=judged.query_set,
        device=device,
        progress=show_progress,
    )
    path = save_comparison(comparison, state.workspace)
    outcomes = check_all(requirements, comparison)
    text = "\n".join([figures_text(comparison), *outcome_lines(outcomes), f"Kept as {path}"])
    emit({**comparison.as_dict(), "saved": str(path), **as_rows(outcomes)}, text, as_json)
    fail_on(outcomes)


def figures_text(comparison: Comparison) -> str:
    """Return the verdict and a table of every measure."""
    lines = []
    for measure, values in comparison.measures.items():
        interval = "-" if values.ci is None else f"{values.ci[0]:+.3f} to {values.ci[1]:+.3f}"
        cells = [number(values.base), number(values.tuned), f"{values.delta:+.3f}", interval, number(values.p, 4)]
        lines.append([measure, *cells])
    split = comparison.lineage.get("split", "")
    head = f"{comparison.queries} {split} queries, verdict: {comparison.verdict.kind}\n"
    return head + table(["measure", "base", "tuned", "difference", "95% interval", "p"], lines)


def _judged_queries(queries: Path | None, qrels: Path | None) -> Judged:
    """Return the queries of the given files, else the workspace's test queries."""
    if (queries is None) != (qrels is None):
        raise EvaluationError("--queries and --qrels belong together: give both files, or neither.")
    if queries is None or qrels is None:
        with LabelStore.open(state.workspace) as store:
            snapshot = take_snapshot(store, state.workspace)
        test, labels = Split.TEST, snapshot.qrels()
        return Judged(snapshot.queries(test), snapshot.qrels(test), test.value, snapshot.rows, labels)
    grades: dict[str, dict[str, int]] = {}
    for row in read_qrels(qrels):
        grades.setdefault(row.query_id, {})[row.movie_id] = row.grade
    asked = [query for query in read_queries(queries) if query.query_id in grades]
    texts = {query.query_id or "": query.text for query in asked}
    if missing := grades.keys() - texts.keys():
        raise EvaluationError(
            f"{queries}: {len(missing)} queries of {qrels} are not in this file, '{min(missing)}' first."
        )
    unsplit = [replace(query, split=None) for query in asked]  # the files are one set, whatever they say
    made_from = {"name": queries.stem, "origin": "uploaded", "files": [queries.name, qrels.name]}
    return Judged(texts, grades, queries.stem, plan_queries((), unsplit).queries, grades, made_from)
