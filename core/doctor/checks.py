"""All checks, one after the other, each finding by its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from core.doctor import installation, labels, leftovers, made, team_store
from core.doctor.findings import Findings
from core.errors import ReelignError
from core.masking import masked
from core.workspace import Workspace

CHECKS: tuple[Callable[[Workspace], Findings], ...] = (
    installation.python,
    installation.packages,
    installation.faiss,
    installation.device,
    installation.models,
    made.disk,
    labels.catalog,
    labels.database,
    labels.snapshots,
    labels.roles,
    made.runs,
    made.comparisons,
    made.indexes,
    made.vectors,
    team_store.store,
    leftovers.leftovers,
)


@dataclass(frozen=True, slots=True)
class Check:
    """One finding: ``ok``, ``warning`` (works, with a limit), or ``problem`` (must be mended)."""

    name: str
    level: str
    finding: str

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def examine(workspace: Workspace) -> list[Check]:
    """Return all findings; a check that fails itself is a problem, not a crash. Nothing is written."""
    checks: list[Check] = []
    for check in CHECKS:
        try:
            checks.extend(Check(check.__name__, level, masked(finding)) for level, finding in check(workspace))
        except (ReelignError, ImportError, OSError, RuntimeError) as reason:
            checks.append(Check(check.__name__, "problem", masked(str(reason))))
    return checks
