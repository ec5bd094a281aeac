"""What becomes of films from one ranking to others, against an account kept by hand."""

from __future__ import annotations

import random

import pytest

from dashboard.widgets.rank_moves import TOP, Change, left_out, places


def test_moves_name_what_became_of_each_film() -> None:
    base = [f"b{n}" for n in range(12)]
    tuned = ["b1", "b0", "b2", "b11", "new", *base[3:8]]
    left, right = places(base, tuned)
    assert [(place.movie_id, place.change, place.other) for place in right[:5]] == [
        ("b1", Change.UP, 2),
        ("b0", Change.DOWN, 1),
        ("b2", Change.SAME, 3),
        ("b11", Change.NEW, 12),
        ("new", Change.NEW, None),
    ]
    assert [place.movie_id for place in left if place.change is Change.LEFT_OUT] == ["b8", "b9"]
    assert all(place.rank == rank for side in (left, right) for rank, place in enumerate(side, start=1))


@pytest.mark.parametrize("seed", range(20))
def test_of_several_rankings_each_says_what_it_left_out_of_the_first(seed: int) -> None:
    chance = random.Random(seed)
    films = [f"m{n}" for n in range(30)]
    first, *others = ([*chance.sample(films, chance.choice([4, 12, 30]))] for _ in range(4))
    found = left_out(first, others)
    for film in first[:TOP]:
        without = [number for number, other in enumerate(others) if film not in other[:TOP]]
        assert list(found.get(film, {})) == without
        for number in without:
            place = found[film][number]
            assert first[place.rank - 1] == film
            assert place.other == (others[number].index(film) + 1 if film in others[number] else None)
    assert found.keys() <= set(first[:TOP])


def test_a_ranking_that_found_nothing_left_everything_out() -> None:
    assert list(left_out(["a", "b"], [[]])) == ["a", "b"]
    assert left_out([], [["a"]]) == {}
