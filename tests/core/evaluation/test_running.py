"""From model names to figures, with real (if tiny) models and the real index."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.catalog import Catalog, Movie, document_text, save_catalog
from core.errors import CatalogError, EvaluationError
from core.evaluation.kept_rankings import load_rankings
from core.evaluation.measures import per_query
from core.evaluation.running import compare_models, evaluate_model
from core.evaluation.storage import load_comparison, save_comparison
from core.evaluation.verdict import VerdictKind
from core.judgments import Query, Split
from core.models.loading import load_embedder
from core.workspace import Workspace

WORDS = ["space", "love", "war", "ghost", "heist", "train", "robot", "summer"]
MOVIES = [Movie(f"m{n:02}", f"{WORDS[n % 8]} {WORDS[(n + n // 8 + 1) % 8]}") for n in range(24)]
QUERIES = {f"q{number}": f"a film of {word}" for number, word in enumerate(WORDS)}
QRELS = {f"q{n}": {m.movie_id: int(word in m.title) for m in MOVIES} for n, word in enumerate(WORDS)}


def tiny_model(folder: Path, seed: int) -> str:
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, "a", "film", "of", "."]
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    torch.manual_seed(seed)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    made = Workspace(tmp_path_factory.mktemp("workspace"))
    save_catalog(Catalog(MOVIES), made)
    return made


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder = tmp_path_factory.mktemp("models")
    return tiny_model(folder / "one", 1), tiny_model(folder / "two", 2)


def test_figures_equal_those_of_a_plain_matrix_product(workspace: Workspace, models: tuple[str, str]) -> None:
    comparison = compare_models(*models, workspace, queries=QUERIES, qrels=QRELS, split_name="test", device="cpu")
    for name, side in zip(models, ("base", "tuned"), strict=True):
        embedder = load_embedder(name, workspace, device="cpu")
        films = embedder.encode([document_text(movie) for movie in MOVIES], "document")
        scores = embedder.encode(list(QUERIES.values()), "query") @ films.T
        order = np.argsort(-scores, axis=1, kind="stable")
        rankings = {q: [MOVIES[column].movie_id for column in row] for q, row in zip(QUERIES, order, strict=True)}
        expected = per_query(rankings, QRELS)["R@10"]
        assert {row.query_id: getattr(row, side)["R@10"] for row in comparison.per_query} == pytest.approx(expected)
    assert comparison.queries == len(QUERIES)
    assert comparison.measures["Judged@10"].base == 1.0
    assert comparison.verdict.missing == ()


def test_lineage_names_everything_and_survives_saving(workspace: Workspace, models: tuple[str, str]) -> None:
    comparison = compare_models(*models, workspace, queries=QUERIES, qrels=QRELS, split_name="dev", device="cpu")
    lineage = comparison.lineage
    assert lineage["split"] == "dev"
    assert lineage["catalog"] == Catalog(MOVIES).fingerprint
    assert lineage["base"]["embedder"] != lineage["tuned"]["embedder"]
    assert lineage["base"]["index"] != lineage["tuned"]["index"]
    fewer = {query_id: grades for query_id, grades in QRELS.items() if query_id != "q0"}
    other = compare_models(*models, workspace, queries=QUERIES, qrels=fewer, split_name="dev", device="cpu")
    assert other.lineage["queries"] == lineage["queries"]
    assert other.lineage["qrels"] != lineage["qrels"]
    assert other.left_out == 1
    save_comparison(comparison, workspace)
    assert load_comparison(comparison.name, workspace) == comparison


def test_what_is_known_of_the_queries_divides_them(workspace: Workspace, models: tuple[str, str]) -> None:
    kinds = [
        Query(query, text, "en", "odd" if query in ("q1", "q3") else "", Split.TEST, query)
        for query, text in QUERIES.items()
    ]
    asked: dict[str, Any] = {"queries": QUERIES, "qrels": QRELS, "split_name": "picked", "device": "cpu"}
    comparison = compare_models(*models, workspace, **asked, described=kinds, query_set={"name": "odd ones"})
    assert comparison.slices is not None
    counts = {(one.way, one.value): one.queries for one in comparison.slices}
    assert counts == {("language", "en"): 8, ("kind", "odd"): 2, ("length", "short"): 8, ("popularity", "head"): 8}
    assert comparison.lineage["set"] == {"name": "odd ones"}
    assert compare_models(*models, workspace, **asked).slices is None


def test_what_was_ranked_and_its_grades_are_kept_and_score_the_same(
    workspace: Workspace, models: tuple[str, str]
) -> None:
    given = {**QRELS, "none": {"m00": 0}}
    comparison = compare_models(
        *models, workspace, queries={**QUERIES, "none": "?"}, qrels=given, split_name="dev", device="cpu"
    )
    kept = load_rankings(comparison, workspace)
    assert kept.qrels == given
    assert kept.base.keys() == kept.tuned.keys() == QUERIES.keys()
    for rankings, side in ((kept.base, "base"), (kept.tuned, "tuned")):
        expected = per_query(rankings, kept.qrels)
        for row in comparison.per_query:
            assert getattr(row, side) == {name: values[row.query_id] for name, values in expected.items()}


def test_a_model_does_not_differ_from_itself(workspace: Workspace, models: tuple[str, str]) -> None:
    comparison = compare_models(
        models[0], models[0], workspace, queries=QUERIES, qrels=QRELS, split_name="test", device="cpu"
    )
    assert comparison.verdict.kind is VerdictKind.NO_DIFFERENCE
    assert all(row.overlap == 10 for row in comparison.per_query)


def test_one_model_scores_the_same_alone(workspace: Workspace, models: tuple[str, str]) -> None:
    seen: list[tuple[int, int]] = []
    comparison = compare_models(*models, workspace, queries=QUERIES, qrels=QRELS, split_name="test", device="cpu")
    alone = evaluate_model(
        models[1],
        workspace,
        queries={**QUERIES, "new": "love of war"},
        qrels={**QRELS, "new": {"m00": 1}},
        split_name="test",
        device="cpu",
        progress=lambda done, todo: seen.append((done, todo)),
    )
    assert alone.queries == len(QUERIES) + 1
    assert seen[-1] == (1, 1)  # the other texts had been encoded before
    for row in comparison.per_query:
        assert alone.per_query["nDCG@10"][row.query_id] == row.tuned["nDCG@10"]


def test_bad_input_is_refused_before_a_model_is_loaded(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="depth is 10"):
        compare_models("no-model", "none", workspace, queries=QUERIES, qrels=QRELS, split_name="test", depth=10)
    with pytest.raises(EvaluationError, match="have no text"):
        compare_models("no-model", "none", workspace, queries={}, qrels=QRELS, split_name="test")
    with pytest.raises(CatalogError):
        evaluate_model("no-model", Workspace(tmp_path), queries=QUERIES, qrels=QRELS, split_name="test")
