"""Where a team's data lies: one folder with ``labels/`` (to keep) and ``artifacts/`` (can be rebuilt or retrained)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
ENVIRONMENT_VARIABLE = "REELIGN_WORKSPACE"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The paths of one workspace. Nothing is created until something is written."""

    root: Path

    @classmethod
    def locate(cls, root: str | Path | None = None) -> Workspace:
        """Return the workspace at ``root``, else at ``$REELIGN_WORKSPACE``, else the repository itself."""
        chosen = root or os.environ.get(ENVIRONMENT_VARIABLE) or REPOSITORY
        return cls(Path(chosen).expanduser().resolve())

    @property
    def catalog(self) -> Path:
        return self.root / "labels" / "catalog.jsonl"

    @property
    def roles(self) -> Path:
        """Who may do what: every change."""
        return self.root / "labels" / "roles.jsonl"

    @property
    def activity(self) -> Path:
        """Who did what, where it would leave no trace elsewhere."""
        return self.root / "labels" / "activity.jsonl"

    @property
    def database(self) -> Path:
        return self.root / "labels" / "labels.sqlite3"

    @property
    def snapshots(self) -> Path:
        return self.root / "labels" / "snapshots"

    @property
    def artifacts(self) -> Path:
        return self.root / "artifacts"

    @property
    def models(self) -> Path:
        """Packaged models, converted once."""
        return self.artifacts / "models"

    @property
    def vectors(self) -> Path:
        return self.artifacts / "vectors"

    @property
    def indexes(self) -> Path:
        return self.artifacts / "indexes"

    @property
    def runs(self) -> Path:
        return self.artifacts / "runs"

    @property
    def comparisons(self) -> Path:
        return self.artifacts / "comparisons"
