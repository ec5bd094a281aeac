"""What a comparison ranked is kept beside it, checked when it is read, and never read to list comparisons."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import EvaluationError
from core.evaluation.comparison import Comparison, compare_rankings
from core.evaluation.kept_rankings import KeptRankings, has_rankings, keep_rankings, load_rankings
from core.evaluation.storage import list_comparisons, load_comparison, save_comparison
from core.workspace import Workspace

KEPT = KeptRankings({"q": ["a", "영화"]}, {"q": ["영화", "a"]}, {"q": {"영화": 2, "a": 0}, "none": {"a": 0}})


def comparison_of(kept: KeptRankings, **lineage: str) -> Comparison:
    return compare_rankings(
        kept.base,
        kept.tuned,
        kept.qrels,
        base_name="e5-small",
        tuned_name="run-1",
        queries=dict.fromkeys(kept.qrels, "text"),
        lineage={"split": "test", "rankings": kept.fingerprint, **lineage},
    )


def test_what_was_ranked_comes_back_equal_and_is_written_once(workspace: Workspace) -> None:
    path = keep_rankings(KEPT, workspace)
    before = path.stat().st_mtime_ns
    assert keep_rankings(KEPT, workspace) == path and path.stat().st_mtime_ns == before
    comparison = comparison_of(KEPT)
    assert has_rankings(comparison)
    assert load_rankings(comparison, workspace) == KEPT


def test_an_older_comparison_says_that_it_has_none(workspace: Workspace) -> None:
    comparison = comparison_of(KEPT)
    older = replace(comparison, lineage={"split": "test"})
    assert not has_rankings(older)
    with pytest.raises(EvaluationError, match=r"before rankings were kept.*'e5-small' and 'run-1' again"):
        load_rankings(older, workspace)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"base":1}', '{"base":{},"tuned":{},"qrels":{}}'])
def test_a_damaged_file_is_reported_by_name(workspace: Workspace, content: str) -> None:
    path = keep_rankings(KEPT, workspace)
    path.write_text(content, encoding="utf-8")
    with pytest.raises(EvaluationError, match=path.name):
        load_rankings(comparison_of(KEPT), workspace)


def test_a_file_that_is_gone_is_reported_by_name(workspace: Workspace) -> None:
    with pytest.raises(EvaluationError, match=rf"{KEPT.fingerprint}\.json: no such file"):
        load_rankings(comparison_of(KEPT), workspace)


def test_comparisons_are_listed_and_read_without_what_they_ranked(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparison = comparison_of(KEPT)
    sidecar = keep_rankings(KEPT, workspace)
    save_comparison(comparison, workspace)
    read: list[Path] = []
    plain = Path.read_text
    monkeypatch.setattr(Path, "read_text", lambda path, **how: read.append(path) or plain(path, **how))
    assert list_comparisons(workspace) == [comparison.name]
    assert load_comparison(comparison.name, workspace) == comparison
    assert sidecar not in read
