"""A live service over a few films, searched by words, and the code of docs/serving.md, run as a reader would run it."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.catalog import Catalog, Movie, save_catalog
from core.serving.live import LiveModel
from core.serving.server import Service, listen
from core.workspace import REPOSITORY, Workspace

FILMS = Catalog(
    [
        Movie(
            "m1",
            "Harbour Diver",
            "항구의 잠수부",
            1999,
            overview="A diver waits for winter.",
            overview_ko="겨울의 항구.",
        ),
        Movie("m2", "Winter", "겨울", 2001, overview="Snow falls on a harbour.", overview_ko="항구에 눈이 온다."),
        Movie("m3", "Desert", "사막", 2003, overview="Sand.", overview_ko="모래."),
    ]
)


@contextmanager
def service(folder: Path) -> Iterator[tuple[LiveModel, str]]:
    """Serve the films on a free port, ready at once; yield the model and the address."""
    workspace = Workspace(folder)
    save_catalog(FILMS, workspace)
    live = LiveModel(workspace, "bm25")
    live.refresh()
    listening = listen("127.0.0.1", 0)
    started = Service(live, listening)
    thread = threading.Thread(target=started.run)
    thread.start()
    try:
        yield live, f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        started.stop()
        thread.join()


def retriever_of_document(package: str) -> Any:
    """Return the retriever class that the document's code for a package makes."""
    document = (REPOSITORY / "docs" / "serving.md").read_text(encoding="utf-8")
    (code,) = [code for code in re.findall(r"```python\n(.*?)\n```", document, flags=re.DOTALL) if package in code]
    names: dict[str, Any] = {}
    exec(code, names)
    return names["ReelignRetriever"]
