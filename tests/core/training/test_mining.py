"""Mined negatives keep their limit, are nobody's judged film, and say where they come from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import TrainingError
from core.training.mining import MOST_A_QUERY, load_mined, mine_negatives, save_mined
from core.training.pairs import LabelledQueries

FILMS = [f"m{number:02d}" for number in range(40)]


def world(seed: int) -> tuple[LabelledQueries, np.ndarray, np.ndarray]:
    """Two queries among forty films of random unit vectors; scores of either sign."""
    made = np.random.default_rng(seed)
    vectors = made.normal(size=(42, 3)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    grades = {"q0": {"m00": 1, "m01": 2, "m02": 0}, "q1": {"m05": 1}}
    return LabelledQueries({"q0": "a", "q1": "b"}, grades, {"q1": frozenset({"m06"})}), vectors[:2], vectors[2:]


@settings(deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_mined_film_is_below_95_percent_of_the_lowest_positive_and_unjudged(seed: int) -> None:
    train, queries, movies = world(seed)
    found = mine_negatives(train, ["q0", "q1"], queries, FILMS, movies, model="tiny")
    for number, query in enumerate(["q0", "q1"]):
        scores = dict(zip(FILMS, (movies @ queries[number]).tolist(), strict=True))
        lowest = min(scores[film] for film in train.positives(query))
        limit = lowest * 0.95 if lowest > 0 else lowest * 1.05
        unknown = set(FILMS) - train.grades[query].keys() - train.unsure.get(query, frozenset())
        allowed = [film for film in unknown if scores[film] <= limit + 1e-7]
        hardest = sorted(allowed, key=lambda film: -scores[film])[:MOST_A_QUERY]
        assert {film.movie_id for film in found[query]} == set(hardest)
        for film in found[query]:
            assert film.rank == 1 + sum(other > scores[film.movie_id] for other in scores.values())
            assert film.score == pytest.approx(scores[film.movie_id], abs=1e-6) and film.model == "tiny"


def test_what_is_mined_is_kept_with_its_provenance(tmp_path) -> None:
    train, queries, movies = world(1)
    found = mine_negatives(train, ["q0", "q1"], queries, FILMS, movies, model="tiny")
    save_mined(found, tmp_path / "mined.jsonl")
    assert load_mined(tmp_path / "mined.jsonl") == [film for query in sorted(found) for film in found[query]]
    (tmp_path / "mined.jsonl").write_text('{"query_id": "q"}', encoding="utf-8")
    with pytest.raises(TrainingError, match="line 1: not a mined negative"):
        load_mined(tmp_path / "mined.jsonl")
