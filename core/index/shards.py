"""One search over several indexes, each of a part of the films: a catalogue that outgrows one memory."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.errors import SearchIndexError
from core.index.exact import Hit, MovieIndex, ranked


class ShardedIndex:
    """Indexes of parts of a catalogue, searched as one.

    A film's score is computed from its own vector and the query alone, so that of exact parts the merged answer is
    the very answer of one exact index over all films: the same films, scores and ranks, ties included.
    """

    def __init__(self, parts: Sequence[MovieIndex]) -> None:
        """Hold the parts.

        Raises:
            SearchIndexError: there is none, they are of different dimensions, or a film stands in two of them.
        """
        if not parts:
            raise SearchIndexError("No index to search. Build one first.")
        dimensions = {part.vectors.shape[1] for part in parts}
        if len(dimensions) > 1:
            raise SearchIndexError(f"Indexes of dimensions {sorted(dimensions)}; they must be of one model.")
        seen: set[str] = set()
        for part in parts:
            if twice := seen.intersection(part.ids):
                raise SearchIndexError(f"The film '{min(twice)}' stands in two of the indexes. Build them again.")
            seen.update(part.ids)
        self.parts = tuple(parts)

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def search(self, queries: NDArray[np.float32], k: int) -> list[list[Hit]]:
        """Return the ``k`` best films of all parts for each query; see ``MovieIndex.search``."""
        return merge_hits([part.search(queries, k) for part in self.parts], k)


def merge_hits(parts: Sequence[Sequence[Sequence[Hit]]], k: int) -> list[list[Hit]]:
    """Return the ``k`` best hits of each query from the answers of several indexes, ties by film id.

    ``parts`` has one answer an index: for each query, at least its ``k`` best hits where it has so many.
    """
    return [
        ranked(((hit.movie_id, hit.score) for hits in rows for hit in hits), k) for rows in zip(*parts, strict=True)
    ]
