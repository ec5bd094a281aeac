"""Queries, judgments and what is made of them: the store, snapshots, exchange formats and pools to label.

``LabelStore`` is loaded on first use, because only those who open the database need SQLAlchemy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.judgments.agreement import Agreement, TeamAgreement, agreement, team_agreement
from core.judgments.exchange import (
    Effect,
    ExchangeFormat,
    ExportFormat,
    ImportPreview,
    JudgedQueries,
    PreviewRow,
    Problem,
    SourceFile,
    apply_import,
    detect_format,
    export_judgments,
    export_labels,
    preview_import,
    read_judged_queries,
    read_qrels,
    read_queries,
    read_sources,
)
from core.judgments.pool import Candidate
from core.judgments.project import Project
from core.judgments.snapshot_changes import SnapshotChanges, SplitChanges, compare_snapshots
from core.judgments.snapshot_names import name_snapshot, snapshot_names
from core.judgments.snapshots import (
    Snapshot,
    SnapshotRow,
    labels_now,
    list_snapshots,
    load_snapshot,
    sound_snapshots,
    take_snapshot,
)
from core.judgments.split import group_key
from core.judgments.truth import Truth, truth
from core.judgments.types import (
    Answer,
    Event,
    Guideline,
    Judgment,
    NewQuery,
    QrelRow,
    Query,
    Shown,
    Skip,
    SkipReason,
    Split,
)

if TYPE_CHECKING:
    from core.judgments.store import LabelStore

__all__ = [
    "Agreement",
    "Answer",
    "Candidate",
    "Effect",
    "Event",
    "ExchangeFormat",
    "ExportFormat",
    "Guideline",
    "ImportPreview",
    "JudgedQueries",
    "Judgment",
    "LabelStore",
    "NewQuery",
    "PreviewRow",
    "Problem",
    "Project",
    "QrelRow",
    "Query",
    "Shown",
    "Skip",
    "SkipReason",
    "Snapshot",
    "SnapshotChanges",
    "SnapshotRow",
    "SourceFile",
    "Split",
    "SplitChanges",
    "TeamAgreement",
    "Truth",
    "agreement",
    "apply_import",
    "compare_snapshots",
    "detect_format",
    "export_judgments",
    "export_labels",
    "group_key",
    "labels_now",
    "list_snapshots",
    "load_snapshot",
    "name_snapshot",
    "preview_import",
    "read_judged_queries",
    "read_qrels",
    "read_queries",
    "read_sources",
    "snapshot_names",
    "sound_snapshots",
    "take_snapshot",
    "team_agreement",
    "truth",
]


def __getattr__(name: str) -> object:
    if name == "LabelStore":
        from core.judgments.store import LabelStore

        return LabelStore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
