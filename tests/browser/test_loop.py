"""The whole loop as a curator walks it: label by keyboard, retrain by clicking, watch, compare."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from running import Server, running

from core.catalog import Catalog, save_catalog
from core.evaluation import list_comparisons
from core.judgments import Event, LabelStore, Split
from core.runs import RunState, list_runs
from core.starter import read_starter_judgments, read_starter_movies, read_starter_queries
from core.workspace import Workspace

pytestmark = [pytest.mark.browser, pytest.mark.model]

NAME = "loop"
LABELS = 10
FILMS = 24
QUERIES_A_SPLIT = {Split.TRAIN: 8, Split.DEV: 3, Split.TEST: 3}
MINUTES = 60_000


def small_starter(workspace: Workspace) -> None:
    """Take a few English queries of each split, and the films that answer them best."""
    judgments = read_starter_judgments()
    queries = []
    for split, count in QUERIES_A_SPLIT.items():
        queries += [query for query in read_starter_queries() if query.split is split and query.lang == "en"][:count]
    asked = {query.query_id for query in queries}
    answers = [row for row in judgments if row.query_id in asked and row.grade == 2]
    first = {row.query_id: row.movie_id for row in reversed(answers)}
    wanted = dict.fromkeys([*first.values(), *(row.movie_id for row in answers)])
    films = [film for film in read_starter_movies() if film.movie_id in list(wanted)[:FILMS]]
    save_catalog(Catalog(films), workspace)
    there = {film.movie_id for film in films}
    with LabelStore.open(workspace) as store:
        store.add_queries(queries)
        rows = [row for row in judgments if row.query_id in asked and row.movie_id in there]
        store.import_judgments(rows, "starter")


@pytest.fixture(scope="module")
def loop_server(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder: Path = tmp_path_factory.mktemp("loop")
    workspace = Workspace(folder / "workspace")
    small_starter(workspace)
    with running(workspace, folder) as server:
        yield server


def test_label_retrain_compare(page: Any, loop_server: Server) -> None:
    label_ten_by_keyboard(page, loop_server)
    retrain(page, loop_server)
    compare(page, loop_server)


def label_ten_by_keyboard(page: Any, server: Server) -> None:
    page.goto(server.url)
    page.get_by_role("textbox").first.fill(NAME, timeout=2 * MINUTES)
    page.keyboard.press("Enter")
    card = page.locator("article.film")
    card.wait_for(timeout=10 * MINUTES)
    for _ in range(LABELS):
        page.wait_for_timeout(1000)
        query_id = parse_qs(urlsplit(page.url).query)["query"][0]
        page.keyboard.press(key_for(query_id, card.get_attribute("data-movie"), server))
    page.wait_for_timeout(2000)
    with LabelStore.open(server.workspace) as store:
        mine = store.judgments(annotator=NAME)
    assert len(mine) == LABELS
    assert {event.shown.input_method for event in events_of(server)} == {"key"}


def key_for(query_id: str, movie_id: str, server: Server) -> str:
    """Return the key that answers the film on the card as the starter set does; a film it leaves open is unsure."""
    with LabelStore.open(server.workspace) as store:
        grades = {row.movie_id: row.grade for row in store.judgments(query_id=query_id, annotator="starter")}
    grade = grades.get(movie_id)
    return "l" if grade is None else "j" if grade else "k"


def events_of(server: Server) -> list[Event]:
    with LabelStore.open(server.workspace) as store:
        return [event for event in store.history(1000) if event.annotator == NAME]


def retrain(page: Any, server: Server) -> None:
    page.get_by_role("link", name="Train").click()
    epochs = page.get_by_role("spinbutton", name="Epochs")
    epochs.wait_for(timeout=MINUTES)
    epochs.fill("1")
    epochs.press("Enter")
    page.get_by_role("button", name="Retrain").click()
    page.get_by_text("Training now").wait_for(timeout=MINUTES)
    (run,) = list_runs(server.workspace)
    page.get_by_text("Strength (alpha)").first.wait_for(timeout=15 * MINUTES)  # part of the result
    assert run.progress().state is RunState.SUCCEEDED
    assert run.about()["by"] == NAME


def compare(page: Any, server: Server) -> None:
    run = list_runs(server.workspace)[0].name
    page.goto(f"{server.url}/compare?tuned={run}&q=a+family+with+a+secret")
    for side in range(2):
        films = page.locator("section.list").nth(side).locator("li.film")
        films.nth(9).wait_for(timeout=5 * MINUTES)
        assert films.count() == 10
    page.goto(f"{server.url}/compare?tuned={run}&part=numbers")
    figures, start = page.get_by_test_id("stDataFrame"), page.get_by_role("button", name=re.compile("^.*Compare on"))
    figures.or_(start).first.wait_for(timeout=2 * MINUTES)
    if start.count():  # a run that did not beat its base is not compared by itself
        start.click()
    figures.first.wait_for(timeout=5 * MINUTES)
    assert list_comparisons(server.workspace)
