from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.elements.lib.shortcut_utils import normalize_shortcut
from streamlit.testing.v1 import AppTest

from core.catalog import Catalog, Movie, save_catalog
from core.judgments import Answer, Judgment, LabelStore, NewQuery, Query, Split
from core.judgments.by_query import StandingJudgments
from core.workspace import Workspace
from dashboard import resources
from dashboard.shortcuts import KEYS, RESERVED
from dashboard.widgets import label_desk
from dashboard.widgets.label_desk import Desk
from dashboard.widgets.label_queue import LabelQueue

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
FILMS = [Movie(f"m{n}", f"Film {n}", f"영화 {n}", 2000 + n, overview=f"What happens in film {n}.") for n in range(8)]
BASE = ("m0", "m1", "m2")
TUNED = ("m2", "m3")
POOL = {"m0", "m1", "m2", "m3"}


def query(query_id: str, split: Split = Split.TRAIN) -> Query:
    return Query(query_id, f"text of {query_id}", "en", "", split, query_id)


def answered(query_id: str, movie_id: str, annotator: str = "mina", answer: Answer = Answer.POSITIVE) -> Judgment:
    return Judgment(query_id, movie_id, annotator, answer, 1, "", f"{query_id}{movie_id}{annotator}", "2026-01-01T00")


def queue_of(queries: list[Query], judgments: list[Judgment] = [], **settings: set[str]) -> LabelQueue:  # noqa: B006
    rankings = {one.query_id: {"base": BASE, "tuned": TUNED} for one in queries}
    known = {film.movie_id for film in FILMS}
    return LabelQueue("mina", queries, rankings, StandingJudgments(judgments), known, **settings)


def laid_out() -> Desk:
    desk = queue_of([query("q")]).open("q")
    desk.card.draw(100.0)
    return desk


# The table of keys


def test_no_key_is_used_twice_and_none_is_one_that_streamlit_keeps_for_itself() -> None:
    assert len(set(KEYS.values())) == len(KEYS)
    assert not RESERVED & set(KEYS.values())
    for key in KEYS.values():
        normalize_shortcut(key)  # raises for a key that cannot be bound


# The desk


def test_a_press_on_a_card_that_could_not_be_read_yet_does_not_count() -> None:
    desk = laid_out()
    assert not desk.accepts(desk.card.event_id, 100.0 + label_desk.READ_AFTER - 0.01)
    assert desk.accepts(desk.card.event_id, 101.0)


def test_a_press_made_for_another_card_does_not_count() -> None:
    desk = laid_out()
    first = desk.card
    desk.move(first.event_id, 1)
    desk.card.draw(100.5)
    assert not desk.accepts(first.event_id, 102.0)
    assert desk.accepts(desk.card.event_id, 103.0)


def test_of_a_held_key_only_the_first_press_counts() -> None:
    desk = laid_out()
    accepted = 0
    for repeat in range(30):
        at = 101.0 + repeat / 30
        if desk.accepts(desk.card.event_id, at):
            accepted += 1
            desk.advance(answered("q", desk.card.candidate.movie_id))
        desk.card.draw(at)
    assert accepted == 1


def test_a_card_that_was_not_drawn_cannot_be_answered() -> None:
    desk = queue_of([query("q")]).open("q")
    assert not desk.accepts(desk.card.event_id, 1e9)


def test_no_press_counts_while_a_dialog_is_open() -> None:
    desk = laid_out()
    desk.paused = True
    assert not desk.accepts(desk.card.event_id, 105.0)


def test_every_card_has_event_ids_of_its_own() -> None:
    desk = laid_out()
    seen = set()
    for _ in range(2):
        seen |= {desk.card.event_id, desk.card.undo_id}
        desk.move(desk.card.event_id, 1)
    seen |= {desk.card.event_id, desk.card.undo_id}
    assert len(seen) == 6


def test_answering_goes_round_to_what_was_left_open_and_ends_when_all_is_answered() -> None:
    desk = laid_out()
    skipped = desk.card.candidate.movie_id
    desk.move(desk.card.event_id, 1)
    for left in (3, 2, 1):
        assert desk.judged() == 4 - left - 1
        assert desk.advance(answered("q", desk.card.candidate.movie_id))
    assert desk.card.candidate.movie_id == skipped
    assert not desk.advance(answered("q", skipped))


def test_a_film_found_by_search_comes_before_the_card_on_top_and_only_once() -> None:
    desk = laid_out()
    desk.turn_to("m7")
    assert desk.card.candidate.movie_id == "m7" and desk.card.shown().input_method == "search"
    desk.move(desk.card.event_id, 1)
    desk.turn_to("m7")
    assert [film.movie_id for film in desk.films].count("m7") == 1


# The page


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LabelStore]:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    monkeypatch.setattr(resources, "top_films", lambda name, texts, k: dict.fromkeys(texts, (*BASE, "m3")))
    for wait in ("SEEN_AFTER", "READ_AFTER", "HELD_WITHIN"):
        monkeypatch.setattr(label_desk, wait, 0.0)
    save_catalog(Catalog(FILMS), Workspace(tmp_path))
    st.cache_resource.clear()
    with LabelStore.open(Workspace(tmp_path)) as opened:
        opened.project.change("mina", random_share=0.0)  # only what the models find
        opened.add_queries([NewQuery("A quiet film", "q1"), NewQuery("A *loud* film", "q2", split=Split.TEST)])
        yield opened
    st.cache_resource.clear()


def open_page(language: str = "en", curator: str = "mina", **address: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=30)
    app.session_state["language"] = language
    app.session_state["curator"] = curator
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def on_screen(app: AppTest) -> tuple[str, str]:
    """Return the (query id, movie id) that the Positive button is for."""
    key = next(button.key for button in app.button if (button.key or "").startswith("label_positive_"))
    found = re.fullmatch(r"label_positive_(\w+)_(m\d)", key)
    assert found
    return found[1], found[2]


def press(app: AppTest, action: str) -> AppTest:
    """Click the button of an action, whatever the pair in its key."""
    return next(one for one in app.button if f"{one.key}_".startswith(f"label_{action}_")).click().run()


def words(app: AppTest) -> str:
    parts = [*app.markdown, *app.caption, *app.subheader, *app.info, *app.success, *app.text, *app.error]
    return re.sub(r"\\(.)", r"\1", "\n".join(str(part.value) for part in parts))


def pairs(store: LabelStore) -> list[tuple[str, str, str]]:
    return [(one.query_id, one.movie_id, one.answer.value) for one in store.judgments(annotator="mina")]


def test_a_curator_says_who_they_are_before_anything_else(store: LabelStore) -> None:
    store.judge("q1", "m0", "jun", "positive", event_id="e")
    app = open_page(curator="")
    assert not [button for button in app.button if (button.key or "").startswith("label_positive")]
    assert app.get("button_group")  # the names that are known, and the language
    app.text_input(key="label_curator_new").set_value("  mina ")
    app.button[0].click().run()
    assert app.session_state["curator"] == "mina"
    assert on_screen(app)[0] in {"q1", "q2"}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_card_shows_both_titles_and_each_answer_is_on_record_at_once(store: LabelStore, language: str) -> None:
    app = open_page(language, query="q1")
    assert not app.exception
    expected = []
    for answer in ("positive", "negative", "unsure"):
        _, movie_id = on_screen(app)
        number = movie_id.removeprefix("m")
        assert f"Film {number}" in words(app) and f"영화 {number}" in words(app)
        press(app, answer)
        expected.append(("q1", movie_id, answer))
        assert sorted(expected) == pairs(store)
    event = store.history(1)[0]
    assert event.shown.rank == 3 and event.shown.sources == ("e5-small",) and event.shown.shown_at


def test_a_press_that_arrives_late_finds_its_card_gone(store: LabelStore) -> None:
    app = open_page(query="q1")
    card = app.session_state["label/desk"].card
    press(app, "positive")
    assert not app.session_state["label/desk"].accepts(card.event_id, time.monotonic())
    assert store.history(1)[0].event_id == card.event_id


def test_the_last_film_of_a_query_opens_the_next_query_and_the_last_query_says_what_comes_next(
    store: LabelStore,
) -> None:
    app = open_page(query="q1")
    for _ in range(4):
        press(app, "positive")
    assert on_screen(app)[0] == "q2" and "query is finished" in words(app)
    assert app.query_params["query"] == "q2"
    for _ in range(4):
        press(app, "negative")
    assert "Every query here is finished" in words(app)
    assert len(pairs(store)) == 8
    press(app, "undo")
    assert on_screen(app)[0] == "q2"


def test_undo_walks_back_over_queries_and_shows_each_pair_again(store: LabelStore) -> None:
    app = open_page(query="q1")
    given = []
    for _ in range(6):
        given.append(on_screen(app))
        press(app, "positive")
    for pair in reversed(given):
        press(app, "undo")
        assert on_screen(app) == pair
    assert pairs(store) == []
    press(app, "undo")
    assert "nothing to take back" in words(app)


def test_an_answer_can_be_changed_by_going_back(store: LabelStore) -> None:
    app = open_page(query="q1")
    _, movie_id = on_screen(app)
    press(app, "positive")
    press(app, "previous")
    assert on_screen(app)[1] == movie_id and "Your answer: Positive" in words(app)
    press(app, "negative")
    assert pairs(store) == [("q1", movie_id, "negative")]


def test_a_note_goes_with_the_answer_to_come_or_with_the_one_that_stands(store: LabelStore) -> None:
    app = open_page(query="q1")
    for answer in ("positive", ""):
        press(app, "note")
        app.text_area[0].set_value(f"because {answer}".strip())
        next(button for button in app.button if (button.key or "").endswith("_save")).click().run()
        if answer:
            press(app, answer)
            assert store.judgments(annotator="mina")[0].note == "because positive"
            press(app, "previous")
    assert [one.note for one in store.judgments(annotator="mina")] == ["because"]
    assert len(pairs(store)) == 1


def test_queries_are_added_from_lines_and_what_is_there_already_is_said(store: LabelStore) -> None:
    app = open_page(query="q2")
    press(app, "open_add")
    app.text_area[0].set_value("a QUIET   film.\n\nTwo brothers on the road\nTwo brothers on the road?")
    press(app, "add_do")
    assert len(store.queries()) == 3
    assert "New queries: 1." in words(app) and "Already there: a QUIET" in words(app)
    assert "Two brothers on the road" in words(app)


def test_a_film_that_the_pool_lacks_can_be_found_and_judged(store: LabelStore) -> None:
    app = open_page(query="q1")
    press(app, "open_find")
    app.text_input(key="label_find_text").set_value("Film 7").run()
    press(app, "find_q1_m7")
    assert on_screen(app) == ("q1", "m7")
    press(app, "positive")
    assert ("q1", "m7", "positive") in pairs(store)
    assert store.history(1)[0].shown.sources == ("search",)


def test_a_link_opens_its_query_which_is_shown_as_written_and_a_wrong_link_says_so(store: LabelStore) -> None:
    app = open_page(query="q2")
    assert on_screen(app)[0] == "q2"
    assert app.subheader[0].value == r"A \*loud\* film" and "for the final score" in words(app)
    app = open_page(query="nothing")
    assert "no query with the id" in words(app) and on_screen(app)


def test_an_answer_that_could_not_be_saved_stays_on_screen_with_the_reason(
    store: LabelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(query="q1")
    pair = on_screen(app)

    def full(*args: object, **more: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(LabelStore, "judge", full)
        press(app, "positive")
        assert on_screen(app) == pair and "Not saved" in words(app)
    press(app, "positive")
    assert pairs(store) == [(*pair, "positive")] and "Not saved" not in words(app)


def test_without_queries_the_page_asks_for_some(tmp_path: Path, store: LabelStore) -> None:
    app = open_page(query="q1")
    other = tmp_path / "other"
    save_catalog(Catalog(FILMS), Workspace(other))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REELIGN_WORKSPACE", str(other))
        st.cache_resource.clear()
        app = open_page()
        assert "There are no queries yet" in words(app)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_help_page_lists_every_key(store: LabelStore, language: str) -> None:
    app = open_page(language)
    app.switch_page("views/help.py").run()
    assert not app.exception and not app.error
    assert list(app.table[0].value.iloc[:, 0]) == [f"**{key}**" for key in ("J", "K", "L", "U", "←", "→", "N")]
