"""A model and its index together: text in, films out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.catalog import Films
from core.index import Hit, Kind, MovieIndex, kind_for_search, open_index
from core.models.loading import load_embedder
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.models.embedder import Embedder, Progress


@dataclass(frozen=True, slots=True)
class Searcher:
    """Searches one catalogue with one model."""

    embedder: Embedder
    index: MovieIndex

    def search(self, texts: Sequence[str], k: int, progress: Progress | None = None) -> list[list[Hit]]:
        """Return the ``k`` best films for each text, best first."""
        return self.index.search(self.embedder.encode(texts, "query", progress=progress), k)

    def without_cache(self) -> Searcher:
        """Return this searcher, but keeping no vectors of the texts it is asked."""
        return Searcher(self.embedder.without_cache(), self.index)

    def origin(self) -> dict[str, str]:
        """Return what its rankings follow from, for the record of a comparison."""
        embedder = self.embedder
        return {
            "name": embedder.name,
            "embedder": embedder.fingerprint,
            "index": self.index.fingerprint,
            "device": embedder.device,
        }


def open_searcher(
    name: str,
    catalog: Films,
    workspace: Workspace,
    *,
    device: str = "auto",
    progress: Progress | None = None,
    kind: Kind | None = Kind.EXACT,
) -> Searcher:
    """Load a model and its index over a catalogue, encoding what is not encoded yet.

    The index is exact unless another ``kind`` is asked for; ``None`` is the one by which the model is searched outside
    of comparisons (see ``kind_for_search``).

    Raises:
        ModelError: the model cannot be loaded.
        SearchIndexError: the catalogue is empty.
    """
    embedder = load_embedder(name, workspace, device=device)
    kind = kind or kind_for_search(embedder, len(catalog), workspace)
    return Searcher(embedder, open_index(embedder, catalog, workspace, progress, kind))
