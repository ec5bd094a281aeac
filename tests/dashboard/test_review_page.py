"""The Review page: what people differ on is settled, once and with a way back; the rest is pointed out, not blamed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st
from made_runs import APP, words
from streamlit.testing.v1 import AppTest

from core.catalog import Catalog, Movie, save_catalog
from core.judgments import Judgment, LabelStore, NewQuery, Shown, truth
from core.judgments.types import Answer
from core.workspace import Workspace
from dashboard.widgets.review_agreement import reading
from dashboard.widgets.review_film import excerpt
from dashboard.widgets.review_names import called

FILMS = [Movie(f"m{n}", f"Film {n}", f"영화 {n}", 2000 + n, overview=f"What happens in film {n}.") for n in range(4)]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LabelStore]:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    st.cache_resource.clear()
    workspace = Workspace.locate()
    save_catalog(Catalog(FILMS), workspace)
    with LabelStore.open(workspace) as opened:
        opened.add_queries([NewQuery("a *quiet* film", "q1"), NewQuery("a loud film", "q2")])
        yield opened
    st.cache_resource.clear()


def judge(store: LabelStore, query_id: str, movie_id: str, who: str, answer: str, **more: object) -> Judgment:
    return store.judge(query_id, movie_id, who, answer, event_id=str(uuid.uuid4()), **more)  # type: ignore[arg-type]


def differ(store: LabelStore) -> None:
    judge(store, "q1", "m1", "mina", "positive", note="silence throughout")
    judge(store, "q1", "m1", "jun", "negative")


def open_page(curator: str = "ada", language: str = "en") -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=30)
    app.session_state["language"] = language
    app.session_state["curator"] = curator
    app.switch_page("views/review.py")
    return app.run()


def part(app: AppTest, name: str) -> AppTest:
    app.segmented_control(key="review_part").set_value(name)
    return app.run()


def press(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label == label).click()
    return app.run()


def state(app: AppTest, name: str) -> AppTest:
    app.segmented_control(key="review_state").set_value(name)
    return app.run()


# Differences


def test_a_difference_shows_film_query_notes_and_no_names_until_they_are_asked_for(store: LabelStore) -> None:
    differ(store)
    app = open_page()
    said = words(app)
    for expected in ("quiet", "Film 1", "영화 1", "2001", "What happens in film 1.", "silence throughout", "Curator 2"):
        assert expected in said
    assert "mina" not in said and "jun" not in said
    app.toggle(key="review_names_differences").set_value(True)
    said = words(app.run())
    assert "mina" in said and "jun" in said and "Curator 1" not in said


def test_settling_records_an_adjudicated_answer_with_its_note_and_undo_opens_the_pair_again(store: LabelStore) -> None:
    written = store.guidelines.write("Judge the story, not the cast.", "kim")
    differ(store)
    own = judge(store, "q2", "m1", "ada", "positive")
    app = open_page()
    app.text_input(key="review_note_q1_m1").set_value("It is quiet.")
    press(app, "Positive")
    (settled,) = [judgment for judgment in store.judgments() if judgment.adjudicates]
    assert store.history(1)[0].shown.guideline == written.version
    assert (settled.annotator, settled.answer, settled.note) == ("ada", Answer.POSITIVE, "It is quiet.")
    assert truth(store.judgments()).grades["q1"] == {"m1": 1}
    assert "Settled: Film 1" in words(app)
    press(app, "Undo")
    assert not any(judgment.adjudicates for judgment in store.judgments())
    assert own in store.judgments()
    assert truth(store.judgments()).conflicts
    assert "open again" in words(app)


def test_what_was_settled_is_listed_apart_and_can_be_decided_anew_by_somebody_else(store: LabelStore) -> None:
    differ(store)
    judge(store, "q1", "m1", "jun", "negative", adjudicates=True)
    app = state(open_page(), "settled")
    assert "Settled: Negative" in words(app)
    assert not [button for button in app.button if button.label == "Undo"]
    press(app, "Unsure")
    assert truth(store.judgments()).unsure == {"q1": {"m1"}}


def test_two_grades_are_a_difference_only_where_the_project_has_two(store: LabelStore) -> None:
    judge(store, "q1", "m1", "mina", "positive", grade=2)
    judge(store, "q1", "m1", "jun", "positive", grade=1)
    assert "two grades" not in words(open_page())
    store.project.change("ada", graded=True)
    app = open_page()
    assert "two grades" in words(app)
    press(app, "Fits perfectly")
    (settled,) = [judgment for judgment in store.judgments() if judgment.adjudicates]
    assert settled.grade == 2


def test_a_film_that_left_the_catalogue_is_named_by_its_id(store: LabelStore) -> None:
    for who, answer in (("mina", "positive"), ("jun", "negative")):
        judge(store, "q1", "gone", who, answer)
    assert "gone is no longer in the catalogue" in words(open_page()).replace("\\", "")


def test_empty_states_say_what_to_do(store: LabelStore) -> None:
    assert "project settings" in words(open_page())
    judge(store, "q1", "m1", "mina", "positive")
    judge(store, "q1", "m1", "jun", "positive")
    app = open_page()
    assert "Nothing is open" in words(app)
    assert "Nothing has been settled yet" in words(state(app, "settled"))
    assert "Nothing stands out" in words(part(app, "second_look"))
    assert "정할 것이 없습니다" in words(open_page(language="ko"))


def test_who_settles_is_asked_for_a_name_first(store: LabelStore) -> None:
    differ(store)
    assert "Who are you?" in words(open_page(curator=""))


def test_without_names_neither_number_nor_place_follows_the_alphabet(store: LabelStore) -> None:
    firsts = set()
    for number in range(12):
        answers = [judge(store, "q1", f"m{number}", who, "positive") for who in ("ada", "jun")]
        firsts.add(called(answers, names=False)[0][1].annotator)
    assert firsts == {"ada", "jun"}


# Second look


def quick_answers(store: LabelStore, who: str) -> None:
    for number in range(10):
        at = (datetime.now(UTC) - timedelta(seconds=0.2)).isoformat(timespec="milliseconds")
        judge(store, "q1", f"f{number}", who, "negative", shown=Shown(shown_at=at, input_method="card"))


def test_quick_and_contradictory_answers_are_pointed_out_with_the_query_and_no_name(store: LabelStore) -> None:
    quick_answers(store, "mina")
    store.add_queries([NewQuery("A loud film!", "q3")])
    judge(store, "q2", "m1", "ada", "positive")
    judge(store, "q3", "m1", "ada", "negative")
    app = part(open_page(), "second_look")
    said = words(app)
    assert "Answers that came quickly (10)" in said
    assert "Answers that contradict each other (1)" in said
    assert "one of 10 equal answers in a row" in said
    assert "A colleague" in said and "mina" not in said
    assert "wrong" in said  # that nothing here says so
    app.toggle(key="review_mine").set_value(True)
    said = words(app.run())
    assert "came quickly" not in said and "You" in said


# Agreement


def test_agreement_shows_alpha_and_every_two_curators(store: LabelStore) -> None:
    for number in range(4):
        for who in ("mina", "jun"):
            judge(store, "q1", f"m{number}", who, "positive" if number % 2 else "negative")
    judge(store, "q2", "m1", "mina", "positive")
    judge(store, "q2", "m1", "jun", "negative")
    app = part(open_page(), "agreement")
    assert [metric.value for metric in app.metric][1:] == ["5", "2"]
    (table,) = app.dataframe
    row = table.value.iloc[0]
    assert (row["first"], row["second"], row["pairs"], row["alike"]) == ("jun", "mina", 5, 80)
    assert row["kappa"] == pytest.approx(8 / 13)


@pytest.mark.parametrize(
    ("value", "interval", "expected"),
    [
        (0.9, (0.82, 0.97), "Good"),
        (0.7, (0.68, 0.78), "Fair"),
        (0.2, (0.1, 0.3), "Doubtful: talk over the differences"),
        (0.7, (0.5, 0.9), "Fair; not certain yet"),
        (1.0, None, "Good; not certain yet"),
        (None, None, "Cannot be told: every answer was the same"),
    ],
)
def test_a_coefficient_in_words(value: float | None, interval: tuple[float, float] | None, expected: str) -> None:
    assert reading(value, interval) == expected


def test_an_excerpt_ends_between_words_and_counts_hangul_twice() -> None:
    assert excerpt("short", 5) == "short"
    assert excerpt("one two three", 8) == "one two…"
    assert excerpt("하나 둘 셋 넷", 8) == "하나 둘…"
