"""Films, catalogues and the text that stands for a film."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from core.catalog import Catalog, Movie, document_text, load_catalog, movie_from_row, save_catalog
from core.errors import CatalogError
from core.workspace import Workspace

FILM = Movie(
    "parasite-2019",
    "Parasite",
    title_ko="기생충",
    year=2019,
    director=("Bong Joon-ho",),
    director_ko=("봉준호",),
    cast=("Song Kang-ho", "Lee Sun-kyun", "Cho Yeo-jeong", "Choi Woo-shik", "Park So-dam"),
    genres=("Thriller", "Comedy"),
    keywords=tuple(f"word {number}" for number in range(12)),
    overview="A poor family moves in.",
    overview_ko="가난한 가족이 들어온다.",
)


def test_the_text_of_a_film_names_it_briefly_and_then_tells_it_in_both_languages() -> None:
    assert document_text(FILM) == (
        "Parasite (기생충), 2019. Directed by Bong Joon-ho. "
        "With Song Kang-ho, Lee Sun-kyun, Cho Yeo-jeong, Choi Woo-shik. Genres: Thriller, Comedy. "
        "Keywords: word 0, word 1, word 2, word 3, word 4, word 5, word 6, word 7, word 8, word 9. "
        "A poor family moves in. 가난한 가족이 들어온다."
    )


def test_a_text_leaves_out_what_a_film_lacks_and_repeats_no_title() -> None:
    assert document_text(Movie("1", "밀양", title_ko="밀양")) == "밀양."
    assert document_text(Movie("1", "Up", director_ko=("피트 닥터",))) == "Up. Directed by 피트 닥터."
    assert document_text(Movie("1", "밀양", "밀양", overview="같은 글", overview_ko="같은 글")).count("같은 글") == 1


def test_a_row_holds_what_is_there_and_makes_the_film_again() -> None:
    assert Movie("1", "Up").row() == {"movie_id": "1", "title": "Up"}
    assert movie_from_row(json.loads(json.dumps(FILM.row())), "row 1") == FILM


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({"movie_id": "1"}, "'title'"),
        ({"movie_id": "1", "title": "Up", "year": "2009"}, "'2009'"),
        ({"movie_id": "1", "title": "Up", "cast": "Ed Asner"}, "'cast'"),
        ({"movie_id": "1", "title": "Up", "rating": 5}, "'rating'"),
        ({"movie_id": 1, "title": "Up"}, "'movie_id'"),
    ],
)
def test_a_damaged_row_is_named_with_place_and_field(row: dict[str, object], named: str) -> None:
    with pytest.raises(CatalogError, match=r"catalog.jsonl, line 7") as error:
        movie_from_row(row, "catalog.jsonl, line 7")
    assert named in str(error.value)


def test_a_catalogue_is_in_the_order_of_its_ids_and_knows_its_films() -> None:
    catalog = Catalog([Movie("b", "Beta"), Movie("a", "Alpha")])
    assert catalog.ids == ("a", "b")
    assert len(catalog) == 2 and "a" in catalog and "c" not in catalog
    assert catalog["b"].title == "Beta"
    with pytest.raises(CatalogError, match="'c'"):
        catalog["c"]


def test_two_films_with_one_id_are_refused() -> None:
    with pytest.raises(CatalogError, match="'a': 'Alpha' and 'Beta'"):
        Catalog([Movie("a", "Alpha"), Movie("a", "Beta")])


def test_the_fingerprint_depends_on_the_films_and_not_on_their_order() -> None:
    films = [Movie("a", "Alpha"), Movie("b", "Beta")]
    assert Catalog(films).fingerprint == Catalog(films[::-1]).fingerprint
    assert Catalog(films).fingerprint != Catalog([films[0], Movie("b", "Beta", year=1999)]).fingerprint


def test_a_saved_catalogue_is_loaded_unchanged(workspace: Workspace) -> None:
    catalog = Catalog([FILM, Movie("up-2009", "Up", year=2009)])
    save_catalog(catalog, workspace)
    assert load_catalog(workspace).movies == catalog.movies
    assert load_catalog(workspace).fingerprint == catalog.fingerprint


def test_a_workspace_without_a_catalogue_says_how_to_get_one(workspace: Workspace) -> None:
    with pytest.raises(CatalogError, match="python -m core catalog import"):
        load_catalog(workspace)


def test_the_franchise_is_kept_but_no_model_is_told_it() -> None:
    told = replace(FILM, franchise="The Parasites")
    assert movie_from_row(told.row(), "row 1").franchise == "The Parasites"
    assert document_text(told) == document_text(FILM)
    assert "franchise" not in FILM.row(), "films without one keep the fingerprint that they had"
