"""A small workspace, and runs written by hand in any state, for the pages that show them."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.testing.v1 import AppTest

from core.catalog import Catalog, Movie, save_catalog
from core.config import TrainConfig
from core.judgments import Answer, LabelStore, NewQuery, Split, take_snapshot
from core.runs import Progress, RunFolder, RunState, create_run
from core.training.mining import MinedNegative, save_mined
from core.workspace import Workspace

APP = Path(__file__).parents[2] / "dashboard" / "app.py"
FILMS = 12
SPLITS = [Split.TRAIN] * 5 + [Split.DEV] * 2 + [Split.TEST]


def make_workspace(root: Path) -> Workspace:
    """Return a workspace with 12 films and 8 queries, each with two films judged positive and one negative.

    The first train query has another positive that the catalogue does not have.
    """
    workspace = Workspace(root)
    save_catalog(Catalog(Movie(f"m{number}", f"Film {number}", f"영화 {number}") for number in range(FILMS)), workspace)
    with LabelStore.open(workspace) as store:
        for number, split in enumerate(SPLITS):
            query = store.add_queries([NewQuery(f"a film about {number} things", f"q{number}", split=split)])[0]
            for movie, answer in ((number, "positive"), (number + 1, "positive"), (number + 2, "negative")):
                judge(store, query.query_id, f"m{movie}", "mina", answer)
        judge(store, "q0", "gone", "mina", "positive")
    return workspace


def judge(store: LabelStore, query_id: str, movie_id: str, who: str, answer: str) -> None:
    """Record one answer."""
    store.judge(query_id, movie_id, who, Answer(answer), event_id=str(uuid.uuid4()))


def make_run(
    workspace: Workspace,
    state: RunState,
    *,
    config: TrainConfig | None = None,
    message: str = "",
    metrics: list[dict[str, Any]] | None = None,
    mined_films: list[MinedNegative] | None = None,
    step: int = 2,
    **report: Any,
) -> RunFolder:
    """Return a run in a state; one that succeeded has a report, changed by ``report``."""
    with LabelStore.open(workspace) as store:
        snapshot = take_snapshot(store, workspace)
    assert snapshot.path is not None
    run = create_run(workspace, config or TrainConfig(), snapshot.path, by="mina")
    for row in simple_metrics() if metrics is None else metrics:
        run.append_metric(row)
    if mined_films is not None:
        save_mined({"": mined_films}, run.mined)
    run.log.write_text("the last words of the log\n", encoding="utf-8")
    if state is RunState.SUCCEEDED:
        run.adapter.mkdir()
        written = {
            "run": run.name,
            "seconds": 90.0,
            "pairs": 10,
            "pairs_an_epoch": 10,
            "queries": 5,
            "negatives": 5,
            "steps": 3,
        }
        written |= {"alpha": 0.5, "dev": {"base": 0.4, "tuned": 0.5}, "dev_queries": 2, "dev_films": 12}
        written |= {"device": "cpu", "precision": "float32", "catalog": "c" * 64, "snapshot": snapshot.fingerprint}
        (run.path / "report.json").write_text(json.dumps(written | report), encoding="utf-8")
    now = time.time()
    run.write_progress(Progress(state, message, step, 6, 1, 3, "cpu", now, now, 8.0 if state.active else None))
    return run


def simple_metrics() -> list[dict[str, Any]]:
    """Return the rows of a training that dev queries choose for: two steps of its first epoch."""
    return [dev_row(0, 0.4), step_row(1), step_row(2), dev_row(1, 0.5)]


def folded_metrics(trials: int, scores: tuple[float, ...] = (), steps: int = 0) -> list[dict[str, Any]]:
    """Return the rows of a cross-validation in three parts of two steps: ``trials`` steps of them, scores by epoch from
    0, and steps of the last training.
    """
    rows: list[dict[str, Any]] = [
        {"kind": "fold", "fold": 1 + step // 2, "step": step + 1, "epoch": 1 + step % 2, "loss": 1.5 - step / 10}
        for step in range(trials)
    ]
    return [*rows, *(dev_row(*score) for score in enumerate(scores)), *(step_row(step + 1) for step in range(steps))]


def step_row(step: int) -> dict[str, Any]:
    return {"kind": "step", "step": step, "epoch": 1, "loss": 1 / step, "cosine_mean": 0.5, "cosine_spread": 0.1}


def dev_row(epoch: int, score: float) -> dict[str, Any]:
    return {"kind": "dev", "epoch": epoch, "nDCG@10": score}


def strength_row(alpha: float, score: float, titles: float) -> dict[str, Any]:
    return {"kind": "strength", "alpha": alpha, "nDCG@10": score, "titles": titles}


def open_page(page: str, **query: str) -> AppTest:
    """Return a page of the dashboard in English, drawn once, in the workspace of ``REELIGN_WORKSPACE``."""
    st.cache_resource.clear()
    app = AppTest.from_file(str(APP), default_timeout=30)
    app.session_state["language"] = "en"
    app.session_state["curator"] = "mina"
    for name, value in query.items():
        app.query_params[name] = value
    app.switch_page(f"views/{page}.py")
    return app.run()


def words(app: AppTest) -> str:
    """Return everything the page says."""
    kinds = ("text", "markdown", "caption", "info", "warning", "error", "success", "subheader", "title", "code")
    return "\n".join(str(element.value) for kind in kinds for element in app.get(kind))


def button(app: AppTest, label: str) -> Any:
    """Return the only button with this label."""
    found = [element for element in app.button if element.label == label]
    assert len(found) == 1, f"{len(found)} buttons named {label!r} among {[element.label for element in app.button]}"
    return found[0]


def labels(app: AppTest) -> list[str]:
    """Return the labels of all buttons."""
    return [element.label for element in app.button]
