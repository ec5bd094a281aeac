"""What Reelign has made: runs, comparisons, indexes, vectors, and the room for more of them."""

from __future__ import annotations

import os
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from core.doctor.findings import Findings
from core.errors import ReelignError, RunError, SearchIndexError
from core.files import size_of
from core.runs import RunFolder, RunState, active_model, list_runs
from core.workspace import Workspace

LEAST_FREE_BYTES = 2_000_000_000
CLOCK_SECONDS = 300
MEND = "'doctor --fix' clears it away, and it is made again when it is next needed."


def disk(workspace: Workspace) -> Findings:
    there = next(path for path in (workspace.root, *workspace.root.parents) if path.exists())
    if not os.access(there, os.W_OK):
        yield "problem", f"{workspace.root} cannot be written. Choose another with --workspace."
    free, needed = shutil.disk_usage(there).free, room_for_training(workspace)
    text = f"{workspace.root}, {free / 1e9:.1f} GB free; a training may need {needed / 1e9:.1f} GB"
    yield ("ok", text) if free > needed else ("warning", f"{text}. Make room; 'clean' shows what may go.")


def room_for_training(workspace: Workspace) -> int:
    """Return the bytes that a training may need, by the largest of each that was made here, and some to spare.

    A checkpoint stands beside the one that it replaces; afterwards the tuned model gets vectors and an index.
    """
    largest = [
        max((size_of(path) for path in folders(parent)), default=0)
        for parent in (workspace.runs, workspace.vectors, workspace.indexes)
    ]
    return LEAST_FREE_BYTES + 2 * largest[0] + largest[1] + largest[2]


def runs(workspace: Workspace) -> Findings:
    found = list_runs(workspace)
    states = {run.name: run.progress() for run in found}
    for run in found:
        progress = states[run.name]
        if progress.state is RunState.CRASHED:
            yield "warning", f"{run.name} has crashed. Start it again, it goes on from its checkpoint; or delete it."
        if progress.updated_at > time.time() + CLOCK_SECONDS:
            yield "warning", f"{run.name} was last written in the future: set this machine's clock."
        if problem := _damage(run, progress.state):
            yield "problem", f"{run.name}: {problem} Delete the run and train again."
    counts = Counter(progress.state.value for progress in states.values())
    told = ", ".join(f"{count} {state}" for state, count in counts.items()) or "none yet"
    yield "ok", f"{told}; in use: {active_model(workspace) or 'the base'}"


def _damage(run: RunFolder, state: RunState) -> str:
    """Return what is wrong with the files of a run, empty where they are sound."""
    from core.models.loading import read_tuning

    try:
        run.config()
        report = run.report()
        if state is RunState.SUCCEEDED:
            if report is None:
                raise RunError(f"{run.path / 'report.json'}: missing.")
            read_tuning(run.adapter)
            _read_weights(run.adapter)
    except (ReelignError, TypeError, ValueError) as reason:
        return " ".join(str(reason).split())
    return ""


def _read_weights(adapter: Path) -> None:
    """Read the header of an adapter's weights, which says how long the file must be."""
    from safetensors import SafetensorError, safe_open

    from core.models.adapter import WEIGHTS

    try:
        with safe_open(adapter / WEIGHTS, framework="numpy") as file:
            file.keys()
    except (OSError, SafetensorError) as reason:
        raise RunError(f"{adapter / WEIGHTS}: damaged or missing ({reason}).") from reason


def comparisons(workspace: Workspace) -> Findings:
    from core.evaluation import list_comparisons, load_comparison
    from core.evaluation.kept_rankings import has_rankings, load_rankings

    names = list_comparisons(workspace)
    for name in names:
        try:
            comparison = load_comparison(name, workspace)
            if has_rankings(comparison):
                load_rankings(comparison, workspace)
        except ReelignError as reason:
            yield "problem", str(reason)
    yield "ok", f"{len(names)} comparisons"


def indexes(workspace: Workspace) -> Findings:
    yield from (("warning", f"{reason} {MEND}") for _, reason in misfit_indexes(workspace))
    yield "ok", _stock("indexes", workspace.indexes)


def misfit_indexes(workspace: Workspace) -> Iterator[tuple[Path, SearchIndexError]]:
    """Yield every saved index that would not be trusted, and why."""
    from core.index import check_saved

    for folder in folders(workspace.indexes):
        try:
            check_saved(folder)
        except SearchIndexError as reason:
            yield folder, reason


def vectors(workspace: Workspace) -> Findings:
    yield from (("warning", f"{reason} {MEND}") for _, reason in damaged_shards(workspace))
    yield "ok", _stock("folders of vectors", workspace.vectors)


def damaged_shards(workspace: Workspace) -> Iterator[tuple[Path, str]]:
    """Yield every file of vectors that cannot be read or was set aside for it, and why. All of them are read."""
    from core.models.cache import DAMAGED, read_shard

    for folder in folders(workspace.vectors):
        for path in sorted(folder.iterdir()):
            if path.suffix == DAMAGED:
                yield path, f"{path} was damaged and set aside."
            elif path.suffix == ".npz" and not path.name.startswith("."):
                try:
                    read_shard(path)
                except ReelignError as reason:
                    yield path, str(reason)


def folders(parent: Path) -> list[Path]:
    """Return the folders in one, leaving out unfinished ones."""
    if not parent.is_dir():
        return []
    return sorted(path for path in parent.iterdir() if path.is_dir() and not path.name.startswith("."))


def _stock(what: str, parent: Path) -> str:
    there = folders(parent)
    return f"{len(there)} {what}, {sum(map(size_of, there)) / 1e6:.1f} MB"
