"""Many curators at the real server at once, with a training and index builds under way on the same machine.

Each curator is a tab of their own browser profile in one Chromium, and answers by key every ``--every`` seconds, J, K
and L in turn. The training goes on in the same workspace, over and over, on labels frozen before; the index of the
same films is built over and over in a workspace of its own, since one that is there is not built again. The curators
share the queries, so that they meet at the same pairs.

Printed are: presses for a film that had surely been seen, and of these the answers found once, lost and there twice;
lines "database is locked" in the server's log; milliseconds from the key until the page says that the answer is on
disk; and memory (resident set), threads and open files of the server before the first curator, in the middle, at the
end, and after the last has left: ``--rest`` seconds and one more visitor later.

Run: .venv/bin/python tests/bench/bench_load.py [--curators 20] [--minutes 10] [--every 2] [--rest 150]
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser"), str(ROOT / "tests")]

from bench_label_page import WATCH, family
from playwright.sync_api import Page, sync_playwright
from running import BROWSERS, Server, fill, free_port, launch, stop
from test_label_keys import expected, saved, start
from watching import presses

from core.catalog import load_catalog
from core.cli.output import table
from core.judgments import LabelStore, take_snapshot
from core.starter import read_starter_judgments
from core.workspace import Workspace


@contextmanager
def over_and_over(*arguments: str, clear: Path | None = None) -> Iterator[list[int]]:
    """Run a command of the command line again and again until the block ends; yield the status of each that ended."""
    ended: list[int] = []
    over = threading.Event()
    running: list[subprocess.Popen[bytes]] = []

    def work() -> None:
        while not over.is_set():
            if clear is not None:
                shutil.rmtree(clear, ignore_errors=True)
            command = [sys.executable, "-m", "core", *arguments]
            quiet = subprocess.DEVNULL
            running[:] = [subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet)]
            status = running[0].wait()
            if not over.is_set():
                ended.append(status)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield ended
    finally:
        over.set()
        for process in running:
            process.terminate()
        thread.join()


def prepare(workspace: Workspace) -> str:
    """Lay out films, queries and labels to train on; return the name of their snapshot."""
    fill(workspace)
    films = load_catalog(workspace)
    with LabelStore.open(workspace) as store:
        known = {query.query_id for query in store.queries()}
        given = [row for row in read_starter_judgments() if row.query_id in known and row.movie_id in films]
        store.import_judgments(given, "starter")
        return take_snapshot(store, workspace).name


def state(server: int) -> tuple[float, int, int]:
    """Return megabytes, threads and open files of a server and its children."""
    found = list(family(server))
    memory = sum(one.memory_info().rss for one in found) / 1e6
    return memory, sum(one.num_threads() for one in found), sum(one.num_fds() for one in found)


def work(pages: list[Page], seconds: float, every: float, middle: Any) -> Any:
    """Let every page press a key every so many seconds, and return what ``middle`` found half way."""
    began, found, turn = time.monotonic(), None, 0
    while (passed := time.monotonic() - began) < seconds:
        if found is None and passed > seconds / 2:
            found = middle()
        for place, page in enumerate(pages):
            page.keyboard.press("jkl"[(turn + place) % 3])
        turn += 1
        pages[0].wait_for_timeout(max(0.0, 1000 * (began + turn * every - time.monotonic())))
    return found


def counts(page: Page, server: Server, name: str) -> tuple[int, int, int, int]:
    """Return how many presses must be on record, and how many are once, not at all, and twice."""
    with LabelStore.open(server.workspace) as store:
        recorded = [event for event in store.events() if event.annotator == name]
        texts = {query.query_id: query.text for query in store.queries()}
    must = set(expected(presses(page)))
    found = Counter((texts[event.query_id], event.movie_id, str(event.answer)) for event in recorded)
    double = sum(times > 1 for times in Counter((event.query_id, event.movie_id) for event in recorded).values())
    return len(must), sum(found[one] == 1 for one in must), sum(found[one] == 0 for one in must), double


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--curators", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--every", type=float, default=2.0, help="seconds between two answers of a curator")
    parser.add_argument("--rest", type=float, default=150, help="seconds before the last look at the server")
    parser.add_argument("--train", default="--epochs 8 --batch-size 4 --max-length 32")
    given = parser.parse_args()
    browser_path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        folder = Path(temporary)
        workspace, other = Workspace(folder / "workspace"), Workspace(folder / "other")
        snapshot = prepare(workspace)
        other.catalog.parent.mkdir(parents=True)
        shutil.copy(workspace.catalog, other.catalog)
        port = free_port()
        process = launch(workspace, folder, port)
        server = Server(f"http://127.0.0.1:{port}", workspace)
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        try:
            new = lambda: browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")  # noqa: E731
            first = new().new_page()
            start(first, server)  # models are loaded, films encoded
            first.context.close()
            looks = {"start": state(process.pid)}
            train = ("--workspace", str(workspace.root), "train", "--labels", snapshot, *given.train.split())
            build = ("--workspace", str(other.root), "index", "build")
            with over_and_over(*train) as trained, over_and_over(*build, clear=other.artifacts) as built:
                pages = [new().new_page() for _ in range(given.curators)]
                names = [start(page, server) for page in pages]
                for page in pages:
                    page.evaluate(WATCH)
                looks["middle"] = work(pages, 60 * given.minutes, given.every, lambda: state(process.pid))
                load = os.getloadavg()
                for page in pages:
                    saved(page)
                looks["end"] = state(process.pid)
            found = np.sum([counts(page, server, name) for page, name in zip(pages, names, strict=True)], axis=0)
            times = [one for page in pages for one in page.evaluate("window.times")]
            for page in pages:
                page.context.close()
            time.sleep(given.rest)
            late = new().new_page()
            start(late, server)  # Streamlit lets go of the sessions that have ended when the next one begins
            late.context.close()
            time.sleep(5)
            looks["after"] = state(process.pid)
        finally:
            stop(process)
        locked = (folder / "server.log").read_text(errors="replace").count("database is locked")
    waits = [one["disk"] - one["key"] for one in times if one["disk"] is not None and not one["ignored"]]
    memory = psutil.virtual_memory()
    print(
        f"{given.curators} curators for {given.minutes:g} min, an answer every {given.every:g} s; "
        f"{os.cpu_count()} cores, load {load[0]:.1f} {load[1]:.1f} {load[2]:.1f}, "
        f"{memory.available / 1e9:.1f} of {memory.total / 1e9:.1f} GB free"
    )
    print(f"trainings ended: {len(trained)}, failed: {sum(map(bool, trained))}")
    print(f"indexes built: {len(built)}, failed: {sum(map(bool, built))}")
    p50, p95 = np.percentile(waits, [50, 95])
    cells = [*(f"{count:,}" for count in found), str(locked), f"{p50:.0f} ms", f"{p95:.0f} ms"]
    print(table(["answers", "found once", "lost", "double", "database is locked", "key to disk p50", "p95"], [cells]))
    rows = [[name, f"{look[0]:,.0f} MB", str(look[1]), str(look[2])] for name, look in looks.items()]
    print(table(["server", "memory", "threads", "open files"], rows))


if __name__ == "__main__":
    main()
