"""The Activity page: who did what, by person and kind, and the roles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from signed_in import claims, opened, texts
from streamlit.testing.v1 import AppTest

from core.activity_log import Kind, note
from core.catalog import Catalog, Movie, save_catalog
from core.grants import ADMINS_VARIABLE, roles, set_role
from core.judgments import LabelStore, NewQuery
from core.roles import Role
from core.workspace import Workspace
from dashboard.widgets.films import plain

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
KIM, BOSS = "kim@example.org", "boss@example.org"


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    monkeypatch.setenv(ADMINS_VARIABLE, BOSS)
    made = Workspace(tmp_path)
    save_catalog(Catalog([Movie("m0", "Film 0", year=2000)]), made)
    st.cache_resource.clear()
    yield made
    st.cache_resource.clear()


def page(language: str = "en") -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=30)
    app.query_params["lang"] = language
    app.session_state["language"] = language
    app.run()
    return app.switch_page("views/activity.py").run()


def fill(workspace: Workspace) -> None:
    with LabelStore.open(workspace) as store:
        store.add_queries([NewQuery("A quiet film", "q1")])
        store.judge("q1", "m0", "kim", "positive", event_id="e1")
        store.judge("q1", "m1", "kim", "negative", event_id="e2")
        store.project.change("lee", depth=20)
    note(workspace, Kind.EXPORT, "lee", "labels.csv")


def test_before_anything_is_done_it_says_so_and_that_names_prove_nothing() -> None:
    app = page()
    assert not app.exception and "Nothing has been done yet." in texts(app) and "proves nothing" in texts(app)


def test_it_tells_who_did_what_in_the_readers_language(workspace: Workspace) -> None:
    fill(workspace)
    rows = page().dataframe[0].value.to_dict("records")
    assert {(row["who"], row["what"], row["about"]) for row in rows} == {
        ("lee", "Exported", "labels.csv"),
        ("lee", "Settings changed", "depth 10 → 20"),
        ("kim", "Answers", ""),
    }
    assert next(row["count"] for row in rows if row["what"] == "Answers") == 2
    assert "답변" in set(page("ko").dataframe[0].value["what"])


def test_people_and_kinds_can_be_filtered(workspace: Workspace) -> None:
    fill(workspace)
    app = page()
    app.multiselect(key="activity_people").set_value(["lee"]).run()
    assert set(app.dataframe[0].value["who"]) == {"lee"}
    app.multiselect(key="activity_kinds").set_value([Kind.EXPORT]).run()
    assert list(app.dataframe[0].value["what"]) == ["Exported"]
    app.multiselect(key="activity_people").set_value(["kim"]).run()
    assert "Nothing matches" in texts(app) and not app.dataframe


def test_a_damaged_log_is_said_in_words(workspace: Workspace) -> None:
    fill(workspace)
    (workspace.root / "labels" / "activity.jsonl").write_text("{\n")
    app = page()
    assert not app.exception and "activity.jsonl, line 1" in texts(app)


def roles_of(app: AppTest) -> AppTest:
    part = next(one for one in app.get("button_group") if one.key == "activity_part")
    return part.set_value("roles").run()


def test_an_admin_gives_a_role_to_somebody_who_waits_for_one(workspace: Workspace) -> None:
    note(workspace, Kind.SIGN_IN, KIM, "")
    app = roles_of(opened(claims(BOSS), "activity"))
    assert not app.exception
    assert dict(zip(app.dataframe[0].value["name"], app.dataframe[0].value["role"], strict=True)) == {
        BOSS: "admin",
        KIM: "has signed in, no role",
    }
    assert app.selectbox(key="activity_role_name").value == KIM
    next(button for button in app.button if "activity_role" in (button.key or "")).click().run()
    assert roles(workspace) == {BOSS: Role.ADMIN, KIM: Role.CURATOR}
    assert app.success[0].value == plain(f"{KIM}: curator")


def test_without_a_name_nobody_changes_a_role() -> None:
    app = roles_of(page())
    assert "everybody has every role" in texts(app) and "Enter your name" in texts(app) and not app.selectbox


def test_others_see_the_roles_and_no_way_to_change_them(workspace: Workspace) -> None:
    set_role(workspace, KIM, Role.TRAINER, by=BOSS)
    app = roles_of(opened(claims(KIM), "activity"))
    assert KIM in set(app.dataframe[0].value["name"]) and not app.selectbox
    assert "takes the role “admin”" in texts(app)
