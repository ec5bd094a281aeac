"""Who is working: names are tidied, a nearly known one is asked about, and the browser remembers the choice."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import streamlit as st
from streamlit.runtime.context import ContextProxy
from streamlit.testing.v1 import AppTest

from core.catalog import Catalog, Movie, save_catalog
from core.judgments import LabelStore, NewQuery
from core.starter import STARTER_ANNOTATOR
from core.workspace import Workspace
from dashboard import resources
from dashboard.curator_names import LONGEST, close_names, tidy_name

APP = Path(__file__).parents[2] / "dashboard" / "app.py"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Mina   Kim\n", "Mina Kim"),
        (unicodedata.normalize("NFD", "김미나"), "김미나"),
        ("mi\u200bna\u202e", "mina"),
        ("x" * 100, "x" * LONGEST),
        (" \t ", ""),
    ],
)
def test_a_name_goes_on_record_tidied(typed: str, name: str) -> None:
    assert tidy_name(typed) == name


@pytest.mark.parametrize(
    "typed", ["mina kim", "MinaKim", "Mina-Kim", "ＭＩＮＡ ＫＩＭ", unicodedata.normalize("NFD", "Mina Kim")]
)
def test_case_spacing_and_signs_do_not_make_another_person(typed: str) -> None:
    assert close_names(typed, ["Mina Kim", "Minam Kim"]) == ([] if typed == "Mina Kim" else ["Mina Kim"])


@pytest.mark.parametrize("typed", ["ㄱㅣㅁㅁㅣㄴㅏ", "김 미나", unicodedata.normalize("NFD", "김미나"), "ㄱㅣㅁ미나"])
def test_hangul_that_was_not_composed_is_the_same_name(typed: str) -> None:
    assert close_names(typed, ["김미나", "김미라"]) == ["김미나"]


def test_a_name_is_not_close_to_itself_nor_to_another() -> None:
    assert close_names("mina", ["mina", "minah", "jun"]) == []


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LabelStore]:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    monkeypatch.setattr(resources, "top_films", lambda name, texts, k: dict.fromkeys(texts, ("m0",)))
    save_catalog(Catalog([Movie("m0", "Film 0", year=2000)]), Workspace(tmp_path))
    st.cache_resource.clear()
    with LabelStore.open(Workspace(tmp_path)) as opened:
        opened.add_queries([NewQuery("A quiet film", "q1")])
        opened.judge("q1", "m0", "Mina Kim", "positive", event_id="e")
        yield opened
    st.cache_resource.clear()


@pytest.fixture
def cookies(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the browser sends: the tests of pages have none."""
    sent: dict[str, str] = {}
    monkeypatch.setattr(ContextProxy, "cookies", sent)
    return sent


def opened(language: str = "en") -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=30)
    app.query_params["lang"] = language
    return app.run()


def enter(app: AppTest, name: str) -> AppTest:
    app.text_input(key="label_curator_new").set_value(name)
    return next(button for button in app.button if "label_curator_form" in (button.key or "")).click().run()


def test_names_come_with_their_count_of_answers(store: LabelStore) -> None:
    assert "Mina Kim · 1" in str([group.options for group in opened().get("button_group")])


def test_a_nearly_known_name_is_asked_about_and_either_answer_is_taken(store: LabelStore) -> None:
    for button, name in (("label_curator_is_Mina Kim", "Mina Kim"), ("label_curator_is_new", "mina kim")):
        app = enter(opened(), " mina  kim")
        assert app.session_state["curator"] == "" and "Is this you?" in app.warning[0].value
        app.button(key=button).click().run()
        assert app.session_state["curator"] == name


def test_the_name_of_the_starter_set_is_nobodys(store: LabelStore) -> None:
    app = enter(opened(), STARTER_ANNOTATOR.upper())
    assert app.session_state["curator"] == "" and STARTER_ANNOTATOR in app.warning[0].value


def test_a_new_session_of_the_browser_knows_its_curator_and_language(
    store: LabelStore, cookies: dict[str, str]
) -> None:
    cookies.update(reelign_curator=quote("김 미나"), reelign_language="ko")
    app = AppTest.from_file(str(APP), default_timeout=30).run()
    assert not app.exception
    assert app.session_state["curator"] == "김 미나" and app.session_state["language"] == "ko"


def test_an_address_with_a_language_wins_over_what_the_browser_remembers(
    store: LabelStore, cookies: dict[str, str]
) -> None:
    cookies.update(reelign_language="ko")
    assert opened("en").session_state["language"] == "en"
