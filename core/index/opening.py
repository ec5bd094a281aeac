"""The index of a catalogue under a model: the saved one where it can be trusted, else one built and saved now."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from core.catalog import Films
from core.errors import SearchIndexError
from core.files import read_json, write_json
from core.fingerprint import fingerprint
from core.index.building import build_index
from core.index.exact import MovieIndex
from core.index.folder import FORMAT, NAME_DIGITS, load_index
from core.index.kinds import Kind, choose_kind, machine_memory
from core.object_store import Kind as Stored
from core.object_store import fetch, offer
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.models.embedder import Embedder, Progress

log = logging.getLogger(__name__)

WANTED = "kinds.json"  # among the indexes: of each model, by its fingerprint, the kind that was asked for


def index_name(embedder: Embedder, catalog: Films, kind: Kind = Kind.EXACT) -> str:
    """Return the fingerprint of an index: what encodes the films, which films, and how they are found."""
    what = {"documents": embedder.document_fingerprint, "catalog": catalog.fingerprint, "format": FORMAT}
    return fingerprint(what if kind is Kind.EXACT else what | {"kind": kind.value})


def index_folder(embedder: Embedder, catalog: Films, workspace: Workspace, kind: Kind = Kind.EXACT) -> Path:
    """Return where the index of a catalogue under a model lies, or would."""
    return workspace.indexes / index_name(embedder, catalog, kind)[:NAME_DIGITS]


def open_index(
    embedder: Embedder,
    catalog: Films,
    workspace: Workspace,
    progress: Progress | None = None,
    kind: Kind = Kind.EXACT,
) -> MovieIndex:
    """Return the index of a catalogue under a model: the saved one, else one built and saved now.

    An exact one unless another ``kind`` is asked for: a comparison must not measure the index.

    Raises:
        SearchIndexError: the catalogue is empty, or too small for the kind.
    """
    if not len(catalog):
        raise SearchIndexError("The catalogue has no films. Import one first.")
    name = index_name(embedder, catalog, kind)
    folder = workspace.indexes / name[:NAME_DIGITS]
    if folder.is_dir() or fetch(workspace, Stored.INDEXES, folder.name):
        try:
            return load_index(folder, name)
        except SearchIndexError as reason:
            log.warning("%s It is built again.", reason)
    owner = embedder.documents or embedder  # of a model that tunes the query side alone, the index is its base's
    lineage = {"model": owner.name, "catalog": catalog.fingerprint}
    index = build_index(embedder, catalog, folder, name, kind, lineage, progress)
    offer(workspace, Stored.INDEXES, folder.name)
    return index


def kind_for_search(embedder: Embedder, films: int, workspace: Workspace) -> Kind:
    """Return the kind by which a model is searched outside of comparisons: the one asked for, else by size.

    What was asked for holds for the model's later catalogues too. A note that cannot be read counts for nothing.
    """
    wanted = _wanted(workspace).get(embedder.document_fingerprint)
    if wanted in list(Kind):
        return Kind(wanted)
    return choose_kind(films, embedder.dimension, machine_memory())


def ask_for_kind(embedder: Embedder, kind: Kind | None, workspace: Workspace) -> None:
    """Remember by which kind a model is to be searched; ``None`` leaves it to the size again.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    wanted = _wanted(workspace)
    asked = {name: one for name, one in wanted.items() if name != embedder.document_fingerprint}
    if kind is not None:
        asked[embedder.document_fingerprint] = kind.value
    if asked != wanted:
        write_json(workspace.indexes / WANTED, asked)


def _wanted(workspace: Workspace) -> dict[str, str]:
    try:
        row = read_json(workspace.indexes / WANTED, SearchIndexError)
    except SearchIndexError:
        return {}
    return {str(name): str(kind) for name, kind in row.items()} if isinstance(row, dict) else {}
