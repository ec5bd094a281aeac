"""Compare, similar films: neighbours, what became of them, the map, the figures, and what is said without them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import streamlit as st
from numpy.typing import NDArray
from opened import opened, texts
from streamlit.testing.v1 import AppTest

from core.catalog import Catalog, Movie, save_catalog
from core.evaluation.film_map import film_map
from core.evaluation.neighbours import FilmVectors, compare_neighbours
from core.evaluation.similarity import FIGURES, Figure, Similarity, SimilarityAnswer
from core.judgments import LabelStore, NewQuery, QrelRow, Split
from core.workspace import REPOSITORY, Workspace
from dashboard.strings.compare_similar import TEXTS
from dashboard.widgets import compare_similar_map
from dashboard.widgets.compare_similar_figures import answer_text
from dashboard.widgets.compare_similar_lists import shared_line

APP = REPOSITORY / "dashboard" / "app.py"
GENRES = ("Drama", "Comedy", "Horror", "War")
FILMS = Catalog(
    Movie(
        f"m{n:02}",
        f"Film {n:02}",
        f"영화 {n:02}",
        1950 + n,
        genres=(GENRES[n % 4],),
        language="ko" if n % 3 else "en",
        franchise=f"Series {n // 4}" if n < 12 else "",
    )
    for n in range(60)
)


def unit(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def made(spread: float) -> NDArray[np.float32]:
    """Return films of a genre about one place, the nearer the smaller the spread."""
    random = np.random.default_rng(0)
    centres = random.normal(size=(4, 8))[np.arange(60) % 4]
    return unit(centres + spread * random.normal(size=centres.shape))


VECTORS = {"e5-small": made(1.5), "tuned": made(0.4)}


@dataclass
class FakeIndex:
    ids: tuple[str, ...]
    vectors: NDArray[np.float32]
    fingerprint: str


@dataclass
class FakeEmbedder:
    fingerprint: str

    def encode(self, texts: list[str], side: str, progress: object = None) -> NDArray[np.float32]:
        return VECTORS["tuned"][: len(texts)]


class Placed:
    """A model whose films lie where the test puts them."""

    def __init__(self, name: str) -> None:
        which = "e5-small" if name == "e5-small" else "tuned"
        self.index = FakeIndex(FILMS.ids, VECTORS[which], which)
        self.embedder = FakeEmbedder(name)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    monkeypatch.setattr("dashboard.resources.searcher", Placed)
    st.cache_resource.clear()
    workspace = Workspace.locate()
    save_catalog(FILMS, workspace)
    with LabelStore.open(workspace) as store:
        store.add_queries(NewQuery(f"a film number {n}", f"q{n}", split=Split.TEST) for n in range(8))
        store.import_judgments([QrelRow(1, f"q{n}", f"m{n:02}", 1) for n in range(8)], "ada")
    yield workspace
    st.cache_resource.clear()


def open_page(language: str = "en", **address: str) -> AppTest:
    return opened("compare", language=language, **{"part": "similar", **address})


def goes_to(app: AppTest, side: str, film: str) -> list[str]:
    start = f"compare_similar_to_{side}_{film}_"
    return [str(button.key).removeprefix(start) for button in app.button if str(button.key).startswith(start)]


def expected(film: str) -> Any:
    sides = (FilmVectors(FILMS.ids, VECTORS[name]) for name in ("e5-small", "tuned"))
    return compare_neighbours(*sides, film)


def test_the_answer_and_the_four_figures_stand_at_the_top(workspace: Workspace, run_name: str) -> None:
    app = open_page()
    assert not app.exception and not app.error
    assert app.success[0].value.startswith("Similar films lie closer together: of a film’s ten nearest films, ")
    table = app.dataframe[0].value
    assert list(table["name"]) == [TEXTS[name][0] for name in FIGURES]
    assert list(table["count"]) == ["60 films", "12 films", "8 pairs", "60 films"]
    assert table["tuned"][0] > table["base"][0] > table["chance"][0]
    assert list(table["better"]) == ["higher", "higher", "lower", "lower"]
    assert all(TEXTS[f"{name}_means"][0].split(",")[0].split(" {")[0] in texts(app) for name in FIGURES)


def test_a_film_shows_its_neighbours_under_both_models_with_what_changed(workspace: Workspace, run_name: str) -> None:
    app = open_page(film="m04")
    change = expected("m04")
    assert goes_to(app, "base", "m04") == [hit.movie_id for hit in change.base]
    assert goes_to(app, "tuned", "m04") == [hit.movie_id for hit in change.tuned]
    shown = texts(app)
    first = change.entered[0]
    assert f"Came in, was {change.ranks[first][0]}" in shown
    assert f"Left, now {change.ranks[change.left[0]][1]}" in shown
    assert f"**{len(change.entered)}** came in" in shown and "**✓ Drama**" in shown
    assert "Franchise: Series 1" in shown.replace("\\", "")


def test_a_click_on_a_neighbour_goes_on_from_it(workspace: Workspace, run_name: str) -> None:
    app = open_page(film="m04")
    following = goes_to(app, "tuned", "m04")[0]
    app.button(key=f"compare_similar_to_tuned_m04_{following}").click().run()
    assert app.query_params["film"] == following
    assert goes_to(app, "tuned", following)


def test_a_film_is_found_by_what_its_card_says_and_marked_on_the_map(workspace: Workspace, run_name: str) -> None:
    app = open_page()
    assert TEXTS["pick_first"][0] in texts(app)
    app.text_input(key="compare_similar_find").set_value("영화 33").run()
    pills = app.button_group(key="compare_similar_found_영화 33_")
    assert [option.replace("\\", "") for option in pills.options] == ["Film 33 (1983) · 영화 33"]
    assert "m33" in str(charts(app)[0])
    pills.set_value("m33").run()
    assert app.query_params["film"] == "m33"
    app.text_input(key="compare_similar_find").set_value("nothing of the kind").run()
    assert TEXTS["found_none"][0] in texts(app)


def charts(app: AppTest) -> list[Any]:
    return [element.proto for element in app.get("vega_lite_chart")]


def map_key(app: AppTest, side: str) -> str:
    return next(key for chart in charts(app) if (key := chart.id.split("-", 2)[-1]).startswith(f"compare_map_{side}"))


def test_films_in_an_area_of_the_map_are_listed_and_one_can_be_gone_to(workspace: Workspace, run_name: str) -> None:
    app = open_page()
    places = film_map(*(FilmVectors(FILMS.ids, VECTORS[name]) for name in ("e5-small", "tuned")))
    x, y = places.base[7]
    inside = [row for row in range(60) if abs(places.base[row, 0] - x) < 0.05 and abs(places.base[row, 1] - y) < 0.05]
    area = {"x": [float(x) - 0.05, float(x) + 0.05], "y": [float(y) - 0.05, float(y) + 0.05]}
    app.session_state[map_key(app, "base")] = {"selection": {"area": area}}
    app.session_state[map_key(app, "tuned")] = {"selection": {"picked": [{"id": "m50"}]}}
    app.run()
    assert f"Films selected on the map: {len({*inside, 50})}" in texts(app)
    listed = app.dataframe[1].value
    assert sorted(listed["title"]) == sorted(f"Film {row:02}" for row in {*inside, 50})


def test_the_films_that_moved_most_are_listed_and_one_click_shows_their_neighbours(
    workspace: Workspace, run_name: str
) -> None:
    app = open_page()
    places = film_map(*(FilmVectors(FILMS.ids, VECTORS[name]) for name in ("e5-small", "tuned")))
    table = app.dataframe[1]
    first = int(np.argmax(places.moved))
    change = expected(FILMS.ids[first])
    assert table.value["title"][0] == f"Film {first:02}"
    assert table.value["moved"][0] == pytest.approx(places.moved[first])
    assert table.value["kept"][0] == f"{10 - len(change.entered)} / 10"
    key = table.proto.id.split("-", 2)[-1]
    app.session_state[key] = {"selection": {"cells": [[0, "title"]]}}
    app.run()
    assert app.query_params["film"] == FILMS.ids[first]


def test_of_many_films_a_sample_is_drawn_and_the_chosen_ones_always(
    workspace: Workspace, run_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compare_similar_map, "MOST_POINTS", 10)
    drawn = compare_similar_map.drawn_rows(60)
    assert len(set(drawn.tolist())) == 10 and (drawn == compare_similar_map.drawn_rows(60)).all()
    outside = next(movie_id for row, movie_id in enumerate(FILMS.ids) if row not in drawn)
    app = open_page(film=outside)
    assert "10 of 60 films are drawn" in texts(app)
    assert all(outside in str(chart) for chart in charts(app))


@pytest.mark.parametrize("by", ["genre", "decade", "language"])
def test_the_map_is_coloured_by_genre_decade_or_language(workspace: Workspace, run_name: str, by: str) -> None:
    app = open_page("ko", colour=by)
    assert not app.exception
    named = {"genre": "드라마", "decade": "1960년대", "language": "한국어"}[by]
    assert all(named in json.dumps(json.loads(chart.spec), ensure_ascii=False) for chart in charts(app))


def test_without_a_run_the_base_stands_alone(workspace: Workspace) -> None:
    app = open_page(film="m04")
    assert not app.exception and not app.success
    assert goes_to(app, "base", "m04") and not goes_to(app, "tuned", "m04")
    assert "tuned" not in app.dataframe[0].value
    assert len(charts(app)) == 1 and len(app.dataframe) == 1


@pytest.mark.parametrize("name", ["bm25", "e5-small+bm25"])
def test_search_by_words_has_no_films_that_lie_together(workspace: Workspace, run_name: str, name: str) -> None:
    app = open_page(base=name)
    assert "gives films no place near each other" in texts(app).replace("\\", "")
    assert not app.dataframe and not charts(app)


def test_a_model_that_moves_no_film_says_so_and_draws_one_map(
    workspace: Workspace, run_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(VECTORS, "tuned", VECTORS["e5-small"])
    monkeypatch.setattr("dashboard.resources.searcher", lambda name: Placed("e5-small"))
    app = open_page(film="m04")
    assert TEXTS["same_vectors"][0] in texts(app)
    assert len(charts(app)) == 1 and not goes_to(app, "tuned", "m04")


def test_a_film_that_is_gone_and_figures_without_ground_are_said(workspace: Workspace, run_name: str) -> None:
    assert "is not in this catalogue" in texts(open_page(film="gone"))
    bare = Catalog(Movie(movie.movie_id, movie.title) for movie in FILMS)
    save_catalog(bare, workspace)
    st.cache_resource.clear()
    app = open_page(split="dev")
    shown = texts(app)
    for name in ("genre_purity", "franchise_purity"):
        assert TEXTS[f"no_{name}"][0] in shown
    assert TEXTS["no_alignment"][0].format(split="dev") in shown
    assert TEXTS["cannot_tell"][0] in shown


@pytest.mark.parametrize("answer", list(SimilarityAnswer))
def test_every_answer_has_its_sentence(answer: SimilarityAnswer, monkeypatch: pytest.MonkeyPatch) -> None:
    figure = Figure(0.5, 0.6, 0.1, (0.05, 0.15), 100, chance=0.4, most=1.0)
    told = answer in (SimilarityAnswer.CLOSER, SimilarityAnswer.FARTHER, SimilarityAnswer.NO_CLEAR_CHANGE)
    found = Similarity(100, 100, {"genre_purity": figure}, answer, "genre_purity" if told else None)
    sentence = answer_text(found)
    assert "{" not in sentence
    assert ("6.00 share a genre" in sentence and "+0.50 to +1.50" in sentence) is told


def test_shared_genres_and_the_franchise_are_marked_and_come_first() -> None:
    film = Movie("a", "A", genres=("Drama", "War"), franchise="S")
    assert shared_line(film, Movie("b", "B", genres=("Comedy", "War"))) == "**✓ War** · Comedy"
    assert shared_line(film, Movie("c", "C", franchise="S")) == "**✓ Same franchise**"
    assert shared_line(Movie("d", "D"), Movie("e", "E")) == ""
