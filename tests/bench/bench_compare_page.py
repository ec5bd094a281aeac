"""The Compare page over a large catalogue: how long after the last key the lists are there.

Takes a folder with movies.jsonl and queries.jsonl. The app is started over its films, Compare is opened in Chromium
with two models, and the beginnings of ``--texts`` queries (25 to 60 letters, whole words) are typed into the search
box, letter by letter. The second model is a copy of the first in a folder of its own: it encodes each text by itself
and searches vectors of its own, as a tuned model does. Milliseconds:

* last key to lists: from the last key of a text to the frame in which the films of the whole text stand in both lists.
* key to mark: from an answer by key to the frame in which its mark stands.
* key to disk: from an answer by key until the page says that it is on record.

Encoding 11,000 films takes minutes: with ``--workspace DIR`` the catalogue, the index and the vectors stay there for
the next time. The label database of that workspace is overwritten.

Run: .venv/bin/python tests/bench/bench_compare_page.py FOLDER [--texts 40] [--workspace DIR]
"""

from __future__ import annotations

import argparse
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import numpy as np
from bench_label_page import ROOT, family, wait_for
from playwright.sync_api import Browser, Page, sync_playwright
from running import BROWSERS, free_port

from core.catalog import Catalog, load_catalog, plan_import, save_catalog
from core.cli.output import table
from core.judgments import LabelStore, read_queries
from core.models.packaged import packaged_folder
from core.search import open_searcher
from core.workspace import Workspace
from dashboard.widgets.compare_search import PAUSE

BASE = "e5-small"
SHORTEST, LONGEST = 25, 60  # letters of a text
BETWEEN = 90  # milliseconds between two letters: eleven a second
JUDGED = 30  # answers by key
HEADERS = ["", "n", "p50", "p95", "highest"]

# The time of the last key, and of the frame in which the lists stand for what is in the box: the lists write into the
# address for what they stand when they are drawn. And of each answer: its key, its mark, and when nothing waits.
WATCH = """() => {
  window.measured = {key: 0, lists: 0, text: ''};
  const roots = () => [...document.querySelectorAll('*')].map((one) => one.shadowRoot);
  const host = () => roots().find((root) => root?.querySelector('#lists'));
  const box = document.querySelector('input[aria-label=Search]');
  const measured = window.measured;
  document.addEventListener('input', (event) => {
    if (event.target !== box) return;
    measured.key = performance.now();
    measured.lists = 0;
    measured.text = box.value;
  }, true);
  const look = () => {
    const shown = new URLSearchParams(location.search).get('q');
    if (!measured.lists && measured.key && shown === measured.text && host()?.querySelectorAll('ol').length === 2) {
      measured.lists = performance.now();
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
  window.answers = [];
  window.addEventListener('keydown', (event) => {
    if (!'jkl'.includes(event.key) || document.activeElement === box) return;
    const answer = {key: event.timeStamp, mark: 0, disk: 0};
    window.answers.push(answer);
    const wanted = {j: 'positive', k: 'negative', l: 'unsure'}[event.key];
    const wait = () => {
      const film = host().querySelector('li.film[aria-current]');
      if (!answer.mark && film?.querySelector(`.mark.${wanted}`)) answer.mark = performance.now();
      const kept = Object.keys(localStorage).some((name) => name.startsWith('reelign/compare/'));
      if (answer.mark && !kept) answer.disk = performance.now();
      if (!answer.disk) requestAnimationFrame(wait);
    };
    requestAnimationFrame(wait);
  }, true);
}"""


def prepare(workspace: Workspace, folder: Path, films: int | None) -> Path:
    """Lay out catalogue, index and the copy of the model; return the copy."""
    if not workspace.catalog.exists():
        movies = plan_import(folder / "movies.jsonl", current=None).movies
        save_catalog(Catalog(list(movies)[:films]), workspace)
    catalog = load_catalog(workspace)
    open_searcher(BASE, catalog, workspace)
    copy = workspace.models / "a copy"
    if not copy.exists():
        shutil.copytree(packaged_folder(BASE, workspace), copy)
    open_searcher(str(copy), catalog, workspace)
    return copy


def fill(workspace: Workspace, folder: Path) -> str:
    """Make the label database anew with the queries, and return the id of one."""
    for path in workspace.database.parent.glob(f"{workspace.database.name}*"):
        path.unlink()
    with LabelStore.open(workspace) as store:
        return store.add_queries(read_queries(folder / "queries.jsonl")[:1_000])[0].query_id


def beginnings(folder: Path, number: int) -> list[str]:
    """Return the beginnings of real queries, each another text."""
    found: dict[str, None] = {}
    for query in read_queries(folder / "queries.jsonl"):
        head = " ".join(query.text.split())[: LONGEST + 1].rpartition(" ")[0]
        if len(head) >= SHORTEST:
            found[head] = None
    return list(itertools.islice(found, number))


def typed(page: Page, texts: list[str]) -> list[float]:
    """Type each text and return the milliseconds from its last key to its lists."""
    box = page.get_by_label("Search", exact=True)
    times = []
    for text in texts:
        box.fill("")
        page.wait_for_timeout(600)
        box.press_sequentially(text, delay=BETWEEN)
        page.wait_for_function("(text) => measured.lists && measured.text === text", arg=text, timeout=30_000)
        found: dict[str, Any] = page.evaluate("measured")
        times.append(found["lists"] - found["key"])
    return times


def judged(page: Page, url: str, query_id: str, models: dict[str, str]) -> list[dict[str, float]]:
    """Judge films of a query by key and return the times of each answer."""
    page.goto(f"{url}/compare?{urlencode({**models, 'query': query_id})}")
    page.locator("section.list").nth(1).locator("li.film").first.wait_for(timeout=60_000)
    page.evaluate(WATCH)
    page.wait_for_timeout(1_000)
    for number, key in zip(range(JUDGED), itertools.cycle("jkl"), strict=False):
        page.keyboard.press("ArrowDown" if number % 10 else "ArrowRight")
        page.keyboard.press(key)
        page.wait_for_timeout(400)
    answers: list[dict[str, float]] = page.evaluate("window.answers")
    return [answer for answer in answers if answer["disk"]]


def measure(browser: Browser, workspace: Workspace, folder: Path, texts: list[str], copy: Path) -> list[list[str]]:
    """Start the app, type, judge, stop it, and return the lines of the table."""
    query_id = fill(workspace, folder)
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "dashboard", "--port", str(port), "--workspace", str(workspace.root)]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet, start_new_session=True)
    models = {"base": str(copy), "tuned": BASE}
    try:
        wait_for(url)
        page = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US").new_page()
        page.goto(url)
        field = page.get_by_role("textbox").first
        field.wait_for(timeout=120_000)
        field.fill("bench")
        page.keyboard.press("Enter")
        page.locator("article.film").first.wait_for(timeout=600_000)
        page.goto(f"{url}/compare?{urlencode(models)}")
        page.get_by_label("Search", exact=True).wait_for(timeout=600_000)
        page.wait_for_timeout(3_000)
        page.evaluate(WATCH)
        times = typed(page, texts)
        answers = judged(page, url, query_id, models)
        memory = sum(process.memory_info().rss for process in family(server.pid))
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
    print(f"The search box waits {PAUSE} for another key; the server holds {memory / 1e9:.2f} GB.")
    return [
        line("last key to lists", times),
        line("key to mark", [answer["mark"] - answer["key"] for answer in answers]),
        line("key to disk", [answer["disk"] - answer["key"] for answer in answers]),
    ]


def line(name: str, times: list[float]) -> list[str]:
    return [name, str(len(times)), *(f"{np.percentile(times, share):.0f} ms" for share in (50, 95, 100))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--films", type=int, help="default: all")
    parser.add_argument("--texts", type=int, default=40)
    parser.add_argument("--workspace", type=Path, help="where catalogue and vectors stay for the next time")
    given = parser.parse_args()
    browser_path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        workspace = Workspace(given.workspace or Path(temporary))
        copy = prepare(workspace, given.folder, given.films)
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        lines = measure(browser, workspace, given.folder, beginnings(given.folder, given.texts), copy)
        browser.close()
        print(f"{len(load_catalog(workspace)):,} films, {BASE} beside a copy of it")
        print(table(HEADERS, lines))


if __name__ == "__main__":
    main()
