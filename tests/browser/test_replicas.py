"""Two replicas of the dashboard behind a proxy, each with a workspace of its own: one database, one store, one team.

The proxy runs with docs/haproxy.cfg, the very file that a team is told to use.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL
from typing import Any

import pytest
from postgres.cluster import Cluster
from running import fill, free_port, launch, stop, unavailable

from core.judgments import LabelStore, take_snapshot
from core.object_store import Kind, offer
from core.runs import Progress, RunFolder, RunState
from core.workspace import REPOSITORY, Workspace

pytestmark = [pytest.mark.browser, pytest.mark.model]

PATIENCE = 60_000  # milliseconds
FIRST_CARD = 300_000
CONFIGURATION = REPOSITORY / "docs" / "haproxy.cfg"
COOKIE = "REELIGN_REPLICA"
RUN = "20261124-120000-e5-small-0a1b"
NAME = "mina"


@dataclass(frozen=True, slots=True)
class Replica:
    """One dashboard: where it answers without the proxy, its process, and its workspace."""

    url: str
    process: subprocess.Popen[bytes]
    workspace: Workspace


@dataclass(frozen=True, slots=True)
class Team:
    """The address that curators know, the replicas by their name in the proxy, and the database that they share."""

    url: str
    replicas: dict[str, Replica]
    database: str


@pytest.fixture(scope="module")
def team(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    proxy = shutil.which("haproxy") or shutil.which("/usr/sbin/haproxy")
    if proxy is None:
        pytest.skip("HAProxy is not installed ('make setup-dev' installs it where it may).")
    pytest.importorskip("fsspec", reason="fsspec is not installed (requirements-store.txt).")
    folder = tmp_path_factory.mktemp("team")
    (folder / "share").mkdir()
    database = postgres.label_database()
    started: list[subprocess.Popen[bytes]] = []
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("REELIGN_DATABASE_URL", database)
        environment.setenv("REELIGN_STORE", f"file://{folder / 'share'}")
        environment.setenv("STREAMLIT_SERVER_COOKIE_SECRET", "the-same-for-both-of-them")
        fill(Workspace(folder / "a"))
        replicas = {}
        try:
            for name in ("a", "b"):
                (folder / name).mkdir(exist_ok=True)
                workspace, port = Workspace(folder / name), free_port()
                started.append(launch(workspace, folder / name, port))
                replicas[name] = Replica(f"http://127.0.0.1:{port}", started[-1], workspace)
            port = free_port()
            settings = {
                "REELIGN_PORT": str(port),
                "REELIGN_A": replicas["a"].url.removeprefix("http://"),
                "REELIGN_B": replicas["b"].url.removeprefix("http://"),
            }
            with (folder / "proxy.log").open("wb") as log:
                process = subprocess.Popen(
                    [proxy, "-db", "-f", str(CONFIGURATION)],
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    env={**os.environ, **settings},
                )
            started.append(process)
            url = f"http://127.0.0.1:{port}"
            wait_for(url, folder / "proxy.log")
            yield Team(url, replicas, database)
        finally:
            for process in reversed(started):
                if process.poll() is None:
                    stop(process)
    postgres.take_back(database)


def wait_for(url: str, log: Path) -> None:
    for _ in range(100):
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    unavailable(f"The proxy did not answer:\n{log.read_text(errors='replace')[-2000:]}")


def answers(team: Team) -> list[tuple[str, str]]:
    with LabelStore(team.database) as store:
        return [(event.query_id, event.movie_id) for event in store.events() if event.annotator == NAME]


def saved(page: Any, team: Team, count: int) -> None:
    """Wait until nothing waits in the browser and the database has that many answers."""
    empty = "() => !Object.keys(localStorage).some((name) => name.startsWith('reelign/outbox/'))"
    deadline = time.monotonic() + PATIENCE / 1000
    while len(answers(team)) < count and time.monotonic() < deadline:
        page.wait_for_timeout(200)
    page.wait_for_function(empty, timeout=PATIENCE)
    assert len(answers(team)) == count


def serving(page: Any) -> str:
    """Return which replica the proxy has given this browser."""
    return next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == COOKIE)


def press(page: Any) -> str:
    """Answer the film on screen and return it."""
    page.wait_for_timeout(1500)  # a card counts once it has been there for a moment
    film = str(page.locator("article.film").first.get_attribute("data-movie"))
    page.keyboard.press("j")
    return film


def test_a_team_labels_through_the_proxy_and_outlives_a_replica(team: Team, page: Any, browser: Any) -> None:
    page.goto(team.url)
    page.get_by_role("textbox").first.fill(NAME, timeout=PATIENCE)
    page.keyboard.press("Enter")
    page.locator("article.film").first.wait_for(timeout=FIRST_CARD)
    mine = serving(page)
    first = press(page)
    saved(page, team, 1)
    page.reload()
    page.locator("article.film").first.wait_for(timeout=PATIENCE)
    assert serving(page) == mine, "a browser stays with its replica"

    here = team.replicas[mine].workspace
    (other,) = [one for name, one in team.replicas.items() if name != mine]
    with LabelStore(team.database) as store:
        taken = take_snapshot(store, here)
    run = RunFolder(here.runs / RUN)
    run.path.mkdir(parents=True)
    run.write_progress(Progress(RunState.SUCCEEDED))
    offer(here, Kind.RUNS, RUN)

    with browser.new_context(locale="en-US") as elsewhere:
        colleague = elsewhere.new_page()
        colleague.goto(f"{other.url}/labels")
        colleague.get_by_text("Snapshots", exact=True).first.click(timeout=PATIENCE)
        # It names the snapshot of the labels as they stand, so it has seen the answer, too.
        colleague.get_by_text(taken.name).first.wait_for(timeout=PATIENCE)
        assert (other.workspace.runs / RUN / "status.json").is_file()
        assert (other.workspace.snapshots / f"{taken.name}.jsonl").is_file()

    second = press(page)
    stop(team.replicas[mine].process, SIGKILL)
    page.wait_for_timeout(3000)  # the proxy looks every second
    page.reload()
    page.locator("article.film").first.wait_for(timeout=FIRST_CARD)
    assert serving(page) != mine
    saved(page, team, 2)
    third = press(page)
    saved(page, team, 3)
    assert [film for _, film in answers(team)] == [first, second, third]
