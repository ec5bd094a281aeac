"""What is exported scores the same elsewhere, is all there or not at all, and runs in no spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import ir_measures
import pytest
import pytrec_eval

from core.errors import EvaluationError
from core.evaluation.comparison import Comparison, compare_rankings
from core.evaluation.export import export_comparison, measures_csv, per_query_csv
from core.evaluation.kept_rankings import KeptRankings, keep_rankings
from core.workspace import Workspace

RandomCase = Callable[[int], tuple[dict[str, list[str]], dict[str, dict[str, int]]]]
Made = Callable[[int], tuple[Comparison, KeptRankings]]


def kept_comparison(kept: KeptRankings, texts: dict[str, str] | None = None) -> Comparison:
    return compare_rankings(
        kept.base,
        kept.tuned,
        kept.qrels,
        base_name="e5-small",
        tuned_name="run 1",
        queries={query_id: f"질의 {query_id}" for query_id in kept.qrels} | (texts or {}),
        lineage={"split": "test", "rankings": kept.fingerprint},
    )


@pytest.fixture
def made(random_case: RandomCase, workspace: Workspace) -> Callable[[int], tuple[Comparison, KeptRankings]]:
    """Return a function from a seed to a comparison whose rankings are kept."""

    def make(seed: int) -> tuple[Comparison, KeptRankings]:
        base, qrels = random_case(seed)
        kept = KeptRankings(base, random_case(seed + 1000)[0], qrels)
        keep_rankings(kept, workspace)
        return kept_comparison(kept), kept

    return make


@pytest.mark.parametrize("seed", range(10))
def test_read_back_by_ir_measures_the_files_give_the_comparisons_figures(
    seed: int, made: Made, workspace: Workspace
) -> None:
    comparison, _ = made(seed)
    folder = workspace.root / "out"
    export_comparison(comparison, workspace, folder)
    measures = [ir_measures.parse_measure(name) for name in comparison.measures]
    qrels = list(ir_measures.read_trec_qrels(str(folder / "qrels.txt")))
    for side in ("base", "tuned"):
        run = list(ir_measures.read_trec_run(str(folder / f"{side}.run")))
        means = {str(measure): value for measure, value in ir_measures.calc_aggregate(measures, qrels, run).items()}
        for name, measure in comparison.measures.items():
            assert means[name] == pytest.approx(getattr(measure, side)), (side, name)


def test_read_back_by_pytrec_eval_they_give_the_same_for_every_query(made: Made, workspace: Workspace) -> None:
    comparison, kept = made(3)
    folder = workspace.root / "out"
    export_comparison(comparison, workspace, folder)
    with (folder / "qrels.txt").open() as file:
        evaluator = pytrec_eval.RelevanceEvaluator(pytrec_eval.parse_qrel(file), {"ndcg_cut.10", "recall.100", "map"})
    with (folder / "tuned.run").open() as file:
        values = evaluator.evaluate(pytrec_eval.parse_run(file))
    scored = {row.query_id: row.tuned for row in comparison.per_query}
    assert values.keys() == scored.keys() & {query_id for query_id, films in kept.tuned.items() if films}
    for query_id, found in values.items():
        assert found["ndcg_cut_10"] == pytest.approx(scored[query_id]["nDCG@10"])
        assert found["recall_100"] == pytest.approx(scored[query_id]["R@100"])
        assert found["map"] == pytest.approx(scored[query_id]["AP"])


def test_a_run_has_the_six_columns_of_trec(workspace: Workspace) -> None:
    kept = KeptRankings({"q": ["a", "b"]}, {"q": ["b", "a"]}, {"q": {"a": 1}})
    keep_rankings(kept, workspace)
    paths = export_comparison(kept_comparison(kept), workspace, workspace.root / "out")
    assert [path.name for path in paths] == ["base.run", "tuned.run", "qrels.txt", "per_query.csv", "measures.csv"]
    assert paths[1].read_text() == "q Q0 b 1 2 run-1\nq Q0 a 2 1 run-1\n"
    assert paths[2].read_text() == "q 0 a 1\n"


def test_what_is_there_is_not_overwritten_and_a_failure_leaves_nothing(
    made: Made, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparison, _ = made(1)
    taken, free = workspace.root / "taken", workspace.root / "free"
    taken.mkdir()
    with pytest.raises(EvaluationError, match=r"taken: there is something of that name already; nothing was written"):
        export_comparison(comparison, workspace, taken)

    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("core.evaluation.export.measures_csv", full)
    with pytest.raises(OSError, match="No space"):
        export_comparison(comparison, workspace, free)
    assert sorted(path.name for path in workspace.root.iterdir()) == ["artifacts", "taken"]


def test_a_comparison_without_rankings_and_ids_that_trec_cannot_hold_are_refused(
    made: Made, workspace: Workspace
) -> None:
    comparison, _ = made(1)
    with pytest.raises(EvaluationError, match="before rankings were kept"):
        export_comparison(replace(comparison, lineage={}), workspace, workspace.root / "out")
    for kept in (
        KeptRankings({"q": ["a b"]}, {"q": ["a"]}, {"q": {"a": 1}}),
        KeptRankings({"q 1": ["a"]}, {"q 1": ["a"]}, {"q 1": {"a": 1}}),
    ):
        keep_rankings(kept, workspace)
        with pytest.raises(EvaluationError, match="white space"):
            export_comparison(kept_comparison(kept), workspace, workspace.root / "out")
    assert not (workspace.root / "out").exists()


def test_texts_are_guarded_against_formulas_and_numbers_stay_numbers() -> None:
    kept = KeptRankings(
        {"q": ["a", "b"], "-q2": ["b"]}, {"q": ["b", "a"], "-q2": ["b"]}, {"q": {"a": 1}, "-q2": {"b": 1}}
    )
    comparison = kept_comparison(kept, {"q": '=HYPERLINK("http://x","영화, 둘")', "-q2": "plain"})
    rows = {row["query_id"]: row for row in csv.DictReader(per_query_csv(comparison).splitlines())}
    assert rows["q"]["text"] == '\'=HYPERLINK("http://x","영화, 둘")'
    assert rows["'-q2"]["text"] == "plain"
    for row in comparison.per_query:
        cells = rows["'-q2" if row.query_id == "-q2" else "q"]
        assert float(cells["RR@10 delta"]) == row.delta["RR@10"] == row.tuned["RR@10"] - row.base["RR@10"]
    assert rows["q"]["RR@10 delta"] == "-0.5"
    (first, *_) = csv.DictReader(measures_csv(comparison).splitlines())
    measure = comparison.measures["nDCG@10"]
    assert (first["measure"], float(first["delta"]), first["p"]) == ("nDCG@10", measure.delta, "")
    assert measure.ci is not None and (float(first["ci_low"]), float(first["ci_high"])) == measure.ci


def test_the_folder_may_be_named_relative(
    made: Made, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    comparison, _ = made(1)
    monkeypatch.chdir(tmp_path)
    assert all(path.is_file() for path in export_comparison(comparison, workspace, Path("new/out")))
