"""The index of a catalogue under a model: the saved one where it can be trusted, else one built and saved now."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from core.catalog import Catalog, document_text
from core.errors import SearchIndexError
from core.fingerprint import fingerprint
from core.index.exact import MovieIndex
from core.index.folder import FORMAT, NAME_DIGITS, load_index, save_index
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.models.embedder import Embedder, Progress

log = logging.getLogger(__name__)


def index_name(embedder: Embedder, catalog: Catalog) -> str:
    """Return the fingerprint of an index: what encodes the films, and which films."""
    return fingerprint({"documents": embedder.document_fingerprint, "catalog": catalog.fingerprint, "format": FORMAT})


def open_index(
    embedder: Embedder, catalog: Catalog, workspace: Workspace, progress: Progress | None = None
) -> MovieIndex:
    """Return the index of a catalogue under a model: the saved one, else one built and saved now.

    Raises:
        SearchIndexError: the catalogue is empty.
    """
    if not len(catalog):
        raise SearchIndexError("The catalogue has no films. Import one first.")
    name = index_name(embedder, catalog)
    folder = workspace.indexes / name[:NAME_DIGITS]
    if folder.is_dir():
        try:
            return load_index(folder, name)
        except SearchIndexError as reason:
            log.warning("%s It is built again.", reason)
    texts = [document_text(movie) for movie in catalog.movies]
    index = MovieIndex(catalog.ids, embedder.encode(texts, "document", progress=progress), name)
    owner = embedder.documents or embedder  # of a model that tunes the query side alone, the index is its base's
    save_index(index, folder, {"model": owner.name, "catalog": catalog.fingerprint})
    return index
