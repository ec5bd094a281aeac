"""Compare, blind: nothing tells the systems apart, an answer leads to the next query, results have to be asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
import streamlit as st
from opened import opened
from streamlit.testing.v1 import AppTest

from core.catalog import Catalog, Movie, save_catalog
from core.evaluation.blind import assign, in_order, team_draft
from core.judgments import LabelStore, NewQuery, QrelRow, Split
from core.judgments.preferences import Choice, Form, NewPreference, Preference, ShownFilm, Side, Systems
from core.workspace import REPOSITORY, Workspace
from dashboard.shortcuts import BLIND_KEYS, INTERLEAVED_KEYS, MARK_KEYS, RESERVED
from dashboard.strings.compare_blind import TEXTS

APP = REPOSITORY / "dashboard" / "app.py"
BASE = "e5-small"
STORY = "A *long* walk home, " + "with many turns on the way, " * 20
FILMS = Catalog(
    Movie(f"m{n:02}", f"Film {n:02}", f"영화 {n:02}", 1990 + n, ("Someone",), genres=("Drama",), overview=STORY)
    for n in range(30)
)
ORDERS = {BASE: FILMS.ids[:20], "tuned": FILMS.ids[5:25]}


class FixedOrder:
    """Ranks every text alike, which takes no model."""

    def __init__(self, name: str) -> None:
        self.ids = ORDERS[BASE if name == BASE else "tuned"]

    def search(self, texts: Sequence[str], k: int, progress: object = None) -> list[list[SimpleNamespace]]:
        hits = [SimpleNamespace(movie_id=id, score=1.0, rank=rank) for rank, id in enumerate(self.ids[:k], start=1)]
        return [hits for _ in texts]


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    monkeypatch.setattr("dashboard.resources.searcher", FixedOrder)
    for name in ("READ_AFTER", "HELD_WITHIN"):
        monkeypatch.setattr(f"dashboard.widgets.compare_blind_presses.{name}", 0.0)
    st.cache_resource.clear()
    workspace = Workspace.locate()
    save_catalog(FILMS, workspace)
    with LabelStore.open(workspace) as store:
        splits = [*[Split.TEST] * 3, *[Split.TRAIN] * 2, Split.DEV]
        store.add_queries(NewQuery(f"a film number {n}", f"q{n}", split=split) for n, split in enumerate(splits))
        store.import_judgments([QrelRow(1, f"q{n}", "m03", 1) for n in range(6)], "ada")
    yield workspace
    st.cache_resource.clear()


def open_page(curator: str = "kim", language: str = "en", **address: str) -> AppTest:
    return opened("compare", language=language, curator=curator, **{"part": "blind", **address})


def texts(app: AppTest) -> str:
    kinds = (app.markdown, app.caption, app.text, app.info, app.error, app.warning, app.success, app.subheader)
    return "\n".join(str(element.value) for kind in kinds for element in kind).replace("\\", "")


def keys(app: AppTest) -> list[str]:
    return [str(button.key) for button in app.button if str(button.key).startswith("blind_")]


def on_desk(app: AppTest) -> str:
    """Return the id of the query that the buttons are about."""
    (key,) = [key for key in keys(app) if key.startswith("blind_skip_")]
    return key.removeprefix("blind_skip_")


def press(app: AppTest, action: str) -> AppTest:
    return app.button(key=f"blind_{action}_{on_desk(app)}").click().run()


def undo(app: AppTest) -> AppTest:
    (key,) = [key for key in keys(app) if key.startswith("blind_undo_")]
    return app.button(key=key).click().run()


def standing(workspace: Workspace) -> list[Preference]:
    with LabelStore.open(workspace) as store:
        return store.preferences.standing()


def answer(workspace: Workspace, run_name: str, preferred: dict[str, str | None], annotator: str = "kim") -> None:
    """Record which system a curator prefers for each query; the sides change from query to query."""
    with LabelStore.open(workspace) as store:
        for number, (query_id, name) in enumerate(preferred.items()):
            systems = Systems(*((BASE, run_name) if number % 2 else (run_name, BASE)))
            choice = Choice.SAME if name is None else Choice.A if name == systems.a else Choice.B
            given = NewPreference(query_id, annotator, Form.SIDE_BY_SIDE, systems, choice)
            store.preferences.record(given, preference_id=f"{annotator}/{query_id}")


@pytest.mark.parametrize("form", Form)
def test_nothing_on_the_page_tells_which_system_is_which(workspace: Workspace, run_name: str, form: Form) -> None:
    app = open_page(form=form.value)
    for _ in range(6):
        assert not app.exception and not app.error
        sent = "\n".join(str(node.proto) for node in (*app.main, *app.button))
        assert "Film 05" in sent and "blind_skip_" in sent
        for secret in (BASE, run_name, "Base", "Tuned"):
            assert secret not in sent, "no name in a text, a label or a key"
        for mark in ("Positive", "Not judged", "New, was", "Up "):
            assert mark not in texts(app), "no label and no rank move"
        assert not app.selectbox
        press(app, "same" if form is Form.SIDE_BY_SIDE else "done")


def test_the_two_lists_are_the_systems_as_the_lot_has_put_them(workspace: Workspace, run_name: str) -> None:
    app = open_page()
    query_id = on_desk(app)
    order = in_order([f"q{n}" for n in range(6)], "kim", Form.SIDE_BY_SIDE, (BASE, run_name))
    assert query_id == order[0] and f"a film number {query_id[1]}" in texts(app)
    press(app, "prefer_b")
    (given,) = standing(workspace)
    assert (given.query_id, given.annotator, given.form, given.choice) == (query_id, "kim", "side_by_side", "b")
    assert given.systems == assign(query_id, "kim", Form.SIDE_BY_SIDE, (BASE, run_name))
    for side, name in ((Side.A, given.systems.a), (Side.B, given.systems.b)):
        top = ORDERS[BASE if name == BASE else "tuned"][:10]
        assert [film.movie_id for film in given.shown if film.side is side] == list(top)
    assert on_desk(app) == order[1], "the next query at once"


def test_every_query_comes_once_then_the_results_may_be_looked_at(workspace: Workspace, run_name: str) -> None:
    app = open_page()
    seen = []
    for number, action in enumerate(("prefer_a", "prefer_b", "same", "prefer_a", "prefer_b", "same")):
        assert f"{number} of 6 queries judged" in texts(app)
        seen.append(on_desk(app))
        press(app, action)
    assert sorted(seen) == [f"q{n}" for n in range(6)]
    assert "You have judged all 6 queries" in texts(app)
    assert Counter(one.choice for one in standing(workspace)) == {"a": 2, "b": 2, "same": 2}


def test_a_skipped_query_waits_behind_the_others_until_it_is_asked_for(workspace: Workspace, run_name: str) -> None:
    app = open_page(among="test")
    first = on_desk(app)
    press(app, "skip")
    assert on_desk(app) != first
    press(app, "same")
    press(app, "same")
    assert "You have judged 2 of 3 queries and skipped the other 1" in texts(app)
    app.button(key="blind_again").click().run()
    assert on_desk(app) == first and TEXTS["skipped_before"][0] in texts(app)
    press(app, "prefer_a")
    assert "You have judged all 3 queries" in texts(app)


def test_undo_brings_the_query_back_and_walks_on(workspace: Workspace, run_name: str) -> None:
    app = open_page()
    first = on_desk(app)
    press(app, "prefer_a")
    second = on_desk(app)
    press(app, "prefer_a")
    undo(app)
    assert on_desk(app) == second and TEXTS["undone"][0] in texts(app)
    undo(app)
    assert on_desk(app) == first and standing(workspace) == []
    press(app, "prefer_b")
    assert on_desk(app) == second
    assert [(one.query_id, one.choice) for one in standing(workspace)] == [(first, "b")]


def test_marks_on_the_mixed_list_are_credited_to_their_teams(workspace: Workspace, run_name: str) -> None:
    app = open_page(form="interleaved")
    query_id = on_desk(app)
    systems = assign(query_id, "kim", Form.INTERLEAVED, (BASE, run_name))
    films = [key.removeprefix(f"blind_mark_{query_id}_") for key in keys(app) if key.startswith("blind_mark_")]
    assert len(films) == 10
    own = {name: [film for film in films if film in ORDERS[BASE if name == BASE else "tuned"]] for name in systems.pair}
    marked = [film for film in own[BASE] if film not in own[run_name]][:2] + films[-1:]
    for film in [*marked, films[0], films[0]]:  # a second press takes the mark away
        app.button(key=f"blind_mark_{query_id}_{film}").click().run()
    assert f"Done ({len(set(marked))} marked)" in [button.label for button in app.button]
    press(app, "done")
    (given,) = standing(workspace)
    assert set(given.marked) == set(marked) and [film.movie_id for film in given.shown] == films
    credits = Counter(film.side for film in given.shown if film.movie_id in marked)
    lead = credits[Side.A] - credits[Side.B]
    assert given.choice == ("same" if not lead else "a" if lead > 0 else "b")
    assert undo(app) and set(standing(workspace)) == set() and on_desk(app) == query_id
    assert f"Done ({len(set(marked))} marked)" in [button.label for button in app.button], "with its marks"


def test_a_system_that_finds_nothing_leaves_no_mixed_list(
    workspace: Workspace, run_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ORDERS, "tuned", ())
    app = open_page(form="interleaved")
    assert TEXTS["no_list"][0] in texts(app)
    assert app.button(key=f"blind_done_{on_desk(app)}").disabled
    assert TEXTS["nothing_found"][0] in texts(open_page())


@pytest.mark.parametrize("wait", ["READ_AFTER", "HELD_WITHIN"])
def test_a_press_that_follows_too_soon_is_no_answer(
    workspace: Workspace, run_name: str, monkeypatch: pytest.MonkeyPatch, wait: str
) -> None:
    app = open_page()
    press(app, "prefer_a")
    second = on_desk(app)
    monkeypatch.setattr(f"dashboard.widgets.compare_blind_presses.{wait}", 60.0)
    press(app, "prefer_a")
    assert TEXTS["too_soon"][0] in texts(app) and on_desk(app) == second
    undo(app)
    assert len(standing(workspace)) == 1, "nor is it an undo"
    monkeypatch.setattr(f"dashboard.widgets.compare_blind_presses.{wait}", 0.0)
    press(app, "prefer_a")
    assert len(standing(workspace)) == 2


def test_each_curator_form_and_pair_has_a_way_of_its_own(workspace: Workspace, run_name: str) -> None:
    press(open_page(), "same")
    for address in ({"curator": "lee"}, {"form": "interleaved"}, {"base": "bm25"}):
        assert "0 of 6" in texts(open_page(**address))
    assert "1 of 6" in texts(open_page())
    assert "1 of 6" in texts(open_page(base=run_name, tuned=BASE)), "whichever is named first"


def test_results_stand_behind_a_switch_that_warns_and_judging_stops_there(workspace: Workspace, run_name: str) -> None:
    answer(workspace, run_name, {"q0": run_name, "q1": run_name, "q2": None, "q3": BASE})
    answer(workspace, run_name, {"q0": run_name, "q1": BASE}, annotator="lee")
    app = open_page()
    assert "2" not in [metric.value for metric in app.metric] and not app.dataframe
    app.toggle(key="blind_reveal").set_value(True).run()
    assert TEXTS["reveal_why"][0] in texts(app)
    assert [metric.value for metric in app.metric][:3] == ["1", "2", "1"], "q1 is a tie: one curator for either"
    assert "queries that one of the two won so far: 2." in texts(app)
    curators, queries = (table.value for table in app.dataframe)
    assert list(curators[TEXTS["curator"][0]]) == ["kim", "lee"]
    assert list(curators[TEXTS["for_tuned"][0]]) == [2, 1]
    assert list(queries[TEXTS["outcome"][0]]) == ["Tuned wins", "Ties", "Ties", "Base wins"]
    assert not [key for key in keys(app) if "prefer" in key or "skip" in key]


def test_a_clear_preference_is_said_in_one_sentence(workspace: Workspace, run_name: str) -> None:
    answer(workspace, run_name, {f"q{n}": run_name for n in range(6)})
    app = open_page()
    app.toggle(key="blind_reveal").set_value(True).run()
    (said,) = [str(box.value) for box in app.success]
    assert said == (
        "Curators prefer the tuned model: it won 6 of 6 decided queries, 100% (95% interval 54% to 100%, p 0.031)."
    )
    assert "100%" in [metric.value for metric in app.metric]


def test_only_the_queries_that_were_chosen_are_judged_and_counted(workspace: Workspace, run_name: str) -> None:
    answer(workspace, run_name, {"q0": run_name, "q3": BASE})
    app = open_page(among="train")
    assert "1 of 2" in texts(app) and on_desk(app) == "q4"
    app.toggle(key="blind_reveal").set_value(True).run()
    assert [metric.value for metric in app.metric][:3] == ["1", "0", "0"]


def test_before_anybody_has_judged_there_are_no_results(workspace: Workspace, run_name: str) -> None:
    app = open_page()
    app.toggle(key="blind_reveal").set_value(True).run()
    assert TEXTS["no_answers"][0] in texts(app) and not app.dataframe


def test_without_a_tuned_model_it_says_what_to_do(workspace: Workspace) -> None:
    app = open_page()
    assert TEXTS["no_tuned"][0] in texts(app)
    app.button(key="blind_to_side").click().run()
    assert app.query_params.get("part") == "side"


def test_a_model_is_not_judged_against_itself(workspace: Workspace, run_name: str) -> None:
    assert TEXTS["one_model"][0] in texts(open_page(base=run_name, tuned=run_name))


def test_a_name_comes_before_the_first_query(workspace: Workspace, run_name: str) -> None:
    app = open_page(curator="")
    assert app.text_input(key="label_curator_new") and not keys(app)


def test_without_queries_it_says_where_to_add_them(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path / "empty"))
    save_catalog(FILMS, Workspace.locate())
    st.cache_resource.clear()
    assert TEXTS["no_queries"][0] in texts(open_page(tuned="bm25"))


def test_a_split_without_queries_says_so(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path / "small"))
    save_catalog(FILMS, Workspace.locate())
    with LabelStore.open(Workspace.locate()) as store:
        store.add_queries([NewQuery("a quiet film", "q1", split=Split.TEST)])
    st.cache_resource.clear()
    assert "There are no dev queries." in texts(open_page(tuned="bm25", among="dev"))


def test_the_address_holds_what_is_judged(workspace: Workspace, run_name: str) -> None:
    app = open_page()
    app.segmented_control(key="blind_form_side_by_side").set_value(Form.INTERLEAVED).run()
    app.segmented_control(key="blind_among_").set_value("test").run()
    assert (app.query_params["form"], app.query_params["among"]) == ("interleaved", "test")
    again = open_page(form="interleaved", among="test")
    assert on_desk(again) == on_desk(app)


def test_films_show_their_facts_and_a_catalogues_text_is_data(workspace: Workspace, run_name: str) -> None:
    app = open_page()
    shown = texts(app)
    assert "Film 09" in shown and "(1999)" in shown and "Someone" in shown and "Drama" in shown
    beginnings = [str(text.value) for text in app.text if str(text.value).startswith("A *long* walk")]
    assert len(beginnings) == 20 and all(text.endswith("…") for text in beginnings)
    assert "영화 09" in texts(open_page(language="ko"))


def test_each_key_does_one_thing() -> None:
    for table in (BLIND_KEYS, INTERLEAVED_KEYS | {key: key for key in MARK_KEYS}):
        assert len(set(table.values())) == len(table) and not RESERVED & set(table.values())
    assert len(MARK_KEYS) == 10


def test_an_interleaved_list_as_shown_is_a_team_draft(workspace: Workspace, run_name: str) -> None:
    app = open_page(form="interleaved")
    press(app, "done")
    (given,) = standing(workspace)
    a, b = (ORDERS[BASE if name == BASE else "tuned"][:10] for name in (given.systems.a, given.systems.b))
    heads = [film.side is Side.A for film in given.shown]
    assert given.shown == team_draft(a, b, heads.__getitem__) and isinstance(given.shown[0], ShownFilm)
    assert given.choice is Choice.SAME, "no mark is nobody's credit"
