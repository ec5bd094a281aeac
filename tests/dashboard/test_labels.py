"""The Labels page: nothing is written before its button, every format leaves, snapshots are named and compared."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.catalog import Catalog, Movie, save_catalog
from core.judgments import LabelStore, NewQuery, Split, labels_now, list_snapshots, snapshot_names, take_snapshot
from core.workspace import REPOSITORY, Workspace
from dashboard.strings.labels import TEXTS
from dashboard.widgets.labels_export import FORMATS, _exported

APP = REPOSITORY / "dashboard" / "app.py"
CATALOG = Catalog([Movie("m1", "Parasite", "기생충", 2019), Movie("m2", "Heat", year=1995), Movie("m3", "Ran *1*")])
QRELS = "rain 0 m1 1\nrain 0 m2 0\n"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    st.cache_resource.clear()
    st.cache_data.clear()
    workspace = Workspace.locate()
    save_catalog(CATALOG, workspace)
    yield workspace
    st.cache_resource.clear()


@pytest.fixture
def store(workspace: Workspace) -> Iterator[LabelStore]:
    """A store with one query that kim has judged."""
    with LabelStore.open(workspace) as store:
        store.add_queries([NewQuery("rain", "rain", split=Split.TRAIN)])
        store.judge("rain", "m1", "kim", "positive", event_id="e1")
        store.judge("rain", "m2", "kim", "negative", event_id="e2")
        yield store


def open_page(part: str = "import", language: str = "en") -> AppTest:
    app = AppTest.from_file(APP, default_timeout=30)
    app.session_state["language"] = language
    app.run()  # nobody is working yet, so the Label page loads no model
    app.session_state["curator"] = "me"
    app.switch_page("views/labels.py").run()
    if part != "import":
        app.segmented_control(key="labels_part").set_value(part).run()
    assert not app.exception
    return app


def uploaded(app: AppTest, *files: tuple[str, str]) -> AppTest:
    app.file_uploader[0].set_value([(name, text.encode(), "text/plain") for name, text in files]).run()
    assert not app.exception
    return app


def said(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.text, app.info, app.error, app.warning, app.success)
    return "\n".join(str(element.value) for kind in kinds for element in kind)


def counts(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def keys(app: AppTest) -> set[str]:
    return {str(button.key) for button in app.button}


def blocked(app: AppTest) -> bool:
    """Tell whether nothing can be imported: the button is off, or not there because no line is sound."""
    return all(button.disabled for button in app.button if button.key == "labels_write")


def test_nothing_is_written_before_the_button_says_how_much(store: LabelStore) -> None:
    app = uploaded(open_page(), ("q.txt", QRELS + "storm 0 m1 2\n"), ("queries.tsv", "storm\ta storm\n"))
    assert counts(app) == {"New": "3", "Changed": "0", "The same": "0", "New queries": "1", "Known queries": "1"}
    assert len(store.judgments()) == 2
    button = app.button(key="labels_write")
    assert button.label == "Import 3 judgments"
    button.click().run()
    assert len(store.judgments(annotator="me")) == 3
    assert "3 judgments written, 1 queries are new" in said(app)
    assert not app.error and "labels_write" not in keys(app)


def test_whose_judgments_they_are_can_be_changed(store: LabelStore) -> None:
    app = uploaded(open_page(), ("q.txt", "rain 0 m1 2\nrain 0 m2 0\n"))
    app.selectbox(key="labels_whose").set_value("kim").run()
    assert (counts(app)["Changed"], counts(app)["The same"]) == ("1", "1")
    app.button(key="labels_write").click().run()
    assert [judgment.grade for judgment in store.judgments(annotator="kim")] == [2, 0]


def test_a_contradiction_is_told_with_a_way_to_settle_it(store: LabelStore) -> None:
    app = uploaded(open_page(), ("q.txt", "rain 0 m1 0\n"))
    assert "1 pairs will be answered both ways" in said(app)
    app.button(key="labels_write").click().run()
    assert TEXTS["written_contradicting"][0].format(count=1) in said(app)


def test_problems_stand_in_a_table_by_line_and_block_the_button(store: LabelStore) -> None:
    app = uploaded(open_page(), ("case.csv", "query,docid,rating\nrain,m1,good\nrain,m9,1\n"))
    table = app.dataframe[0].value
    assert [*zip(table["line"], table["field"], table["value"], strict=True)] == [
        (2, "rating", "good"),
        (3, "movie_id", "m9"),
    ]
    assert blocked(app)
    assert store.last_event_number() == 2


def test_lines_of_unknown_films_can_be_left_out(store: LabelStore) -> None:
    app = uploaded(open_page(), ("case.csv", "query,docid,rating\nrain,m1,1\nrain,m9,1\n"))
    assert blocked(app)
    app.toggle(key="labels_skip").set_value(True).run()
    app.button(key="labels_write").click().run()
    assert [judgment.movie_id for judgment in store.judgments(annotator="me")] == ["m1"]


def test_a_format_that_content_does_not_tell_is_asked_for(store: LabelStore) -> None:
    app = uploaded(open_page(), ("notes.csv", "what,which\nrain,m1\n"))
    assert TEXTS["cannot_tell"][0] in said(app)
    app.selectbox(key="labels_format").set_value("quepid").run()
    assert blocked(app)


def test_the_use_of_the_queries_can_be_chosen(store: LabelStore) -> None:
    app = uploaded(open_page(), ("case.csv", "query,docid,rating\nstorm,m1,1\n"))
    app.selectbox(key="labels_use").set_value("test").run()
    assert "test 1" in said(app)
    app.button(key="labels_write").click().run()
    assert [query.text for query in store.queries(Split.TEST)] == ["storm"]


def test_bytes_that_are_no_text_are_no_traceback(store: LabelStore) -> None:
    app = open_page()
    app.file_uploader[0].set_value([("set.zip", b"PK\x03\x04broken", "application/zip")]).run()
    assert "set.zip: not readable as a zip archive" in said(app)
    app = open_page()
    app.file_uploader[0].set_value([("q.csv", "query,docid,rating\n비,m1,1\n".encode("cp949"), "text/csv")]).run()
    assert "UTF-8" in app.dataframe[0].value["message"][0]


def test_the_same_file_again_leaves_nothing_to_import(store: LabelStore) -> None:
    app = uploaded(open_page(), ("l.jsonl", '{"query_id": "rain", "movie_id": "m1", "annotator": "kim", "grade": 1}\n'))
    assert TEXTS["nothing_new"][0] in said(app)
    assert "labels_write" not in keys(app)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_format_says_what_it_holds_and_can_be_downloaded(store: LabelStore, format: str, language: str) -> None:
    app = open_page("export", language)
    app.selectbox(key="labels_export_format").set_value(format).run()
    assert not app.exception
    own = format in ("jsonl", "quepid")
    assert TEXTS[f"holds_{format}_now" if own else f"holds_{format}"][language == "ko"] in said(app)
    assert len(app.get("download_button")) == 1


def test_several_files_come_as_one_archive(store: LabelStore) -> None:
    snapshot = labels_now(store)
    name, data = _exported("a", "b", "trec", False, _snapshot=snapshot, _films=CATALOG)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert (name, archive.namelist()) == ("trec.zip", ["qrels.txt", "queries.tsv"])
    name, data = _exported("a", "b", "pairs", True, _snapshot=snapshot, _films=CATALOG)
    assert (name, data.splitlines()[0]) == ("pairs.train.csv", b"anchor,positive")


def test_labels_answered_both_ways_leave_as_everybodys_own_answers_only(store: LabelStore) -> None:
    store.judge("rain", "m1", "lee", "negative", event_id="e9")
    app = open_page("export")
    assert len(app.get("download_button")) == 1
    app.selectbox(key="labels_export_format").set_value("csv").run()
    assert TEXTS["conflicts"][0].format(count=1) in said(app)
    assert not app.get("download_button")


def test_a_film_that_the_catalogue_lacks_is_said_in_words(store: LabelStore, workspace: Workspace) -> None:
    save_catalog(Catalog(CATALOG.movies[1:]), workspace)
    app = open_page("export")
    app.selectbox(key="labels_export_format").set_value("pairs").run()
    assert "Movie 'm1' is labelled" in said(app)


def test_without_labels_each_part_says_what_to_do(workspace: Workspace) -> None:
    assert TEXTS["upload_first"][0] in said(open_page())
    assert TEXTS["no_labels"][0] in said(open_page("export"))
    app = open_page("snapshots")
    assert TEXTS["no_labels"][0] in said(app) and TEXTS["none_yet"][0] in said(app)


def test_labels_that_were_all_taken_back_are_no_labels(store: LabelStore) -> None:
    for number in range(2):
        store.undo("kim", event_id=f"u{number}")
    for part in ("export", "snapshots"):
        assert TEXTS["no_labels"][0] in said(open_page(part))


def test_a_snapshot_is_taken_once_for_the_same_labels(store: LabelStore, workspace: Workspace) -> None:
    app = open_page("snapshots")
    app.button(key="labels_take").click().run()
    (taken,) = list_snapshots(workspace)
    assert taken.fingerprint == app.dataframe[0].value["sha"][0]
    assert app.button(key="labels_take").disabled
    assert f"Taken: {taken.name}" in said(app)


def test_a_chosen_snapshot_is_named_and_downloaded(store: LabelStore, workspace: Workspace) -> None:
    taken = take_snapshot(store, workspace)
    app = open_page("snapshots")
    chosen = {"selection": {"rows": [0], "columns": [], "cells": []}}
    app.session_state["labels_snapshots_1"] = chosen
    app.run()
    assert [block.value for block in app.code] == [taken.fingerprint]
    app.text_input(key=f"labels_name_{taken.fingerprint}").set_value("첫 라벨")
    next(button for button in app.button if button.label == TEXTS["rename_do"][0]).click()
    app.session_state["labels_snapshots_1"] = chosen
    app.run()
    assert snapshot_names(workspace) == {taken.fingerprint: "첫 라벨"}
    assert app.dataframe[0].value["name"][0] == "첫 라벨"


def test_two_snapshots_are_compared_by_use_and_pair(store: LabelStore, workspace: Workspace) -> None:
    take_snapshot(store, workspace)
    store.judge("rain", "m3", "kim", "positive", event_id="e3", grade=2)
    store.judge("rain", "m2", "kim", "positive", event_id="e4")
    take_snapshot(store, workspace)
    # Snapshots of one second are listed by their sha256: choose them by name.
    older, newer = sorted(list_snapshots(workspace), key=lambda snapshot: len(snapshot.rows))
    app = open_page("snapshots")
    app.selectbox(key="labels_before").set_value(older.fingerprint)
    app.selectbox(key="labels_after").set_value(newer.fingerprint).run()
    assert list(app.table[0].value[TEXTS["pairs_added"][0]]) == ["1", "0", "0"]
    pairs = app.dataframe[1].value
    assert [*zip(pairs["change"], pairs["before"], pairs["after"], strict=True)] == [
        ("changed", "Negative", "Positive (1)"),
        ("added", "", "Positive (2)"),
    ]
    app.selectbox(key="labels_before").set_value(newer.fingerprint).run()
    assert TEXTS["equal"][0] in said(app)


def test_a_conflict_forbids_a_snapshot_and_says_where_to_settle_it(store: LabelStore) -> None:
    store.judge("rain", "m1", "lee", "negative", event_id="e9")
    app = open_page("snapshots")
    assert TEXTS["take_conflicts"][0].format(count=1) in said(app)
    assert "labels_take" not in keys(app)


def test_a_damaged_snapshot_is_named_beside_the_others(store: LabelStore, workspace: Workspace) -> None:
    take_snapshot(store, workspace)
    (workspace.snapshots / "ffffffffffff.jsonl").write_text("{}\n")
    app = open_page("snapshots")
    assert "ffffffffffff.jsonl, line 1" in said(app)
    assert len(app.dataframe[0].value) == 1
    assert snapshot_names(workspace) == {}
