"""``team agreement | progress``."""

from __future__ import annotations

from dataclasses import asdict

import typer

from core.cli.output import Json, emit, number, state, table
from core.judgments import LabelStore, agreement, team_agreement, truth
from core.judgments.agreement import Interval
from core.judgments.progress import midnight, progress_by_annotator, progress_by_split
from core.judgments.replay import as_judgments, standing_events

app = typer.Typer(help="Curators together: how far they agree and how far they are.", no_args_is_help=True)


@app.command("agreement")
def agreement_(as_json: Json = False) -> None:
    """Measure agreement beyond chance: Cohen's kappa of every two annotators, Krippendorff's alpha of all."""
    with LabelStore.open(state.workspace) as store:
        judgments = store.judgments()
    together, found = team_agreement(judgments), agreement(judgments)
    result = {"all": asdict(together), "pairs": [asdict(one) for one in found]}
    rows = [
        [one.first, one.second, str(one.pairs), f"{one.alike:.0%}", number(one.kappa, 2), _range(one.interval)]
        for one in found
    ]
    lines = [
        f"All {together.annotators} annotators on {together.pairs} pairs: alpha {number(together.alpha, 2)}, "
        f"95% interval {_range(together.interval)}.",
        table(["annotator", "annotator", "pairs", "alike", "kappa", "95% interval"], rows),
    ]
    nobody = "No film has been judged by two annotators for the same query."
    emit(result, "\n".join(lines) if found else nobody, as_json)


@app.command()
def progress(as_json: Json = False) -> None:
    """Count queries and judged pairs by split, and each annotator's answers. Today is by this machine's clock."""
    with LabelStore.open(state.workspace) as store:
        queries, events = store.queries(), store.events()
    judgments = as_judgments(standing_events(events))
    splits = progress_by_split(queries, truth(judgments))
    people = progress_by_annotator(events, agreement(judgments), since=midnight())
    result = {
        "splits": {split.value: asdict(done) for split, done in splits.items()},
        "annotators": [asdict(one) for one in people],
    }
    split_rows = [
        [split.value, str(done.queries), str(done.with_positive), str(done.pairs)] for split, done in splits.items()
    ]
    people_rows = [
        [one.annotator, str(one.answers), str(one.today), number(one.per_minute, 1), number(one.alike, 2)]
        for one in people
    ]
    lines = [
        table(["split", "queries", "with a positive", "judged pairs"], split_rows),
        "",
        table(["annotator", "answers", "today", "a minute", "alike with others"], people_rows),
    ]
    emit(result, "\n".join(lines), as_json)


def _range(interval: Interval | None) -> str:
    return "-" if interval is None else f"{interval[0]:.2f} to {interval[1]:.2f}"
