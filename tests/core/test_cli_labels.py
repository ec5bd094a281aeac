"""Labels on the command line: previews, every format in and out, and snapshots by name."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from core.catalog import Catalog, Movie, save_catalog
from core.cli import main
from core.cli.output import state
from core.judgments import LabelStore, NewQuery, Split
from core.workspace import Workspace

Command = Callable[..., Any]
CATALOG = Catalog([Movie(f"m{number}", f"Film {number}") for number in range(4)])


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with four films and three answers, one of them adjudicated."""
    before, workspace = state.workspace, Workspace(tmp_path / "workspace")
    save_catalog(CATALOG, workspace)
    with LabelStore.open(workspace) as store:
        store.add_queries([NewQuery("rain", "rain", split=Split.TRAIN), NewQuery("heist", "heist", split=Split.DEV)])
        store.judge("rain", "m1", "kim", "positive", event_id="e1", note="wet")
        store.judge("rain", "m2", "kim", "negative", event_id="e2")
        store.judge("heist", "m3", "lee", "positive", event_id="e3", grade=2, adjudicates=True)
    yield workspace
    state.workspace = before


@pytest.fixture
def ask(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Return a function that runs a command of ``labels`` and returns its JSON, or the one line of an error."""

    def command(*words: str, at: Path | None = None) -> Any:
        root = str(at or workspace.root)
        monkeypatch.setattr(sys, "argv", ["core", "--workspace", root, "labels", *words, "--json"])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return json.loads(out) if not ended.value.code else err

    return command


def test_judgments_leave_one_workspace_and_come_whole_into_another(
    ask: Command, workspace: Workspace, tmp_path: Path
) -> None:
    exported = ask("export", str(tmp_path / "out"), "--format", "jsonl")
    assert [Path(path).name for path in exported["files"]] == ["judgments.jsonl", "labels.jsonl"]
    there = Workspace(tmp_path / "there")
    save_catalog(CATALOG, there)
    imported = ask("import", exported["files"][0], "--annotator", "me", at=there.root)
    assert (imported["judgments"], imported["format"], imported["annotators"]) == (3, "jsonl", {"kim": 2, "lee": 1})
    assert ask("snapshot", at=there.root)["fingerprint"] == ask("snapshot")["fingerprint"]
    with LabelStore.open(workspace) as here, LabelStore.open(there) as other:
        assert here.judgments() == other.judgments()


@pytest.mark.parametrize(
    ("format", "names"),
    [
        ("pairs", ["pairs.train.csv", "pairs.dev.csv"]),
        ("tuples", ["tuples.train.csv"]),
        ("quepid", ["book.csv", "case.csv"]),
        ("trec", ["qrels.txt", "queries.tsv"]),
    ],
)
def test_every_format_is_written_and_read_again(ask: Command, tmp_path: Path, format: str, names: list[str]) -> None:
    exported = ask("export", str(tmp_path), "--format", format, "--csv")
    assert [Path(path).name for path in exported["files"]] == names
    files = [path for path in exported["files"] if not path.endswith("book.csv")]
    again = ask("preview", *files, "--annotator", "kim")
    assert (again["fatal"], again["queries_new"], again["written"]) == (0, 0, False)


def test_labels_answered_both_ways_still_leave_as_judgments(ask: Command, workspace: Workspace, tmp_path: Path) -> None:
    with LabelStore.open(workspace) as store:
        store.judge("rain", "m1", "lee", "negative", event_id="e9")
    exported = ask("export", str(tmp_path / "out"), "--format", "jsonl")
    assert (exported["conflicts"], exported["snapshot"]) == (1, None)
    assert [Path(path).name for path in exported["files"]] == ["judgments.jsonl"]
    assert "both ways" in ask("export", str(tmp_path / "out"), "--format", "csv")


def test_a_preview_lists_problems_and_the_import_then_refuses(ask: Command, tmp_path: Path) -> None:
    path = tmp_path / "case.csv"
    path.write_text("query,docid,rating\nrain,m1,1\nrain,m9,1\nstorm,m1,good\n")
    found = ask("preview", str(path), "--annotator", "kim")
    assert [(problem["line"], problem["field"]) for problem in found["problems"]] == [(3, "movie_id"), (4, "rating")]
    assert "case.csv, line 3" in ask("import", str(path), "--annotator", "kim")
    path.write_text("query,docid,rating\nrain,m1,1\nrain,m9,1\n")
    assert ask("import", str(path), "--annotator", "lee", "--skip-unknown")["judgments"] == 1
    assert "--format" in ask("import", str(path), "--annotator", "lee", "--format", "xml")


def test_snapshots_are_named_listed_and_compared(ask: Command, workspace: Workspace) -> None:
    first = ask("snapshot")
    assert ask("snapshots", "name", first["snapshot"][:6], "첫 라벨")["name"] == "첫 라벨"
    with LabelStore.open(workspace) as store:
        store.judge("rain", "m3", "kim", "positive", event_id="e9")
    second = ask("snapshot")
    listed = {row["fingerprint"]: row for row in ask("snapshots", "list")["snapshots"]}
    assert listed[first["fingerprint"]]["name"] == "첫 라벨"
    assert (listed[second["fingerprint"]]["judgments"], listed[second["fingerprint"]]["queries"]) == (4, 2)
    changes = ask("snapshots", "compare", "첫 라벨", second["snapshot"])
    assert changes["splits"]["train"] == {
        "added": 1, "removed": 0, "changed": 0, "queries_added": 0, "queries_removed": 0,
    }  # fmt: skip
    assert [(pair["query_id"], pair["movie_id"]) for pair in changes["added"]] == [("rain", "m3")]
    assert "'zzz'" in ask("snapshots", "compare", "zzz", second["snapshot"])
