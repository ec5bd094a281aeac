"""The Catalogue page: films are found in both languages, and an import writes nothing before its button."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.catalog import Catalog, Movie, document_text, load_catalog, save_catalog
from core.workspace import REPOSITORY, Workspace
from dashboard.strings.catalog import TEXTS
from dashboard.widgets.film_table import Filters, facets, matching

APP = REPOSITORY / "dashboard" / "app.py"
FILMS = (
    Movie(
        "m1", "Parasite", "기생충", 2019, ("Bong Joon-ho",), ("봉준호",), genres=("Drama", "Thriller"), country=("KR",)
    ),
    Movie("m2", "Secret Sunshine", "밀양", 2007, ("Lee Chang-dong",), ("이창동",), genres=("Drama",), country=("KR",)),
    Movie("m3", "Heat *1*", "", 1995, ("Michael Mann",), genres=("Crime",), country=("US",), overview="A robbery."),
)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    st.cache_resource.clear()
    workspace = Workspace.locate()
    save_catalog(Catalog(FILMS), workspace)
    yield workspace
    st.cache_resource.clear()


def open_page(**address: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=30)
    app.session_state["language"] = "en"
    app.run()
    app.switch_page("views/catalog.py")
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def titles(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["title"])


def importing(app: AppTest, name: str, data: str) -> AppTest:
    app.segmented_control(key="catalog_part").set_value("import").run()
    app.file_uploader[0].set_value((name, data.encode(), "text/plain")).run()
    return app


def texts(app: AppTest) -> str:
    return "\n".join(
        str(element.value)
        for kind in (app.markdown, app.caption, app.text, app.info, app.error, app.warning, app.success)
        for element in kind
    )


@pytest.mark.parametrize("text", ["기생충", "parasite", "봉준호", "2019", "스릴러", "Bong"])
def test_a_film_is_found_by_title_person_year_and_genre_in_both_languages(workspace: Workspace, text: str) -> None:
    app = open_page()
    app.text_input(key="catalog_search").set_value(text).run()
    assert titles(app) == ["Parasite"]
    assert "1 of 3 films" in texts(app)


def test_filters_narrow_together_and_an_empty_result_says_what_to_do(workspace: Workspace) -> None:
    app = open_page()
    app.selectbox(key="catalog_genre").set_value("Drama").run()
    assert titles(app) == ["Parasite", "Secret Sunshine"]
    app.selectbox(key="catalog_decade").set_value(2000).run()
    assert titles(app) == ["Secret Sunshine"]
    app.selectbox(key="catalog_country").set_value("US").run()
    assert TEXTS["none_found"][0] in texts(app)


def test_facets_and_matching_agree_with_a_plain_loop() -> None:
    catalog = Catalog(FILMS)
    assert facets(catalog).decades == (2010, 2000, 1990)
    for genre in facets(catalog).genres:
        assert matching(catalog, Filters(genre=genre)) == [film for film in FILMS if genre in film.genres]


def test_a_link_opens_a_film_with_the_exact_text_that_a_model_reads(workspace: Workspace) -> None:
    app = open_page(film="m3")
    assert [block.value for block in app.code] == [document_text(FILMS[2])]
    assert "A robbery." in texts(app)
    assert app.subheader[0].value == r"Heat \*1\*"  # shown as it stands, not in italics


def test_a_link_to_a_film_that_is_gone_says_so(workspace: Workspace) -> None:
    assert "m99" in texts(open_page(film="m99"))


def test_nothing_is_written_before_the_button_and_all_of_it_after(workspace: Workspace) -> None:
    rows = [{"movie_id": "m1", "title": "Parasite"}, {"movie_id": "m9", "title": "Ran", "year": 1985}]
    app = importing(open_page(), "films.jsonl", "\n".join(map(json.dumps, rows)))
    counts = {metric.label: metric.value for metric in app.metric}
    assert counts == {"Added": "1", "Changed": "1", "Unchanged": "0"}
    assert load_catalog(workspace).fingerprint == Catalog(FILMS).fingerprint
    app.button(key="catalog_write").click().run()
    assert load_catalog(workspace).ids == ("m1", "m2", "m3", "m9")
    assert "4 films" in texts(app)
    assert not app.error


def test_replacing_removes_what_the_file_lacks(workspace: Workspace) -> None:
    app = importing(open_page(), "films.csv", "movie_id,title\nm9,Ran\n")
    app.segmented_control(key="catalog_how").set_value("replace").run()
    assert {metric.label: metric.value for metric in app.metric}["Removed"] == "3"
    app.button(key="catalog_write").click().run()
    assert load_catalog(workspace).ids == ("m9",)


def test_a_column_can_be_chosen_for_a_field(workspace: Workspace) -> None:
    app = importing(open_page(), "films.csv", "movie_id,title,story\nm9,Ran,A king divides his realm.\n")
    assert "story" in next(caption.value for caption in app.caption if caption.value.startswith("Not used"))
    box = next(
        box for box in app.selectbox if str(box.key).startswith("catalog_map_overview_") and "_ko_" not in box.key
    )
    box.set_value("story").run()
    app.button(key="catalog_write").click().run()
    assert load_catalog(workspace)["m9"].overview == "A king divides his realm."


def test_a_fatal_problem_is_listed_by_row_and_column_and_blocks_the_button(workspace: Workspace) -> None:
    app = importing(open_page(), "films.csv", "movie_id,title\nm9,Ran\nm9,Ikiru\n")
    problems = app.dataframe[0].value
    assert (problems["row"][0], problems["column"][0], problems["value"][0]) == (3, "movie_id", "m9")
    assert problems["weight"][0] == TEXTS["forbids"][0]
    assert app.button(key="catalog_write").disabled
    assert load_catalog(workspace).ids == ("m1", "m2", "m3")


def test_a_file_that_cannot_be_read_is_named_as_the_curator_knows_it(workspace: Workspace) -> None:
    app = importing(open_page(), "films.jsonl", '{"title": \n')
    assert "films.jsonl, line 1" in texts(app)
    assert "/tmp" not in texts(app)


def test_the_same_films_again_leave_nothing_to_import(workspace: Workspace) -> None:
    data = workspace.catalog.read_text(encoding="utf-8")
    app = importing(open_page(), "films.jsonl", data)
    assert TEXTS["nothing_new"][0] in texts(app)
    assert not [button for button in app.button if button.key == "catalog_write"]


def test_every_text_is_there_in_both_languages() -> None:
    assert all(english.strip() and korean.strip() for english, korean in TEXTS.values())
