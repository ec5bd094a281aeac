"""Saved comparisons come back as they were, or not at all."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import EvaluationError
from core.evaluation.comparison import Comparison, compare_rankings, comparison_name
from core.evaluation.storage import list_comparisons, load_comparison, save_comparison
from core.workspace import Workspace


@pytest.fixture
def comparison() -> Comparison:
    films = [f"m{number}" for number in range(12)]
    queries = {f"q{number}": f"질의 {number}" for number in range(7)}
    return compare_rankings(
        dict.fromkeys(queries, films),
        dict.fromkeys(queries, films[::-1]),
        {query_id: {"m1": 1, "m10": 2, f"m{position}": 1} for position, query_id in enumerate(queries)},
        base_name="e5-small",
        tuned_name="run-1",
        queries=queries,
        lineage={"split": "test", "base": {"name": "e5-small"}},
    )


def test_a_saved_comparison_comes_back_equal(comparison: Comparison, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    path = save_comparison(comparison, workspace)
    assert path.parent == workspace.comparisons
    assert load_comparison(comparison.name, workspace) == comparison
    assert list(load_comparison(comparison.name, workspace).measures) == list(comparison.measures)
    assert save_comparison(comparison, workspace) == path
    assert list_comparisons(workspace) == [comparison.name]


def test_the_newest_comes_first_and_no_comparisons_are_an_empty_list(comparison: Comparison, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    assert list_comparisons(workspace) == []
    older = replace(comparison, created_at="2020-01-01T00:00:00+00:00")
    older = replace(older, name=comparison_name(older))
    for each in (comparison, older):
        save_comparison(each, workspace)
    assert list_comparisons(workspace) == [comparison.name, older.name]
    assert load_comparison(older.name, workspace) == older


@pytest.mark.parametrize(
    ("find", "put"),
    [("{", ""), ('"delta": ', '"delta": 1'), ('"verdict"', '"judgement"'), ('"text": "질의 3"', '"text": "질의"')],
)
def test_a_damaged_file_is_reported_by_name(comparison: Comparison, tmp_path: Path, find: str, put: str) -> None:
    workspace = Workspace(tmp_path)
    path = save_comparison(comparison, workspace)
    text = path.read_text(encoding="utf-8")
    assert find in text
    path.write_text(text.replace(find, put, 1), encoding="utf-8")
    with pytest.raises(EvaluationError, match=path.name):
        load_comparison(comparison.name, workspace)


@pytest.mark.parametrize("content", ["", "[]", "null", '{"name": 1}'])
def test_a_file_that_is_no_comparison_is_reported_by_name(comparison: Comparison, tmp_path: Path, content: str) -> None:
    workspace = Workspace(tmp_path)
    path = save_comparison(comparison, workspace)
    path.write_text(content, encoding="utf-8")
    with pytest.raises(EvaluationError, match=path.name):
        load_comparison(comparison.name, workspace)


@pytest.mark.parametrize("name", ["none", "", "../labels/catalog", "/etc/passwd"])
def test_a_name_that_is_not_in_the_list_opens_nothing(name: str, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="No comparison"):
        load_comparison(name, Workspace(tmp_path))
