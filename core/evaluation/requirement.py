"""What a change must not break, checked on a comparison: the gate of a continuous integration.

Three forms, where MEASURE is one of ``MEASURES`` and holds for the tuned model's mean over the queries:

* ``MEASURE >= base``, ``MEASURE >= base + 0.02``, ``MEASURE > base - 0.01``: against the base's mean of the same
  queries;
* ``MEASURE >= 0.4``, ``MEASURE > 0.4``: against a fixed figure;
* ``MEASURE not worse``: the drop is no more than chance explains. It fails where the whole 95 % interval of the
  difference lies below zero and p (adjusted, see ``MeasureComparison``) is below .05. Few queries can prove no drop, so
  it says little about them; the other forms fail on any drop that is too large.

Values that differ by rounding alone (see ``NEGLIGIBLE``) count as equal.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from core.errors import EvaluationError
from core.evaluation.comparison import Comparison
from core.evaluation.measures import JUDGED, MEASURES
from core.evaluation.significance import LEVEL, NEGLIGIBLE
from core.quoting import quoted

EXAMPLES = '"nDCG@10 >= base - 0.01", "R@100 > 0.8" or "AP not worse"'
_NUMBER = r"\d+(?:\.\d+)?|\.\d+"
_FORM = re.compile(
    rf"(?P<measure>[^\s<>=]+)\s*(?:(?P<sign>>=|>)\s*(?:"
    rf"(?P<base>base)(?:\s*(?P<way>[+-])\s*(?P<margin>{_NUMBER}))?|(?P<figure>{_NUMBER}))|\s(?P<test>not\s+worse))"
)


class Sign(StrEnum):
    AT_LEAST = ">="
    ABOVE = ">"
    NOT_WORSE = "not worse"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement, as parsed.

    Attributes:
        text: as it was written, its spaces evened out.
        of_base: whether ``number`` is added to the base's mean; otherwise it stands for itself.
        number: a difference or a figure of the measure's scale, 0 to 1; 0 for ``not worse``.
    """

    text: str
    measure: str
    sign: Sign
    of_base: bool
    number: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a comparison meets a requirement, with the figures that decided.

    Attributes:
        base, tuned: means of the measure.
        target: what ``tuned`` was held against.
        ci, p: 95 % interval of the difference and adjusted p, on which ``not worse`` rests; ``None`` where unknown.
    """

    requirement: str
    holds: bool
    measure: str
    base: float
    tuned: float
    target: float
    ci: tuple[float, float] | None
    p: float | None

    def as_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return asdict(self)


def parse_requirement(text: str) -> Requirement:
    """Read a requirement.

    Raises:
        EvaluationError: the text has none of the forms, names an unknown measure, or a number off the scale.

    >>> parse_requirement("nDCG@10 >= base - 0.01").number
    -0.01
    """
    evened = " ".join(text.split())
    found = _FORM.fullmatch(evened)
    if found is None:
        raise EvaluationError(
            f"Requirement {quoted(text)} is not understood; expected MEASURE >= base, MEASURE >= base - NUMBER, "
            f"MEASURE >= NUMBER (or > for >=), or MEASURE not worse, such as {EXAMPLES}."
        )
    if found["measure"] not in MEASURES:
        raise EvaluationError(
            f"Requirement {quoted(text)}: unknown measure {quoted(found['measure'])}; expected one of "
            f"{', '.join(MEASURES)}, as in {EXAMPLES}."
        )
    number = float(found["margin"] or found["figure"] or 0)
    if number > 1:
        raise EvaluationError(
            f"Requirement {quoted(text)}: {number:g} is off the scale; measures go from 0 to 1 (write 0.4 for 40 %), "
            f"as in {EXAMPLES}."
        )
    if found["test"] and found["measure"] == JUDGED:
        raise EvaluationError(
            f"Requirement {quoted(text)}: {JUDGED} says how much is labelled, not how good a model is, so there is no "
            f'test of it. Give a figure, such as "{JUDGED} >= 0.95".'
        )
    return Requirement(
        text=evened,
        measure=found["measure"],
        sign=Sign.NOT_WORSE if found["test"] else Sign(found["sign"]),
        of_base=not found["figure"],
        number=-number if found["way"] == "-" else number,
    )


def check(requirement: Requirement, comparison: Comparison) -> Outcome:
    """Hold a comparison against a requirement.

    Raises:
        EvaluationError: the comparison was kept without this measure.
    """
    measure = comparison.measures.get(requirement.measure)
    if measure is None:
        raise EvaluationError(
            f"Requirement '{requirement.text}': comparison '{comparison.name}' was kept without "
            f"{requirement.measure}; it has {', '.join(comparison.measures)}. Compare again."
        )
    target = requirement.number + (measure.base if requirement.of_base else 0.0)
    if requirement.sign is Sign.NOT_WORSE:
        dropped = measure.ci is not None and measure.ci[1] < 0
        holds = not (dropped and measure.p_adjusted is not None and measure.p_adjusted < LEVEL)
    elif requirement.sign is Sign.ABOVE:
        holds = measure.tuned - target > NEGLIGIBLE
    else:
        holds = measure.tuned - target >= -NEGLIGIBLE
    return Outcome(
        requirement=requirement.text,
        holds=holds,
        measure=requirement.measure,
        base=measure.base,
        tuned=measure.tuned,
        target=target,
        ci=measure.ci,
        p=measure.p_adjusted,
    )
