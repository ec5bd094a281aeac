"""The door, and what a role allows behind it: pages hide it, and the write itself refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from cards import press, send
from signed_in import claims, opened, texts
from streamlit.testing.v1 import AppTest

from core.activity_log import Kind, logged
from core.catalog import Catalog, Movie, save_catalog
from core.errors import ConfigError, NotAllowedError, RunError
from core.grants import ADMINS_VARIABLE, roles, set_role
from core.judgments import LabelStore, NewQuery
from core.roles import Action, Role, may
from core.runs import RunFolder, active_history
from core.workspace import Workspace
from dashboard import deeds, permission, resources, session, sign_in
from dashboard.widgets.train_start import take_up

KIM, LEE, BOSS = "kim@example.org", "lee@example.org", "boss@example.org"


@pytest.fixture(autouse=True)
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("REELIGN_WORKSPACE", str(tmp_path))
    monkeypatch.setenv(ADMINS_VARIABLE, BOSS)
    monkeypatch.setattr(resources, "top_films", lambda name, texts, k: dict.fromkeys(texts, ("m0",)))
    made = Workspace(tmp_path)
    save_catalog(Catalog([Movie("m0", "Film 0", year=2000)]), made)
    with LabelStore.open(made) as store:
        store.add_queries([NewQuery("A quiet film", "q1")])
    st.cache_resource.clear()
    yield made
    st.cache_resource.clear()


@pytest.fixture
def signed(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Who has signed in, for what is called outside of a page."""
    said: dict[str, Any] = {}
    monkeypatch.setattr(sign_in, "required", lambda: True)
    monkeypatch.setattr(sign_in, "claims", lambda: said)
    return said


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"email": "Mina@Example.ORG", "email_verified": True, "sub": "7"}, "mina@example.org"),
        ({"email": "mina@example.org", "email_verified": "true", "sub": "7"}, "mina@example.org"),
        ({"email": "mina@example.org", "email_verified": True}, "mina@example.org"),
        ({}, ""),
        ({"name": "Mina"}, ""),
        ({"email": "mina@example.org", "email_verified": False}, ""),
    ],
)
def test_a_name_is_the_verified_address(said: dict[str, Any], name: str) -> None:
    assert sign_in.name_of(said) == name


@pytest.mark.parametrize(
    "said",
    [
        {"email": "boss@example.org", "sub": "7", "name": "boss@example.org"},
        {"email": "boss@example.org", "email_verified": False, "sub": "7"},
        {"email": "boss@example.org", "email_verified": "false", "sub": "7"},
        {"email": "boss", "email_verified": True, "sub": "7", "name": "boss@example.org"},
        {"sub": "boss@example.org", "name": "  boss@example.org\u200b "},
    ],
)
def test_nobody_takes_an_address_that_was_not_verified(said: dict[str, Any]) -> None:
    name = sign_in.name_of(said)
    assert name and name != "boss@example.org" and name.endswith(")")


def test_without_an_address_names_of_different_people_differ() -> None:
    same = {"name": "Mina Kim", "iss": "https://id.example"}
    names = {sign_in.name_of(same | {"sub": sub}) for sub in ("1", "2")}
    names.add(sign_in.name_of(same | {"sub": "1", "iss": "https://other.example"}))
    assert len(names) == 3 and all(name.startswith("Mina Kim (") for name in names)
    assert sign_in.name_of(same | {"sub": "1"}) == sign_in.name_of(same | {"sub": "1"})


def test_a_secrets_file_that_cannot_be_read_lets_nobody_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "secrets.toml"
    broken.write_text("[auth\nclient_secret = 'hidden'")
    monkeypatch.setattr(st, "get_option", lambda name: [str(broken)])
    with pytest.raises(ConfigError, match=r"secrets\.toml: not readable") as refused:
        sign_in.required()
    assert "hidden" not in str(refused.value)


def test_without_a_sign_in_all_is_open_as_ever() -> None:
    assert not sign_in.required() and permission.role() is Role.ADMIN
    permission.require(Action.SET_ROLES)
    permission.require(Action.JUDGE, "anybody")


def test_before_the_sign_in_there_is_nothing_but_the_door() -> None:
    for page in ("", "train", "activity"):
        app = opened(page=page)
        assert not app.exception and [button.key for button in app.button] == ["sign_in_None"]
        assert app.subheader[0].value == "Sign in" and not app.title


def test_several_providers_have_a_button_each() -> None:
    app = AppTest.from_file(str(Path(__file__).parents[2] / "dashboard" / "app.py"), default_timeout=30)
    app.secrets = {"auth": {"redirect_uri": "x", "google": {"client_id": "a"}, "okta": {"client_id": "b"}}}
    app.user, app.query_params["lang"] = {"is_logged_in": False}, "en"
    assert [button.label for button in app.run().button] == ["Sign in with Google", "Sign in with Okta"]


def test_a_sign_in_that_cannot_begin_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened()
    app.button[0].click().run()
    assert "[auth] section of secrets.toml cannot be used" in texts(app) and not app.exception
    monkeypatch.setattr("streamlit.user_info.is_authlib_installed", lambda: False)
    app.button[0].click().run()
    assert "requirements-signin.txt" in texts(app) and not app.exception


def test_without_a_role_one_is_told_ones_name_and_whom_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(claims(KIM))
    assert KIM in texts(app) and "Ask an admin" in texts(app) and not app.title
    monkeypatch.delenv(ADMINS_VARIABLE)
    assert ADMINS_VARIABLE in texts(opened(claims(KIM)))


def test_somebody_whom_the_provider_does_not_name_stays_outside() -> None:
    app = opened({"is_logged_in": True, "email": KIM})
    assert "cannot tell who you are" in texts(app) and not app.title


def test_the_name_comes_from_the_sign_in_and_cannot_be_changed(workspace: Workspace) -> None:
    set_role(workspace, KIM, Role.CURATOR, by=BOSS)
    app = opened(claims(KIM, name="Kim"))
    assert not app.exception and KIM in texts(app)
    keys = {button.key for button in app.button}
    assert "sign_out" in keys and "curator_change" not in keys
    app.session_state["curator"] = LEE
    app.run()
    assert KIM in texts(app) and LEE not in texts(app)


def test_a_sign_in_leaves_one_trace_however_often_the_page_is_opened(workspace: Workspace) -> None:
    set_role(workspace, KIM, Role.VIEWER, by=BOSS)
    for _ in range(2):
        opened(claims(KIM), "help")
    opened(claims(KIM, iat=1_800_000_001), "help")
    assert [(one.kind, one.by) for one in logged(workspace)] == 2 * [(Kind.SIGN_IN, KIM)]


def test_a_viewer_reads_and_is_told_what_labelling_takes(workspace: Workspace) -> None:
    set_role(workspace, KIM, Role.VIEWER, by=BOSS)
    app = opened(claims(KIM))
    assert "takes the role “curator”" in texts(app) and not app.get("bidi_component")[1:]
    start = next(button for button in opened(claims(KIM), "train").button if "train_start" in (button.key or ""))
    assert start.disabled and "trainer" in (start.help or "")
    assert "takes the role “curator”" in texts(opened(claims(KIM), "labels"))


def writes(workspace: Workspace) -> dict[Action, Callable[[], object]]:
    """Return the dashboard's own way to each write."""
    store, run = resources.store(), RunFolder(workspace.runs / "none")
    return {
        Action.JUDGE: lambda: store.judge("q1", "m0", session.curator(), "positive", event_id="e1"),
        Action.ADD_QUERIES: lambda: deeds.add_queries([NewQuery("A loud film")]),
        Action.EDIT_GUIDELINE: lambda: store.guidelines.write("One rule.", session.curator()),
        Action.CHANGE_SETTINGS: lambda: store.project.change(session.curator(), depth=20),
        Action.KEEP_SNAPSHOT: deeds.take_snapshot,
        Action.EXPORT_LABELS: lambda: deeds.note_export("labels.csv"),
        Action.TRAIN: lambda: take_up(run),
        Action.PROMOTE: lambda: deeds.promote(None),
        Action.SET_ROLES: lambda: deeds.set_role(LEE, Role.VIEWER),
        Action.CANCEL_RUN: lambda: deeds.cancel_run(run),
        Action.DELETE_RUN: lambda: deeds.delete_run(run),
    }


@pytest.mark.parametrize("role", [None, *Role])
def test_the_write_itself_refuses_what_the_role_does_not_allow(
    workspace: Workspace, signed: dict[str, Any], role: Role | None
) -> None:
    signed.update(claims(KIM))
    if role is not None:
        set_role(workspace, KIM, role, by=BOSS)
    refused = set()
    for action, write in writes(workspace).items():
        try:
            with suppress(RunError):  # the run is not there, which is found out after the role
                write()
        except NotAllowedError:
            refused.add(action)
    assert refused == {action for action in writes(workspace) if not may(role, action)}
    labels = role not in (None, Role.VIEWER)
    with LabelStore.open(workspace) as store:
        assert len(store.judgments()) == (1 if labels else 0) and len(store.queries()) == (2 if labels else 1)
        assert store.project.current().depth == (20 if labels else 10)
    assert (LEE in roles(workspace)) is (role is Role.ADMIN)
    assert bool(active_history(workspace)) is (role in (Role.TRAINER, Role.ADMIN))


def test_nobody_answers_in_anothers_name(workspace: Workspace, signed: dict[str, Any]) -> None:
    signed.update(claims(BOSS))
    with pytest.raises(NotAllowedError, match=f"signed in as {BOSS} and cannot act as {LEE}"):
        resources.store().judge("q1", "m0", LEE, "positive", event_id="e1")
    assert resources.store().last_event_number() == 0


def test_a_role_that_was_taken_away_counts_at_the_next_write(workspace: Workspace, signed: dict[str, Any]) -> None:
    signed.update(claims(KIM))
    set_role(workspace, KIM, Role.CURATOR, by=BOSS)
    resources.store().judge("q1", "m0", KIM, "positive", event_id="e1")
    set_role(workspace, KIM, Role.VIEWER, by=BOSS)
    with pytest.raises(NotAllowedError):
        resources.store().undo(KIM, event_id="e2")


def test_answers_go_under_the_name_of_the_sign_in_while_the_role_lasts(workspace: Workspace) -> None:
    set_role(workspace, KIM, Role.CURATOR, by=BOSS)
    app = opened(claims(KIM))
    first = press(app, "positive")
    send(app, first, finished=False)
    set_role(workspace, KIM, Role.VIEWER, by=BOSS)
    send(app, {"event_id": "u1", "undo": True}, finished=False)
    with LabelStore.open(workspace) as store:
        assert [(one.annotator, one.event_id) for one in store.events()] == [(KIM, first["event_id"])]
    assert "takes the role “curator”" in texts(app)


def test_what_leaves_no_other_trace_is_written_down(workspace: Workspace, signed: dict[str, Any]) -> None:
    signed.update(claims(BOSS))
    deeds.add_queries([NewQuery("A loud film"), NewQuery("A quiet film")])
    deeds.note_export("labels.csv")
    assert [(one.kind, one.by, one.about, one.count) for one in logged(workspace)] == [
        (Kind.QUERIES, BOSS, "", 1),
        (Kind.EXPORT, BOSS, "labels.csv", None),
    ]
