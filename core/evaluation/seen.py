"""What tuned models have been shown: the queries that they learnt from, and the films that answered them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from core.judgments import Split, group_key, load_snapshot
from core.retrievers import FUSED
from core.workspace import Workspace

SNAPSHOT = "snapshot.jsonl"  # of a run's folder


@dataclass(frozen=True, slots=True)
class Seen:
    """Of the train queries of runs: their groups (near-duplicate texts share one), and the films positive for them."""

    groups: frozenset[str]
    films: frozenset[str]


def seen_in_training(systems: Iterable[str], workspace: Workspace) -> Seen | None:
    """Return what the runs among the systems were trained on, together; ``None`` where none of them is a run.

    A run is read from its own snapshot, so that labels which came later change nothing.

    Args:
        systems: names as ``open_retriever`` takes them; a run fused with search by words counts as the run.

    Raises:
        LabelError: a run's snapshot is damaged.
    """
    names = dict.fromkeys(name.removesuffix(FUSED) for name in systems)
    paths = [workspace.runs / name / SNAPSHOT for name in names if name and "/" not in name]
    found = [load_snapshot(path) for path in paths if path.is_file()]
    if not found:
        return None
    rows = [row for snapshot in found for row in snapshot.rows if row.split is Split.TRAIN]
    return Seen(
        frozenset(group_key(text) for text in {row.text for row in rows}),
        frozenset(row.movie_id for row in rows if row.grade),
    )
