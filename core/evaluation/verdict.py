"""What a comparison allows us to say, and what has to be labelled before it allows anything.

The rules, in this order; the first that applies decides. The interval is the 95 % t interval of the mean difference
in nDCG@10, p the sign-flip test's, and the top ten what each model ranks first.

1. ``no_difference``: both models show the same ten films in the same order for every query. No label can part them.
2. ``label_more``: Judged@10 of either model is below .95, or differs by more than .05 between them, and there are
   films in the top tens to label. A model whose films nobody has judged looks worse than it is.
3. ``cannot_tell``: fewer than 6 queries differ.
4. ``better`` or ``worse``: p is below .05 and the interval lies on one side of zero.
5. ``no_difference``: the whole interval lies within .02 of zero: whatever difference there is, it is too small to
   matter.
6. ``cannot_tell``: anything else. ``smallest_detectable`` says what this many queries could have shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.evaluation.significance import LEVEL

JUDGED_ENOUGH = 0.95
JUDGED_GAP = 0.05
NEGLIGIBLE_DIFFERENCE = 0.02
_ROUNDING = 1e-9  # a mean of .95 may come out a hair below


class VerdictKind(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    NO_DIFFERENCE = "no_difference"
    CANNOT_TELL = "cannot_tell"
    LABEL_MORE = "label_more"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What can be said of the tuned model, and the numbers that it rests on.

    Attributes:
        delta: mean nDCG@10 of the tuned model minus that of the base.
        ci: 95 % interval of ``delta``; ``None`` for a single query.
        p: of the sign-flip test; ``None`` below 6 differing queries.
        queries: how many were scored.
        differing: for how many of them nDCG@10 differs.
        smallest_detectable: the difference that this many queries would reveal 4 times in 5; ``None`` where unknown.
        judged_base, judged_tuned: mean Judged@10 of each side.
        missing: (query id, film id) of every unjudged film in either top ten, those first that can move ``delta`` most.
        moves: how far ``delta`` could go, up or down, if that one pair of ``missing`` alone were judged; ``None`` in
            comparisons made before this was worked out, whose pairs come by their rank.
    """

    kind: VerdictKind
    delta: float
    ci: tuple[float, float] | None
    p: float | None
    queries: int
    differing: int
    smallest_detectable: float | None
    judged_base: float
    judged_tuned: float
    missing: tuple[tuple[str, str], ...]
    moves: tuple[float, ...] | None = None

    @classmethod
    def from_dict(cls, row: dict[str, Any]) -> Verdict:
        """Read what ``Comparison.as_dict`` wrote."""
        read = {
            "kind": VerdictKind(row["kind"]),
            "ci": None if row["ci"] is None else (row["ci"][0], row["ci"][1]),
            "missing": tuple((query_id, movie_id) for query_id, movie_id in row["missing"]),
            "moves": None if row.get("moves") is None else tuple(row["moves"]),
        }
        return cls(**{**row, **read})


def decide(
    *,
    delta: float,
    ci: tuple[float, float] | None,
    p: float | None,
    judged_base: float,
    judged_tuned: float,
    labels_missing: bool,
    same_lists: bool,
) -> VerdictKind:
    """Apply the rules of this module."""
    unjudged = min(judged_base, judged_tuned) < JUDGED_ENOUGH - _ROUNDING
    lopsided = abs(judged_base - judged_tuned) > JUDGED_GAP + _ROUNDING
    if same_lists:
        return VerdictKind.NO_DIFFERENCE
    if labels_missing and (unjudged or lopsided):
        return VerdictKind.LABEL_MORE
    if p is None or ci is None:
        return VerdictKind.CANNOT_TELL
    if p < LEVEL and (ci[0] > 0 or ci[1] < 0):
        return VerdictKind.BETTER if delta > 0 else VerdictKind.WORSE
    if max(abs(ci[0]), abs(ci[1])) <= NEGLIGIBLE_DIFFERENCE:
        return VerdictKind.NO_DIFFERENCE
    return VerdictKind.CANNOT_TELL
