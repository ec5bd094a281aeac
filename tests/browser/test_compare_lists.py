"""The lists of the Compare page in a real browser: searched while typing, walked through and judged by key."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from running import Server

from core.judgments import Event, LabelStore, Query

pytestmark = [pytest.mark.browser, pytest.mark.model]

FIRST_LISTS = 300_000  # milliseconds: the model is loaded and encodes the films
SHOWN = 20_000
SYSTEMS = "base=e5-small&tuned=bm25&also=e5-small%2Bbm25"
SELECTED = "li.film[aria-current]"


def start(page: Any, server: Server) -> str:
    """Say who works, as a new curator, and return their name."""
    name = f"curator-{uuid.uuid4().hex[:6]}"
    page.goto(server.url)
    page.get_by_role("textbox").first.fill(name, timeout=60_000)
    page.keyboard.press("Enter")
    page.locator("article.film").first.wait_for(timeout=FIRST_LISTS)
    return name


def some_query(server: Server) -> Query:
    with LabelStore.open(server.workspace) as store:
        return store.queries()[0]


def open_query(page: Any, server: Server, query: Query) -> None:
    page.goto(f"{server.url}/compare?{SYSTEMS}&query={query.query_id}")
    page.locator("section.list").nth(2).locator("li.film").first.wait_for(timeout=FIRST_LISTS)
    page.wait_for_timeout(500)


def films(page: Any, number: int) -> list[str]:
    """Return the films of a list on screen."""
    found = page.locator("section.list").nth(number).locator("li.film")
    return list(found.evaluate_all("(films) => films.map((film) => film.dataset.movie)"))


def marks(page: Any, movie_id: str) -> list[str]:
    """Return what stands beside a film in every list that has it."""
    return [text.strip() for text in page.locator(f"li.film[data-movie='{movie_id}'] .mark").all_inner_texts()]


def saved(page: Any) -> None:
    """Wait until nothing waits in the browser."""
    page.wait_for_function(
        "() => !Object.keys(localStorage).some((name) => name.startsWith('reelign/compare/'))", timeout=SHOWN
    )


def selected(page: Any) -> str:
    return str(page.locator(SELECTED).get_attribute("data-movie"))


def events(server: Server, name: str) -> list[Event]:
    with LabelStore.open(server.workspace) as store:
        return [event for event in reversed(store.history(2000)) if event.annotator == name]


def search(page: Any, text: str) -> None:
    box = page.get_by_label("Search", exact=True)
    box.fill("")
    box.press_sequentially(text, delay=20)


def asked(page: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


def test_films_of_two_lists_are_judged_by_key_once_each_and_the_next_search_knows(page: Any, server: Server) -> None:
    name, query = start(page, server), some_query(server)
    open_query(page, server, query)
    page.keyboard.press("ArrowDown")
    first = selected(page)
    assert first == films(page, 0)[0]
    page.keyboard.press("j")
    assert set(marks(page, first)) == {"Positive"}  # at once, in every list that has it
    while page.locator("section.list").nth(1).locator(SELECTED).count() == 0:
        page.keyboard.press("ArrowRight")
    while selected(page) == first:
        page.keyboard.press("ArrowDown")
    second = selected(page)
    for _ in range(20):  # held: the browser reports repeats
        page.keyboard.down("k")
        page.wait_for_timeout(33)
    page.keyboard.up("k")
    page.keyboard.press("k")
    saved(page)
    recorded = events(server, name)
    assert [(event.query_id, event.movie_id, event.answer) for event in recorded] == [
        (query.query_id, first, "positive"),
        (query.query_id, second, "negative"),
    ]
    assert {event.shown.input_method for event in recorded} == {"key"}
    assert "e5-small" in recorded[0].shown.sources
    assert recorded[1].shown.rank == films(page, 1).index(second) + 1

    spelled = f"{query.text.rstrip('.?! ')}?"
    search(page, spelled)
    in_address = "(text) => new URLSearchParams(location.search).get('q') === text"
    page.wait_for_function(in_address, arg=spelled, timeout=SHOWN)
    page.locator(f"li.film[data-movie='{first}'] .mark.positive").first.wait_for(timeout=SHOWN)
    assert set(marks(page, second)) == {"Negative"}


def test_undo_takes_the_last_answer_back_and_selects_its_film(page: Any, server: Server) -> None:
    name, query = start(page, server), some_query(server)
    open_query(page, server, query)
    given = []
    for key in ("l", "k"):
        page.keyboard.press("ArrowDown")
        page.keyboard.press(key)
        given.append(selected(page))
    saved(page)
    page.keyboard.press("ArrowDown")
    for movie_id in reversed(given):
        page.keyboard.press("u")
        page.wait_for_function(
            """(movie) => [...document.querySelectorAll('*')].some(
               (one) => one.shadowRoot?.querySelector('li.film[aria-current]')?.dataset.movie === movie)""",
            arg=movie_id,
            timeout=SHOWN,
        )
    with LabelStore.open(server.workspace) as store:
        assert not store.judgments(annotator=name)
    assert Counter(event.undoes is None for event in events(server, name)) == {True: 2, False: 2}


def test_what_is_composed_is_searched_for_and_the_way_back_leads_past_all_that_was_typed(
    page: Any, server: Server
) -> None:
    page.goto(f"{server.url}/help")
    page.get_by_role("heading").first.wait_for(timeout=SHOWN)
    page.goto(f"{server.url}/compare?{SYSTEMS}")
    box = page.get_by_label("Search", exact=True)
    box.wait_for(timeout=FIRST_LISTS)
    page.wait_for_timeout(1000)
    box.click()
    composer = page.context.new_cdp_session(page)
    for text in ("ㅂ", "바", "바ㄷ", "바다"):
        composer.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
        page.wait_for_timeout(80)
    page.wait_for_url(f"**q={quote('바다')}*", timeout=SHOWN)
    page.locator("li.film").first.wait_for(timeout=SHOWN)
    composer.send("Input.insertText", {"text": "바다"})
    page.keyboard.type(" sea", delay=30)
    page.wait_for_function("() => new URLSearchParams(location.search).get('q') === '바다 sea'", timeout=SHOWN)
    assert box.input_value() == "바다 sea"
    assert asked(page)["also"] == ["e5-small+bm25"]
    page.keyboard.press("j")  # still in the box
    assert box.input_value() == "바다 seaj"
    page.wait_for_function("() => new URLSearchParams(location.search).get('q') === '바다 seaj'", timeout=SHOWN)
    page.keyboard.press("ArrowDown")
    page.locator(SELECTED).wait_for(timeout=SHOWN)
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.go_back()
    page.wait_for_url("**/help*", timeout=SHOWN)
