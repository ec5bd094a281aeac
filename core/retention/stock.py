"""What a workspace holds of what Reelign has made, with its size, its age, and the models that it is of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from core.catalog import load_catalog
from core.config import make_config
from core.errors import ReelignError
from core.evaluation.kept_rankings import RANKINGS
from core.evaluation.storage import list_comparisons, load_comparison
from core.files import last_written, size_of
from core.index import read_manifest
from core.models.cache import whose
from core.models.named import hub_id_of
from core.retrievers import FUSED
from core.runs import RunFolder, RunState, active_model, before_active, list_runs
from core.workspace import Workspace


class Kind(StrEnum):
    """What a thing that was made is."""

    RUN = "run"
    COMPARISON = "comparison"
    RANKINGS = "rankings"
    INDEX = "index"
    VECTORS = "vectors"


@dataclass(frozen=True, slots=True)
class Holding:
    """One thing that was made.

    Attributes:
        bytes: on disk; ``written``: when last, in seconds since the epoch.
        models: of a run its base, of an index and of vectors whose they are, of a comparison the two compared; none
            where it cannot be read.
        state: of a run.
        catalog: fingerprint of an index's catalogue.
        rankings: fingerprint of a comparison's rankings.
    """

    kind: Kind
    name: str
    path: Path
    bytes: int
    written: float
    models: tuple[str, ...] = ()
    state: RunState | None = None
    catalog: str = ""
    rankings: str = ""


@dataclass(frozen=True, slots=True)
class Stock:
    """Everything that was made, newest first within its kind, and what is in use of it.

    Attributes:
        active, before: the run in use and the one that rolling back would bring; ``None`` for the base.
        catalog: fingerprint of the catalogue as it is now; empty where there is none that can be read.
        base: the model that serves while no run does.
    """

    holdings: tuple[Holding, ...]
    active: str | None
    before: str | None
    catalog: str
    base: str

    def of(self, kind: Kind) -> list[Holding]:
        return [holding for holding in self.holdings if holding.kind is kind]


def take_stock(workspace: Workspace) -> Stock:
    """Look through a workspace. Nothing is changed.

    Raises:
        RunError: it cannot be read which run is in use, so nothing may be planned.
    """
    active = active_model(workspace)
    before: str | None = (before_active(workspace) or {}).get("run")
    found = [*_runs(workspace), *_comparisons(workspace), *_rankings(workspace)]
    found += [*_indexes(workspace), *_vectors(workspace)]
    return Stock(tuple(found), active, before, _catalog_now(workspace), make_config({}).base)


def model_of(name: str) -> str:
    """Return the model itself of a name that a retriever or a person may have given it."""
    return hub_id_of(name.removesuffix(FUSED))


def _holding(kind: Kind, path: Path, name: str = "") -> Holding:
    return Holding(kind, name or path.name, path, size_of(path), last_written(path))


def _runs(workspace: Workspace) -> Iterator[Holding]:
    for run in list_runs(workspace):
        plain = _holding(Kind.RUN, run.path)
        yield replace(plain, models=_base_of(run), state=run.progress().state)


def _base_of(run: RunFolder) -> tuple[str, ...]:
    try:
        return (model_of(run.config().base),)
    except ReelignError:
        return ()


def _comparisons(workspace: Workspace) -> Iterator[Holding]:
    for name in list_comparisons(workspace):
        plain = _holding(Kind.COMPARISON, workspace.comparisons / f"{name}.json", name)
        try:
            comparison = load_comparison(name, workspace)
        except ReelignError:
            yield plain
            continue
        models = (model_of(comparison.base), model_of(comparison.tuned))
        yield replace(plain, models=models, rankings=str(comparison.lineage.get(RANKINGS, "")))


def _rankings(workspace: Workspace) -> Iterator[Holding]:
    for path in sorted((workspace.comparisons / RANKINGS).glob("[!.]*.json")):
        yield _holding(Kind.RANKINGS, path, path.stem)


def _indexes(workspace: Workspace) -> Iterator[Holding]:
    for path in _folders(workspace.indexes):
        plain = _holding(Kind.INDEX, path)
        try:
            manifest = read_manifest(path)
        except ReelignError:
            yield plain
            continue
        model = manifest.get("model")
        models = (model_of(str(model)),) if model else ()
        yield replace(plain, models=models, catalog=str(manifest.get("catalog", "")))


def _vectors(workspace: Workspace) -> Iterator[Holding]:
    for path in _folders(workspace.vectors):
        yield replace(_holding(Kind.VECTORS, path), models=tuple(map(model_of, whose(path))))


def _folders(parent: Path) -> list[Path]:
    if not parent.is_dir():
        return []
    return sorted(path for path in parent.iterdir() if path.is_dir() and not path.name.startswith("."))


def _catalog_now(workspace: Workspace) -> str:
    try:
        return load_catalog(workspace).fingerprint
    except ReelignError:
        return ""
