"""Frozen labels. Training and evaluation read these files only, so they never meet the curators in the database.

A snapshot is JSONL: a header, then one row a query-movie pair. It holds no times and is named by the sha256 of its
rows, so equal labels give an equal file, wherever and in whatever order they were given.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import LabelError
from core.files import read_jsonl, write_jsonl
from core.fingerprint import fingerprint_rows
from core.judgments.grades import check_grade
from core.judgments.snapshot_names import snapshot_names
from core.judgments.truth import by_pair, truth
from core.judgments.types import Answer, Judgment, Query, Split
from core.object_store import Kind as Stored
from core.object_store import offer
from core.quoting import legible, quoted
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.judgments.store import LabelStore

FORMAT = 1
NAME_DIGITS = 12
CONFLICTS_NAMED = 5


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """The labels of one query-movie pair: what the annotators say together."""

    query_id: str
    text: str
    lang: str
    kind: str
    split: Split
    movie_id: str
    answer: Answer
    grade: int | None
    annotators: tuple[str, ...]

    def row(self) -> dict[str, Any]:
        """Return the JSON-able fields, as they stand in a snapshot file."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A frozen set of labels, its rows by query and film.

    ``fingerprint`` is the sha256 over the sorted rows, ``created_at`` the time of the file (ISO 8601, UTC).
    """

    rows: tuple[SnapshotRow, ...]
    fingerprint: str
    created_at: str
    path: Path | None = None

    @property
    def name(self) -> str:
        """The short name: the first 12 digits of the fingerprint."""
        return self.fingerprint[:NAME_DIGITS]

    def queries(self, split: Split | None = None) -> dict[str, str]:
        """Return the text of each query, of all splits or of one."""
        return {row.query_id: row.text for row in self._in(split)}

    def qrels(self, split: Split | None = None) -> dict[str, dict[str, int]]:
        """Return query id -> movie id -> grade (positive 1 or 2, negative 0); unsure is left out."""
        grades: dict[str, dict[str, int]] = {}
        for row in self._in(split):
            if row.grade is not None:
                grades.setdefault(row.query_id, {})[row.movie_id] = row.grade
        return grades

    def unsure(self, split: Split | None = None) -> dict[str, set[str]]:
        """Return query id -> the films that nobody has decided on."""
        found: dict[str, set[str]] = {}
        for row in self._in(split):
            if row.grade is None:
                found.setdefault(row.query_id, set()).add(row.movie_id)
        return found

    def _in(self, split: Split | None) -> Iterable[SnapshotRow]:
        return (row for row in self.rows if split is None or row.split is split)


def labels_now(store: LabelStore) -> Snapshot:
    """Return the labels of ``store`` as a snapshot that is not written to disk.

    Raises:
        LabelError: there are no labels, or a pair is answered both ways; both answers are named.
    """
    rows = _rows(store.judgments(), {query.query_id: query for query in store.queries()})
    return Snapshot(rows, fingerprint_rows(row.row() for row in rows), _iso(datetime.now(UTC)))


def take_snapshot(store: LabelStore, workspace: Workspace) -> Snapshot:
    """Freeze the labels of ``store`` as ``labels/snapshots/<first 12 digits of its sha256>.jsonl``.

    The same labels give the same file again.

    Raises:
        LabelError: there are no labels, or a pair is answered both ways; both answers are named.
    """
    taken = labels_now(store)
    path = workspace.snapshots / f"{taken.name}.jsonl"
    header = {
        "format": FORMAT,
        "queries": len(taken.queries()),
        "rows": len(taken.rows),
        "snapshot": taken.fingerprint,
    }
    if not _is_sound(path):
        write_jsonl(path, [header, *(row.row() for row in taken.rows)])
    offer(workspace, Stored.SNAPSHOTS, taken.name)
    return replace(taken, created_at=_written_at(path), path=path)


def load_snapshot(path_or_prefix: str | Path, workspace: Workspace | None = None) -> Snapshot:
    """Return a snapshot by file path or, in a workspace, by the first digits of its sha256 or by its name.

    Raises:
        LabelError: there is no such snapshot, more than one begins so, or the file has been changed.
    """
    path = Path(path_or_prefix)
    if not path.is_file():
        if workspace is None:
            raise LabelError(f"{path}: there is no such snapshot file.")
        path = _find(str(path_or_prefix), workspace)
    return _read(path)


def list_snapshots(workspace: Workspace) -> list[Snapshot]:
    """Return the snapshots of a workspace, newest first; LabelError naming a file that has been changed."""
    return _newest_first(_read(path) for path in workspace.snapshots.glob("*.jsonl"))


def sound_snapshots(workspace: Workspace) -> tuple[list[Snapshot], list[LabelError]]:
    """Return the snapshots that can be read, newest first, and why the others cannot."""
    found, damaged = [], []
    for path in sorted(workspace.snapshots.glob("*.jsonl")):
        try:
            found.append(_read(path))
        except LabelError as reason:
            damaged.append(reason)
    return _newest_first(found), damaged


def _newest_first(snapshots: Iterable[Snapshot]) -> list[Snapshot]:
    return sorted(snapshots, key=lambda snapshot: (snapshot.created_at, snapshot.fingerprint), reverse=True)


def _rows(judgments: list[Judgment], queries: dict[str, Query]) -> tuple[SnapshotRow, ...]:
    if not judgments:
        raise LabelError("There are no labels yet. Label some films, or import judgments, before taking a snapshot.")
    together = truth(judgments)
    _refuse_conflicts(together.conflicts, queries)
    rows = []
    for (query_id, movie_id), answers in sorted(by_pair(judgments).items()):
        query = queries[query_id]
        grade = together.grades.get(query_id, {}).get(movie_id)
        answer = Answer.UNSURE if grade is None else Answer.POSITIVE if grade else Answer.NEGATIVE
        # Whoever was unsure has no part in a pair that others decided.
        annotators = tuple(dict.fromkeys(judgment.annotator for judgment in answers if judgment.answer is answer))
        rows.append(
            SnapshotRow(query_id, query.text, query.lang, query.kind, query.split, movie_id, answer, grade, annotators)
        )
    return tuple(rows)


def _refuse_conflicts(conflicts: list[tuple[Judgment, Judgment]], queries: dict[str, Query]) -> None:
    if not conflicts:
        return
    named = [
        f"query {yes.query_id!r} ({queries[yes.query_id].text!r}), movie {yes.movie_id!r}: positive by "
        f"{yes.annotator} on {yes.decided_at}, negative by {no.annotator} on {no.decided_at}"
        for yes, no in conflicts[:CONFLICTS_NAMED]
    ]
    more = len(conflicts) - len(named)
    raise LabelError(
        "Answered both ways: "
        + "; ".join(named)
        + (f"; and {more} more" if more else "")
        + ". Agree on one answer, or let one of you say unsure."
    )


def _is_sound(path: Path) -> bool:
    try:
        _read(path)
    except LabelError:
        return False
    return True


def _find(prefix: str, workspace: Workspace) -> Path:
    names = sorted(workspace.snapshots.glob("*.jsonl"))
    found = [path for path in names if prefix and path.stem.startswith(prefix[:NAME_DIGITS])]
    if len(prefix) > NAME_DIGITS:
        found = [path for path in found if _read(path).fingerprint.startswith(prefix)]
    if not found:
        named = [sha for sha, name in snapshot_names(workspace).items() if name == prefix]
        found = [path for path in names if path.stem in {sha[:NAME_DIGITS] for sha in named}]
    if len(found) == 1:
        return found[0]
    known = ", ".join(path.stem for path in found or names) or "none"
    problem = (
        "begins more than one snapshot" if found else "is neither a snapshot file, the beginning of one, nor its name"
    )
    raise LabelError(f"{prefix!r} {problem} in {workspace.snapshots} (there: {known}).")


def _read(path: Path) -> Snapshot:
    lines = read_jsonl(path, LabelError)
    _, header = next(lines, (0, {}))
    if header.get("format") != FORMAT:
        raise LabelError(f"{path}, line 1: expected the header of a snapshot, format {FORMAT}; found {quoted(header)}.")
    written = list(lines)
    try:
        sha = fingerprint_rows(row for _, row in written)
    except ValueError as reason:  # NaN, or half a character
        raise LabelError(f"{path} has been changed: {legible(reason)}. Delete it and take a new snapshot.") from reason
    if sha != header.get("snapshot"):
        raise LabelError(
            f"{path} has been changed: its {len(written)} rows have the sha256 {sha[:NAME_DIGITS]}..., its header "
            f"says {str(header.get('snapshot'))[:NAME_DIGITS]}.... Delete it and take a new snapshot."
        )
    return Snapshot(tuple(_row(path, number, row) for number, row in written), sha, _written_at(path), path)


def _row(path: Path, number: int, row: dict[str, Any]) -> SnapshotRow:
    try:
        answer, grade = check_grade(row["answer"], row["grade"])
        checked = {"answer": answer, "grade": grade, "split": Split(row["split"])}
        read = SnapshotRow(**(row | checked | {"annotators": tuple(row["annotators"])}))
        texts = (read.query_id, read.text, read.lang, read.kind, read.movie_id, *read.annotators)
        if not isinstance(row["annotators"], list) or not all(isinstance(text, str) for text in texts):
            raise TypeError("a text is of another kind")
        return read
    except (KeyError, TypeError, ValueError, LabelError) as reason:
        raise LabelError(f"{path}, line {number}: not a row of a snapshot ({legible(reason)}).") from reason


def _written_at(path: Path) -> str:
    return _iso(datetime.fromtimestamp(path.stat().st_mtime, UTC))


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
