"""Kept comparisons on the command line: listed, shown, held against requirements, reported and exported."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from core.cli import app
from core.cli.output import state
from core.errors import ReelignError
from core.evaluation import Comparison, compare_rankings, save_comparison
from core.evaluation.kept_rankings import KeptRankings, keep_rankings
from core.workspace import Workspace

FILMS = [f"m{number:02}" for number in range(12)]


@pytest.fixture(autouse=True)
def here(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "workspace", workspace)


def run(workspace: Workspace, *words: str) -> Result:
    return CliRunner().invoke(app, ["--workspace", str(workspace.root), *words])


def refused(workspace: Workspace, *words: str) -> str:
    result = run(workspace, *words)
    assert isinstance(result.exception, ReelignError), result.output
    return str(result.exception)


@pytest.fixture
def kept(workspace: Workspace) -> Comparison:
    """A comparison in which the tuned model puts the one relevant film second, the base fourth."""
    queries = {f"q{number}": f"질의 <{number}>" for number in range(8)}
    rankings = KeptRankings(
        {key: [*FILMS[1:4], FILMS[0], *FILMS[4:]] for key in queries},
        {key: [FILMS[1], FILMS[0], *FILMS[2:]] for key in queries},
        {query_id: {film: int(film == FILMS[0]) for film in FILMS} for query_id in queries},
    )
    keep_rankings(rankings, workspace)
    made = compare_rankings(
        rankings.base,
        rankings.tuned,
        rankings.qrels,
        base_name="e5-small",
        tuned_name="run-1",
        queries=queries,
        lineage={"split": "test", "catalog": "c" * 64, "rankings": rankings.fingerprint},
    )
    save_comparison(made, workspace)
    return made


def test_they_are_listed_with_what_they_say_and_a_damaged_one_hides_none(
    workspace: Workspace, kept: Comparison
) -> None:
    (workspace.comparisons / "20200101T000000Z-0.json").write_text("{", encoding="utf-8")
    sound, damaged = json.loads(run(workspace, "comparisons", "list", "--json").output)["comparisons"]
    assert sound == {
        "comparison": kept.name,
        "created_at": kept.created_at,
        "base": "e5-small",
        "tuned": "run-1",
        "split": "test",
        "queries": 8,
        "delta": kept.verdict.delta,
        "verdict": "better",
        "rankings": True,
        "message": "",
    }
    assert damaged["verdict"] == "damaged" and "20200101T000000Z-0.json" in damaged["message"]
    assert kept.name in run(workspace, "comparisons", "list").output


def test_without_any_the_list_is_empty(workspace: Workspace) -> None:
    assert json.loads(run(workspace, "comparisons", "list", "--json").output) == {"comparisons": []}
    assert run(workspace, "comparisons", "list").output == "None.\n"


def test_one_is_shown_with_figures_and_lineage(workspace: Workspace, kept: Comparison) -> None:
    assert json.loads(run(workspace, "comparisons", "show", kept.name, "--json").output) == kept.as_dict()
    said = run(workspace, "comparisons", "show", kept.name).output
    assert "verdict: better" in said and "c" * 64 in said and "nDCG@10" in said
    assert "No comparison 'nope'" in refused(workspace, "comparisons", "show", "nope")


def test_one_is_held_against_requirements_by_name(workspace: Workspace, kept: Comparison) -> None:
    name = kept.name
    fine = run(workspace, "comparisons", "check", name, "--require", "RR@10 >= base + 0.2", "--json")
    assert fine.exit_code == 0
    assert [row["holds"] for row in json.loads(fine.output)["requirements"]] == [True]
    failed = run(workspace, "comparisons", "check", name, "--require", "RR@10 >= 0.6", "--require", "AP not worse")
    assert failed.exit_code == 1
    assert re.search(r"FAILS +RR@10 >= 0\.6 +0\.2500 +0\.5000 +0\.6000", failed.output)
    assert "holds  AP not worse" in failed.output
    assert "Give at least one --require" in refused(workspace, "comparisons", "check", name)
    assert "unknown measure" in refused(workspace, "comparisons", "check", name, "--require", "X > 0")


def test_a_report_is_written_once_in_either_language(workspace: Workspace, kept: Comparison, tmp_path: Path) -> None:
    file = tmp_path / "new" / "report.html"
    assert run(workspace, "comparisons", "report", kept.name, str(file), "--language", "ko").exit_code == 0
    html = file.read_text(encoding="utf-8")
    assert 'lang="ko"' in html and "질의 &lt;3&gt;" in html and "✓" in html
    assert "nothing was written" in refused(workspace, "comparisons", "report", kept.name, str(file))
    assert file.read_text(encoding="utf-8") == html


def test_files_are_exported_into_a_new_folder_only(workspace: Workspace, kept: Comparison, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    made = json.loads(run(workspace, "comparisons", "export", kept.name, str(folder), "--json").output)
    assert made["files"] == [
        str(folder / name) for name in ("base.run", "tuned.run", "qrels.txt", "per_query.csv", "measures.csv")
    ]
    assert (folder / "tuned.run").read_text().startswith("q0 Q0 m01 1 12 run-1\nq0 Q0 m00 2 11 run-1\n")
    assert "nothing was written" in refused(workspace, "comparisons", "export", kept.name, str(folder))
