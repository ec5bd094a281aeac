"""Keys in a real browser: whatever is pressed, and however fast, only films on screen are labelled, and once."""

from __future__ import annotations

import shutil
import signal
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from running import Server, fill, free_port, launch, stop
from watching import Seen, presses, watch

from core.catalog import load_catalog
from core.judgments import Event, LabelStore
from core.workspace import Workspace
from dashboard.widgets.label_desk import HELD_WITHIN, READ_AFTER, SEEN_AFTER

pytestmark = [pytest.mark.browser, pytest.mark.model]

FIRST_CARD = 300_000  # milliseconds: the model is loaded and encodes the films
FILM = "article.film"
SAME_FRAME = 5  # milliseconds between two functions that a frame calls
ANSWERS = {"KeyJ": "positive", "KeyK": "negative", "KeyL": "unsure"}


def start(page: Any, server: Server, query: str = "") -> str:
    """Open the Label page as a new curator and return their name."""
    name = f"curator-{uuid.uuid4().hex[:6]}"
    page.goto(f"{server.url}/?query={query}" if query else server.url)
    page.get_by_role("textbox").first.fill(name, timeout=60_000)
    page.keyboard.press("Enter")
    page.locator(FILM).first.wait_for(timeout=FIRST_CARD)
    watch(page)
    page.wait_for_timeout(1000)  # a card counts once it has been there for a moment
    return name


def burst(page: Any, a_second: float, number: int, each: Callable[[int], None] = lambda place: None) -> None:
    """Press J, K and L in turn; never faster than at this rate, even to catch up."""
    due = time.monotonic()
    for place in range(number):
        page.wait_for_timeout(max(0.0, 1000 * (due - time.monotonic())))
        due = time.monotonic() + 1 / a_second
        page.keyboard.press("jkl"[place % 3])
        each(place)


def saved(page: Any) -> None:
    """Wait until nothing waits in the browser."""
    page.wait_for_function(
        "() => !Object.keys(localStorage).some((name) => name.startsWith('reelign/outbox/'))", timeout=30_000
    )


def events(server: Server, name: str) -> list[Event]:
    with LabelStore.open(server.workspace) as store:
        return [event for event in reversed(store.history(2000)) if event.annotator == name]


def may_count(press: Seen, shown: float) -> bool:
    """Return whether a press counts for the film on screen if that had been painted for ``shown`` milliseconds."""
    wait = 1000 * (READ_AFTER if press.first else SEEN_AFTER)
    resting = press.repeat or press.modified or press.covered
    return bool(press.title) and shown >= wait and press.gap >= 1000 * HELD_WITHIN and not resting


def surely(press: Seen) -> bool:
    """Return whether a press was made for a film that was certainly seen."""
    return may_count(press, press.least - SAME_FRAME)


def expected(made: list[Seen]) -> list[tuple[str, str, str]]:
    """Return (query, film, answer) of the presses that must be on record, in their order.

    Once a film is answered, another press before the next one is painted is for no film.
    """
    first = {(press.query, press.movie): ANSWERS[press.code] for press in reversed(made) if surely(press)}
    return [(*pair, answer) for pair, answer in reversed(first.items())]


def check(page: Any, server: Server, name: str) -> list[Event]:
    """Hold what was recorded against what was on screen: nothing else, nothing twice, and all that could be seen."""
    recorded = events(server, name)
    with LabelStore.open(server.workspace) as store:
        texts = {query.query_id: query.text for query in store.queries()}
    films = load_catalog(server.workspace)
    found = [(texts[event.query_id], event.movie_id, event.answer) for event in recorded]
    assert max(Counter((query, movie) for query, movie, _ in found).values()) == 1
    made = [press for press in presses(page) if press.code in ANSWERS]
    assert all(press.title == films[press.movie].title for press in made if press.title)
    might = {(press.query, press.movie, ANSWERS[press.code]) for press in made if may_count(press, press.most)}
    must = expected(made)
    assert sorted(set(found) - might) == []
    assert sorted(set(must) - set(found)) == []
    assert [one for one in found if one in set(must)] == must  # in the order of the presses
    return recorded


@pytest.mark.parametrize(("a_second", "least"), [(5, 100), (10, 30), (15, 1)])
def test_two_hundred_fast_presses_label_only_films_on_screen_and_each_once(
    page: Any, server: Server, a_second: int, least: int
) -> None:
    name = start(page, server)
    burst(page, a_second, 200)
    saved(page)
    assert len(check(page, server, name)) >= least


def test_a_key_that_is_held_for_two_seconds_labels_one_film(page: Any, server: Server) -> None:
    name = start(page, server)
    for _ in range(60):
        page.keyboard.down("j")  # again and again without up: the browser reports repeats
        page.wait_for_timeout(33)
    page.keyboard.up("j")
    saved(page)
    assert len(check(page, server, name)) == 1


def test_keys_work_under_a_korean_input_method_and_rest_with_a_modifier(page: Any, server: Server) -> None:
    name = start(page, server)
    forms = [("ㅓ", "KeyJ", False), ("Process", "KeyK", True), ("ㅣ", "KeyL", False), ("Process", "KeyJ", False)]
    for key, code, composing in forms:
        page.evaluate(
            """([key, code, isComposing]) => document.body.dispatchEvent(new KeyboardEvent('keydown',
               {key, code, isComposing, bubbles: true, composed: true, cancelable: true}))""",
            [key, code, composing],
        )
        page.wait_for_timeout(400)
    for combination in ("Alt+j", "Shift+K", "Control+l"):
        page.keyboard.press(combination)
        page.wait_for_timeout(400)
    saved(page)
    assert [event.answer for event in check(page, server, name)] == ["positive", "negative", "unsure", "positive"]


def test_typing_a_note_labels_nothing_and_the_note_goes_with_the_answer(page: Any, server: Server) -> None:
    name = start(page, server)
    page.keyboard.type("njkl", delay=30)  # before the dialog is there
    note = page.get_by_role("dialog").get_by_role("textbox")
    note.wait_for()
    page.keyboard.type("jkl")  # before the box has the focus
    note.click()
    page.keyboard.type("just like the book")
    page.wait_for_timeout(500)
    assert events(server, name) == []
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    page.get_by_role("dialog").wait_for(state="detached")
    page.wait_for_timeout(1000)
    page.keyboard.press("k")
    saved(page)
    assert [(event.answer, event.note) for event in events(server, name)] == [("negative", "just like the book")]


def test_going_past_a_film_comes_back_to_it_and_undo_by_key_shows_a_film_again(page: Any, server: Server) -> None:
    name = start(page, server)
    films = page.evaluate("() => window.onScreen.movie"), page.evaluate("() => window.onScreen.query")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    second = page.evaluate("() => window.onScreen.movie")
    while page.evaluate("() => window.onScreen.movie") != films[0]:
        page.keyboard.press("j")
        page.wait_for_timeout(300)
    assert page.evaluate("() => window.onScreen.query") == films[1]
    saved(page)
    given = check(page, server, name)
    assert given[0].movie_id == second and films[0] not in {event.movie_id for event in given}
    for event in (given[-1], given[-2]):
        page.keyboard.press("u")
        page.wait_for_function(f"() => window.onScreen.movie === '{event.movie_id}'", timeout=10_000)
        page.wait_for_timeout(300)
    with LabelStore.open(server.workspace) as store:
        standing = {one.movie_id for one in store.judgments(annotator=name)}
    assert standing == {event.movie_id for event in given[:-2]}


def test_a_grid_is_judged_by_arrows_and_keys_and_stays_a_grid(page: Any, server: Server) -> None:
    name = start(page, server)
    page.keyboard.press("g")
    page.wait_for_timeout(400)
    order = page.locator(FILM).evaluate_all("(films) => films.map((film) => film.dataset.movie)")
    for key in ("ArrowRight", "k", "ArrowDown", "l"):
        page.keyboard.press(key)
        page.wait_for_timeout(400)
    saved(page)
    recorded = check(page, server, name)
    assert [event.movie_id for event in recorded] == [order[1], order[5 if len(order) > 5 else 1]]
    page.reload()
    page.locator(FILM).nth(3).wait_for(timeout=30_000)


def test_two_curators_at_once_label_what_each_of_them_sees(browser: Any, page: Any, server: Server) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    other = context.new_page()
    names = start(page, server), start(other, server)
    burst(page, 4, 12, lambda place: other.keyboard.press("kkl"[place % 3]))
    for one, name in zip((page, other), names, strict=True):
        saved(one)
        assert len(check(one, server, name)) >= 8
    context.close()


@pytest.fixture
def own_server(server: Server, tmp_path: Path) -> Iterator[tuple[Server, list[Any]]]:
    """A dashboard that may be killed: over the films of the other, with labels of its own."""
    workspace = Workspace(tmp_path / "workspace")
    fill(workspace)
    shutil.copytree(server.workspace.artifacts, workspace.artifacts, dirs_exist_ok=True)
    port = free_port()
    processes = [launch(workspace, tmp_path, port)]
    yield Server(f"http://127.0.0.1:{port}", workspace), processes
    stop(processes[-1])


def test_answers_outlive_a_server_that_is_killed_among_the_presses(page: Any, own_server: Any, tmp_path: Path) -> None:
    server, processes = own_server
    name = start(page, server)

    def kill(place: int) -> None:
        if place == 6:
            stop(processes[-1], signal.SIGKILL)

    burst(page, 5, 14, kill)
    made = presses(page)
    assert sum(surely(press) for press in made) >= 7
    kept = page.evaluate("() => Object.keys(localStorage).filter((name) => name.startsWith('reelign/outbox/')).length")
    assert kept >= 1
    processes.append(launch(server.workspace, tmp_path, int(server.url.rpartition(":")[2])))
    page.reload()
    page.locator(FILM).first.wait_for(timeout=FIRST_CARD)
    saved(page)
    recorded = events(server, name)
    assert len({event.event_id for event in recorded}) == len(recorded)
    assert max(Counter((event.query_id, event.movie_id) for event in recorded).values()) == 1
    found = [(event.movie_id, event.answer) for event in recorded]
    must = [(movie, answer) for _, movie, answer in expected(made)]
    might = {(press.movie, ANSWERS[press.code]) for press in made if may_count(press, press.most)}
    assert [one for one in found if one in must] == must
    assert sorted(set(found) - might) == []
    times = [event.decided_at for event in recorded]
    assert times == sorted(times)
