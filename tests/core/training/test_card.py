"""The card of an export says what it was made from, what it scored and how to use it, in terms that run."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.config import make_config
from core.evaluation import Comparison, VerdictKind, compare_rankings, save_comparison
from core.files import write_json
from core.judgments import list_snapshots
from core.models.backbone import load_backbone
from core.models.loading import load_embedder
from core.runs import RunFolder, create_run
from core.training.card import model_card, verdict_in_words, where_the_base_is
from core.training.export import write_model
from core.workspace import Workspace

REPORT = {
    "alpha": 0.75,
    "catalog": "c" * 64,
    "dev": {"base": 0.25, "tuned": 0.5},
    "device": "cuda",
    "layers": 12,
    "learning_rate": 0.0005,
    "precision": "bfloat16",
    "seconds": 61.5,
    "steps": 34,
}


@pytest.fixture
def run(workspace: Workspace, tiny_folder: Callable[[str], Path], write_adapter: Any) -> RunFolder:
    base = str(tiny_folder("bert"))
    snapshot = list_snapshots(workspace)[0].path
    assert snapshot is not None
    made = create_run(workspace, make_config({"base": base, "batch_size": 7, "temperature": 0.03}), snapshot)
    write_adapter(made.adapter, load_backbone(base, workspace).model, base)
    write_json(made.path / "report.json", REPORT)
    return made


@pytest.fixture
def card(workspace: Workspace, run: RunFolder) -> Callable[..., str]:
    """Return a function that writes the card of the run, with more said in its report."""

    def write(base_location: str = "", **said: Any) -> str:
        write_json(run.path / "report.json", {**REPORT, **said})
        return model_card(run, load_embedder(run.name, workspace, device="cpu"), workspace, base_location)

    return write


@pytest.fixture
def comparison() -> Comparison:
    """Return a comparison of eight queries whose one positive film the tuned model finds first, and the base last."""
    films = [f"m{number}" for number in range(10)]
    queries = {f"q{number}": f"query {number}" for number in range(8)}
    qrels = {query: {film: int(film == "m9") for film in films} for query in queries}
    base, tuned = dict.fromkeys(queries, films), dict.fromkeys(queries, films[::-1])
    lineage = {"split": "test"}
    return compare_rankings(base, tuned, qrels, base_name="b", tuned_name="t", queries=queries, lineage=lineage)


def code_in(card: str) -> list[str]:
    return re.findall(r"```python\n(.*?)\n```", card, flags=re.DOTALL)


def row(card: str, start: str) -> list[str]:
    (line,) = [line for line in card.splitlines() if line.startswith(f"| {start} |")]
    return [cell.strip() for cell in line.strip("|").split("|")][1:]


def test_it_names_data_settings_device_and_figures(
    workspace: Workspace, run: RunFolder, card: Callable[..., str]
) -> None:
    text = card()
    assert row(text, "train") == ["8", "8", "8"]
    assert row(text, "dev") == row(text, "test") == ["2", "2", "2"]
    assert row(text, "labels (snapshot)") == [f"`{list_snapshots(workspace)[0].fingerprint}`"]
    assert row(text, "catalogue") == [f"`{'c' * 64}`"]
    for name, value in run.config().model_dump().items():
        shown = "0.0005" if name == "learning_rate" else "default" if value is None else str(value)
        assert row(text, name) == [shown]
    assert (row(text, "computed on"), row(text, "precision")) == (["cuda"], ["bfloat16"])
    assert "nDCG@10 0.2500 (base), 0.5000 (tuned)" in text
    assert "It was not compared with its base on test queries." in text
    assert "queries by language: en 8" in text and 'language: ["en"]' in text
    assert "keeps its own licence" in text


def test_it_shows_the_comparison_on_test_queries_and_its_verdict(
    workspace: Workspace, card: Callable[..., str], comparison: Comparison
) -> None:
    save_comparison(comparison, workspace)
    text = card(comparison=comparison.name)
    assert "On 8 test queries, none of which trained: The tuned model is better than its base." in text
    primary = comparison.measures["nDCG@10"]
    low, high = primary.ci or (0, 0)
    assert row(text, "nDCG@10") == [
        f"{primary.base:.4f}",
        "1.0000",
        f"{primary.delta:+.4f}",
        f"{low:+.4f} to {high:+.4f}",
        f"{primary.p:.4f}",
    ]
    assert row(text, "Judged@10")[-1] == "–"


def test_a_comparison_that_is_gone_is_said_to_be(card: Callable[..., str]) -> None:
    assert "The comparison on test queries (20260131T090500Z-0) is no longer kept." in card(
        comparison="20260131T090500Z-0"
    )


def test_it_says_what_chose_the_adapter(card: Callable[..., str]) -> None:
    assert "There were no dev queries" in card(dev={"base": None, "tuned": None})
    assert "On dev queries and, in 4 folds, on train queries" in card(folds=4)
    assert "1 of the train queries were set aside" in card(dev_from_train=True, dev_queries=1)
    assert "untuned. It did not beat its base." in card(alpha=0.0, verdict="It did not beat its base.")
    assert "0.9800 (base), 0.9700 (tuned)" in card(titles={"base": 0.98, "tuned": 0.97})


def test_it_shows_the_proof_that_it_trained(card: Callable[..., str]) -> None:
    said = card(proof={"base_tuned": 0.8123, "adapter_merged": 0.9999991, "merged_reopened": 1.0})
    assert "base and tuned 0.8123 (they differ), adapter and merged weights 0.999999" in said
    assert "Checked after the training" not in card()


def test_the_code_in_it_runs_and_finds_a_film(
    workspace: Workspace, run: RunFolder, card: Callable[..., str], tmp_path: Path
) -> None:
    embedder = load_embedder(run.name, workspace, device="cpu")
    (tmp_path / "model").mkdir()
    write_model(embedder, tmp_path / "model")
    encoding, searching, *_ = code_in(card())
    names: dict[str, Any] = {}
    exec(encoding.replace("path/to/this/folder", str(tmp_path / "model")), names)
    exec(searching, names)
    assert names["queries"].shape == (2, 32) and names["rows"][0][0] == 0
    assert names["scores"][0][0] == pytest.approx(float(np.dot(names["queries"][0], names["films"][0])), abs=1e-5)


def test_prompts_are_told_where_the_model_has_any(
    workspace: Workspace, run: RunFolder, card: Callable[..., str]
) -> None:
    assert "after the prompt" not in card() and 'query_instruction=""' in card()
    embedder = load_embedder(run.name, workspace, device="cpu")
    embedder.recipe = replace(embedder.recipe, query_prompt='Instruct: "find"\nQuery: ', document_prompt="passage: ")
    text = model_card(run, embedder, workspace)
    assert 'after the prompt `"Instruct: \\"find\\"\\nQuery: "`, films after `"passage: "`' in text
    assert eval(text.split("query_instruction=")[1].splitlines()[0].rstrip(",")) == 'Instruct: "find"\nQuery: '


def test_an_adapters_card_says_where_its_base_is_and_a_merged_ones_does_not(card: Callable[..., str]) -> None:
    assert "base_model_name_or_path" not in card()
    assert "It finds its base in /models/b, which is on this machine" in card("/models/b")


@pytest.mark.parametrize(
    ("base", "location", "said"),
    [
        ("intfloat/e5-base-v2", "intfloat/e5-base-v2", "finds its base, intfloat/e5-base-v2, on the Hub"),
        ("./mine", "/home/kim/mine", "to where the base lies there"),
        (
            "e5-small",
            "/w/artifacts/models/e5-small-1",
            "to intfloat/multilingual-e5-small; its weights differ slightly",
        ),
        ("minilm", "/w/site-packages/model", "to sentence-transformers/all-MiniLM-L6-v2."),
    ],
)
def test_where_a_base_is_and_what_to_do_elsewhere(base: str, location: str, said: str) -> None:
    assert said in where_the_base_is(base, location)


def test_every_verdict_has_its_sentence(comparison: Comparison) -> None:
    sentences = {verdict_in_words(replace(comparison.verdict, kind=kind)) for kind in VerdictKind}
    assert len(sentences) == len(VerdictKind) and all(sentence.endswith(".") for sentence in sentences)
