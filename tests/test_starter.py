"""The starter set keeps the form that training, comparing and the README rely on."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import pytest

from core.catalog import Catalog, Movie
from core.judgments import LabelStore, NewQuery, QrelRow, Split
from core.starter import (
    STARTER_ANNOTATOR,
    load_starter,
    read_starter_judgments,
    read_starter_movies,
    read_starter_queries,
)
from core.workspace import Workspace

NEAR_DUPLICATE = 0.7
# A sentence ends at a stop before a blank, but not after an initial or a form of address, nor at the end of a
# quotation within the sentence.
SENTENCE_END = re.compile(
    r"(?<!\b[A-Z])(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bSt)[.!?](?:(?=\s|$)|[\"')’”]+(?=$|\s+[A-Z]))"
)


@pytest.fixture(scope="module")
def films() -> Catalog:
    return read_starter_movies()


@pytest.fixture(scope="module")
def queries() -> list[NewQuery]:
    return read_starter_queries()


@pytest.fixture(scope="module")
def judgments() -> list[QrelRow]:
    return read_starter_judgments()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LabelStore]:
    with LabelStore.open(Workspace(tmp_path)) as opened:
        yield opened


def test_the_catalogue_is_large_and_a_third_of_it_is_korean(films: Catalog) -> None:
    assert len(films) >= 240
    assert sum("South Korea" in film.country for film in films) >= 80


def test_every_film_has_its_facts_in_both_languages(films: Catalog) -> None:
    for film in films:
        assert film.year and film.runtime and film.language and film.genres and film.country, film.movie_id
        assert film.title and film.title_ko and len(film.director) == len(film.director_ko) > 0, film.movie_id
        assert len(film.cast) == len(film.cast_ko) and 3 <= len(film.cast) <= 5, film.movie_id


def sentences(text: str) -> int:
    return len(SENTENCE_END.findall(text))


def test_every_film_is_told_in_three_or_four_sentences_in_both_languages(films: Catalog) -> None:
    for film in films:
        for text in (film.overview, film.overview_ko):
            assert 3 <= sentences(text) <= 4, f"{film.movie_id}: {sentences(text)} sentences: {text}"
        assert not re.search("[가-힣]", film.overview), film.movie_id
        assert re.search("[가-힣]", film.overview_ko), film.movie_id


def test_there_are_as_many_korean_as_english_queries(queries: list[NewQuery]) -> None:
    assert len(queries) >= 120
    languages = Counter(query.lang for query in queries)
    assert set(languages) == {"ko", "en"} and languages["ko"] == languages["en"]
    for query in queries:
        assert (query.lang == "ko") == bool(re.search("[가-힣]", query.text)), query.query_id


def test_ids_are_unique_and_every_judgment_is_of_a_known_query_and_film(
    films: Catalog, queries: list[NewQuery], judgments: list[QrelRow]
) -> None:
    ids = [query.query_id for query in queries]
    assert len(set(ids)) == len(ids)
    for row in judgments:
        assert row.query_id in ids and row.movie_id in films, row.place


def test_no_pair_is_answered_twice(judgments: list[QrelRow]) -> None:
    pairs = Counter((row.query_id, row.movie_id) for row in judgments)
    assert [pair for pair, answers in pairs.items() if answers > 1] == []


def test_every_query_has_a_very_good_answer_and_enough_negatives(
    queries: list[NewQuery], judgments: list[QrelRow]
) -> None:
    for query in queries:
        grades = Counter(row.grade for row in judgments if row.query_id == query.query_id)
        # A measuring query is judged deeper: what a search would put into its first ten is to be known, not guessed.
        enough = 4 <= grades[0] <= 6 if query.split is Split.TRAIN else grades[0] >= 10
        assert grades[2] >= 1 and enough, f"{query.query_id}: {dict(grades)}"


def names(film: Movie, text: str) -> bool:
    """Tell whether a text names the film: whole English words, or the Korean title with or without blanks."""
    if re.search(rf"\b{re.escape(film.title.casefold())}\b", text.casefold()):
        return True
    # A Korean title of one or two syllables is inside ordinary words (곡성, but also 대부, 명량): whole words only.
    korean = re.escape(film.title_ko.casefold())
    if len(film.title_ko) <= 2:
        return re.search(rf"(?<!\w){korean}(?!\w)", text.casefold()) is not None
    return film.title_ko.casefold().replace(" ", "") in text.casefold().replace(" ", "")


def test_no_query_names_its_answer(films: Catalog, queries: list[NewQuery], judgments: list[QrelRow]) -> None:
    texts = {query.query_id: query.text for query in queries}
    for row in judgments:
        if row.grade > 0:
            assert not names(films[row.movie_id], texts[row.query_id]), f"{row.query_id} names {row.movie_id}"


def test_every_kind_of_query_is_in_every_split(queries: list[NewQuery]) -> None:
    found = {(query.kind, query.split) for query in queries}
    assert found == {(kind, split) for kind in ("plot", "mood", "theme", "like") for split in Split}


def pieces(text: str) -> set[str]:
    folded = re.sub(r"\W+", "", text.casefold())
    return {folded[start : start + 3] for start in range(max(len(folded) - 2, 1))}


def test_no_two_queries_are_nearly_the_same(queries: list[NewQuery]) -> None:
    shingles = [(query.query_id, pieces(query.text)) for query in queries]
    for (first, one), (second, other) in combinations(shingles, 2):
        assert len(one & other) / len(one | other) < NEAR_DUPLICATE, f"{first} and {second}"


def test_an_empty_workspace_is_filled_once_and_another_left_alone(
    tmp_path: Path, store: LabelStore, films: Catalog, queries: list[NewQuery], judgments: list[QrelRow]
) -> None:
    workspace = Workspace(tmp_path)
    assert load_starter(workspace, store)
    kept = {(query.query_id, query.text, query.split) for query in store.queries()}
    assert kept == {(query.query_id, query.text, query.split) for query in queries}
    answered = {(one.query_id, one.movie_id, one.grade) for one in store.judgments(annotator=STARTER_ANNOTATOR)}
    assert answered == {(row.query_id, row.movie_id, row.grade) for row in judgments}

    before = workspace.catalog.read_bytes()
    assert not load_starter(workspace, store)
    assert workspace.catalog.read_bytes() == before

    # A copying that stopped before the catalogue was written is made again, and adds nothing twice.
    workspace.catalog.unlink()
    events = store.last_event_number()
    assert load_starter(workspace, store)
    assert store.last_event_number() == events and workspace.catalog.read_bytes() == before


def test_a_teams_database_reached_from_a_new_folder_gets_nothing(tmp_path: Path, store: LabelStore) -> None:
    store.add_queries([NewQuery("what the team asks", "own")])
    workspace = Workspace(tmp_path / "new")
    assert not load_starter(workspace, store)
    assert [query.query_id for query in store.queries()] == ["own"] and not workspace.catalog.exists()
