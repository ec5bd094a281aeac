"""The model that serves follows promotions and the catalogue; whatever goes wrong, the old one goes on serving."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from small_catalog import FILMS

from core.catalog import Catalog, Movie, save_catalog
from core.config import make_config
from core.errors import CatalogError, ModelError, ServingError
from core.index import Kind, ask_for_kind, index_name
from core.judgments import LabelStore, NewQuery, Split, take_snapshot
from core.models.backbone import load_backbone
from core.models.loading import load_embedder
from core.runs import Progress, RunState, create_run, promote
from core.search import open_searcher
from core.serving import live as module
from core.serving.live import LiveModel, named_now
from core.workspace import Workspace

MORE = Catalog([*FILMS, Movie("m5", "Lighthouse", overview="A keeper alone.")])


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.01)


@contextmanager
def following(live: LiveModel) -> Iterator[None]:
    stop = threading.Event()
    thread = threading.Thread(target=live.follow, args=(stop,))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def eventually(true: Callable[[], bool]) -> None:
    for _ in range(2_000):
        if true():
            return
        time.sleep(0.01)
    pytest.fail("It did not come about.")


@pytest.fixture
def make_tuned(
    workspace: Workspace, tiny_folder: Callable[[str], Path], write_adapter: Callable[..., Path]
) -> Callable[[int], str]:
    """Return a function that makes a run that succeeded, tuned from a tiny model with random weights."""
    base = str(tiny_folder("bert"))
    with LabelStore.open(workspace) as store:
        store.add_queries([NewQuery("a heist", query_id="q", split=Split.TRAIN)])
        store.judge("q", "m1", "kim", "positive", event_id="e")
        snapshot = take_snapshot(store, workspace).path
    assert snapshot is not None

    def make(seed: int) -> str:
        run = create_run(workspace, make_config({"base": base}), snapshot)
        write_adapter(run.adapter, load_backbone(base, workspace).model, base, seed=seed)
        run.write_progress(Progress(RunState.SUCCEEDED))
        return run.name

    return make


def test_active_is_the_run_in_use_else_the_base(workspace: Workspace, make_tuned: Callable[[int], str]) -> None:
    assert named_now("active", workspace) == "e5-small"
    assert named_now("active+bm25", workspace) == "e5-small+bm25"
    run = make_tuned(1)
    promote(workspace, run)
    assert (named_now("active", workspace), named_now("active+bm25", workspace)) == (run, f"{run}+bm25")
    assert (named_now("bm25", workspace), named_now("minilm", workspace)) == ("bm25", "minilm")
    promote(workspace, None)
    assert named_now("active", workspace) == "e5-small"


def test_nothing_serves_before_the_first_model_is_loaded(live: LiveModel) -> None:
    with pytest.raises(ServingError, match="still being loaded"):
        _ = live.served
    assert not live.ready
    assert live.refresh()
    assert live.ready and not live.refresh(), "nothing has changed since"


def test_without_a_catalogue_or_a_model_the_first_loading_says_so(workspace: Workspace) -> None:
    with pytest.raises(CatalogError, match="no catalogue yet"):
        LiveModel(workspace, "bm25").refresh()
    save_catalog(FILMS, workspace)
    with pytest.raises(ModelError):
        LiveModel(workspace, str(workspace.root / "nowhere")).refresh()


def test_a_changed_catalogue_takes_the_place_of_the_old_one(live: LiveModel, quick: None) -> None:
    live.refresh()
    before = live.served
    with following(live):
        save_catalog(MORE, live.workspace)
        eventually(lambda: len(live.served.catalog) == len(MORE))
    assert live.served.retriever.search(["lighthouse"], 1)[0][0].movie_id == "m5"
    assert before.retriever.search(["lighthouse"], 1) == [[]], "whoever had begun to answer ends with the old one"


def test_a_promoted_run_takes_over_while_answers_go_on(
    live: LiveModel, quick: None, make_tuned: Callable[[int], str]
) -> None:
    first, second = make_tuned(1), make_tuned(2)
    promote(live.workspace, first)
    live.wanted = "active"
    live.refresh()
    rankings = {
        name: [hit.movie_id for hit in open_searcher(name, FILMS, live.workspace).search(["snow"], 4)[0]]
        for name in (first, second)
    }
    answers: list[tuple[str, str, list[str]]] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            served = live.served
            (hits,) = served.retriever.search(["snow"], 4)
            answers.append((served.model, served.index, [hit.movie_id for hit in hits]))

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    with following(live):
        promote(live.workspace, second)
        eventually(lambda: live.served.model == second)
        eventually(lambda: answers[-1][0] == second)
    done.set()
    for asker in askers:
        asker.join()
    assert {model for model, _, _ in answers} == {first, second}
    assert all(found == rankings[model] for model, _, found in answers), "never a mixture of both"
    assert len({(model, index) for model, index, _ in answers}) == 2


def test_a_catalogue_that_grows_is_encoded_by_the_model_that_is_loaded(
    live: LiveModel, make_tuned: Callable[[int], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    live.wanted = make_tuned(1)
    live.refresh()
    before = live.served.index
    monkeypatch.setattr(module, "load_embedder", lambda *given, **named: pytest.fail("It was loaded again."))
    save_catalog(MORE, live.workspace)
    assert live.refresh()
    assert live.served.index != before and len(live.served.retriever.search(["snow"], 9)[0]) == len(MORE)


def test_questions_leave_nothing_behind(live: LiveModel, make_tuned: Callable[[int], str]) -> None:
    live.wanted = make_tuned(1)
    live.refresh()
    before = sorted(live.workspace.vectors.rglob("*"))
    live.served.retriever.search(["a question that nobody has asked before"], 3)
    assert before and sorted(live.workspace.vectors.rglob("*")) == before


def test_what_cannot_be_loaded_is_said_and_the_old_goes_on_until_it_is_mended(live: LiveModel, quick: None) -> None:
    live.refresh()
    before = live.served
    with following(live):
        live.workspace.catalog.write_text("{damaged", encoding="utf-8")
        eventually(lambda: bool(live.problem))
        assert live.served is before and "catalog.jsonl, line 1" in live.problem
        save_catalog(MORE, live.workspace)
        eventually(lambda: len(live.served.catalog) == len(MORE))
        eventually(lambda: not live.problem)


def test_a_failure_that_no_file_explains_is_tried_again(
    live: LiveModel, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_SECONDS", 0.0)
    live.refresh()
    failures = iter([MemoryError("full"), OSError("disk")])
    opened = module.LexicalIndex

    def sometimes(catalog: Catalog) -> object:
        for failure in failures:
            raise failure
        return opened(catalog)

    monkeypatch.setattr(module, "LexicalIndex", sometimes)
    with following(live):
        save_catalog(MORE, live.workspace)
        eventually(lambda: len(live.served.catalog) == len(MORE))


def test_the_kind_of_index_that_was_asked_for_serves(live: LiveModel, tiny_folder: Callable[[str], Path]) -> None:
    live.wanted = str(tiny_folder("bert"))
    embedder = load_embedder(live.wanted, live.workspace, device="cpu")
    ask_for_kind(embedder, Kind.HNSW, live.workspace)
    live.refresh()
    assert live.served.index == index_name(embedder, live.served.catalog, Kind.HNSW)
    assert live.served.retriever.search(["snow"], 2)[0]
