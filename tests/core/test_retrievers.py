"""What ranks films: a model, search by words, and both fused."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from core.catalog import Catalog, Movie
from core.index import Hit
from core.lexical import LexicalIndex
from core.retrievers import LexicalRetriever, Retriever, fuse, make_retriever, open_retriever
from core.workspace import Workspace

FILMS = Catalog([Movie("m1", "Harbour diver"), Movie("m2", "Winter"), Movie("m3", "Diver"), Movie("m4", "가족여행")])


class Backwards:
    """A model that ranks every catalogue backwards, whatever the text."""

    def search(self, texts: Sequence[str], k: int, progress: object = None) -> list[list[Hit]]:
        return [[Hit(id, 1.0 / rank, rank) for rank, id in enumerate(reversed(FILMS.ids), start=1)][:k] for _ in texts]

    def origin(self) -> dict[str, str]:
        return {"name": "backwards", "embedder": "b"}


def named(name: str) -> Retriever:
    opened: Any = Backwards()
    return make_retriever(name, lambda model: opened, lambda: LexicalIndex(FILMS))


def ids(hits: list[Hit]) -> list[str]:
    return [hit.movie_id for hit in hits]


def test_words_alone_are_opened_without_a_model(tmp_path: Path) -> None:
    words = open_retriever("bm25", FILMS, Workspace(tmp_path))
    assert isinstance(words, LexicalRetriever)
    (hits,) = words.search(["a diver"], 10)
    assert ids(hits) == ["m3", "m1"]
    assert [hit.rank for hit in hits] == [1, 2]
    assert hits[0].score > hits[1].score > 0
    assert words.origin() == {"name": "bm25"}


def test_a_fusion_sums_the_reciprocal_ranks() -> None:
    (hits,) = named("backwards+bm25").search(["a diver"], 3)
    sums = {"m4": 1 / 61, "m3": 1 / 62 + 1 / 61, "m2": 1 / 63, "m1": 1 / 64 + 1 / 62}
    assert ids(hits) == ["m3", "m1", "m4"]
    assert [hit.score for hit in hits] == pytest.approx([sums[id] for id in ids(hits)])
    assert named("backwards+bm25").origin() == {"name": "backwards+bm25", "embedder": "b"}
    assert ids(named("backwards").search(["a diver"], 2)[0]) == ["m4", "m3"]


def test_films_that_tie_in_a_fusion_are_ordered_by_id() -> None:
    assert ids(fuse([[Hit("b", 9, 1), Hit("a", 1, 2)], [Hit("a", 5, 1), Hit("b", 4, 2)]], 2)) == ["a", "b"]
    assert fuse([[], []], 5) == []
