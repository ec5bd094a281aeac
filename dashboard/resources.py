"""What pages read through: the workspace, the label store, the catalogue, and loaded models.

Cached across sessions and keyed on fingerprints, never on arrays. Everything returned is safe to share between
threads.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from core import runs
from core.catalog import Catalog, load_catalog
from core.evaluation import Comparison, load_comparison
from core.index import Hit
from core.judgments import LabelStore, Truth, truth
from core.judgments.by_query import StandingJudgments
from core.judgments.pool import RandomFilms
from core.lexical import LexicalIndex
from core.object_store import Follower, Shared, refresh
from core.retrievers import FUSED, FUSION_DEPTH, LEXICAL, Retriever, fuse, make_retriever
from core.runs import RunFolder, RunState, active_model, list_runs, open_run
from core.search import Searcher, open_searcher
from core.training.mining import MinedNegative, load_mined
from dashboard.guarded_store import guarded
from dashboard.permission import require
from dashboard.permission import workspace as workspace  # this module is where pages read it
from dashboard.strings import t

DEFAULT_BASE = "e5-small"
MOST_MODELS = 4


@st.cache_resource
def prepare_workspace() -> None:
    """Fill a new workspace with the starter set, once."""
    from core.starter import load_starter

    refresh(workspace(), Shared.CATALOG)  # a team's catalogue, where there is one, comes before the starter set
    load_starter(workspace(), _own_store())  # it is no curator's doing


@st.cache_resource
def team_store() -> Follower:
    """Return what keeps this replica up with the team's object store."""
    return Follower(workspace())


@st.cache_resource
def store() -> LabelStore:
    """Return the label store. Each write asks first whether whoever works here may do it."""
    return guarded(_own_store(), require)


@st.cache_resource
def _own_store() -> LabelStore:
    return LabelStore.open(workspace())


def catalog() -> Catalog:
    """Return the catalogue as it is now."""
    stat = workspace().catalog.stat() if workspace().catalog.exists() else None
    return _catalog((stat.st_mtime_ns, stat.st_size) if stat else (0, 0))


def catalog_or_none() -> Catalog | None:
    """Return the catalogue as it is now, ``None`` before one has been imported."""
    return catalog() if workspace().catalog.exists() else None


@st.cache_resource(max_entries=2)
def _catalog(version: tuple[int, int]) -> Catalog:
    return load_catalog(workspace())


def searcher(name: str) -> Searcher:
    """Return a model with its index over the catalogue, behind a progress bar while it loads.

    Raises:
        ReelignError: the model or the catalogue cannot be used.
    """
    films = catalog()
    key = (name, films.fingerprint)
    loaded, lock = _searchers(), _loading()
    if (known := loaded.get(key)) is not None:
        return known
    bar = st.progress(0.0, text=t("common.loading_model", name=name))

    def show(done: int, total: int) -> None:
        bar.progress(done / total, text=t("common.encoding", done=done, total=total))

    try:
        with lock:  # whoever comes second finds what the first has loaded
            if key not in loaded:
                while len(loaded) >= MOST_MODELS:
                    loaded.pop(next(iter(loaded)))
                loaded[key] = open_searcher(name, films, workspace(), progress=show)
            return loaded[key]
    finally:
        bar.empty()


def retriever(name: str) -> Retriever:
    """Return what ranks films under a name: a model, search by words, or the two fused.

    Raises:
        ReelignError: the model or the catalogue cannot be used.
    """
    return make_retriever(name, searcher, lambda: _lexical_index(catalog().fingerprint))


def found(name: str, text: str, k: int) -> tuple[Hit, ...]:
    """Return the ``k`` films that ``retriever(name)`` ranks first for a text, best first.

    The latest searches are kept in memory, those of a fusion by its parts, and nothing on disk: what somebody types
    seldom comes again.

    Raises:
        ReelignError: the model or the catalogue cannot be used.
    """
    if name.endswith(FUSED):
        depth = max(k, FUSION_DEPTH)
        return tuple(fuse([found(part, text, depth) for part in (name.removesuffix(FUSED), LEXICAL)], k))
    films = catalog().fingerprint
    ranks = make_retriever(name, lambda model: searcher(model).without_cache(), lambda: _lexical_index(films))
    return _found(name, films, text, k, ranks)


@st.cache_resource(max_entries=2_000, show_spinner=False)
def _found(name: str, catalog_fingerprint: str, text: str, k: int, _retriever: Retriever) -> tuple[Hit, ...]:
    return tuple(_retriever.search([text], k)[0])


@st.cache_resource
def _searchers() -> dict[tuple[str, str], Searcher]:
    """The loaded models. A cached function would replay the progress bar into other sessions, and fail at it."""
    return {}


@st.cache_resource
def _loading() -> threading.Lock:
    return threading.Lock()


def active_run() -> str | None:
    """Return the run that serves now, ``None`` while the base does."""
    return active_model(workspace())


def serving_models() -> tuple[str, ...]:
    """Return the models whose best films are judged: the base and, where one is active, the run tuned from it.

    Raises:
        RunError: the active run's settings cannot be read.
    """
    run = active_run()
    return (open_run(workspace(), run).config().base, run) if run else (DEFAULT_BASE,)


def top_films(name: str, texts: Sequence[str], k: int) -> dict[str, tuple[str, ...]]:
    """Return the ids of the ``k`` films a model finds for each text, best first; each text is searched once.

    Raises:
        ReelignError: the model or the catalogue cannot be used.
    """
    known = _top_films(name, catalog().fingerprint, k)
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if missing:
        hits = searcher(name).search(missing, k)
        known.update(zip(missing, (tuple(hit.movie_id for hit in found) for found in hits), strict=True))
    return {text: known[text] for text in texts}


@st.cache_resource(max_entries=4, show_spinner=False)
def _top_films(name: str, catalog_fingerprint: str, k: int) -> dict[str, tuple[str, ...]]:
    return {}


def lexical_films(texts: Sequence[str], k: int) -> dict[str, tuple[str, ...]]:
    """Return the ids of up to ``k`` films that share words with each text, best first; each is searched once.

    Raises:
        CatalogError: the catalogue cannot be read.
    """
    films = catalog()
    known = _lexical_films(films.fingerprint, k)
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if missing:
        found = _lexical_index(films.fingerprint).search(missing, k)
        known.update(zip(missing, (tuple(movie_id for movie_id, _ in hits) for hits in found), strict=True))
    return {text: known[text] for text in texts}


@st.cache_resource(max_entries=2, show_spinner=False)
def _lexical_films(catalog_fingerprint: str, k: int) -> dict[str, tuple[str, ...]]:
    return {}


@st.cache_resource(max_entries=1, show_spinner=False)
def _lexical_index(catalog_fingerprint: str) -> LexicalIndex:
    return LexicalIndex(catalog())


def random_films() -> RandomFilms:
    """Return the films of the catalogue in the order in which the lot falls on them for each query."""
    return _random_films(catalog().fingerprint)


@st.cache_resource(max_entries=1, show_spinner=False)
def _random_films(catalog_fingerprint: str) -> RandomFilms:
    return RandomFilms(catalog().ids)


def standing_judgments() -> StandingJudgments:
    """Return what everybody's judgments are now, by query; only what has changed is read anew."""
    judged = _standing_judgments()
    judged.follow(store())
    return judged


@st.cache_resource(show_spinner=False)
def _standing_judgments() -> StandingJudgments:
    return StandingJudgments()


@st.cache_resource(max_entries=8, show_spinner=False)
def set_aside(loaded: tuple[object, ...]) -> None:
    """Spare the garbage collector what has been loaded to stay; again once ``loaded`` names something else.

    Streamlit collects after every run of a page, and a collection walks over all objects there are: a quarter of a
    second beside a language model, seconds beside a million judgments, in which nobody's answer is taken.
    """
    gc.unfreeze()  # what has been dropped since may be garbage
    gc.collect()
    gc.freeze()


def guideline_version() -> int | None:
    """Return the version of the guideline that holds now, ``None`` before the team has written one."""
    guideline = store().guidelines.current()
    return guideline.version if guideline else None


def standing_truth() -> Truth:
    """Return what all judgments say together as they stand now."""
    return _truth(store().last_event_number())


@st.cache_resource(max_entries=2, show_spinner=False)
def _truth(last_event: int) -> Truth:
    return truth(standing_judgments().all())


def judged_pairs() -> frozenset[tuple[str, str]]:
    """Return (query id, movie id) of every pair that anybody has judged, or was unsure of."""
    return _judged_pairs(store().last_event_number())


@st.cache_resource(max_entries=2, show_spinner=False)
def _judged_pairs(last_event: int) -> frozenset[tuple[str, str]]:
    return frozenset((judgment.query_id, judgment.movie_id) for judgment in standing_judgments().all())


def last_mining() -> RunFolder | None:
    """Return the newest run that succeeded and mined negatives, ``None`` before there is one."""
    mining = (run for run in list_runs(workspace()) if run.mined.is_file())
    return next((run for run in mining if run.progress().state is RunState.SUCCEEDED), None)


def mined(run: RunFolder) -> tuple[MinedNegative, ...]:
    """Return the negatives that a run mined, none where it mined none; the file is read once.

    Raises:
        TrainingError: the file is damaged.
    """
    if not run.mined.is_file():
        return ()
    stat = run.mined.stat()
    return _mined(run.mined, stat.st_mtime_ns, stat.st_size)


@st.cache_resource(max_entries=8, show_spinner=False)
def _mined(path: Path, changed: int, size: int) -> tuple[MinedNegative, ...]:
    return tuple(load_mined(path))


@st.cache_resource(max_entries=64, show_spinner=False)
def comparison(name: str) -> Comparison:
    """Return a saved comparison; they never change.

    Raises:
        EvaluationError: its file is gone or damaged.
    """
    return load_comparison(name, workspace())


def active_history() -> list[dict[str, Any]]:
    """Return who made which run active and when, newest first; the run is ``None`` where it was the base."""
    return runs.active_history(workspace())
