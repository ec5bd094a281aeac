"""Several indexes searched as one find what one index of all films finds, ties included."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import SearchIndexError
from core.index import MovieIndex, ShardedIndex


def films(count: int, distinct: int, seed: int) -> tuple[tuple[str, ...], np.ndarray]:
    dice = np.random.default_rng(seed)
    vectors = dice.normal(size=(distinct, 9)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = tuple(f"m{number:04d}" for number in dice.permutation(count))
    return ids, vectors[dice.integers(0, distinct, count)]


@settings(max_examples=40, deadline=None)
@given(count=st.integers(1, 200), distinct=st.integers(1, 60), k=st.integers(1, 220), seed=st.integers(0, 10_000))
def test_parts_answer_as_the_whole(count: int, distinct: int, k: int, seed: int) -> None:
    ids, vectors = films(count, distinct, seed)
    part = np.random.default_rng(seed + 1).integers(0, 3, count)
    parts = [
        MovieIndex(tuple(np.array(ids)[part == one].tolist()), vectors[part == one], str(one))
        for one in range(3)
        if (part == one).any()
    ]
    queries = films(4, 4, seed + 2)[1]
    sharded = ShardedIndex(parts)
    assert len(sharded) == count
    assert sharded.search(queries, k) == MovieIndex(ids, vectors, "x").search(queries, k)


def test_parts_that_do_not_go_together_are_refused() -> None:
    ids, vectors = films(4, 4, 0)
    one = MovieIndex(ids, vectors, "x")
    with pytest.raises(SearchIndexError, match="film 'm0000' stands in two"):
        ShardedIndex([one, one])
    with pytest.raises(SearchIndexError, match=r"dimensions \[1, 9\]"):
        ShardedIndex([one, MovieIndex(("z",), np.ones((1, 1), np.float32), "y")])
    with pytest.raises(SearchIndexError, match="Build one first"):
        ShardedIndex([])
