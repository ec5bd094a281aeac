"""A second start: seconds to the first page, and the memory of the app with e5-small and the starter set loaded.

Run: .venv/bin/python tests/bench/bench_start.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "browser")]

from running import BROWSERS, free_port

CARD = "article.film"


def open_app(page: Page, workspace: str, port: int) -> tuple[subprocess.Popen[bytes], float, float]:
    """Start the app and return its process, seconds to the first page, and seconds to the first film to judge."""
    started = time.monotonic()
    command = ["make", "-s", "-C", str(ROOT), "run", f"PORT={port}", f"WORKSPACE={workspace}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    while True:
        try:
            page.goto(f"http://127.0.0.1:{port}")
            break
        except Exception:  # refused until the server listens
            time.sleep(0.05)
    name = page.get_by_role("textbox").first
    name.wait_for(timeout=120_000)
    first_page = time.monotonic() - started
    name.fill("bench")
    page.keyboard.press("Enter")
    page.locator(CARD).wait_for(timeout=600_000)
    return process, first_page, time.monotonic() - started


def main() -> None:
    import shutil

    browser_path = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    with tempfile.TemporaryDirectory() as workspace, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
        for label in ("first start", "second start"):
            page = browser.new_context().new_page()
            process, first_page, first_film = open_app(page, workspace, free_port())
            family = psutil.Process(process.pid).children(recursive=True)
            memory = sum(child.memory_info().rss for child in family) / 1e9
            print(
                f"{label}: first page {first_page:.1f} s, first film {first_film:.1f} s, memory {memory:.2f} GB",
                flush=True,
            )
            for child in family:
                child.terminate()
            process.wait()
        browser.close()


if __name__ == "__main__":
    main()
