"""What lies between two snapshots: the pairs and queries that one has and the other lacks, and changed answers."""

from __future__ import annotations

from dataclasses import dataclass

from core.judgments.snapshots import Snapshot, SnapshotRow
from core.judgments.types import Split


@dataclass(frozen=True, slots=True)
class SplitChanges:
    """How many pairs and queries of one split differ."""

    added: int
    removed: int
    changed: int
    queries_added: int
    queries_removed: int


@dataclass(frozen=True, slots=True)
class SnapshotChanges:
    """What the second of two snapshots has beyond the first.

    ``changed`` holds the rows (before, after) of pairs whose answer or grade differs; ``queries_added`` and
    ``queries_removed`` the text of each query by id; ``moved`` the splits (before, after) of queries that are in both
    and in different ones. An equal film judged for a query of another id is another pair.
    """

    added: tuple[SnapshotRow, ...]
    removed: tuple[SnapshotRow, ...]
    changed: tuple[tuple[SnapshotRow, SnapshotRow], ...]
    queries_added: dict[str, str]
    queries_removed: dict[str, str]
    moved: dict[str, tuple[Split, Split]]

    @property
    def equal(self) -> bool:
        """Whether pairs, answers and splits are the same."""
        return not (self.added or self.removed or self.changed or self.moved)

    def of(self, split: Split) -> SplitChanges:
        """Return the counts of one split; what has moved counts where it is now."""
        added = [row for row in self.added if row.split is split]
        removed = [row for row in self.removed if row.split is split]
        return SplitChanges(
            added=len(added),
            removed=len(removed),
            changed=sum(after.split is split for _, after in self.changed),
            queries_added=len({row.query_id for row in added} & self.queries_added.keys()),
            queries_removed=len({row.query_id for row in removed} & self.queries_removed.keys()),
        )


def compare_snapshots(before: Snapshot, after: Snapshot) -> SnapshotChanges:
    """Return what ``after`` has beyond ``before``."""
    old, new = ({(row.query_id, row.movie_id): row for row in snapshot.rows} for snapshot in (before, after))
    old_queries, new_queries = before.queries(), after.queries()
    old_splits, new_splits = ({row.query_id: row.split for row in snapshot.rows} for snapshot in (before, after))
    both = [pair for pair in new if pair in old]
    return SnapshotChanges(
        added=tuple(row for pair, row in new.items() if pair not in old),
        removed=tuple(row for pair, row in old.items() if pair not in new),
        changed=tuple(
            (old[pair], new[pair])
            for pair in both
            if (old[pair].answer, old[pair].grade) != (new[pair].answer, new[pair].grade)
        ),
        queries_added={query_id: text for query_id, text in new_queries.items() if query_id not in old_queries},
        queries_removed={query_id: text for query_id, text in old_queries.items() if query_id not in new_queries},
        moved={
            query_id: (old_splits[query_id], split)
            for query_id, split in new_splits.items()
            if query_id in old_splits and old_splits[query_id] is not split
        },
    )
