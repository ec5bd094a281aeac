"""Taking stock reads what is there; cleaning deletes what was planned and nothing else; labels are never touched."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.activity_log import logged
from core.cli import main
from core.config import make_config
from core.evaluation.comparison import Comparison, compare_rankings
from core.evaluation.kept_rankings import RANKINGS, KeptRankings, keep_rankings
from core.evaluation.storage import save_comparison
from core.files import write_json, write_text
from core.index import MovieIndex, save_index
from core.models.cache import VectorCache, text_key
from core.retention import Kind, Rules, carry_out, plan, take_stock
from core.runs import Progress, RunFolder, RunState, create_run, promote
from core.runs.lock import held
from core.workspace import ENVIRONMENT_VARIABLE, Workspace

DAYS = 24 * 3600
VECTORS = np.eye(2, 4, dtype=np.float32)


def new_run(workspace: Workspace, state: RunState = RunState.SUCCEEDED) -> RunFolder:
    snapshot = workspace.snapshots / "abc.jsonl"
    write_text(snapshot, "{}\n")
    run = create_run(workspace, make_config({"base": "minilm"}), snapshot)
    run.write_progress(Progress(state))
    return run


def compared(workspace: Workspace, tuned: str) -> Comparison:
    ranked = {"q1": ["m1", "m2"]}
    kept = KeptRankings(ranked, ranked, {"q1": {"m1": 1, tuned: 0}})
    keep_rankings(kept, workspace)
    comparison = compare_rankings(
        ranked,
        ranked,
        kept.qrels,
        base_name="minilm+bm25",
        tuned_name=tuned,
        queries={"q1": "?"},
        lineage={RANKINGS: kept.fingerprint},
    )
    save_comparison(comparison, workspace)
    return comparison


def index_of(workspace: Workspace, model: str, number: int) -> Path:
    folder = workspace.indexes / f"{number:016x}"
    save_index(MovieIndex(("m1", "m2"), VECTORS, f"{number:064x}"), folder, {"model": model, "catalog": "then"})
    return folder


@pytest.fixture
def two_runs(workspace: Workspace) -> tuple[RunFolder, RunFolder]:
    """Return an older and a newer run, each with vectors, an index and a comparison, beside labels."""
    runs = tuple(sorted((new_run(workspace) for _ in range(2)), key=lambda run: run.name))
    for number, run in enumerate(runs):
        VectorCache(workspace.vectors / f"{number:016x}", 4, run.name).put([text_key("a"), text_key("b")], VECTORS)
        index_of(workspace, run.name, number)
        compared(workspace, run.name)
    for name in ("labels.sqlite3", "catalog.jsonl"):
        write_text(workspace.root / "labels" / name, "precious")
    return runs[0], runs[1]


def there(workspace: Workspace) -> set[str]:
    return {str(path.relative_to(workspace.root)) for path in workspace.root.rglob("*") if path.is_file()}


def test_stock_holds_everything_with_its_models_and_sizes(
    workspace: Workspace, two_runs: tuple[RunFolder, RunFolder]
) -> None:
    promote(workspace, two_runs[0].name)
    promote(workspace, two_runs[1].name)
    write_text(workspace.comparisons / "2026-damaged.json", "{")
    (workspace.vectors / "unknown").mkdir()
    stock = take_stock(workspace)
    assert (stock.active, stock.before, stock.catalog) == (two_runs[1].name, two_runs[0].name, "")
    assert [run.name for run in stock.of(Kind.RUN)] == [two_runs[1].name, two_runs[0].name]
    assert {run.models for run in stock.of(Kind.RUN)} == {("minilm",)}
    assert sorted(one.models for one in stock.of(Kind.COMPARISON)) == [
        (), ("minilm", two_runs[0].name), ("minilm", two_runs[1].name)
    ]  # fmt: skip
    assert {one.models for one in stock.of(Kind.VECTORS)} == {(run.name,) for run in two_runs} | {()}
    assert {one.models for one in stock.of(Kind.INDEX)} == {(run.name,) for run in two_runs}
    assert len(stock.of(Kind.RANKINGS)) == 2 and all(one.bytes > 0 for one in stock.of(Kind.RANKINGS))


def test_what_was_planned_goes_and_labels_and_the_run_in_use_stay_to_the_byte(
    workspace: Workspace, two_runs: tuple[RunFolder, RunFolder]
) -> None:
    older, newer = two_runs
    promote(workspace, newer.name)
    before = there(workspace)
    decisions = plan(take_stock(workspace), Rules(keep_runs=0, older_than=0), time.time() + 1)
    assert there(workspace) == before, "a plan deletes nothing"
    gone = {(one.kind, one.name): why for one, why in carry_out(decisions, workspace)}
    assert set(gone.values()) == {""}
    expected = {path for path in before if older.name not in path and f"{0:016x}" not in path}
    lost = before - there(workspace)
    assert {kind for kind, _ in gone} == set(Kind)
    assert all(not path.startswith("labels/") and newer.name not in path for path in lost)
    assert there(workspace) <= expected and not list(workspace.artifacts.rglob(".*"))
    assert len(list(workspace.comparisons.glob("*.json"))) == len(list(workspace.vectors.iterdir())) == 1


def test_a_run_that_came_into_use_meanwhile_stays_with_all_that_is_its(
    workspace: Workspace, two_runs: tuple[RunFolder, RunFolder]
) -> None:
    decisions = plan(take_stock(workspace), Rules(keep_runs=0, older_than=0), time.time() + 1)
    promote(workspace, two_runs[0].name)
    promote(workspace, None)
    promote(workspace, two_runs[1].name)
    left = {one.name: why for one, why in carry_out(decisions, workspace) if why}
    assert "is the active model" in left[two_runs[1].name] and f"{1:016x}" in left
    assert two_runs[1].path.is_dir() and (workspace.vectors / f"{1:016x}").is_dir()
    assert not two_runs[0].path.exists()


def test_a_training_that_began_meanwhile_is_left(workspace: Workspace) -> None:
    run = new_run(workspace, RunState.CRASHED)
    decisions = plan(take_stock(workspace), Rules(0, 0), time.time() + 1)
    with held(run.lock, {}):
        run.write_progress(Progress(RunState.RUNNING))
        ((_, why),) = carry_out(decisions, workspace)
    assert "is training" in why and run.path.is_dir()


def test_nothing_is_planned_where_it_cannot_be_read_which_run_is_in_use(workspace: Workspace) -> None:
    from core.errors import RunError

    new_run(workspace)
    write_text(workspace.artifacts / "active.json", "{")
    with pytest.raises(RunError, match=r"active\.json"):
        take_stock(workspace)


@pytest.fixture
def clean(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Any]:
    """Return a function that runs ``clean`` and returns (status, standard output, standard error)."""
    monkeypatch.setenv(ENVIRONMENT_VARIABLE, str(workspace.root))

    def command(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["core", "clean", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return (int(ended.value.code or 0), *capsys.readouterr())

    return command


def test_the_command_shows_first_and_deletes_only_when_told(
    workspace: Workspace, two_runs: tuple[RunFolder, RunFolder], clean: Callable[..., Any]
) -> None:
    before = there(workspace)
    for words in ((), ("--dry-run",)):
        status, out, _ = clean("--older-than", "0", "--keep-runs", "1", *words)
        assert status == 0 and there(workspace) == before
        assert two_runs[0].name in out and "Nothing was deleted. Delete it with --yes." in out
    assert "May go: 0, 0.0 MB. Stays: 10." in clean()[1], "all of it is young"
    status, out, _ = clean("--older-than", "0", "--keep-runs", "1", "--yes", "--by", "kim", "--json")
    found = json.loads(out)
    assert (
        status == 0
        and found["deleted"]
        and found["bytes"] == sum(row["bytes"] for row in found["holdings"] if row["goes"])
    )
    assert {row["kind"] for row in found["holdings"] if row["goes"]} == {kind.value for kind in Kind}
    assert not two_runs[0].path.exists() and two_runs[1].path.is_dir()
    assert [(entry.by, entry.about) for entry in logged(workspace)] == [("kim", two_runs[0].name)]


def test_contradicting_wishes_are_refused(clean: Callable[..., Any]) -> None:
    status, out, err = clean("--dry-run", "--yes")
    assert (status, out) == (2, "") and "contradict" in err


def test_what_an_embedder_encodes_is_known_as_the_models_own(workspace: Workspace, tmp_path: Path) -> None:
    write_json(workspace.vectors / "aa" / "about.json", {"models": ["bge-m3", "minilm+bm25"]})
    (found,) = take_stock(workspace).of(Kind.VECTORS)
    assert found.models == ("BAAI/bge-m3", "minilm"), "a short name and the Hub's id are one model"
