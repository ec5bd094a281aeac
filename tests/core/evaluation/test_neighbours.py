"""Neighbours are those of a plain sort, and what changed between two models is told film by film."""

from __future__ import annotations

import numpy as np
import pytest
from made_films import ids_of, placed, random_vectors, unit

from core.errors import EvaluationError
from core.evaluation import neighbours
from core.evaluation.neighbours import FilmVectors, compare_neighbours, nearest, nearest_rows


def sorted_plainly(films: FilmVectors, row: int) -> list[tuple[str, float]]:
    """Return the other films by cosine, then id, with nothing but a loop and a sort."""
    one = films.vectors[row].astype(np.float64)
    cosines = [
        (-float(np.float32((vector.astype(np.float64) * one).sum())), movie_id)
        for movie_id, vector in zip(films.ids, films.vectors, strict=True)
        if movie_id != films.ids[row]
    ]
    return [(movie_id, -cosine) for cosine, movie_id in sorted(cosines)]


@pytest.mark.parametrize("count", [2, 5, 11, 60])
@pytest.mark.parametrize("k", [1, 10])
def test_the_nearest_films_are_those_of_a_plain_sort(count: int, k: int) -> None:
    films = placed(random_vectors(count, seed=count))
    rows = nearest_rows(films.vectors, np.arange(count), k)
    for row, movie_id in enumerate(films.ids):
        expected = sorted_plainly(films, row)[:k]
        found = nearest(films, movie_id, k)
        assert [(hit.movie_id, hit.score) for hit in found] == expected
        assert [hit.rank for hit in found] == list(range(1, len(expected) + 1))
        assert [films.ids[near] for near in rows[row]] == [near for near, _ in expected]


def test_blocks_do_not_change_what_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors = random_vectors(60)
    whole = nearest_rows(vectors, np.arange(60))
    monkeypatch.setattr(neighbours, "BLOCK_ROWS", 7)
    assert (nearest_rows(vectors, np.arange(60)) == whole).all()
    assert (nearest_rows(vectors, np.array([59, 3])) == whole[[59, 3]]).all()


def test_equal_films_are_ordered_by_id_even_where_all_are_equal() -> None:
    vectors = np.repeat(random_vectors(1), 40, axis=0)
    rows = nearest_rows(vectors, np.arange(40), 3)
    assert rows[0].tolist() == [1, 2, 3] and rows[2].tolist() == [0, 1, 3] and rows[39].tolist() == [0, 1, 2]


def test_one_film_alone_has_no_neighbours() -> None:
    films = placed(random_vectors(1))
    assert nearest(films, films.ids[0]) == ()
    assert nearest_rows(films.vectors, np.arange(1)).shape == (1, 0)


def test_what_tuning_changed_is_told_film_by_film() -> None:
    angles_before, angles_after = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5], [0.0, 0.2, 0.1, 0.5, 0.3, 0.4]
    base, tuned = (
        placed(unit(np.stack([np.cos(angles), np.sin(angles)], axis=1))) for angles in (angles_before, angles_after)
    )
    changed = compare_neighbours(base, tuned, "m00000", 3)
    assert [hit.movie_id for hit in changed.base] == ["m00001", "m00002", "m00003"]
    assert [hit.movie_id for hit in changed.tuned] == ["m00002", "m00001", "m00004"]
    assert changed.entered == ("m00004",) and changed.left == ("m00003",)
    assert changed.moved == {"m00002": 1, "m00001": -1}
    assert changed.ranks == {"m00001": (1, 2), "m00002": (2, 1), "m00003": (3, 5), "m00004": (4, 3)}


def test_the_same_model_on_both_sides_changes_nothing() -> None:
    films = placed(random_vectors(30))
    changed = compare_neighbours(films, films, films.ids[4])
    assert changed.entered == changed.left == () and changed.moved == {}
    assert changed.base == changed.tuned == nearest(films, films.ids[4])


def test_unknown_films_unordered_ids_and_other_catalogues_are_refused() -> None:
    films = placed(random_vectors(5))
    with pytest.raises(EvaluationError, match="'m9'"):
        nearest(films, "m9")
    with pytest.raises(EvaluationError, match="'m00000' comes after 'm00001'"):
        FilmVectors(("m00001", "m00000"), random_vectors(2))
    with pytest.raises(EvaluationError, match="2 film ids for 3"):
        FilmVectors(ids_of(2), random_vectors(3))
    with pytest.raises(EvaluationError, match="base knows 5 films and the tuned model 4"):
        compare_neighbours(films, placed(random_vectors(4)), films.ids[0])
