"""Queries on the Label page: skipped for a reason, compared before they are added, and films found for one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import streamlit as st
from cards import cards, judge, on_page, on_screen
from streamlit.testing.v1 import AppTest

from core.catalog import Catalog, Movie, save_catalog
from core.errors import LabelError, ModelError
from core.index import Hit
from core.judgments import LabelStore, NewQuery, SkipReason, Split
from core.judgments.leases import Leases
from core.workspace import Workspace
from dashboard import resources

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
FILMS = [Movie(f"m{n}", f"Film {n}", f"영화 {n}", 2000 + n, overview=f"What happens in film {n}.") for n in range(8)]
POOL = ("m0", "m1", "m2", "m3")


class Meaning:
    """A model for which texts are alike that begin with the same word; it finds the films 7 and 2 for every text."""

    def encode(self, texts: list[str], side: str) -> np.ndarray:
        first = sorted({text.split()[0] for text in texts})
        return np.eye(len(first), dtype=np.float32)[[first.index(text.split()[0]) for text in texts]]

    @property
    def embedder(self) -> Meaning:
        return self

    def search(self, texts: list[str], k: int) -> list[list[Hit]]:
        return [[Hit("m7", 0.9, 1), Hit("m2", 0.8, 2)] for _ in texts]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LabelStore]:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    monkeypatch.setattr(resources, "top_films", lambda name, texts, k: dict.fromkeys(texts, POOL))
    monkeypatch.setattr(resources, "lexical_films", lambda texts, k: dict.fromkeys(texts, ()))
    monkeypatch.setattr(resources, "searcher", lambda name: Meaning())
    save_catalog(Catalog(FILMS), Workspace(tmp_path))
    st.cache_resource.clear()
    with LabelStore.open(Workspace(tmp_path)) as opened:
        opened.project.change("mina", random_share=0.0)
        opened.add_queries([NewQuery("A quiet film", "q1"), NewQuery("Two *loud* brothers", "q2", split=Split.TEST)])
        yield opened
    st.cache_resource.clear()


def open_page(query: str = "q1", language: str = "en") -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=30)
    app.session_state["language"] = language
    app.session_state["curator"] = "mina"
    app.query_params["query"] = query
    return app.run()


def click(app: AppTest, name: str) -> AppTest:
    return next(one for one in app.button if f"{one.key}_".startswith(f"label_{name}_")).click().run()


def words(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.text, *app.info, *app.success, *app.error]
    said = [re.sub(r"\\(.)", r"\1", str(part.value)) for part in parts]
    return "\n".join([*said, cards(app)["notice"]] if on_page(app) else said)


# Skipping


def test_a_skipped_query_gives_way_to_the_next_and_is_marked_for_its_curator_alone(store: LabelStore) -> None:
    app = click(open_page("q1"), "skip_unclear")
    assert store.skips.standing("mina") == {"q1": SkipReason.UNCLEAR} and store.skips.standing("jun") == {}
    assert on_screen(app)[0] == "q2" and "Skipped: A quiet film" in words(app)
    assert any("A quiet film" in option and "unclear" in option for option in app.selectbox[0].options)


def test_a_reason_can_be_said_in_ones_own_words(store: LabelStore) -> None:
    app = open_page("q1")
    app.text_input(key="label_skip_own_q1").set_value(" asks for two  films ").run()
    click(app, "skip_do")
    assert store.skips.standing("mina") == {"q1": "asks for two films"}


def test_when_all_are_skipped_the_page_says_so_and_one_can_be_taken_back_in(store: LabelStore) -> None:
    app = click(click(open_page("q1"), "skip_offensive"), "skip_unknown_films")
    assert not on_page(app) and "Only queries that you skipped are left (2)" in words(app)
    app = open_page("q2")
    assert "You skipped this query: films not known" in words(app)
    click(app, "resume")
    assert store.skips.standing("mina") == {"q1": SkipReason.OFFENSIVE}


# Adding


def enter(app: AppTest, text: str) -> AppTest:
    click(app, "open_add")
    app.text_area(key="label_add_text").set_value(text)
    return click(app, "add_do")


def choose(app: AppTest, line: int, choice: str) -> AppTest:
    control = next(one for one in app.button_group if (one.key or "").startswith(f"label_add_choice_{line}_"))
    return control.set_value(choice).run()


def test_queries_that_resemble_nothing_are_added_at_once_and_the_first_is_opened(store: LabelStore) -> None:
    app = enter(open_page("q2"), "Sisters at sea\n\n Rain in   March \n")
    assert {query.text for query in store.queries()} >= {"Sisters at sea", "Rain in March"}
    assert cards(app)["query"]["text"] == "Sisters at sea" and "New queries: 2." in words(app)


def test_the_same_query_is_not_added_again_and_can_be_opened(store: LabelStore) -> None:
    app = enter(open_page("q2"), "a QUIET   film.\nRain in March\nrain in march")
    assert len(store.queries()) == 2 and "New: 1 · already here: 2 · close to others: 0" in words(app)
    assert "Twice in your list" in words(app)
    click(app, "add_open_0")
    assert on_screen(app)[0] == "q1" and len(store.queries()) == 2


@pytest.mark.parametrize("text", ["brothers, two, LOUD", "Two quarrelling families"])  # by words, by meaning
def test_a_close_query_waits_for_a_choice_and_then_joins_the_split_of_its_neighbour(
    store: LabelStore, text: str
) -> None:
    app = enter(open_page("q1"), f"{text}\nRain in March")
    assert "Two *loud* brothers · test" in words(app)
    assert next(one for one in app.button if one.key == "label_add_kept").disabled
    choose(app, 0, "add_anyway")
    assert "used as its neighbour is (test)" in words(app)
    click(app, "add_kept")
    assert {query.text: query.split for query in store.queries()}[text] is Split.TEST
    assert len(store.queries()) == 4


def test_a_close_query_that_is_left_out_is_not_added(store: LabelStore) -> None:
    app = choose(enter(open_page("q1"), "brothers, two, LOUD\nRain in March"), 0, "leave_out")
    click(app, "add_kept")
    assert {query.text for query in store.queries()} == {"A quiet film", "Two *loud* brothers", "Rain in March"}


def test_the_text_can_be_mended_before_anything_is_added(store: LabelStore) -> None:
    app = click(enter(open_page("q1"), "a quiet film\nRain"), "add_back")
    assert app.text_area(key="label_add_text").value == "a quiet film\nRain"
    assert len(store.queries()) == 2


def test_without_a_model_the_words_alone_are_compared_and_it_is_said(
    store: LabelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str) -> None:
        raise ModelError("no such model")

    monkeypatch.setattr(resources, "searcher", broken)
    app = enter(open_page("q1"), "brothers, two, LOUD")
    assert "only the words were compared" in words(app) and "Two *loud* brothers" in words(app)


# Films by search


def find(app: AppTest, text: str) -> AppTest:
    click(app, "open_find")
    return app.text_input(key="label_find_text").set_value(text).run()


@pytest.mark.parametrize(("answer", "grade"), [("positive", 1), ("negative", 0), ("unsure", None)])
def test_a_film_is_judged_where_it_is_found_and_each_answer_can_be_taken_back(
    store: LabelStore, answer: str, grade: int | None
) -> None:
    version = store.guidelines.write("One rule.", "mina").version
    app = find(open_page("q1"), "Film 7")
    for _ in range(2):
        click(app, f"find_{answer}_q1_m7")
    (judgment,) = store.judgments()
    assert (judgment.movie_id, judgment.answer, judgment.grade) == ("m7", answer, grade)
    (event,) = store.history()
    assert (event.shown.input_method, event.shown.sources, event.shown.guideline) == ("search", ("search",), version)
    click(app, "find_undo_q1_m7")
    assert store.judgments() == [] and len(store.history()) == 2


def test_a_film_judged_in_the_search_stands_among_the_cards_once(store: LabelStore) -> None:
    app = click(find(open_page("q1"), "Film 7"), "find_positive_q1_m7")
    click(app, "find_negative_q1_m7")
    shown = [card for card in cards(app)["cards"] if card["id"] == "m7"]
    assert [(card["answer"], card["found"]) for card in shown] == [("negative", True)]
    click(app, "find_undo_q1_m7")
    assert [card["answer"] for card in cards(app)["cards"] if card["id"] == "m7"] == ["positive"]
    click(app, "find_undo_q1_m7")
    assert "m7" not in [card["id"] for card in cards(app)["cards"]]


def test_films_found_by_meaning_are_marked_listed_once_and_name_the_model_on_record(store: LabelStore) -> None:
    app = find(open_page("q1"), "2002")
    assert "By meaning" not in words(app)
    click(app, "find_meaning")
    assert "By meaning (e5-small)" in words(app)
    rows = [button.key for button in app.button if (button.key or "").startswith("label_find_positive_")]
    assert len(rows) == len(set(rows)) and "label_find_positive_q1_m7" in rows
    click(app, "find_positive_q1_m7")
    assert store.history(1)[0].shown.sources == ("e5-small",)


def test_a_found_film_can_be_put_on_top_of_the_cards(store: LabelStore) -> None:
    app = click(find(open_page("q1"), "Film 7"), "find_card_q1_m7")
    assert on_screen(app) == ("q1", "m7")
    judge(app, "positive", "m7")
    assert store.history(1)[0].shown.sources == ("search",)


def test_two_grades_are_offered_where_the_team_wants_them(store: LabelStore) -> None:
    store.project.change("mina", graded=True)
    app = click(find(open_page("q1"), "Film 7"), "find_perfect_q1_m7")
    assert store.judgments()[0].grade == 2
    click(app, "find_positive_q1_m7")
    assert store.judgments()[0].grade == 1


@pytest.mark.parametrize("language", ["en", "ko"])
def test_when_no_model_can_be_loaded_the_page_says_why_and_what_to_do(
    store: LabelStore, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    def broken(*args: object) -> None:
        raise ModelError("The model's folder is gone.")

    monkeypatch.setattr(resources, "top_films", broken)
    app = open_page(language=language)
    assert "The model's folder is gone." in words(app) and app.info
    assert any(button.key == "label_retry" for button in app.button)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_when_nothing_can_be_written_the_page_says_why_and_what_to_do(
    store: LabelStore, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    def full(*args: object) -> None:
        raise LabelError("The disk is full.")

    with monkeypatch.context() as broken:
        broken.setattr(Leases, "take", full)
        app = open_page(language=language)
        assert "The disk is full." in words(app) and app.info and not on_page(app)
    app.button(key="label_retry").click().run()
    assert on_page(app)


def test_a_database_that_cannot_be_opened_is_told_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    database = Workspace(tmp_path).database
    database.parent.mkdir(parents=True)
    database.write_bytes(b"something else" * 100)
    st.cache_resource.clear()
    app = AppTest.from_file(str(APP), default_timeout=30).run()
    assert not app.exception and [str(database) in text.value for text in app.text] == [True]
    st.cache_resource.clear()
