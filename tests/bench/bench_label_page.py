"""The Label page over a large catalogue and many judgments: how quick a key, an opening and an answer on disk are.

Takes a folder with movies.jsonl and queries.jsonl. For each number of judgments the label database is filled anew
(ten made-up curators, the judgments spread over the queries), the app is started, and in Chromium:

* first opening: seconds from asking for the page of a server just started to the first film. Models are loaded, and
  whatever is not in the vector cache is encoded.
* opening: the same for another new tab afterwards, the median of five.
* key to next film: milliseconds from the key to the frame in which the next title stands, over ``--presses`` answers
  at four a second; those whose next film is another query's come from the server and are in the figures too.
* key to disk: milliseconds from the key until the page says that the answer is on disk.
* memory: resident set of the server afterwards.

Encoding 11,000 films takes minutes: with ``--workspace DIR`` the catalogue, the index and the vectors stay there for
the next time. The label database of that workspace is overwritten.

Run: .venv/bin/python tests/bench/bench_label_page.py FOLDER [--judgments 1000,100000,1000000] [--workspace DIR]
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
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]

from running import BROWSERS, free_port

from core.catalog import Catalog, load_catalog, plan_import, save_catalog
from core.cli.output import table
from core.judgments import LabelStore, QrelRow, read_queries
from core.models.loading import load_embedder
from core.search import open_searcher
from core.workspace import Workspace

CURATORS = 10
OPENINGS = 5
BETWEEN = 250  # milliseconds between two presses
HEADERS = ["judgments", "first opening", "opening", "key to next film p50", "p95", "key to disk p50", "p95", "memory"]

# Times of each press: key, the frame with another film, and the moment when nothing waits to be saved. A press for
# which the film on screen stays until the next press, or that finds none there, did not count.
WATCH = """() => {
  const roots = [...document.querySelectorAll('*')].map((one) => one.shadowRoot);
  const host = roots.find((root) => root?.querySelector('#cards'));
  const film = () => {
    const title = host.querySelector('article.film .title');
    return title && host.querySelector('.query').innerText + title.innerText;
  };
  const saved = () => !host.querySelector('.mark.saving, .mark.failed');
  window.times = [];
  window.addEventListener('keydown', (event) => {
    for (const press of window.times) if (film() === press.before) press.ignored = true;
    const press = {before: film(), key: event.timeStamp, next: null, disk: null};
    press.ignored = press.before === null;
    window.times.push(press);
    const look = () => {
      if (press.next === null && film() !== null && film() !== press.before) press.next = performance.now();
      if (press.next !== null && press.disk === null && saved()) press.disk = performance.now();
      if (press.disk === null && !press.ignored) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, true);
}"""


@dataclass(frozen=True, slots=True)
class Figures:
    """Seconds of the openings, milliseconds of each press, bytes of memory."""

    first_opening: float
    openings: list[float]
    next_film: list[float]
    disk: list[float]
    memory: int

    def cells(self, judgments: int) -> list[str]:
        def two(values: list[float]) -> list[str]:
            return [f"{np.percentile(values, share):.0f} ms" for share in (50, 95)]

        opening = f"{np.median(self.openings):.2f} s"
        memory = f"{self.memory / 1e9:.2f} GB"
        return [f"{judgments:,}", f"{self.first_opening:.1f} s", opening, *two(self.next_film), *two(self.disk), memory]


def prepare(workspace: Workspace, folder: Path, films: int | None, queries: int) -> list[str]:
    """Lay out catalogue, index and query vectors, and return the queries."""
    if not workspace.catalog.exists():
        movies = plan_import(folder / "movies.jsonl", current=None).movies
        save_catalog(Catalog(list(movies)[:films]), workspace)
    open_searcher("e5-small", load_catalog(workspace), workspace)
    texts = [query.text for query in read_queries(folder / "queries.jsonl")[:queries]]
    load_embedder("e5-small", workspace).encode(texts, "query")
    return texts


def fill(workspace: Workspace, folder: Path, queries: int, judgments: int) -> None:
    """Make the label database anew with so many judgments."""
    for path in workspace.database.parent.glob(f"{workspace.database.name}*"):
        path.unlink()
    ids = load_catalog(workspace).ids
    with LabelStore.open(workspace) as store:
        added = [query.query_id for query in store.add_queries(read_queries(folder / "queries.jsonl")[:queries])]
        # Round after round, each query is given another film.
        turns = itertools.product(range(len(ids)), enumerate(added))
        rounds = ((query, ids[(place + 37 * turn) % len(ids)]) for turn, (place, query) in turns)
        pairs = itertools.islice(rounds, judgments)
        rows = [QrelRow(line, query, film, line % 2) for line, (query, film) in enumerate(pairs)]
        for curator in range(CURATORS):
            store.import_judgments(rows[curator::CURATORS], f"curator {curator}")


def open_page(browser: Browser, url: str, name: str) -> tuple[Page, float]:
    """Open the Label page in a new browser profile and return it with the seconds to the first film."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    page = context.new_page()
    page.goto(url)
    field = page.get_by_role("textbox").first
    field.wait_for(timeout=120_000)
    field.fill(name)
    started = time.monotonic()
    page.keyboard.press("Enter")
    page.locator("article.film").first.wait_for(timeout=600_000)
    return page, time.monotonic() - started


def measure(browser: Browser, workspace: Workspace, presses: int) -> Figures:
    """Start the app, open it, press, and stop it."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "dashboard", "--port", str(port), "--workspace", str(workspace.root)]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        wait_for(url)
        page, first = open_page(browser, url, "first")
        page.context.close()
        openings = []
        for number in range(OPENINGS):
            page, seconds = open_page(browser, url, f"bench {number}")
            openings.append(seconds)
            if number < OPENINGS - 1:
                page.context.close()
        page.wait_for_timeout(2_000)
        page.evaluate(WATCH)
        for key in itertools.islice(itertools.cycle("jkl"), presses):
            page.keyboard.press(key)
            page.wait_for_timeout(BETWEEN)
        page.wait_for_timeout(3_000)
        times = page.evaluate("window.times")
        memory = sum(process.memory_info().rss for process in family(server.pid))
        page.context.close()
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait()
    counted = [press for press in times if press["disk"] is not None and not press["ignored"]]
    if len(counted) < len(times):
        print(f"{len(times) - len(counted)} of {len(times)} presses fell on a film not yet seen and did not count.")
    next_film = [press["next"] - press["key"] for press in counted]
    return Figures(first, openings, next_film, [press["disk"] - press["key"] for press in counted], memory)


def wait_for(url: str) -> None:
    import urllib.request

    for _ in range(600):
        try:
            urllib.request.urlopen(f"{url}/_stcore/health", timeout=1)
            return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("The dashboard did not start.")


def family(pid: int) -> Iterator[psutil.Process]:
    """Yield a process and its children."""
    yield psutil.Process(pid)
    yield from psutil.Process(pid).children(recursive=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--films", type=int, help="default: all")
    parser.add_argument("--queries", type=int, default=1_000)
    parser.add_argument("--judgments", default="1000,100000,1000000")
    parser.add_argument("--presses", type=int, default=200)
    parser.add_argument("--workspace", type=Path, help="where catalogue and vectors stay for the next time")
    given = parser.parse_args()
    browser_path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        workspace = Workspace(given.workspace or Path(temporary))
        prepare(workspace, given.folder, given.films, given.queries)
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        lines = []
        for judgments in map(int, given.judgments.split(",")):
            fill(workspace, given.folder, given.queries, judgments)
            lines.append(measure(browser, workspace, given.presses).cells(judgments))
            print(" | ".join(lines[-1]), file=sys.stderr, flush=True)
        browser.close()
        print(f"{len(load_catalog(workspace)):,} films, {given.queries:,} queries, {given.presses} presses")
        print(table(HEADERS, lines))


if __name__ == "__main__":
    main()
