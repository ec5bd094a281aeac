"""The real server over a small workspace, and a real browser in front of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from running import BROWSERS, Server, fill, running, unavailable

from core.workspace import Workspace


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A dashboard over a few films and queries, nothing labelled."""
    folder = tmp_path_factory.mktemp("browser")
    workspace = Workspace(folder / "workspace")
    fill(workspace)
    with running(workspace, folder) as started:
        yield started


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Start a browser without a window."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed ('make setup').")
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    with playwright.sync_playwright() as running:
        if path is None and not Path(running.chromium.executable_path).exists():
            unavailable("No Chromium was found ('make setup' installs one).")
        opened = running.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """Open an empty tab of its own, English, as wide as a laptop."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    yield context.new_page()
    context.close()
