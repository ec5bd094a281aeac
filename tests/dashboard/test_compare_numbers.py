"""Compare by the numbers: the sentence, what to judge, slices, every query, and queries of one's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from opened import opened
from streamlit.testing.v1 import AppTest

from core.catalog import Catalog, Movie, save_catalog
from core.evaluation import Comparison, compare_rankings, list_comparisons, load_comparison, save_comparison
from core.evaluation.slices import memberships
from core.fingerprint import fingerprint
from core.judgments import Answer, LabelStore, NewQuery, QrelRow, Split, take_snapshot
from core.workspace import REPOSITORY, Workspace
from dashboard.strings.compare_numbers import TEXTS

APP = REPOSITORY / "dashboard" / "app.py"
FILMS = Catalog(Movie(f"m{n:02}", f"Film {n:02}", f"영화 {n:02}", 1990 + n) for n in range(30))
BASE, TUNED = FILMS.ids, (*FILMS.ids[3:13], FILMS.ids[0], *FILMS.ids[13:], *FILMS.ids[1:3])
TEST_QUERIES = 24


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    """24 test queries, the odd ones Korean, and one train query; every film of both top tens judged but one."""
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    monkeypatch.setattr("dashboard.widgets.comparisons.compare_models", made_without_models)
    monkeypatch.setattr("dashboard.widgets.compare_side.side_by_side", lambda *_: None)
    st.cache_resource.clear()
    workspace = Workspace.locate()
    save_catalog(FILMS, workspace)
    with LabelStore.open(workspace) as store:
        for n in range(TEST_QUERIES):
            text = f"영화 번호 {n}" if n % 2 else f"a film number {n}"
            store.add_queries([NewQuery(text, f"q{n:02}", kind="odd" if n % 2 else "even", split=Split.TEST)])
        store.add_queries([NewQuery("learn this", "t1", split=Split.TRAIN), NewQuery("a dev", "d1", split=Split.DEV)])
        judged = [f"q{n:02}" for n in range(TEST_QUERIES)] + ["t1", "d1"]
        rows = [QrelRow(1, query, film, int(film == "m03")) for query in judged for film in FILMS.ids[:13]]
        store.import_judgments([row for row in rows if (row.query_id, row.movie_id) != ("q00", "m05")], "ada")
    yield workspace
    st.cache_resource.clear()


def made_without_models(base: str, tuned: str, workspace: Workspace, **given: Any) -> Comparison:
    queries, qrels = given["queries"], given["qrels"]
    lineage = {
        "split": given["split_name"],
        "queries": fingerprint(queries),
        "qrels": fingerprint(qrels),
        "catalog": FILMS.fingerprint,
    }
    return compare_rankings(
        dict.fromkeys(queries, BASE),
        dict.fromkeys(queries, TUNED),
        qrels,
        base_name=base,
        tuned_name=tuned,
        queries=queries,
        lineage=lineage | ({"set": given["query_set"]} if given.get("query_set") else {}),
        divided=memberships(given["described"], qrels, labels=given["labels"] or qrels, trained={"m03"}),
    )


def stored(workspace: Workspace, run_name: str) -> Comparison:
    with LabelStore.open(workspace) as store:
        snapshot = take_snapshot(store, workspace)
    comparison = made_without_models(
        "e5-small",
        run_name,
        workspace,
        queries=snapshot.queries(Split.TEST),
        qrels=snapshot.qrels(Split.TEST),
        split_name="test",
        described=snapshot.rows,
        labels=snapshot.qrels(),
    )
    save_comparison(comparison, workspace)
    return comparison


def open_page(language: str = "en", **address: str) -> AppTest:
    return opened("compare", language=language, **{"part": "numbers", **address})


COLUMN = {"missing": "moves", "measures": "base_bounds", "slices": "slice", "queries": "rbo"}  # that no other has


def table(app: AppTest, name: str) -> Any:
    return next(frame.value for frame in app.dataframe if COLUMN[name] in frame.value)


def said(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.text, app.info, app.error, app.warning, app.success, app.subheader)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def test_the_verdict_says_how_many_queries_each_model_wins(workspace: Workspace, run_name: str) -> None:
    stored(workspace, run_name)
    (sentence,) = [str(box.value) for box in open_page().success]
    assert sentence.startswith("The tuned model is better: +0.569 nDCG@10, 95% interval +0.569 to +0.569, ")
    assert f"{TEST_QUERIES} queries better, 0 worse" in sentence
    (korean,) = [str(box.value) for box in open_page("ko").success]
    assert f"좋아진 질의 {TEST_QUERIES}개, 나빠진 질의 0개" in korean


def test_without_enough_labels_the_pairs_to_judge_come_instead_of_a_verdict(
    workspace: Workspace, run_name: str
) -> None:
    with LabelStore.open(workspace) as store:
        for n in range(TEST_QUERIES):
            for film in FILMS.ids[10:13]:
                store.judge(f"q{n:02}", film, "grace", Answer.UNSURE, event_id=f"{n}/{film}")
                store.judge(f"q{n:02}", film, "ada", Answer.UNSURE, event_id=f"a{n}/{film}")
    comparison = stored(workspace, run_name)
    missing = 3 * TEST_QUERIES + 1
    app = open_page()
    assert f"judge these {missing} pairs" in str(app.warning[0].value)
    shown = table(app, "missing")
    assert len(shown) == missing
    assert list(shown["moves"]) == sorted(shown["moves"], reverse=True)
    assert shown["film"][0] == "Film 05 (1995) · 영화 05"  # ranked third by the tuned model, no other is above it
    assert "All of them together leave the difference between" in said(app)
    assert "아래 73쌍을 판정해 주세요" in str(open_page("ko").warning[0].value)
    app.session_state[f"compare_missing_{comparison.name}_en"] = {"selection": {"cells": [[0, "film"]]}}
    app.run()
    assert app.query_params["query"] in ("q00", ["q00"])
    assert not app.exception


def test_the_measures_show_what_unjudged_films_leave_open_and_what_so_many_queries_can_show(
    workspace: Workspace, run_name: str
) -> None:
    comparison = stored(workspace, run_name)
    app = open_page()
    row = table(app, "measures").iloc[0]
    primary = comparison.measures["nDCG@10"]
    assert primary.tuned_bounds is not None and primary.base_bounds is not None
    assert row["tuned_bounds"] == f"{primary.tuned_bounds[0]:.3f} … {primary.tuned_bounds[1]:.3f}"
    assert row["base_bounds"] == f"{primary.base_bounds[0]:.3f} … {primary.base_bounds[1]:.3f}"
    assert row["wins"] == f"{TEST_QUERIES} / 0 / 0"
    assert [metric.label for metric in app.metric] == [TEXTS["detectable"][0]]
    assert TEXTS["detectable_with"][0].format(count=TEST_QUERIES) in said(app)


def test_slices_are_shown_with_their_figures(workspace: Workspace, run_name: str) -> None:
    comparison = stored(workspace, run_name)
    slices = table(open_page(), "slices")
    assert comparison.slices is not None
    assert list(slices["delta"]) == [one.delta for one in comparison.slices]
    assert list(slices["slice"])[:4] == ["Language: Korean", "Language: English", "Kind: even", "Kind: odd"]
    assert set(slices["queries"]) == {12, 24}
    assert "학습: 학습에서 본 영화" in list(table(open_page("ko"), "slices")["slice"])


def test_a_slice_of_few_queries_says_so_instead_of_a_p(workspace: Workspace, run_name: str) -> None:
    with LabelStore.open(workspace) as store:
        store.add_queries([NewQuery("rare", "r1", kind="rare", split=Split.TEST)])
        store.import_judgments([QrelRow(1, "r1", film, int(film == "m03")) for film in FILMS.ids[:13]], "ada")
    comparison = stored(workspace, run_name)
    slices = table(open_page(), "slices").set_index("slice")
    assert (slices["queries"]["Kind: rare"], slices["p"]["Kind: rare"]) == (1, "under 6 queries")
    (odd,) = [one for one in comparison.slices or () if one.value == "odd"]
    assert odd.p_adjusted is not None and slices["p"]["Kind: odd"] == f"{odd.p_adjusted:.3f}"


def test_of_many_queries_the_best_and_the_worst_come_first(workspace: Workspace, run_name: str) -> None:
    comparison = stored(workspace, run_name)
    app = open_page()
    first = table(app, "queries")
    ranked = sorted(comparison.per_query, key=lambda row: (-row.delta["nDCG@10"], row.query_id))
    assert list(first["text"]) == [row.text for row in (*ranked[:10], *ranked[-10:])]
    assert list(first["place"]) == [*range(1, 11), *range(TEST_QUERIES - 9, TEST_QUERIES + 1)]
    assert list(first["bar"][0]) == [first["delta"][0]]
    assert (first["rbo"][0], first["jaccard"][0]) == (ranked[0].rbo, ranked[0].jaccard)
    app.button_group(key=f"compare_queries_shown_{comparison.name}").set_value("all").run()
    assert len(table(app, "queries")) == TEST_QUERIES


def test_a_table_that_gets_the_focus_opens_nothing(workspace: Workspace, run_name: str) -> None:
    """The browser selects the first cell then, whatever was clicked: a header, to sort by it."""
    comparison = stored(workspace, run_name)
    app = open_page()
    app.session_state[f"compare_queries_{comparison.name}_en_ends"] = {"selection": {"cells": [[0, "place"]]}}
    app.run()
    assert app.query_params["part"] in ("numbers", ["numbers"])
    app.session_state[f"compare_queries_{comparison.name}_en_ends"] = {"selection": {"cells": [[0, "text"]]}}
    app.run()
    assert app.query_params["part"] in ("side", ["side"])


def test_a_comparison_made_before_slices_were_kept_is_still_shown(workspace: Workspace, run_name: str) -> None:
    row = stored(workspace, run_name).as_dict()
    for path in workspace.comparisons.glob("*.json"):
        path.unlink()
    del row["slices"], row["verdict"]["moves"]
    for query in row["per_query"]:
        del query["rbo"], query["jaccard"], query["slices"]
    name = f"{row['name'][:17]}{fingerprint({**row, 'name': ''})[:12]}"
    save_comparison(Comparison.from_dict({**row, "name": name}), workspace)
    app = open_page()
    assert TEXTS["slices_unknown"][0] in said(app)
    assert not app.exception


def picked(app: AppTest, kinds: list[str]) -> AppTest:
    app.multiselect(key="compare_own_kinds_test").set_value(kinds).run()
    app.button(key="compare_start_picked").click().run()
    return app


def test_queries_can_be_picked_and_the_comparison_reopened_by_its_address(workspace: Workspace, run_name: str) -> None:
    app = picked(open_page(split="own"), ["odd"])
    (name,) = list_comparisons(workspace)
    comparison = load_comparison(name, workspace)
    assert {row.query_id for row in comparison.per_query} == {f"q{n:02}" for n in range(1, TEST_QUERIES, 2)}
    assert comparison.lineage["split"] == "picked"
    assert comparison.lineage["set"]["kinds"] == ["odd"] and comparison.lineage["set"]["name"] == "Test queries, odd"
    assert app.query_params["comparison"] in (name, [name])
    again = open_page(split="own", comparison=name)
    assert "12 picked queries scored" in said(again)
    assert "Test queries, odd" in said(again)
    assert not [button for button in again.button if str(button.key).startswith("compare_start")]
    # A set is never taken for the test split, and the other way round.
    assert not open_page(split="test").dataframe


def test_a_picked_set_whose_labels_have_changed_can_be_compared_again(workspace: Workspace, run_name: str) -> None:
    picked(open_page(split="own"), ["odd"])
    (name,) = list_comparisons(workspace)
    with LabelStore.open(workspace) as store:
        store.judge("q01", "m20", "grace", Answer.POSITIVE, event_id="e1")
    app = open_page(split="own", comparison=name)
    assert "have changed" in said(app)
    app.button(key="compare_start_picked").click().run()
    assert len(list_comparisons(workspace)) == 2


def test_uploaded_queries_count_but_for_train_queries_which_are_told(workspace: Workspace, run_name: str) -> None:
    app = open_page(split="own")
    app.radio(key="compare_own_way").set_value("uploaded").run()
    queries = "query_id\ttext\n1\tbrand new\n2\tLEARN this!\n"
    qrels = "1 0 m03 3\n1 0 m00 0\n2 0 m03 1\n"
    app.file_uploader(key="compare_own_upload").set_value(
        [("mine.tsv", queries.encode(), "text/plain"), ("qrels.txt", qrels.encode(), "text/plain")]
    ).run()
    assert not app.exception
    assert TEXTS["own_train_left_out"][0].format(count=1) in [fold.label for fold in app.expander]
    app.button(key="compare_start_uploaded").click().run()
    (name,) = list_comparisons(workspace)
    comparison = load_comparison(name, workspace)
    assert [row.text for row in comparison.per_query] == ["brand new"]
    record = comparison.lineage["set"]
    assert (record["name"], record["files"], record["train_left_out"]) == ("mine", ["mine.tsv", "qrels.txt"], 1)
    assert TEXTS["own_train_left_out"][0].format(count=1) in said(app)
    assert TEXTS["missing_in_files"][0] in said(app)


def test_what_is_wrong_in_a_file_is_said_by_line_and_field(workspace: Workspace, run_name: str) -> None:
    app = open_page(split="own")
    app.radio(key="compare_own_way").set_value("uploaded").run()
    app.file_uploader(key="compare_own_upload").set_value(
        [("q.tsv", b"query_id\ttext\n1\tnew\n", "text/plain"), ("r.txt", b"1 0 m03 1\n1 0 m04 x\n", "text/plain")]
    ).run()
    problem = app.dataframe[0].value.iloc[0]
    assert (problem["file"], problem["line"], problem["field"], problem["value"]) == ("r.txt", 2, "grade", "x")
    assert not [button for button in app.button if str(button.key).startswith("compare_start")]


def test_a_comparison_that_is_gone_leads_back_to_the_choice(workspace: Workspace, run_name: str) -> None:
    app = open_page(split="own", comparison="20200101T000000Z-000000000000")
    assert TEXTS["own_gone"][0] in said(app)
    assert app.radio(key="compare_own_way").value == "picked"
