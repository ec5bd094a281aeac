"""Killed outright (SIGKILL) at random moments: what was acknowledged is there once, and work goes on.

* answers: a process answers without end through the label store and tells each answer that it was told is on disk; it
  is killed up to half a second after its first, and the next one sends the last answer again, as a browser does.
* import: 500 judgments and their queries in one import, killed at any moment of it, then imported again.
* training: a random two-layer encoder; a run is killed again and again and started again until it ends. Found once: the
  runs whose adapter is that of a run never killed, bit for bit. Half-written: kills after which status or checkpoint
  could not be read.
* app: the real server, answers by key in Chromium; the server is killed among the presses and started again. Counted
  as acknowledged are the presses for a film that had surely been seen, whether the server had answered or not.

Run: .venv/bin/python tests/bench/bench_faults.py [--times 100] [--training-times 100] [--app-times 10] [--seed 1]
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser"), str(ROOT / "tests")]

from core.catalog import Catalog, Movie, save_catalog
from core.cli.output import table
from core.errors import ReelignError
from core.files import read_json, write_json
from core.judgments import Answer, LabelStore, NewQuery, Split, take_snapshot
from core.judgments.new_judgment import NewJudgment
from core.workspace import Workspace

HEADERS = ["fault", "times", "acknowledged", "found once", "lost", "double", "half-written", "recovered"]
ROWS = 500  # of each import
PRESSES = 14  # around each kill of the app
SETTINGS = {"epochs": 8, "batch_size": 4, "learning_rate": 0.01, "lora_dropout": 0.1, "device": "cpu"}

forking = multiprocessing.get_context("fork")  # so that a process need not load its libraries first


@dataclass(slots=True)
class Tally:
    """What came of one kind of fault."""

    fault: str
    times: int = 0
    acknowledged: int = 0
    once: int = 0
    lost: int = 0
    double: int = 0
    half: int = 0
    recovered: int = 0

    def count(self, acknowledged: set[Any], found: Counter[Any]) -> None:
        self.acknowledged += len(acknowledged)
        self.once += sum(found[one] == 1 for one in acknowledged)
        self.lost += sum(found[one] == 0 for one in acknowledged)
        self.double += sum(times > 1 for times in found.values())

    def cells(self) -> list[str]:
        counts = (self.times, self.acknowledged, self.once, self.lost, self.double, self.half, self.recovered)
        return [self.fault, *(f"{count:,}" for count in counts)]


@contextmanager
def working(target: Callable[..., None], *arguments: Any) -> Iterator[tuple[Any, Any]]:
    """Start a process and yield it with the end of a pipe on which it tells what it has done; kill it at the end."""
    reader, writer = forking.Pipe(duplex=False)
    process = forking.Process(target=target, args=(*arguments, writer))
    process.start()
    writer.close()
    try:
        yield process, reader
    finally:
        process.kill()
        process.join()


def told(reader: Any) -> list[Any]:
    """Return what a process that has ended had told."""
    found = []
    try:
        while True:
            found.append(reader.recv())
    except EOFError:
        return found


def sound(workspace: Workspace) -> bool:
    """Return whether a label database is whole: SQLite's own check, and the current view equal to one made anew."""
    engine = sa.create_engine(f"sqlite:///{workspace.database}")
    with engine.connect() as connection:
        whole = connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    engine.dispose()
    with LabelStore.open(workspace) as store:
        before = store.judgments()
        store.rebuild()
        return whole and store.judgments() == before


def answer_without_end(workspace: Workspace, start: int, telling: Any) -> None:
    with LabelStore.open(workspace) as store:
        for number in itertools.count(start):
            store.judge("q0", f"m{number}", "kim", "positive", event_id=f"e{number}")
            telling.send(number)


def answers(workspace: Workspace, times: int, dice: random.Random) -> Tally:
    """Kill whoever answers, again and again."""
    tally = Tally("kill -9 while answering")
    with LabelStore.open(workspace) as store:
        store.add_queries([NewQuery("a film", "q0")])
    acknowledged: set[int] = set()
    for _ in range(times):
        known = len(acknowledged)
        with working(answer_without_end, workspace, known) as (process, reader):
            acknowledged.add(reader.recv())
            time.sleep(dice.uniform(0, 0.5))
            process.kill()
            process.join()
            acknowledged |= set(told(reader))
        tally.times += 1
        tally.half += not sound(workspace)
        tally.recovered += len(acknowledged) > known
    with LabelStore.open(workspace) as store:
        found = Counter(int(event.event_id[1:]) for event in store.events())
    tally.count(acknowledged, found)
    return tally


def import_once(workspace: Workspace, number: int, telling: Any) -> None:
    queries = [NewQuery(f"film {place} of import {number}", f"i{number}-{place}") for place in range(20)]
    with LabelStore.open(workspace) as store:
        telling.send("begun")
        made = (
            NewJudgment(queries[line % 20], f"m{line}", f"archive {number}", Answer.POSITIVE) for line in range(ROWS)
        )
        store.imports.record(queries, list(made))
        telling.send("done")


def imports(workspace: Workspace, times: int, dice: random.Random) -> Tally:
    """Kill whoever imports, then import again."""
    tally = Tally("kill -9 while importing")
    with working(import_once, workspace, 0) as (process, reader):
        reader.recv()
        began = time.monotonic()
        reader.recv()
        takes = time.monotonic() - began
    for number in range(1, times + 1):
        with working(import_once, workspace, number) as (process, reader):
            reader.recv()
            time.sleep(dice.uniform(0, 1.1 * takes))
            process.kill()
            process.join()
        tally.times += 1
        with LabelStore.open(workspace) as store:
            count = len(store.judgments(annotator=f"archive {number}"))
        tally.half += count not in (0, ROWS) or not sound(workspace)
        with working(import_once, workspace, number) as (process, reader):
            process.join()
            done = "done" in told(reader)
        with LabelStore.open(workspace) as store:
            found = Counter(event.movie_id for event in store.events() if event.annotator == f"archive {number}")
        tally.recovered += done
        tally.count({f"m{line}" for line in range(ROWS)} if done else set(), found)
    return tally


def small_world(workspace: Workspace) -> Path:
    """Lay out a catalogue with labels, and return a snapshot of them."""
    save_catalog(Catalog(Movie(f"m{n:02d}", f"Film {n}", overview=f"About {n * 7}.") for n in range(12)), workspace)
    splits = [Split.TRAIN] * 8 + [Split.DEV] * 2 + [Split.TEST] * 2
    with LabelStore.open(workspace) as store:
        for number, split in enumerate(splits):
            store.add_queries([NewQuery(f"a film about {number * 7}", f"q{number:02d}", split=split)])
            store.judge(f"q{number:02d}", f"m{number:02d}", "kim", "positive", event_id=f"p{number}")
            store.judge(f"q{number:02d}", f"m{(number + 5) % 12:02d}", "kim", "negative", event_id=f"n{number}")
        path = take_snapshot(store, workspace).path
    assert path is not None
    return path


def tiny_encoder(folder: Path) -> None:
    """Write the random encoder that the tests use."""
    found = importlib.util.spec_from_file_location("small_models", ROOT / "tests" / "core" / "conftest.py")
    assert found is not None and found.loader is not None
    small = importlib.util.module_from_spec(found)
    found.loader.exec_module(small)
    tokenizer = small.make_tokenizer("bert")
    small.make_model("bert", len(tokenizer)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def train(workspace: Workspace, path: Path, telling: Any) -> None:
    import torch

    from core.job import train_run
    from core.runs import RunFolder

    torch.set_num_threads(1)
    telling.send("begun")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    train_run(RunFolder(path), workspace, compare=False)


def training(workspace: Workspace, times: int, dice: random.Random) -> Tally:
    """Kill whoever trains until the run has ended all the same; begin the next run until it was killed often enough."""
    import peft  # noqa: F401, loaded here once for all
    import transformers  # noqa: F401

    from core.config import make_config
    from core.models.adapter import WEIGHTS
    from core.runs import RunFolder, RunState, create_run

    tally = Tally("kill -9 while training")
    snapshot, encoder = small_world(workspace), workspace.root / "encoder"
    with working(lambda telling: tiny_encoder(encoder)) as (process, _):  # so that this process has used no thread
        process.join()

    def new_run() -> RunFolder:
        run = create_run(workspace, make_config({"base": str(encoder), **SETTINGS}), snapshot)
        # Measured anew it might come out the other way.
        write_json(run.path / "compute.json", {"device": "cpu", "bf16": False, "reason": "bench"})
        return run

    def attempt(run: RunFolder, patience: float | None) -> None:
        with working(train, workspace, run.path) as (process, reader):
            reader.recv()
            process.join(patience)

    whole = new_run()
    began = time.monotonic()
    attempt(whole, None)
    takes = time.monotonic() - began
    assert whole.progress().state is RunState.SUCCEEDED, whole.progress()
    wanted = (whole.adapter / WEIGHTS).read_bytes()
    while tally.times < times:
        run = new_run()
        while tally.times < times:
            attempt(run, dice.uniform(0, 0.8 * takes))
            if run.progress().state is RunState.SUCCEEDED:
                break
            tally.times += 1
            tally.half += not _readable(run)
            tally.recovered += 1  # taken back below where the next start fails
        if run.progress().state is not RunState.SUCCEEDED:
            attempt(run, None)
        tally.acknowledged += 1
        state = run.progress().state
        tally.once += state is RunState.SUCCEEDED and (run.adapter / WEIGHTS).read_bytes() == wanted
        tally.lost += state is not RunState.SUCCEEDED
        tally.recovered -= state is not RunState.SUCCEEDED
    return tally


def _readable(run: Any) -> bool:
    from safetensors import SafetensorError, safe_open

    from core.training.checkpoint import POSITION, TENSORS

    try:
        read_json(run.path / "status.json", ReelignError)
        if run.checkpoint.is_dir():
            read_json(run.checkpoint / POSITION, ReelignError)
            with safe_open(run.checkpoint / TENSORS, "np") as tensors:
                tensors.keys()
        run.metrics()
    except (ReelignError, SafetensorError):
        return False
    return True


def app(folder: Path, times: int, dice: random.Random) -> Tally:
    """Kill the server among the presses of a key, and start it again."""
    from playwright.sync_api import sync_playwright
    from running import BROWSERS, Server, fill, free_port, launch, stop
    from test_label_keys import FILM, FIRST_CARD, burst, events, expected, saved, start
    from watching import presses

    tally = Tally("kill -9 of the app")
    workspace = Workspace(folder / "workspace")
    fill(workspace)
    port = free_port()
    server, process = Server(f"http://127.0.0.1:{port}", workspace), launch(workspace, folder, port)
    browser_path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for _ in range(times):
            context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
            page = context.new_page()
            name, place = start(page, server), dice.randrange(1, PRESSES)

            def kill(at: int, place: int = place, process: Any = process) -> None:
                if at == place:
                    stop(process, signal.SIGKILL)

            burst(page, 4, PRESSES, kill)
            made = presses(page)
            process = launch(workspace, folder, port)
            page.reload()
            page.locator(FILM).first.wait_for(timeout=FIRST_CARD)
            saved(page)
            recorded = events(server, name)
            tally.times += 1
            tally.recovered += 1
            tally.half += not sound(workspace)
            with LabelStore.open(workspace) as store:
                texts = {query.query_id: query.text for query in store.queries()}
            found = Counter((texts[event.query_id], event.movie_id, str(event.answer)) for event in recorded)
            tally.count(set(expected(made)), found)
            context.close()
        browser.close()
    stop(process)
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=100, help="kills while answering, and while importing")
    parser.add_argument("--training-times", type=int, default=100)
    parser.add_argument("--app-times", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    kinds = {"answers": answers, "imports": imports, "training": training}
    lines = []
    with tempfile.TemporaryDirectory() as temporary:
        for name, kind in kinds.items():
            times = given.training_times if name == "training" else given.times
            if times:
                lines.append(kind(Workspace(Path(temporary, name)), times, random.Random(given.seed)).cells())
                print(" | ".join(lines[-1]), file=sys.stderr, flush=True)
        if given.app_times:
            lines.append(app(Path(temporary), given.app_times, random.Random(given.seed)).cells())
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, seed {given.seed}")
    print(table(HEADERS, lines))


if __name__ == "__main__":
    main()
