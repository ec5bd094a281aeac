"""Finding films by what is on their cards."""

from __future__ import annotations

import unicodedata

import pytest

from core.catalog import Catalog, Movie, search_titles

CATALOG = Catalog(
    [
        Movie("1", "The Animatrix", year=2003, genres=("Animation",)),
        Movie(
            "2", "The Matrix", title_ko="매트릭스", year=1999, director=("Lana Wachowski",), cast_ko=("키아누 리브스",)
        ),
        Movie("3", "Memories of Murder", title_ko="살인의 추억", year=2003, director_ko=("봉준호",), genres=("Crime",)),
        Movie("4", "Amélie", title_ko="아멜리에", year=2001),
        Movie("5", "Matrix", year=1973),
    ]
)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("matrix", ["5", "2", "1"]),
        ("살인의추억", ["3"]),
        (unicodedata.normalize("NFD", "봉준호"), ["3"]),
        ("WACHOWSKI 1999", ["2"]),
        ("리브스", ["2"]),
        ("2003", ["1", "3"]),
        ("crime", ["3"]),
        ("AMÉLIE", ["4"]),
        ("matrix 2003", ["1"]),
        ("no such film", []),
        ("  ", ["1", "2", "3", "4", "5"]),
    ],
)
def test_a_film_is_found_by_every_word_on_its_card_the_nearest_title_first(text: str, ids: list[str]) -> None:
    assert [film.movie_id for film in search_titles(CATALOG, text)] == ids


def test_no_more_films_than_asked_for() -> None:
    assert len(search_titles(CATALOG, "matrix", limit=2)) == len(search_titles(CATALOG, "", limit=2)) == 2
