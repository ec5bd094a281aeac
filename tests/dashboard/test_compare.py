"""The Compare page: rank moves, labelling in place, stored comparisons, and what it says when something is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.catalog import Catalog, Movie, save_catalog
from core.config import TrainConfig
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
from core.runs import Progress, RunState, create_run
from core.workspace import REPOSITORY, Workspace
from dashboard.strings.compare import TEXTS
from dashboard.strings.compare_numbers import TEXTS as NUMBERS
from dashboard.widgets.rank_moves import Change, places
from dashboard.widgets.verdict_line import verdict_text

APP = REPOSITORY / "dashboard" / "app.py"
FILMS = Catalog(Movie(f"m{n:02}", f"Film {n:02}", f"영화 {n:02}", 1990 + n, ("Someone",)) for n in range(30))
ORDERS = {"e5-small": FILMS.ids, "tuned": (*FILMS.ids[3:13], FILMS.ids[0], *FILMS.ids[13:], *FILMS.ids[1:3])}


class FixedOrder:
    """Ranks every text alike, which takes no model."""

    def __init__(self, name: str) -> None:
        self.ids = ORDERS["e5-small" if name == "e5-small" else "tuned"]

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


@pytest.fixture
def run_name(workspace: Workspace) -> str:
    with LabelStore.open(workspace) as store:
        snapshot = take_snapshot(store, workspace)
    assert snapshot.path is not None
    run = create_run(workspace, TrainConfig(), snapshot.path, by="ada")
    run.write_progress(Progress(RunState.SUCCEEDED))
    return run.name


def open_page(curator: str = "", language: str = "en", **address: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=30)
    app.session_state["language"] = language
    app.session_state["curator"] = curator
    app.run()
    app.switch_page("views/compare.py")
    for name, value in address.items():
        app.query_params[name] = value
    return app.run()


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.text, app.info, app.error, app.warning, app.success, app.subheader)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


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


def test_moves_name_what_became_of_each_film() -> None:
    base = [f"b{n}" for n in range(12)]
    tuned = ["b1", "b0", "b2", "b11", "new", *base[3:8]]
    left, right = places(base, tuned)
    assert [(place.movie_id, place.change, place.other) for place in right[:5]] == [
        ("b1", Change.UP, 2),
        ("b0", Change.DOWN, 1),
        ("b2", Change.SAME, 3),
        ("b11", Change.NEW, 12),
        ("new", Change.NEW, None),
    ]
    assert [place.movie_id for place in left if place.change is Change.LEFT_OUT] == ["b8", "b9"]
    assert all(place.rank == rank for side in (left, right) for rank, place in enumerate(side, start=1))


def test_without_a_run_the_base_stands_alone_with_the_way_to_train(workspace: Workspace) -> None:
    app = open_page(q="a film number 1")
    assert TEXTS["no_run"][0] in texts(app)
    assert [head.value for head in app.subheader] == ["Base"]
    assert not app.exception


def test_a_link_to_a_query_shows_both_lists_with_moves_and_marks(workspace: Workspace, run_name: str) -> None:
    app = open_page(query="q0", tuned=run_name)
    assert [head.value for head in app.subheader] == ["Base", "Tuned"]
    shown = texts(app)
    for words in ("Up 3", "New, was 11", "Left out, now 11", "Positive", "Negative", "Not judged"):
        assert words in shown
    assert "10. Film 09" in shown.replace("\\", "")


def test_titles_are_in_the_language_of_the_session(workspace: Workspace, run_name: str) -> None:
    assert "영화 09" in texts(open_page(language="ko", query="q0"))


def test_typing_the_text_of_a_query_finds_its_labels(workspace: Workspace, run_name: str) -> None:
    app = open_page()
    app.text_input[0].set_value("  A film NUMBER 0? ").run()
    assert "Positive" in texts(app)
    app.text_input[0].set_value("something else").run()
    assert TEXTS["unknown_query"][0] in texts(app)
    assert app.query_params["q"] == "something else"


def test_unjudged_films_are_labelled_in_place_once_and_can_be_undone(workspace: Workspace, run_name: str) -> None:
    with LabelStore.open(workspace) as store:
        written = store.guidelines.write("Judge the story, not the cast.", "grace")
    app = open_page("grace", query="q0")
    judge = [key for key in keys(app) if key.startswith("compare_judge")]
    assert judge == [f"compare_judge_{answer}_q0_m05_{side}" for side in ("base", "tuned") for answer in Answer]
    app.button(key="compare_judge_positive_q0_m05_tuned").click().run()
    with LabelStore.open(workspace) as store:
        (given,) = store.judgments(annotator="grace")
        event = store.history(1)[0]
    assert (given.query_id, given.movie_id, given.answer) == ("q0", "m05", Answer.POSITIVE)
    assert (event.shown.rank, event.shown.input_method) == (3, "search")
    assert event.shown.sources == ("e5-small", run_name)
    assert event.shown.guideline == written.version
    assert not [key for key in keys(app) if key.startswith("compare_judge")]
    app.button(key=f"compare_undo_{given.event_id}_tuned").click().run()
    with LabelStore.open(workspace) as store:
        assert not store.judgments(annotator="grace")
    assert [key for key in keys(app) if key.startswith("compare_judge")] == judge


def test_nobody_labels_without_a_name_or_for_a_text_that_is_no_query(workspace: Workspace, run_name: str) -> None:
    app = open_page(query="q0")
    assert TEXTS["name_first"][0] in texts(app)
    assert not [key for key in keys(app) if key.startswith("compare_judge")]
    assert not [key for key in keys(open_page("grace", q="another text")) if key.startswith("compare_judge")]


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
    assert [head.value for head in app.subheader] == ["Base", "Tuned"]


def test_every_verdict_has_its_sentence() -> None:
    assert {f"verdict_{kind.value}" for kind in VerdictKind} <= set(NUMBERS)


def test_every_text_is_there_in_both_languages() -> None:
    assert all(english.strip() and korean.strip() for english, korean in (TEXTS | NUMBERS).values())


def test_search_by_words_and_fusions_can_stand_on_either_side(workspace: Workspace, run_name: str) -> None:
    app = open_page(base="bm25", tuned=f"{run_name}+bm25", q="film 07")
    assert not app.exception and not app.error
    base, tuned = app.selectbox(key="compare_base_bm25"), app.selectbox(key=f"compare_tuned_{run_name}+bm25")
    assert base.value == "bm25" and tuned.value == f"{run_name}+bm25"
    assert "1\\. Film 07" in texts(app) or "1. Film 07" in texts(app), "the words find the film by its title"
