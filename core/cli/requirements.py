"""``--require``: what must hold of a comparison, and the exit status that says whether it does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.output import number, table

if TYPE_CHECKING:
    from core.evaluation import Comparison
    from core.evaluation.requirement import Outcome, Requirement

FAILED = 1

Require = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TEXT",
        help="What must hold, else the exit status is 1: 'nDCG@10 >= base - 0.01', 'R@100 > 0.8', 'AP not worse'. "
        "May be given several times.",
    ),
]


def parsed(texts: Sequence[str] | None) -> list[Requirement]:
    """Read requirements; raises ``EvaluationError`` for one that is not understood."""
    from core.evaluation.requirement import parse_requirement

    return [parse_requirement(text) for text in texts or ()]


def check_all(requirements: Sequence[Requirement], comparison: Comparison) -> list[Outcome]:
    """Hold a comparison against requirements."""
    from core.evaluation.requirement import check

    return [check(requirement, comparison) for requirement in requirements]


def as_rows(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return what ``--json`` says of them."""
    return {"requirements": [outcome.as_dict() for outcome in outcomes]}


def outcome_lines(outcomes: Sequence[Outcome]) -> list[str]:
    """Return a table of requirements with their figures, nothing where there are none."""
    if not outcomes:
        return []
    rows = [
        [
            "holds" if outcome.holds else "FAILS",
            outcome.requirement,
            number(outcome.base, 4),
            number(outcome.tuned, 4),
            number(outcome.target, 4),
            "-" if outcome.ci is None else f"{outcome.ci[0]:+.4f} to {outcome.ci[1]:+.4f}",
            number(outcome.p, 4),
        ]
        for outcome in outcomes
    ]
    return ["", table(["", "requirement", "base", "tuned", "against", "95% interval", "p"], rows), ""]


def fail_on(outcomes: Sequence[Outcome]) -> None:
    """End the command with status 1 where one does not hold."""
    if not all(outcome.holds for outcome in outcomes):
        raise typer.Exit(FAILED)
