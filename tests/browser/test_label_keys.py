"""Keys in a real browser: whatever is pressed, and however fast, only films on screen are labelled, and once."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from typing import Any

import pytest
from running import Server

from core.catalog import load_catalog
from core.judgments import Event, LabelStore

pytestmark = [pytest.mark.browser, pytest.mark.model]

FIRST_CARD = 300_000  # milliseconds: the model is loaded and encodes the films
POSITIVE = "[class*=st-key-label_positive_]"

# At every press of a letter: for which pair are the buttons, and which title can be read?
WATCH = """() => {
  window.presses = [];
  document.addEventListener('keydown', (event) => {
    if (event.key.length > 1) return;
    const button = document.querySelector('[class*=st-key-label_positive_]');
    const title = document.querySelector('[class*=st-key-label_film_] h4');
    window.presses.push([button ? button.className : '', title ? title.innerText : '']);
  }, true);
}"""


def start(page: Any, server: Server) -> str:
    """Open the Label page as a new curator and return their name."""
    name = f"curator-{uuid.uuid4().hex[:6]}"
    page.goto(server.url)
    page.get_by_role("textbox").first.fill(name, timeout=60_000)
    page.keyboard.press("Enter")
    page.locator(POSITIVE).wait_for(timeout=FIRST_CARD)
    page.wait_for_timeout(1500)  # a card counts once it has been there for a moment
    page.evaluate(WATCH)
    return name


def seen(page: Any, server: Server) -> set[tuple[str, str]]:
    """Return the (query id, movie id) pairs whose title could be read beside their own buttons at some press."""
    films = load_catalog(server.workspace)
    pairs = set()
    for classes, title in page.evaluate("window.presses"):
        found = re.search(r"st-key-label_positive_([^_\s]+)_(\S+)", classes)
        if found and title.startswith(films[found[2]].title):
            pairs.add((found[1], found[2]))
    return pairs


def events(server: Server, name: str) -> list[Event]:
    with LabelStore.open(server.workspace) as store:
        return [event for event in store.history(1000) if event.annotator == name]


def settle(page: Any) -> None:
    page.wait_for_timeout(2000)


def assert_only_seen_films_once(page: Any, server: Server, name: str) -> list[Event]:
    recorded = events(server, name)
    pairs = Counter((event.query_id, event.movie_id) for event in recorded)
    assert set(pairs) <= seen(page, server)
    assert max(pairs.values()) == 1
    return recorded


def test_sixty_presses_at_ten_a_second_label_only_films_on_screen_and_each_once(page: Any, server: Server) -> None:
    name = start(page, server)
    for number in range(60):
        page.keyboard.press("jkl"[number % 3])
        page.wait_for_timeout(100)
    settle(page)
    assert assert_only_seen_films_once(page, server, name)


def test_a_key_that_is_held_for_a_second_labels_only_films_on_screen_and_each_once(page: Any, server: Server) -> None:
    name = start(page, server)
    for _ in range(30):
        page.keyboard.down("j")  # again and again without up: the browser reports repeats
        page.wait_for_timeout(33)
    page.keyboard.up("j")
    settle(page)
    recorded = assert_only_seen_films_once(page, server, name)
    assert len(recorded) <= 5  # of about thirty repeats


def test_typing_a_note_labels_nothing_and_the_note_goes_with_the_answer(page: Any, server: Server) -> None:
    name = start(page, server)
    page.keyboard.press("n")
    note = page.get_by_role("dialog").get_by_role("textbox")
    note.wait_for()
    page.keyboard.type("jkl")  # before the box has the focus
    note.click()
    page.keyboard.type("just like the book")
    settle(page)
    assert events(server, name) == []
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.get_by_role("dialog").wait_for(state="detached")
    settle(page)
    page.keyboard.press("k")
    settle(page)
    assert [(event.answer, event.note) for event in events(server, name)] == [("negative", "just like the book")]


def test_undo_by_key_takes_back_and_shows_the_film_again(page: Any, server: Server) -> None:
    name = start(page, server)
    before = page.locator(POSITIVE).get_attribute("class")
    page.keyboard.press("j")
    settle(page)
    assert page.locator(POSITIVE).get_attribute("class") != before
    page.keyboard.press("u")
    settle(page)
    assert page.locator(POSITIVE).get_attribute("class") == before
    with LabelStore.open(server.workspace) as store:
        assert store.judgments(annotator=name) == []
