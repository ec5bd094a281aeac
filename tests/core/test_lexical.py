"""Search by words: what shares words is found, best first; equal films by id; nothing in common, nothing found."""

from __future__ import annotations

import math

import numpy as np

from core.catalog import Catalog, Movie, document_text
from core.lexical import K1, B, LexicalIndex, terms

FILMS = [
    Movie("m1", "Harbour", overview="A diver finds a sunken harbour."),
    Movie("m2", "Winter", overview="Two divers and a diver's daughter spend a winter in the north."),
    Movie("m3", "집으로", "집으로", overview_ko="할머니와 손자가 시골집에서 여름을 보낸다."),
    Movie("m4", "가족여행", "가족여행", overview_ko="아버지가 가족여행을 준비한다."),
]


def found(text: str, k: int = 10) -> list[str]:
    return ids(LexicalIndex(Catalog(FILMS)), [text], k)[0]


def ids(index: LexicalIndex, texts: list[str], k: int) -> list[list[str]]:
    return [[movie_id for movie_id, _ in hits] for hits in index.search(texts, k)]


def test_films_are_found_by_other_forms_of_their_words() -> None:
    assert set(found("the divers")) == {"m1", "m2"}
    assert found("여름에 할머니랑") == ["m3"]


def test_part_of_a_korean_compound_finds_it() -> None:
    assert found("여행을 가는 영화") == ["m4"]


def test_what_shares_no_word_is_not_found() -> None:
    assert found("spaceship") == found("") == found("the film of it") == []
    assert LexicalIndex(Catalog()).search(["diver"], 10) == [[]]
    assert LexicalIndex(Catalog([Movie("m", "!")])).search(["diver"], 10) == [[]]


def test_equal_films_are_ordered_by_id_also_where_the_list_ends() -> None:
    twins = LexicalIndex(Catalog([Movie(f"t{number}", "Diver") for number in (3, 1, 4, 2)]))
    assert ids(twins, ["diver"] * 2, 2) == [["t1", "t2"]] * 2
    assert ids(twins, ["diver"], 10) == [["t1", "t2", "t3", "t4"]]


def test_the_order_is_that_of_the_formula() -> None:
    documents = {film.movie_id: terms(document_text(film)) for film in FILMS}
    average = sum(map(len, documents.values())) / len(documents)

    def score(movie_id: str, query: str) -> float:
        total = 0.0
        for term in terms(query):
            holding = sum(term in document for document in documents.values())
            idf = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
            count = documents[movie_id].count(term)
            total += idf * count / (count + K1 * (1 - B + B * len(documents[movie_id]) / average))
        return total

    for query in ("diver in a harbour in winter", "divers' daughter", "가족여행과 여름 winter"):
        scores = {movie_id: score(movie_id, query) for movie_id in documents}
        ranked = sorted((movie_id for movie_id in scores if scores[movie_id]), key=lambda one: (-scores[one], one))
        assert found(query) == ranked
        values = [score for _, score in LexicalIndex(Catalog(FILMS)).search([query], 10)[0]]
        assert np.allclose(values, [scores[movie_id] for movie_id in ranked])
