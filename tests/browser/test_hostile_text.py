"""Films, queries, notes and names that hold markup, code and formulas: on every page they are the text they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from hostile import POSTERS, SEEN, TEXTS, altered, watch
from running import Server, running

from core.catalog import Catalog, Movie, save_catalog
from core.evaluation.comparison import compare_rankings
from core.evaluation.storage import save_comparison
from core.judgments import LabelStore, NewQuery, Split
from core.judgments.preferences import Form
from core.workspace import Workspace

pytestmark = [pytest.mark.browser, pytest.mark.model]

PATIENCE = 300_000  # milliseconds: the model is loaded and encodes the films
QUIET = 2_500  # milliseconds without anything under way on the page
ANNOTATORS = (TEXTS[0], TEXTS[4])  # the others are longer than a name may be


def fill(workspace: Workspace) -> None:
    """Write films, queries, notes and answers of two who disagree, all of them hostile."""
    movies = [
        Movie(
            f"m{number}",
            text,
            f"영화 {text}",
            1990 + number,
            (text,),
            (text,),
            cast=(text,),
            genres=("Drama", text),
            keywords=(text,),
            country=(text,),
            overview=f"A story. {text}",
            overview_ko=f"이야기. {text}",
            poster_url=POSTERS[number % len(POSTERS)],
            franchise=text,
        )
        for number, text in enumerate(TEXTS)
    ]
    save_catalog(Catalog(movies), workspace)
    with LabelStore.open(workspace) as store:
        store.project.change("kim", remote_images=True)
        queries = [NewQuery(text, f"q{number}", kind=text, split=Split.TEST) for number, text in enumerate(TEXTS)]
        store.add_queries(queries)
        for number, text in enumerate(TEXTS[:8]):
            for who, answer in zip(ANNOTATORS, ("positive", "positive" if number % 2 else "negative"), strict=True):
                store.judge(f"q{number}", f"m{number}", who, answer, event_id=f"{who}{number}", note=text)


def kept_comparison(workspace: Workspace) -> str:
    """Keep a comparison on hostile queries and return its name."""
    films = [f"m{number}" for number in range(len(TEXTS))]
    queries = {f"q{number}": text for number, text in enumerate(TEXTS)}
    found = compare_rankings(
        dict.fromkeys(queries, films),
        dict.fromkeys(queries, films[::-1]),
        {query_id: {"m1": 1, "m3": 2} for query_id in queries},
        base_name=TEXTS[1],
        tuned_name=TEXTS[3],
        queries=queries,
        lineage={"split": "test", "set": {"name": TEXTS[0], "origin": "uploaded", "files": [TEXTS[2]]}},
    )
    save_comparison(found, workspace)
    return found.name


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A dashboard over nothing but hostile texts."""
    folder = tmp_path_factory.mktemp("hostile")
    workspace = Workspace(folder / "workspace")
    fill(workspace)
    with running(workspace, folder) as started:
        yield started


def settle(page: Any) -> None:
    """Wait until the page has been drawn and nothing changes it any more."""
    page.get_by_test_id("stApp").wait_for(timeout=PATIENCE)
    page.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]').dataset.testScriptState === 'notRunning'", timeout=PATIENCE
    )
    page.wait_for_timeout(QUIET)


def enter(page: Any, server: Server, name: str) -> None:
    page.goto(server.url)
    page.get_by_role("textbox").first.fill(name, timeout=PATIENCE)
    page.keyboard.press("Enter")
    page.locator("article.film").first.wait_for(timeout=PATIENCE)


SIDE_BY_SIDE = {"base": "bm25", "tuned": "e5-small"}
PAGES = {
    "label": ("", {"query": "q3"}),
    "label, markup": ("", {"query": "q5"}),
    "review": ("review", {}),
    "labels": ("labels", {}),
    "progress": ("progress", {}),
    "side by side": ("compare", {"part": "side", "query": "q2", **SIDE_BY_SIDE}),
    "what was typed": ("compare", {"part": "side", "q": TEXTS[3], **SIDE_BY_SIDE}),
    "numbers": ("compare", {"part": "numbers", "split": "test", **SIDE_BY_SIDE}),
    "similar films": ("compare", {"part": "similar", "film": "m1", "find": TEXTS[1], **SIDE_BY_SIDE}),
    "blind": ("compare", {"part": "blind", "form": Form.SIDE_BY_SIDE, **SIDE_BY_SIDE}),
    "kept": ("compare", {"part": "kept"}),
    "addresses": ("compare", {"part": TEXTS[0], "base": TEXTS[1], "tuned": TEXTS[2], "also": TEXTS[5], "q": TEXTS[6]}),
    "chatbot": ("chatbot", {"q": TEXTS[9], **SIDE_BY_SIDE}),
    "catalogue": ("catalog", {"film": "m2"}),
    "a film that is not there": ("catalog", {"film": TEXTS[3]}),
    "a run that is not there": ("train", {"run": TEXTS[5]}),
    "models": ("models", {"run": TEXTS[3]}),
    "activity": ("activity", {}),
}


@pytest.mark.parametrize("where", PAGES)
def test_hostile_text_is_shown_as_it_was_written_and_does_nothing(hostile: Server, page: Any, where: str) -> None:
    path, address = PAGES[where]
    address = dict(address)
    if where == "kept":
        address["kept"] = kept_comparison(hostile.workspace)
    watched = watch(page, hostile.url)
    enter(page, hostile, ANNOTATORS[1])
    page.goto(f"{hostile.url}/{path}?{urlencode(address)}")
    settle(page)
    seen = page.evaluate(SEEN)
    assert (watched.dialogs, watched.requests) == ([], [])
    assert seen["ran"] is False and seen["acting"] == []
    # Chatbot shows what a language model receives, in which no text can close what delimits it.
    assert where == "chatbot" or altered(seen["text"]) == []
    assert "hm" in seen["text"]
