"""The Compare page: rank moves, labelling in place, stored comparisons, and what it says when something is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs

import pytest
import streamlit as st
from lists import compose, films, mark, moves, parts, press, send, shown, undo
from opened import opened, texts
from streamlit.testing.v1 import AppTest

from core.catalog import Catalog, Movie, save_catalog
from core.errors import LabelError, ModelError
from core.evaluation import (
    Comparison,
    Evaluation,
    VerdictKind,
    compare_rankings,
    evaluate_rankings,
    save_comparison,
)
from core.fingerprint import fingerprint
from core.judgments import Answer, LabelStore, NewQuery, QrelRow, Split, take_snapshot
from core.workspace import REPOSITORY, Workspace
from dashboard.strings.compare import TEXTS
from dashboard.strings.compare_numbers import TEXTS as NUMBERS
from dashboard.widgets.verdict_line import verdict_text

APP = REPOSITORY / "dashboard" / "app.py"
FILMS = Catalog(Movie(f"m{n:02}", f"Film {n:02}", f"영화 {n:02}", 1990 + n, ("Someone",)) for n in range(30))
ORDERS = {"e5-small": FILMS.ids, "tuned": (*FILMS.ids[3:13], FILMS.ids[0], *FILMS.ids[13:], *FILMS.ids[1:3])}


class FixedOrder:
    """Ranks every text alike, which takes no model."""

    def __init__(self, name: str) -> None:
        self.ids = ORDERS["e5-small" if name == "e5-small" else "tuned"]

    def without_cache(self) -> FixedOrder:
        return self

    def search(self, texts: Sequence[str], k: int, progress: object = None) -> list[list[SimpleNamespace]]:
        hits = [SimpleNamespace(movie_id=id, score=1.0, rank=rank) for rank, id in enumerate(self.ids[:k], start=1)]
        return [hits for _ in texts]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    monkeypatch.setattr("dashboard.resources.searcher", FixedOrder)
    st.cache_resource.clear()
    workspace = Workspace.locate()
    save_catalog(FILMS, workspace)
    with LabelStore.open(workspace) as store:
        store.add_queries(NewQuery(f"a film number {n}", f"q{n}", split=Split.TEST) for n in range(8))
        rows = [QrelRow(1, f"q{n}", id, int(id == "m03")) for n in range(8) for id in FILMS.ids[: 13 + n % 2]]
        store.import_judgments([row for row in rows if (row.query_id, row.movie_id) != ("q0", "m05")], "ada")
    yield workspace
    st.cache_resource.clear()


def open_page(curator: str = "", language: str = "en", **address: str) -> AppTest:
    return opened("compare", language=language, curator=curator, **address)


def keys(app: AppTest) -> list[str]:
    return [str(button.key) for button in app.button]


def stored(workspace: Workspace, run_name: str) -> Comparison:
    """Store what a training stores at its end: both models on the test queries of its snapshot."""
    with LabelStore.open(workspace) as store:
        snapshot = take_snapshot(store, workspace)
    comparison = compared(run_name, snapshot.queries(Split.TEST), snapshot.qrels(Split.TEST))
    save_comparison(comparison, workspace)
    return comparison


def compared(run_name: str, queries: dict[str, str], qrels: dict[str, dict[str, int]]) -> Comparison:
    return compare_rankings(
        dict.fromkeys(queries, ORDERS["e5-small"]),
        dict.fromkeys(queries, ORDERS["tuned"]),
        qrels,
        base_name="e5-small",
        tuned_name=run_name,
        queries=queries,
        lineage={
            "split": "test",
            "queries": fingerprint(queries),
            "qrels": fingerprint(qrels),
            "catalog": FILMS.fingerprint,
        },
    )


def test_without_a_run_the_base_stands_alone_with_the_way_to_train(workspace: Workspace) -> None:
    app = open_page(q="a film number 1")
    assert TEXTS["no_run"][0] in texts(app)
    assert parts(app) == ["Base"]
    assert not app.exception


def test_a_link_to_a_query_shows_both_lists_with_moves_and_marks(workspace: Workspace, run_name: str) -> None:
    app = open_page(query="q0", tuned=run_name)
    assert parts(app) == ["Base", "Tuned"]
    assert films(app) == list(FILMS.ids[:10])
    assert films(app, 1) == [*FILMS.ids[3:13]]
    assert moves(app, 0)["m00"] == ["Left out, now 11"]
    assert (moves(app, 1)["m03"], moves(app, 1)["m10"]) == (["Up 3"], ["New, was 11"])
    assert shown(app)["lists"][1]["note"] == "3 new · 7 moved · 3 left out"
    assert [mark(app, movie_id) for movie_id in ("m03", "m00", "m05")] == ["positive", "negative", "unjudged"]


def test_titles_are_in_the_language_of_the_session(workspace: Workspace, run_name: str) -> None:
    film = shown(open_page(language="ko", query="q0"))["films"]["m09"]
    assert (film["title"], film["other"]) == ("영화 09", "Film 09")


def test_typing_the_text_of_a_query_finds_its_labels(workspace: Workspace, run_name: str) -> None:
    app = open_page()
    assert shown(app)["lists"] == []
    app.text_input[0].set_value("  A film NUMBER 0? ").run()
    assert mark(app, "m03") == "positive"
    app.run()
    app.text_input[0].set_value("something else").run()
    assert TEXTS["unknown_query"][0] in texts(app)
    assert shown(app)["query"] == ""


def test_what_is_typed_comes_into_the_address_without_a_step_of_the_history(
    workspace: Workspace, run_name: str
) -> None:
    app = open_page(base="bm25")
    before = app.text_input[0].key
    app.text_input[0].set_value("film 07").run()
    asked = parse_qs(shown(app)["address"])
    assert asked == {"base": ["bm25"], "tuned": [run_name], "q": ["film 07"]}
    assert "q" not in app.query_params
    app.run()
    assert (app.text_input[0].key, app.text_input[0].value) == (before, "film 07")
    app.segmented_control(key="compare_part_side").set_value("numbers").run()
    assert app.query_params["q"] == "film 07"
    app.segmented_control(key="compare_part_numbers").set_value("side").run()
    assert app.text_input[0].value == "film 07"


def test_a_pause_of_an_input_method_searches_and_leaves_the_box_alone(workspace: Workspace, run_name: str) -> None:
    app = open_page(query="q0")
    box = app.text_input[0]
    assert box.value == "a film number 0"
    app = compose(app, "우주 여")
    assert parse_qs(shown(app)["address"])["q"] == ["우주 여"]
    assert shown(app)["query"] == ""
    app.run()
    assert app.text_input[0].key == box.key, "a new box would end the composition"
    assert app.selectbox(key="compare_query_None").value is None, "the query that was picked no longer is"


def test_a_query_that_is_picked_comes_into_the_box(workspace: Workspace, run_name: str) -> None:
    app = open_page(q="something else")
    app.selectbox(key="compare_query_None").set_value("q3").run()
    assert (app.query_params["query"], "q" in app.query_params) == ("q3", False)
    assert app.text_input[0].value == "a film number 3"


def test_answers_by_key_are_recorded_once_with_who_proposed_the_film_and_can_be_taken_back(
    workspace: Workspace, run_name: str
) -> None:
    with LabelStore.open(workspace) as store:
        written = store.guidelines.write("Judge the story, not the cast.", "grace")
    app = open_page("grace", query="q0")
    event = press(app, "positive", "m05")
    for _ in range(2):  # once more, as after a reply that was lost
        app = send(app, event)
        assert shown(app)["reply"]["acknowledged"] == [event["event_id"]]
    assert mark(app, "m05") == "positive"
    with LabelStore.open(workspace) as store:
        (given,) = store.judgments(annotator="grace")
        last = store.history(1)[0]
    assert (given.query_id, given.movie_id, given.answer) == ("q0", "m05", Answer.POSITIVE)
    assert last.shown.sources == ("e5-small", run_name)
    assert (last.shown.rank, last.shown.input_method, last.shown.guideline) == (6, "key", written.version)
    app = send(app, press(app, "negative", "m05"))
    assert mark(app, "m05") == "negative"
    app = send(app, undo())
    assert (mark(app, "m05"), shown(app)["notice"]["film"]) == ("positive", "m05")
    back = undo()
    app = send(send(app, back), back)
    assert mark(app, "m05") == "unjudged"
    with LabelStore.open(workspace) as store:
        assert not store.judgments(annotator="grace")
    app = send(app, undo())
    assert shown(app)["notice"]["text"] == TEXTS["nothing_to_undo"][0]


def test_undo_takes_back_what_was_answered_here_and_nothing_else(workspace: Workspace, run_name: str) -> None:
    app = open_page("grace", query="q0")
    app = send(app, press(app, "positive", "m05"))
    with LabelStore.open(workspace) as store:
        store.judge("q1", "m20", "grace", Answer.NEGATIVE, event_id="elsewhere")
    send(app, undo())
    with LabelStore.open(workspace) as store:
        assert [one.event_id for one in store.judgments(annotator="grace")] == ["elsewhere"]


def test_the_next_search_knows_and_so_does_every_list(workspace: Workspace, run_name: str) -> None:
    app = open_page("grace", q="a film number 0", also="bm25")
    app = send(app, press(app, "unsure", "m05"))
    app = open_page("ada", query="q0", base="bm25", tuned=run_name)
    assert "m05" in films(app, 1)
    assert mark(app, "m05") == "unsure"


def test_what_cannot_be_saved_is_said_and_not_recorded(
    workspace: Workspace, run_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = open_page("grace", query="q0")

    def fail(*_: Any, **__: Any) -> None:
        raise LabelError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(LabelStore, "judge", fail)
        app = send(app, press(app, "positive", "m05"), press(app, "positive", "m06"))
    assert shown(app)["reply"]["problem"] == "The disk is full."
    assert shown(app)["reply"]["acknowledged"] == []
    assert mark(app, "m05") == "unjudged"
    app = send(app, press(app, "positive", "no such film"))
    assert "no such film" in shown(app)["reply"]["refused"][0]["reason"]
    with LabelStore.open(workspace) as store:
        assert not store.judgments(annotator="grace")


def test_nobody_labels_without_a_name_or_under_another_or_for_a_text_that_is_no_query(
    workspace: Workspace, run_name: str
) -> None:
    app = open_page(query="q0")
    assert TEXTS["name_first"][0] in texts(app)
    assert not shown(app)["judged"]
    assert not shown(open_page("grace", q="another text"))["judged"]
    app = open_page("grace", query="q0")
    assert shown(app)["judged"]
    send(app, press(app, "positive", "m05"), curator="ada")
    with LabelStore.open(workspace) as store:
        assert {one.annotator for one in store.judgments()} == {"ada"}
        assert not [one for one in store.judgments(query_id="q0") if one.movie_id == "m05"]


def test_lists_can_be_added_and_removed_and_stand_in_the_address(workspace: Workspace, run_name: str) -> None:
    app = open_page(query="q0")
    app.selectbox(key="compare_also_add_").set_value("bm25").run()
    assert app.query_params["also"] == "bm25"
    app.selectbox(key="compare_also_add_bm25").set_value(f"{run_name}+bm25").run()
    assert parts(app) == ["Base", "Tuned", "Third", "Fourth"]
    assert moves(app, 0)["m00"] == ["Tuned: 11", "Third: below 100", "Fourth: 11"]
    assert not [box for box in app.selectbox if str(box.key).startswith("compare_also_add")]
    app.button(key="compare_also_remove_0_bm25").click().run()
    assert app.query_params["also"] == f"{run_name}+bm25"
    assert parts(app) == ["Base", "Tuned", "Third"]


def test_what_the_address_names_twice_or_beyond_four_is_one_list_and_no_more(
    workspace: Workspace, run_name: str
) -> None:
    app = open_page(q="film", base="e5-small", tuned="bm25", also="bm25,e5-small,e5-small+bm25,e5-small+bm25")
    assert [one["title"] for one in shown(app)["lists"]] == ["e5-small", "Search by words (BM25)"]
    app = open_page(q="film", tuned=run_name, also="bm25,e5-small+bm25,minilm")
    assert len(parts(app)) == 4


def test_words_that_no_film_has_and_a_model_that_fails_are_said_in_their_lists(
    workspace: Workspace, run_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def open_model(name: str) -> FixedOrder:
        if name == "gone":
            raise ModelError("There is no model 'gone'.")
        return FixedOrder(name)

    monkeypatch.setattr("dashboard.resources.searcher", open_model)
    app = open_page(q="xyzzy", tuned="bm25", also="gone")
    base, words, gone = shown(app)["lists"]
    assert len(base["rows"]) == 10
    assert (words["rows"], words["note"]) == ([], TEXTS["no_word"][0])
    assert (gone["rows"], gone["problem"]) == ([], "There is no model 'gone'.")
    assert not app.exception and not app.error


def test_scores_are_shown_when_asked_for_and_the_switch_is_in_the_address(workspace: Workspace, run_name: str) -> None:
    app = open_page(q="film 07", tuned="bm25", scores="1")
    assert shown(app)["scores"]
    assert shown(app)["lists"][0]["rows"][0]["score"] == "1.000"
    app.toggle[0].set_value(False).run()
    assert not shown(app)["scores"]
    assert "scores" not in parse_qs(shown(app)["address"])


def test_a_link_says_all_that_is_shown(workspace: Workspace, run_name: str) -> None:
    app = open_page(q="film 07", also="bm25")
    assert parse_qs(shown(app)["link"]) == {
        "q": ["film 07"],
        "base": ["e5-small"],
        "tuned": [run_name],
        "also": ["bm25"],
    }


def test_a_text_is_added_as_a_query_in_place_and_one_like_another_only_after_a_look(
    workspace: Workspace, run_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.widgets.query_add.query_vectors", lambda new, known: None)
    assert "compare_add_query" not in keys(open_page(q="ships in a storm"))
    app = open_page("grace", q="ships in a storm")
    app.button(key="compare_add_query").click().run()
    assert shown(app)["judged"]
    with LabelStore.open(workspace) as store:
        (added,) = [query for query in store.queries() if query.text == "ships in a storm"]
    assert shown(app)["query"] == added.query_id
    app = open_page("grace", q="number 1, a film")
    app.button(key="compare_add_query").click().run()
    assert "a film number 1" in texts(app), "a dialog shows what it is like"
    with LabelStore.open(workspace) as store:
        assert len(store.queries()) == 9


def test_a_stored_comparison_is_found_and_not_made_again(workspace: Workspace, run_name: str) -> None:
    comparison = stored(workspace, run_name)
    app = open_page(part="numbers")
    assert not [key for key in keys(app) if key.startswith("compare_start")]
    _, measures, queries = (table.value for table in app.dataframe)
    assert list(measures["tuned"]) == [measure.tuned for measure in comparison.measures.values()]
    assert measures["wins"][0] == "8 / 0 / 0"
    assert set(queries["text"]) == {f"a film number {n}" for n in range(8)}
    assert verdict_text(comparison).split(":")[0] in texts(app)


def test_a_comparison_is_made_once_on_the_test_queries_alone_and_kept(
    workspace: Workspace, run_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[set[str]] = []

    def compare(base: str, tuned: str, where: Workspace, **given: Any) -> Comparison:
        asked.append(set(given["queries"]))
        given["progress"](1, 2)
        return compared(tuned, given["queries"], given["qrels"])

    monkeypatch.setattr("dashboard.widgets.comparisons.compare_models", compare)
    with LabelStore.open(workspace) as store:
        store.add_queries([NewQuery("a dev query", "d1", split=Split.DEV)])
        store.judge("d1", "m01", "ada", Answer.POSITIVE, event_id="e1")
    app = open_page(part="numbers")
    assert not app.dataframe
    app.button(key="compare_start_test").click().run()
    assert asked == [{f"q{n}" for n in range(8)}]
    assert len(app.dataframe) == 3
    assert "compare_start_test" not in keys(open_page(part="numbers"))


def test_the_base_alone_can_be_scored(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    def evaluate(name: str, where: Workspace, **given: Any) -> Evaluation:
        rankings = dict.fromkeys(given["queries"], ORDERS["e5-small"])
        return evaluate_rankings(rankings, given["qrels"], model=name, queries=given["queries"], lineage={})

    monkeypatch.setattr("dashboard.widgets.comparisons.evaluate_model", evaluate)
    app = open_page(part="numbers")
    app.button(key="compare_start_base").click().run()
    assert dict(zip(*(app.dataframe[0].value[name] for name in ("measure", "base")), strict=True))["RR@10"] == 0.25


def test_changed_labels_make_it_stale_and_offer_another(workspace: Workspace, run_name: str) -> None:
    stored(workspace, run_name)
    with LabelStore.open(workspace) as store:
        store.judge("q0", "m05", "grace", Answer.NEGATIVE, event_id="e1")
    app = open_page(part="numbers")
    assert "have changed" in texts(app)
    assert "compare_start_test" in keys(app)
    assert len(app.dataframe) == 3


def test_dev_and_test_figures_are_never_mixed(workspace: Workspace, run_name: str) -> None:
    stored(workspace, run_name)
    app = open_page(part="numbers", split="dev")
    assert not app.dataframe
    assert "dev query" in texts(app)


def test_a_clicked_query_opens_side_by_side(workspace: Workspace, run_name: str) -> None:
    comparison = stored(workspace, run_name)
    app = open_page(part="numbers")
    app.session_state[f"compare_queries_{comparison.name}_en"] = {"selection": {"cells": [[2, "text"]]}}
    app.run()
    assert app.query_params["query"] == "q2"
    assert parts(app) == ["Base", "Tuned"]


def test_every_verdict_has_its_sentence() -> None:
    assert {f"verdict_{kind.value}" for kind in VerdictKind} <= set(NUMBERS)


def test_every_text_is_there_in_both_languages() -> None:
    assert all(english.strip() and korean.strip() for english, korean in (TEXTS | NUMBERS).values())


def test_search_by_words_and_fusions_can_stand_on_either_side(workspace: Workspace, run_name: str) -> None:
    app = open_page(base="bm25", tuned=f"{run_name}+bm25", q="film 07")
    assert not app.exception and not app.error
    base, tuned = app.selectbox(key="compare_base_bm25"), app.selectbox(key=f"compare_tuned_{run_name}+bm25")
    assert base.value == "bm25" and tuned.value == f"{run_name}+bm25"
    assert films(app)[0] == "m07", "the words find the film by its title"
