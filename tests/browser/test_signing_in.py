"""The sign-in with a provider, for real: nobody sees a page before it, names come from it, and roles hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from provider import CLIENT_ID, CLIENT_SECRET, Provider, providing
from running import Server, fill, free_port, launch, stop

from core.activity_log import Kind, logged
from core.grants import ADMINS_VARIABLE, roles, set_role
from core.roles import Role
from core.workspace import Workspace

pytestmark = [pytest.mark.browser, pytest.mark.model]

PATIENCE = 60_000  # milliseconds
BOSS, KIM, LEE = "boss@example.org", "kim@example.org", "lee@example.org"
PEOPLE = {
    "Boss": {"sub": "1", "email": BOSS, "email_verified": True, "name": "The Boss"},
    "Kim": {"sub": "2", "email": KIM.title(), "email_verified": True, "name": "Kim"},
    "Impostor": {"sub": "3", "email": BOSS, "email_verified": False, "name": BOSS},
}


@pytest.fixture(scope="module")
def signing_in(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Provider]]:
    """A dashboard that asks for a sign-in, and the provider that it asks."""
    pytest.importorskip("authlib", reason="Authlib is not installed ('make setup').")
    folder = tmp_path_factory.mktemp("sign_in")
    workspace, port = Workspace(folder / "workspace"), free_port()
    fill(workspace)
    url = f"http://127.0.0.1:{port}"
    with pytest.MonkeyPatch.context() as patch, providing(PEOPLE, f"{url}/oauth2callback") as provider:
        settings = {
            "redirect_uri": provider.return_to,
            "cookie_secret": "a-secret-of-this-test-alone",
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "server_metadata_url": f"{provider.url}/.well-known/openid-configuration",
        }
        secrets = folder / "secrets.toml"
        lines = [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
        secrets.write_text("\n".join(["[auth]", *lines]))
        patch.setenv("STREAMLIT_SECRETS_FILES", str(secrets))
        patch.setenv(ADMINS_VARIABLE, BOSS)
        process = launch(workspace, folder, port)
        try:
            yield Server(url, workspace), provider
        finally:
            stop(process)


def sign_in(page: Any, url: str, person: str) -> None:
    page.goto(url)
    page.get_by_role("button", name="Sign in").click(timeout=PATIENCE)
    page.get_by_role("link", name=person, exact=True).click(timeout=PATIENCE)


def test_nobody_sees_a_page_before_the_sign_in(signing_in: tuple[Server, Provider], page: Any) -> None:
    server, _ = signing_in
    for path in ("", "/train", "/activity", "/labels"):
        page.goto(f"{server.url}{path}")
        page.get_by_role("button", name="Sign in").wait_for(timeout=PATIENCE)
        assert page.get_by_role("link", name="Catalogue").count() == 0
        assert page.get_by_role("textbox").count() == 0


def test_an_admin_signs_in_gives_a_role_and_signs_out(signing_in: tuple[Server, Provider], page: Any) -> None:
    server, provider = signing_in
    sign_in(page, server.url, "Boss")
    sidebar = page.get_by_test_id("stSidebar")
    sidebar.get_by_text(BOSS, exact=True).wait_for(timeout=PATIENCE)
    assert page.get_by_role("button", name="Change").count() == 0 and "Boss" in provider.redeemed
    assert [(one.kind, one.by) for one in logged(server.workspace)] == [(Kind.SIGN_IN, BOSS)]
    page.goto(f"{server.url}/activity")
    page.get_by_text("Roles", exact=True).click(timeout=PATIENCE)
    name = page.get_by_role("combobox", name="Who")
    name.click(timeout=PATIENCE)
    name.press_sequentially(LEE)
    page.get_by_role("option").filter(has_text=LEE).click(timeout=PATIENCE)
    page.wait_for_timeout(1000)  # the choice is taken in when the list has closed
    page.get_by_role("button", name="Save the role").click()
    page.get_by_test_id("stAlert").filter(has_text="curator").wait_for(timeout=PATIENCE)
    assert roles(server.workspace) == {BOSS: Role.ADMIN, LEE: Role.CURATOR}
    assert len([one for one in logged(server.workspace) if one.by == BOSS]) == 1  # a reload is no sign-in
    sidebar.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in").wait_for(timeout=PATIENCE)
    page.goto(f"{server.url}/activity")
    page.get_by_role("button", name="Sign in").wait_for(timeout=PATIENCE)


def test_without_a_role_nobody_comes_in_and_a_role_counts_at_once(
    signing_in: tuple[Server, Provider], page: Any
) -> None:
    server, _ = signing_in
    sign_in(page, server.url, "Kim")
    page.get_by_text("You have no role here yet").wait_for(timeout=PATIENCE)
    assert page.get_by_text(KIM, exact=True).count() == 1
    set_role(server.workspace, KIM, Role.VIEWER, by=BOSS)
    page.get_by_role("button", name="Look again").click()
    page.get_by_text("This takes the role “curator”").wait_for(timeout=PATIENCE)  # the Label page to a viewer
    set_role(server.workspace, KIM, None, by=BOSS)
    page.goto(f"{server.url}/catalog")
    page.get_by_text("You have no role here yet").wait_for(timeout=PATIENCE)


def test_an_address_that_is_not_verified_is_not_its_owners(signing_in: tuple[Server, Provider], page: Any) -> None:
    server, _ = signing_in
    sign_in(page, server.url, "Impostor")
    page.get_by_text("You have no role here yet").wait_for(timeout=PATIENCE)
    assert page.get_by_text(BOSS, exact=True).count() == 0 and page.get_by_text(f"{BOSS} (").count() == 1
