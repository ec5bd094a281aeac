"""Whatever ranks films for a query, under one name: a model, search by words, or the two fused.

``bm25`` is search by words, ``MODEL+bm25`` its fusion with a model; any other name is a model's, as ``load_embedder``
takes it. A tuned model that does not beat the words alone, or adds nothing to them, is not worth its weights.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from core.catalog import Catalog
from core.index import Hit
from core.lexical import LexicalIndex
from core.search import Searcher, open_searcher
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.models.embedder import Progress

LEXICAL = "bm25"
FUSED = f"+{LEXICAL}"
RANK_OFFSET = 60  # Cormack, Clarke and Büttcher 2009, "Reciprocal Rank Fusion outperforms Condorcet"
FUSION_DEPTH = 100  # films of either list that count, at least


class Retriever(Protocol):
    """Ranks films for texts."""

    def search(self, texts: Sequence[str], k: int, progress: Progress | None = None) -> list[list[Hit]]:
        """Return up to ``k`` films for each text, best first, equal scores by id."""

    def origin(self) -> dict[str, str]:
        """Return what its rankings follow from, for the record of a comparison."""


@dataclass(frozen=True, slots=True)
class LexicalRetriever:
    """Search by words. A film that shares no word with the text is not found, so lists may be shorter than asked."""

    index: LexicalIndex

    def search(self, texts: Sequence[str], k: int, progress: Progress | None = None) -> list[list[Hit]]:
        """Return up to ``k`` films for each text, scored by BM25."""
        return [
            [Hit(movie_id, score, rank) for rank, (movie_id, score) in enumerate(found, start=1)]
            for found in self.index.search(texts, k)
        ]

    def origin(self) -> dict[str, str]:
        """Return that the words decide."""
        return {"name": LEXICAL}


@dataclass(frozen=True, slots=True)
class FusedRetriever:
    """A model and search by words together: a film's score is the sum of 1 / (60 + its rank) over both lists."""

    model: Retriever
    lexical: Retriever

    def search(self, texts: Sequence[str], k: int, progress: Progress | None = None) -> list[list[Hit]]:
        """Return ``k`` films for each text, scored by reciprocal rank fusion."""
        depth = max(k, FUSION_DEPTH)
        both = zip(self.model.search(texts, depth, progress), self.lexical.search(texts, depth), strict=True)
        return [fuse(lists, k) for lists in both]

    def origin(self) -> dict[str, str]:
        """Return what the model's rankings follow from, under the fusion's name."""
        origin = self.model.origin()
        return {**origin, "name": origin["name"] + FUSED}


def fuse(lists: Sequence[Sequence[Hit]], k: int) -> list[Hit]:
    """Return the ``k`` films with the highest sum of 1 / (60 + rank) over the lists, equal sums by id."""
    sums: dict[str, float] = defaultdict(float)
    for hits in lists:
        for hit in hits:
            sums[hit.movie_id] += 1.0 / (RANK_OFFSET + hit.rank)
    best = sorted(sums.items(), key=lambda entry: (-entry[1], entry[0]))[:k]
    return [Hit(movie_id, score, rank) for rank, (movie_id, score) in enumerate(best, start=1)]


def make_retriever(
    name: str, open_model: Callable[[str], Searcher], open_lexical: Callable[[], LexicalIndex]
) -> Retriever:
    """Return what a name stands for, opening only what it needs; errors are those of the two callables."""
    if name == LEXICAL:
        return LexicalRetriever(open_lexical())
    if name.endswith(FUSED):
        return FusedRetriever(open_model(name.removesuffix(FUSED)), LexicalRetriever(open_lexical()))
    return open_model(name)


def open_retriever(
    name: str, catalog: Catalog, workspace: Workspace, *, device: str = "auto", progress: Progress | None = None
) -> Retriever:
    """Return what a name stands for over a catalogue, encoding what is not encoded yet; errors as ``open_searcher``."""
    return make_retriever(
        name,
        lambda model: open_searcher(model, catalog, workspace, device=device, progress=progress),
        lambda: LexicalIndex(catalog),
    )
