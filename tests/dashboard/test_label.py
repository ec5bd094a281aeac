"""The Label page: what the browser is given, and what becomes of what it sends."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from cards import cards, judge, on_page, on_screen, open_note, press, send, undo
from streamlit.elements.lib.shortcut_utils import normalize_shortcut
from streamlit.testing.v1 import AppTest

from core.catalog import Catalog, Movie, save_catalog
from core.judgments import Answer, Candidate, Judgment, LabelStore, NewQuery, Query, Split
from core.workspace import Workspace
from dashboard import resources
from dashboard.shortcuts import KEYS, RESERVED, keys_for
from dashboard.widgets.label_card import marked
from dashboard.widgets.label_desk import SEARCH, Desk

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
FILMS = [Movie(f"m{n}", f"Film {n}", f"영화 {n}", 2000 + n, overview=f"What happens in film {n}.") for n in range(8)]
FILMS.append(Movie("p", "Poster", poster_url="https://images.example/p.jpg"))
POOL = ("m0", "m1", "m2", "m3")


def answered(movie_id: str, note: str = "") -> Judgment:
    return Judgment("q", movie_id, "mina", Answer.POSITIVE, 1, note, f"e{movie_id}", "2026-01-01T00")


def laid_out(*done: str) -> Desk:
    query = Query("q", "text", "en", "", Split.TRAIN, "q")
    return Desk(query, [Candidate(movie_id, ("base",), 1) for movie_id in POOL], {one: answered(one) for one in done})


# The table of keys


def test_no_key_is_used_twice_and_none_is_one_that_streamlit_keeps_for_itself() -> None:
    assert len(set(KEYS.values())) == len(KEYS)
    assert not RESERVED & set(KEYS.values())
    normalize_shortcut(KEYS["undo"])  # raises for a key that a button of Streamlit cannot have


def test_keys_are_named_by_their_place_and_the_second_grade_has_one_only_where_it_is_given() -> None:
    places = {action: key["code"] for action, key in keys_for(graded=True).items()}
    assert places["positive"] == "KeyJ" and places["previous"] == "ArrowLeft" and places["help"] == "Slash"
    assert len(set(places.values())) == len(places)
    assert keys_for(graded=True).keys() - keys_for(graded=False).keys() == {"perfect"}


# The desk


def test_a_query_opens_at_the_first_film_without_an_answer() -> None:
    assert laid_out("m0", "m1").card.candidate.movie_id == "m2"
    assert laid_out(*POOL).card.candidate.movie_id == "m0" and laid_out(*POOL).complete()


def test_a_film_found_by_search_comes_before_the_card_on_top_and_only_once() -> None:
    desk = laid_out("m0")
    desk.turn_to("m7")
    assert desk.card.candidate == Candidate("m7", (SEARCH,), 0) and desk.card.place == 1
    desk.follow("m3")
    desk.turn_to("m7")
    assert [film.movie_id for film in desk.films].count("m7") == 1


def test_the_browser_is_told_to_turn_only_when_there_is_a_reason() -> None:
    desk = laid_out()
    before = desk.turn
    desk.take_in(answered("m0"))
    desk.follow("m2")
    desk.follow("not here")
    assert desk.turn == before and desk.card.candidate.movie_id == "m2"
    desk.turn_to("m2")
    assert desk.turn != before


def test_a_note_written_after_an_answer_was_sent_goes_on_waiting() -> None:
    desk = laid_out()
    desk.notes["m0"] = "later"
    desk.take_in(answered("m0", "earlier"))
    assert desk.note("m0") == "later"
    desk.take_in(answered("m0", "later"))
    assert desk.notes == {}


def test_words_of_the_query_are_set_apart_whatever_stands_before_them() -> None:
    assert marked("조용한 바다", "😀 바다가 보이는 집, 조용한 집") == ["😀 ", "바다가", " 보이는 집, ", "조용한", " 집"]
    assert marked("quiet", "") == [""]


# The page


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LabelStore]:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    monkeypatch.setattr(resources, "top_films", lambda name, texts, k: dict.fromkeys(texts, POOL))
    monkeypatch.setattr(resources, "lexical_films", lambda texts, k: dict.fromkeys(texts, ()))
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


def click(app: AppTest, name: str) -> AppTest:
    return next(one for one in app.button if f"{one.key}_".startswith(f"label_{name}_")).click().run()


def words(app: AppTest) -> str:
    """Return what the page and its cards say."""
    parts = [*app.markdown, *app.caption, *app.subheader, *app.info, *app.success, *app.text, *app.error]
    said = [re.sub(r"\\(.)", r"\1", str(part.value)) for part in parts]
    if on_page(app):
        data = cards(app)
        said += [data["notice"], data["problem"], data["reply"]["problem"], data["query"]["text"]]
        said += [f"{''.join(card['title'])} {''.join(card['other'])}" for card in data["cards"]]
    return "\n".join(said)


def card(app: AppTest, movie_id: str) -> dict[str, Any]:
    return next(one for one in cards(app)["cards"] if one["id"] == movie_id)


def pairs(store: LabelStore) -> list[tuple[str, str, str]]:
    return [(one.query_id, one.movie_id, one.answer.value) for one in store.judgments(annotator="mina")]


def test_a_curator_says_who_they_are_before_anything_else(store: LabelStore) -> None:
    store.judge("q1", "m0", "jun", "positive", event_id="e")
    app = open_page(curator="")
    assert not on_page(app)
    assert app.get("button_group")  # the names that are known, and the language
    app.text_input(key="label_curator_new").set_value("  mina ")
    app.button[0].click().run()
    assert app.session_state["curator"] == "mina"
    assert on_screen(app)[0] in {"q1", "q2"}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_cards_show_both_titles_and_each_answer_is_on_record_when_it_is_acknowledged(
    store: LabelStore, language: str
) -> None:
    app = open_page(language, query="q1")
    assert not app.exception
    for movie_id in POOL:
        number = movie_id.removeprefix("m")
        titles = {"".join(card(app, movie_id)[name]) for name in ("title", "other")}
        assert titles == {f"Film {number}", f"영화 {number}"}
    expected = []
    for answer in ("positive", "negative", "unsure"):
        waiting = [one["id"] for one in cards(app)["cards"] if not one["answer"]]
        event = press(app, answer, waiting[0])
        send(app, event)
        expected.append(("q1", waiting[0], answer))
        assert sorted(expected) == pairs(store)
        assert cards(app)["reply"]["acknowledged"] == [event["event_id"]]
        assert card(app, waiting[0])["answer"] == answer
    recorded = store.history(1)[0]
    assert recorded.shown.rank == 3 and recorded.shown.sources == ("e5-small",)
    assert recorded.shown.input_method == "key"
    assert recorded.shown.shown_at < recorded.decided_at
    assert (
        recorded.shown.shown_at[:19] == event["shown_at"][:19] and recorded.decided_at[:19] == event["decided_at"][:19]
    )


def test_what_is_loaded_to_stay_is_spared_the_garbage_collector(store: LabelStore) -> None:
    gc.unfreeze()
    app = open_page(query="q1")
    frozen = gc.get_freeze_count()
    assert frozen > 10_000
    judge(app, "positive")
    assert gc.get_freeze_count() <= frozen  # not again at every answer
    gc.unfreeze()


def test_nobody_can_see_in_the_browser_who_proposed_a_film(store: LabelStore) -> None:
    assert "e5-small" not in json.dumps(cards(open_page(query="q1")))


def test_what_arrives_twice_or_in_another_session_is_recorded_once(store: LabelStore) -> None:
    app = open_page(query="q1")
    events = [press(app, "positive", movie_id) for movie_id in ("m0", "m1")]
    send(app, events[0])
    send(app, *events)
    other = send(open_page(query="q2"), *events, query_id="q2")
    assert cards(other)["reply"]["acknowledged"] == [one["event_id"] for one in events]
    assert [event.event_id for event in store.history()] == [one["event_id"] for one in reversed(events)]
    assert {event.shown.sources for event in store.history()} == {("e5-small",)}


def test_events_are_recorded_in_the_order_in_which_they_were_pressed(store: LabelStore) -> None:
    app = open_page(query="q1")
    answers = ["positive", "negative", "unsure", "positive", "negative"]
    send(app, *(press(app, answer, "m1") for answer in answers))
    assert [event.answer for event in reversed(store.history())] == answers
    assert pairs(store) == [("q1", "m1", "negative")]


def test_answers_of_another_curator_wait_for_the_one_who_gave_them(store: LabelStore) -> None:
    app = open_page(query="q1")
    send(app, press(app, "positive"), curator="jun")
    assert store.history() == [] and cards(app)["reply"]["acknowledged"] == []


def test_what_can_never_be_recorded_is_refused_with_the_reason_and_the_rest_goes_on(store: LabelStore) -> None:
    app = open_page(query="q1")
    good, bad = press(app, "positive", "m0"), press(app, "positive", "m1", query_id="nowhere")
    send(app, bad, good)
    reply = cards(app)["reply"]
    assert reply["acknowledged"] == [good["event_id"]]
    (refused,) = reply["refused"]
    assert refused["event_id"] == bad["event_id"] and "nowhere" in refused["reason"]
    assert pairs(store) == [("q1", "m0", "positive")]


def test_a_guideline_that_holds_is_recorded_with_the_answer(store: LabelStore) -> None:
    judge(open_page(query="q1"), "positive", "m0")
    store.guidelines.write("Judge the plot.", "mina")
    judge(open_page(query="q1"), "positive", "m1")
    assert [event.shown.guideline for event in store.history()] == [1, None]


def test_positives_have_two_grades_where_the_team_wants_them(store: LabelStore) -> None:
    assert "perfect" not in cards(open_page(query="q1"))["keys"]
    store.project.change("mina", graded=True)
    app = open_page(query="q1")
    assert cards(app)["graded"] and cards(app)["keys"]["perfect"]["printed"] == "H"
    for movie_id, action in (("m0", "positive"), ("m1", "perfect"), ("m2", "negative")):
        judge(app, action, movie_id)
    assert [(one.movie_id, one.grade) for one in store.judgments()] == [("m0", 1), ("m1", 2), ("m2", 0)]
    assert card(app, "m1")["grade"] == 2


def test_a_poster_is_named_only_where_the_team_allows_images_from_elsewhere(
    store: LabelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "top_films", lambda name, texts, k: dict.fromkeys(texts, ("p", "m0")))
    assert "images.example" not in json.dumps(cards(open_page(query="q1")))
    store.project.change("mina", remote_images=True)
    app = open_page(query="q1")
    assert card(app, "p")["poster"] == "https://images.example/p.jpg" and card(app, "m0")["poster"] == ""


def test_the_last_film_of_a_query_opens_the_next_query_and_the_last_query_says_what_comes_next(
    store: LabelStore,
) -> None:
    app = open_page(query="q1")
    for _ in range(4):
        judge(app, "positive")
    assert on_screen(app)[0] == "q2" and "query is finished" in words(app)
    assert app.query_params["query"] == "q2"
    for _ in range(4):
        judge(app, "negative")
    assert "Every query here is finished" in words(app)
    assert len(pairs(store)) == 8
    click(app, "undo_last")
    assert on_screen(app)[0] == "q2"


def test_a_browser_that_still_names_the_query_before_does_not_bring_it_back_but_its_back_button_does(
    store: LabelStore,
) -> None:
    app = open_page(query="q1")
    for _ in range(4):
        judge(app, "positive")
    for _ in range(2):  # messages that were under way while the page moved on
        app.query_params["query"] = "q1"
        app.run()
        assert on_screen(app)[0] == app.query_params["query"] == "q2"
    app.run()  # now the browser names what the page shows
    app.query_params["query"] = "q1"
    app.run()
    assert on_screen(app)[0] == "q1"


def test_a_link_from_another_page_opens_a_query_that_was_left_before(store: LabelStore) -> None:
    app = open_page(query="q1")
    for _ in range(4):
        judge(app, "positive")
    app.switch_page("views/progress.py").run()
    app.switch_page("views/label.py")
    app.query_params["query"] = "q1"
    app.run()
    assert on_screen(app)[0] == "q1"


def test_a_changed_answer_in_a_finished_query_does_not_open_another(store: LabelStore) -> None:
    for movie_id in POOL:
        store.judge("q1", movie_id, "mina", "positive", event_id=movie_id)
    app = open_page(query="q1")
    send(app, press(app, "negative", "m1"), finished=False)
    assert on_screen(app)[0] == "q1" and ("q1", "m1", "negative") in pairs(store)


def test_undo_walks_back_over_fifty_answers_and_a_reload_and_shows_each_pair_again(store: LabelStore) -> None:
    app = open_page(query="q1")
    given = []
    for number in range(54):
        movie_id = POOL[number % 4]
        judge(app, ("positive", "negative")[number % 2], movie_id, query_id="q1")
        given.append(("q1", movie_id))
    app = open_page(query="q2")
    for pair in reversed(given):
        undo(app)
        assert on_screen(app) == pair and "Taken back" in words(app)
    assert pairs(store) == []
    undo(app)
    assert "nothing to take back" in words(app)


def test_undo_takes_back_the_answer_that_was_sent_with_it(store: LabelStore) -> None:
    app = open_page(query="q1")
    event = press(app, "positive", "m2")
    send(app, event, {"event_id": "3c2f4e3a-5a4f-4b52-9c58-6b6f0a1f0001", "undo": True}, finished=False)
    assert pairs(store) == [] and on_screen(app) == ("q1", "m2")
    assert store.history(1)[0].undoes == event["event_id"]


def test_an_answer_can_be_changed(store: LabelStore) -> None:
    app = open_page(query="q1")
    judge(app, "positive", "m1")
    assert card(app, "m1")["answer"] == "positive"
    judge(app, "negative", "m1")
    assert pairs(store) == [("q1", "m1", "negative")] and len(store.history()) == 2


def test_a_note_goes_with_the_answer_to_come_or_with_the_one_that_stands(store: LabelStore) -> None:
    app = open_page(query="q1")
    for note, answer in (("because positive", "positive"), ("because", "")):
        open_note(app, "m2")
        assert cards(app)["paused"]
        app.text_area[0].set_value(note)
        next(button for button in app.button if (button.key or "").endswith("_save")).click().run()
        assert not cards(app)["paused"] and card(app, "m2")["note"] == note
        if answer:
            assert card(app, "m2")["waiting"] and store.history() == []
            judge(app, answer, "m2")
            assert store.judgments(annotator="mina")[0].note == "because positive"
    assert [one.note for one in store.judgments(annotator="mina")] == ["because"]
    assert len(pairs(store)) == 1


def test_a_link_opens_its_query_which_is_shown_as_written_and_a_wrong_link_says_so(store: LabelStore) -> None:
    app = open_page(query="q2")
    assert on_screen(app)[0] == "q2"
    assert cards(app)["query"]["text"] == "A *loud* film" and "for the final score" in words(app)
    app = open_page(query="nothing")
    assert "no query with the id" in words(app) and on_screen(app)


def test_an_answer_that_could_not_be_saved_is_not_acknowledged_says_why_and_can_be_sent_again(
    store: LabelStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page(query="q1")
    events = [press(app, "positive", movie_id) for movie_id in ("m0", "m1")]

    def full(*args: object, **more: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as broken:
        broken.setattr(LabelStore, "judge", full)
        send(app, *events)
        reply = cards(app)["reply"]
        assert reply["acknowledged"] == [] and "OSError" in reply["problem"]
        assert not card(app, "m0")["answer"]
    send(app, *events)
    assert pairs(store) == [("q1", "m0", "positive"), ("q1", "m1", "positive")]
    assert cards(app)["reply"]["problem"] == cards(app)["problem"] == ""


def test_two_pages_of_one_curator_record_each_answer_once_and_the_last_one_counts(store: LabelStore) -> None:
    one, other = open_page(query="q1"), open_page(query="q1")
    judge(one, "positive", "m0")
    judge(other, "negative", "m0")
    judge(other, "unsure", "m1")
    assert pairs(store) == [("q1", "m0", "negative"), ("q1", "m1", "unsure")]
    one.run()
    assert card(one, "m0")["answer"] == "negative" and card(one, "m1")["answer"] == "unsure"


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
    assert list(app.table[0].value.iloc[:, 0]) == [
        f"**{key}**" for key in ("J", "H", "K", "L", "U", "←", "→", "N", "G", "?")
    ]
