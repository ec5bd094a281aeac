"""``preferences``: what judging blind came to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from core.cli.output import Json, emit, number, state, table
from core.errors import EvaluationError
from core.judgments import LabelStore
from core.judgments.preferences import Form, Preference
from core.retrievers import FUSED
from core.runs import list_runs

if TYPE_CHECKING:
    from core.evaluation.blind_results import BlindResult

Named = typer.Option(help="Together with the other: only these two systems, named as in compare.")


def preferences(
    base: Annotated[str | None, Named] = None,
    tuned: Annotated[str | None, Named] = None,
    as_json: Json = False,
) -> None:
    """Count which of two systems curators prefer, judged blind: wins, an interval, a sign test.

    A query counts once, by more than half of its curators. Without --base and --tuned every two systems are listed;
    a run stands as the tuned one.
    """
    from core.evaluation.blind_results import blind_result

    if (base is None) != (tuned is None):
        raise EvaluationError("--base and --tuned belong together: give both names, or neither.")
    with LabelStore.open(state.workspace) as store:
        given = store.preferences.standing()
    pairs = [(base, tuned)] if base is not None and tuned is not None else _pairs(given)
    found: list[tuple[Form, BlindResult]] = []
    for one, other in pairs:
        between = [answer for answer in given if set(answer.systems.pair) == {one, other}]
        for form in Form:
            if answers := [answer for answer in between if answer.form is form]:
                found.append((form, blind_result(answers, one, other)))
    emit(
        {"results": [{"form": form.value, **result.as_dict()} for form, result in found]},
        table(
            ["form", "base", "tuned", "wins base", "ties", "wins tuned", "share tuned", "95% interval", "p", "verdict"],
            [_line(form, result) for form, result in found],
        )
        if found
        else "Nobody has judged these systems blind yet. The Compare page's part Blind is where it is done.",
        as_json,
    )


def _pairs(given: list[Preference]) -> list[tuple[str, str]]:
    """Return every two systems that were judged, a run second."""
    runs = {run.name for run in list_runs(state.workspace)}

    def place(name: str) -> tuple[bool, str]:
        return name.removesuffix(FUSED) in runs, name

    pairs = {answer.systems.pair for answer in given}
    return sorted((min(pair, key=place), max(pair, key=place)) for pair in pairs)


def _line(form: Form, result: BlindResult) -> list[str]:
    wins = result.wins
    low, high = result.interval or (None, None)
    interval = "-" if result.interval is None else f"{number(low)} to {number(high)}"
    counts = [str(wins.base), str(wins.ties), str(wins.tuned)]
    figures = [number(result.share), interval, number(result.p, 4), result.verdict.value]
    return [form.value, result.base, result.tuned, *counts, *figures]
