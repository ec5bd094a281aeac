"""What a browser remembers: who works and in which language, over reloads and new tabs, and no longer than wanted."""

from __future__ import annotations

from typing import Any

import pytest
from running import Server

pytestmark = [pytest.mark.browser, pytest.mark.model]

PATIENCE = 60_000  # milliseconds


def test_a_name_and_a_language_outlive_a_reload_and_reach_a_new_tab_until_the_name_is_given_up(
    server: Server, page: Any
) -> None:
    help_page = f"{server.url}/help"
    page.goto(server.url)
    page.get_by_role("textbox").first.fill("김  미나", timeout=PATIENCE)
    page.keyboard.press("Enter")
    change = page.get_by_role("button", name="Change")
    change.wait_for(timeout=PATIENCE)
    page.goto(help_page)
    page.get_by_text("김 미나").wait_for(timeout=PATIENCE)
    page.reload()
    page.get_by_text("김 미나").wait_for(timeout=PATIENCE)

    tab = page.context.new_page()
    tab.goto(help_page)
    tab.get_by_text("김 미나").wait_for(timeout=PATIENCE)
    tab.get_by_text("한국어", exact=True).click()
    tab.get_by_role("button", name="바꾸기").wait_for(timeout=PATIENCE)
    tab.reload()
    tab.get_by_role("button", name="바꾸기").click(timeout=PATIENCE)
    tab.get_by_text("김 미나").wait_for(state="detached", timeout=PATIENCE)
    tab.wait_for_timeout(1000)  # the cookie is written when the page has been drawn

    later = page.context.new_page()
    later.goto(server.url)
    later.get_by_text("누구신가요?").wait_for(timeout=PATIENCE)
