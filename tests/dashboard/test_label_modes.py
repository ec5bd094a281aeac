"""Modes and project settings on the Label page: what is chosen, what an address asks for, what an empty mode says."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import streamlit as st
from cards import cards
from made_runs import button, make_run, make_workspace, open_page, words
from streamlit.testing.v1 import AppTest

from core.judgments import LabelStore, Project
from core.judgments.modes import Mode
from core.judgments.pool import RANDOM
from core.runs import RunState, promote
from core.training.mining import MinedNegative
from core.workspace import Workspace
from dashboard import resources
from dashboard.strings.pool import TEXTS
from dashboard.widgets.project_settings import PERCENT, SWITCHES, limits


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))

    def tops(name: str, texts: Sequence[str], k: int) -> dict[str, tuple[str, ...]]:
        return dict.fromkeys(texts, ("m0", "m1", "m2") if name == "e5-small" else ("m9", "m1", "m0"))

    monkeypatch.setattr(resources, "top_films", tops)
    made = make_workspace(tmp_path)
    st.cache_resource.clear()
    return made


def tune(workspace: Workspace) -> str:
    run = make_run(workspace, RunState.SUCCEEDED)
    promote(workspace, run.name, by="mina")
    return run.name


def asked(app: AppTest) -> dict[str, tuple[str, ...]]:
    """Return the films on the desk that still wait, with who proposed them."""
    desk = app.session_state["label/desk"]
    return {film.movie_id: film.sources for film in desk.films if film.movie_id not in desk.answers}


def choose(app: AppTest, mode: Mode) -> AppTest:
    return next(one for one in app.selectbox if (one.key or "").startswith("label_mode_")).set_value(mode).run()


def english(key: str) -> str:
    return TEXTS[key][0]


@pytest.mark.parametrize("mode", Mode)
def test_a_mode_is_explained_in_one_line_named_in_the_address_and_remembered(workspace: Workspace, mode: Mode) -> None:
    tune(workspace)
    make_run(workspace, RunState.SUCCEEDED, mined_films=[MinedNegative("q5", "m9", 0.8, 5, 0.9, "e5-small")])
    app = choose(open_page("label"), mode)
    assert not app.exception and not app.error
    assert english(f"mode_{mode}_why") in words(app)
    assert mode is Mode.FILL or app.query_params["mode"] == mode.value
    app.switch_page("views/help.py").run()
    app.switch_page("views/label.py").run()
    assert english(f"mode_{mode}_why") in words(app)


def test_an_address_chooses_the_mode_and_one_that_names_none_changes_nothing(workspace: Workspace) -> None:
    tune(workspace)
    app = open_page("label", mode="disagree")
    assert english("mode_disagree_why") in words(app)
    assert set(asked(app)) - {"m9", "m0", "m2"} == {
        movie_id for movie_id, sources in asked(app).items() if sources == (RANDOM,)
    }
    app = open_page("label", mode="nonsense")
    assert not app.exception and english("mode_fill_why") in words(app)


def test_without_a_tuned_model_there_is_nothing_to_disagree_and_the_way_to_train_is_shown(workspace: Workspace) -> None:
    app = choose(open_page("label"), Mode.DISAGREE)
    assert english("no_tuned") in words(app)
    assert any(link.proto.page == "train" for link in app.get("page_link"))
    button(app, english("to_fill")).click().run()
    assert english("mode_fill_why") in words(app) and asked(app)


def test_without_a_training_that_mined_there_are_no_hard_negatives(workspace: Workspace) -> None:
    app = choose(open_page("label"), Mode.HARD)
    assert english("no_mined") in words(app)
    make_run(workspace, RunState.SUCCEEDED, mined_films=[MinedNegative("q5", "m9", 0.8, 5, 0.9, "e5-small")])
    app.run()
    assert app.session_state["label/desk"].query.query_id == "q5" and "m9" in asked(app)


def test_gaps_end_with_the_way_back_to_finishing_queries(workspace: Workspace) -> None:
    with LabelStore.open(workspace) as store:
        store.project.change("mina", random_share=0.0)
        for query in store.queries():
            for movie_id in ("m0", "m1", "m2"):
                store.judge(query.query_id, movie_id, "jun", "unsure", event_id=f"{query.query_id}{movie_id}")
    app = open_page("label", mode="gaps")
    assert english("mode_done") in words(app)
    button(app, english("to_fill")).click().run()
    assert english("mode_fill_why") in words(app)


# Project settings


def test_settings_are_shown_with_their_descriptions_and_saved_with_who_changed_them(workspace: Workspace) -> None:
    app = open_page("label")
    button(app, english("settings")).click().run()
    for name in Project.model_fields:
        assert Project.model_fields[name].description in words(app)
    app.number_input(key="label_project_depth").set_value(2)
    app.number_input(key="label_project_random_share").set_value(0)
    app.number_input(key="label_project_overlap").set_value(100)
    app.toggle(key="label_project_graded").set_value(True)
    button(app, "Save").click().run()
    assert not app.exception and cards(app)["notice"] == english("settings_saved")
    with LabelStore.open(workspace) as store:
        saved = store.project.current()
    assert saved == Project(depth=2, random_share=0.0, overlap=1.0, graded=True, remote_images=False)
    assert {film.movie_id for film in app.session_state["label/desk"].films} >= {"m0", "m1"}
    assert not any(RANDOM in sources for sources in asked(app).values())


def test_every_setting_of_a_project_can_be_changed_here() -> None:
    assert {"depth", *PERCENT, *SWITCHES} == Project.model_fields.keys()
    assert limits("depth") == (1, 100) and limits("random_share") == (0, 0.5)
