"""The model that serves, followed as it changes: what is new is loaded beside the old, then takes its place.

Whoever answers takes ``served`` once and works with it to the end, so an answer never mixes two models or catalogues.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING

from core.catalog import Catalog, load_catalog
from core.config import make_config
from core.errors import ReelignError, ServingError
from core.files import version_of
from core.index import kind_for_search, open_index
from core.lexical import LexicalIndex
from core.models.loading import load_embedder
from core.object_store import Follower
from core.retrievers import FUSED, Retriever, make_retriever
from core.runs import active_model
from core.runs.lifecycle import ACTIVE as ACTIVE_FILE
from core.search import Searcher
from core.workspace import Workspace

if TYPE_CHECKING:
    from core.models.embedder import Embedder

log = logging.getLogger(__name__)

ACTIVE = "active"
POLL_SECONDS = 2.0
RETRY_SECONDS = 60.0  # after a failure that no changed file explains, such as a full memory


@dataclass(frozen=True, slots=True)
class Served:
    """What answers are made from: a retriever over a catalogue. ``index`` is empty for search by words alone."""

    model: str
    retriever: Retriever
    catalog: Catalog
    index: str
    since: datetime


def named_now(wanted: str, workspace: Workspace) -> str:
    """Return the retriever that a name stands for now: ``active`` is the run in use, else the base.

    ``active+bm25`` is that model fused with search by words. Any other name stands for itself.

    Raises:
        RunError: the record of the active model is damaged.
    """
    if wanted.removesuffix(FUSED) != ACTIVE:
        return wanted
    model = active_model(workspace) or make_config({}).base
    return model + FUSED if wanted.endswith(FUSED) else model


class LiveModel:
    """The retriever that a name stands for, kept up with promotions and with the catalogue.

    Attributes:
        problem: why what is new could not be loaded, empty where all is well.
        loads: how often something new has begun to serve.
    """

    def __init__(self, workspace: Workspace, wanted: str = ACTIVE, *, device: str = "auto") -> None:
        self.workspace = workspace
        self.wanted = wanted
        self.device = device
        self.problem = ""
        self.loads = 0
        self._served: Served | None = None
        self._embedder: tuple[str, Embedder] | None = None
        self._seen: tuple[object, ...] = ()

    @property
    def ready(self) -> bool:
        return self._served is not None

    @property
    def served(self) -> Served:
        """What serves now.

        Raises:
            ServingError: the first model is still being loaded.
        """
        if self._served is None:
            raise ServingError("The model is still being loaded. Ask again in a few seconds.")
        return self._served

    def refresh(self) -> bool:
        """Load what the workspace asks for, unless it serves already; return whether something new serves now.

        A changed catalogue under the same model is encoded by the model that is loaded: only its new films are.

        Raises:
            ReelignError: the model or the catalogue cannot be used; what served before goes on serving.
        """
        self._seen = self._versions()  # before reading, so that a change meanwhile is not missed
        name = named_now(self.wanted, self.workspace)
        catalog = load_catalog(self.workspace)
        old = self._served
        if old is not None and (name, catalog.fingerprint) == (old.model, old.catalog.fingerprint):
            return False
        log.info("Loading %s over %d films.", name, len(catalog))
        opened: list[tuple[str, Embedder]] = []

        def open_model(model: str) -> Searcher:
            embedder = self._embedder_of(model)
            opened.append((model, embedder))
            kind = kind_for_search(embedder, len(catalog), self.workspace)
            index = open_index(embedder, catalog, self.workspace, _log_progress, kind)
            return Searcher(embedder.without_cache(), index)

        retriever = make_retriever(name, open_model, lambda: LexicalIndex(catalog))
        index = retriever.origin().get("index", "")
        self._served = Served(name, retriever, catalog, index, datetime.now(UTC))
        self._embedder = opened[0] if opened else None
        self.loads += 1
        log.info("Serving %s over %d films.", name, len(catalog))
        return True

    def follow(self, stop: Event) -> None:
        """Look every few seconds whether another run was promoted or the catalogue has changed, until ``stop``.

        Whatever goes wrong is logged and kept in ``problem``, and what served before goes on serving.
        """
        tried = time.monotonic()
        store = Follower(self.workspace)
        while not stop.wait(POLL_SECONDS):
            store.follow(0)
            retry = bool(self.problem) and time.monotonic() - tried >= RETRY_SECONDS
            if self._versions() == self._seen and not retry:
                continue
            tried = time.monotonic()
            try:
                self.refresh()
                self.problem = ""
            except ReelignError as reason:
                self._keep_old(" ".join(str(reason).split()))
            except Exception as reason:  # a full memory or disk must not end the answers either
                log.exception("The new model or catalogue could not be loaded.")
                self._keep_old(f"{type(reason).__name__}: {reason}")

    def _keep_old(self, problem: str) -> None:
        self.problem = problem
        log.warning("What is new cannot be loaded, so %s goes on serving: %s", self.served.model, problem)

    def _embedder_of(self, model: str) -> Embedder:
        if self._embedder is not None and self._embedder[0] == model:
            return self._embedder[1]
        return load_embedder(model, self.workspace, device=self.device)

    def _versions(self) -> tuple[object, ...]:
        return tuple(version_of(path) for path in (self.workspace.artifacts / ACTIVE_FILE, self.workspace.catalog))


def _log_progress(done: int, total: int) -> None:
    if done == total:
        log.info("%d films encoded.", total)
