"""What two models ranked and the grades it was scored with, kept so that a comparison can be handed over later.

One file for each content, named by its fingerprint, in a folder of its own: whoever lists comparisons reads none of
them. A comparison's lineage holds the fingerprint under ``rankings``. Comparisons made before this was kept have none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from core.errors import EvaluationError
from core.evaluation.comparison import Comparison
from core.files import read_json, write_text
from core.fingerprint import canonical_json, fingerprint_text
from core.object_store import Kind, offer
from core.quoting import quoted
from core.workspace import Workspace

RANKINGS = "rankings"  # the folder, and the entry of the lineage


@dataclass(frozen=True)
class KeptRankings:
    """The input of one comparison.

    Attributes:
        base, tuned: film ids for each scored query, best first, as deep as the comparison's ``depth``.
        qrels: the grade of each judged film, for each query, those that were left out too.
    """

    base: dict[str, list[str]]
    tuned: dict[str, list[str]]
    qrels: dict[str, dict[str, int]]

    @cached_property
    def text(self) -> str:
        """The content as canonical JSON."""
        return canonical_json({"base": self.base, "tuned": self.tuned, "qrels": self.qrels})

    @cached_property
    def fingerprint(self) -> str:
        """The sha256 of the content; names the file."""
        return fingerprint_text(self.text)


def keep_rankings(kept: KeptRankings, workspace: Workspace) -> Path:
    """Write what was ranked and return its file; equal content is one file."""
    path = _path(kept.fingerprint, workspace)
    if not path.is_file():
        write_text(path, kept.text + "\n")
    offer(workspace, Kind.RANKINGS, kept.fingerprint)
    return path


def load_rankings(comparison: Comparison, workspace: Workspace) -> KeptRankings:
    """Read what a comparison ranked.

    Raises:
        EvaluationError: the comparison was made before rankings were kept, or their file is gone or damaged.
    """
    if not has_rankings(comparison):
        raise EvaluationError(
            f"Comparison '{comparison.name}' was made before rankings were kept, so there is nothing to export. "
            f"Compare '{comparison.base}' and '{comparison.tuned}' again."
        )
    wanted = str(comparison.lineage[RANKINGS])
    path = _path(wanted, workspace)
    row: Any = read_json(path, EvaluationError)
    try:
        kept = KeptRankings(**row)
        intact = kept.fingerprint == wanted
    except (TypeError, ValueError) as reason:
        raise EvaluationError(f"{path}: not kept rankings ({quoted(reason)}). Delete it and compare again.") from reason
    if not intact:
        raise EvaluationError(f"{path}: the content does not fit its fingerprint. Delete it and compare again.")
    return kept


def has_rankings(comparison: Comparison) -> bool:
    """Tell whether a comparison was kept with what was ranked; reads no file."""
    return RANKINGS in comparison.lineage


def _path(sha256: str, workspace: Workspace) -> Path:
    return workspace.comparisons / RANKINGS / f"{sha256}.json"
