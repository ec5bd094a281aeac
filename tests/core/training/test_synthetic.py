"""Queries made from a film's text do not name it, and its text does not answer them word for word."""

from __future__ import annotations

import random

import pytest

from core.catalog import Catalog, Movie
from core.training.synthetic import SyntheticQueries, make_pair, split_sentences, without_title

OVERVIEW = (
    "Mara keeps a lighthouse on a rock in the sea. One night a boat without a crew drifts in. "
    "She follows its lantern below deck! Nobody on the island remembers the vessel."
)
KOREAN = (
    "마라는 바다 한가운데 바위섬에서 등대를 지킨다. 어느 밤 선원이 없는 배 한 척이 떠내려온다. "
    "섬사람 누구도 그 배를 모른다."
)
FILM = Movie(
    "m1", "Lantern", title_ko="등불", year=1999, overview=OVERVIEW, keywords=("sea", "lighthouse"), genres=("Drama",)
)


def pairs(movie: Movie, count: int = 60):
    chance = random.Random(3)
    return [make_pair(movie, chance, korean_first=False) for _ in range(count)]


def test_sentences_of_the_query_are_taken_out_of_the_film_but_for_a_tenth():
    made = [pair for pair in pairs(FILM, 200) if pair.query.endswith((".", "!"))]
    kept = 0
    for pair in made:
        sentences = [part for part in split_sentences(OVERVIEW) if without_title(part, FILM) in pair.query]
        assert 1 <= len(sentences) <= 2
        kept += all(part in pair.document for part in sentences)
        others = [part for part in split_sentences(OVERVIEW) if part not in sentences]
        assert all(part in pair.document for part in others)
    assert 0.02 < kept / len(made) < 0.25


def test_keywords_ask_for_a_film_without_its_keywords():
    made = [pair for pair in pairs(FILM) if not pair.query.endswith((".", "!"))]
    assert made
    for pair in made:
        assert set(pair.query.split(", ")) <= {"sea", "lighthouse", "Drama"}
        assert "Keywords:" not in pair.document


def test_a_title_is_cut_out_of_the_query_and_a_part_of_a_word_is_not():
    assert without_title("The Lantern of the sea: LANTERN.", FILM) == "The the film of the sea: the film."
    assert without_title("Lanterns everywhere", FILM) == "Lanterns everywhere"
    assert without_title("그 여름의 끝", Movie("m", "Summer", title_ko="그 여름")) == "그 여름의 끝"
    assert without_title("그 여름 우리는 만났다", Movie("m", "Summer", title_ko="그 여름")) == "이 영화 우리는 만났다"
    assert without_title("It is up to her", Movie("m", "Up")) == "It is up to her"


def test_both_languages_of_a_film_ask():
    bilingual = Movie("m2", "Lantern", title_ko="등불 지기", overview=OVERVIEW, overview_ko=KOREAN)
    queries = [pair.query for pair in pairs(bilingual)]
    assert any("등대" in query for query in queries) and any("lighthouse" in query for query in queries)


def test_films_are_distinct_none_of_those_excluded_and_the_same_for_a_seed():
    films = [Movie(f"m{number}", f"Film {number}", overview=OVERVIEW) for number in range(10)]
    made = SyntheticQueries(Catalog([*films, Movie("bare", "Bare")]))
    drawn = made.draw(6, {"m0", "m1"}, "seed", korean_first=False)
    ids = [pair.movie_id for pair in drawn]
    assert len(set(ids)) == 6 and not {"m0", "m1", "bare"} & set(ids)
    assert drawn == made.draw(6, {"m0", "m1"}, "seed", korean_first=False)
    assert drawn != made.draw(6, {"m0", "m1"}, "other", korean_first=False)


@pytest.mark.parametrize("overview", ["", "One sentence only, and nothing after it."])
def test_a_catalogue_without_enough_text_gives_none(overview):
    made = SyntheticQueries(Catalog([Movie("m", "Film", overview=overview)]))
    assert made.draw(4, (), "seed", korean_first=False) == []
