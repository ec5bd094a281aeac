"""How a model is used: what its folder says, then what is known by name, then what its family suggests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from core.errors import ModelError
from core.models.packaged import PACKAGED
from core.models.pooling import Pooling
from core.models.recipe import DECODER, E5, RECIPE_FILE, Recipe, recipe_for


def write(folder: Path, files: dict[str, Any]) -> Path:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content if isinstance(content, str) else json.dumps(content))
    return folder


@pytest.mark.parametrize(
    ("name", "family", "pooling", "query_prompt", "eos"),
    [
        ("intfloat/multilingual-e5-base", "xlm-roberta", "mean", "query: ", False),
        ("intfloat/e5-mistral-7b-instruct", "mistral", "last", "Instruct: ", True),
        ("intfloat/multilingual-e5-large-instruct", "xlm-roberta", "mean", "Instruct: ", False),
        ("Qwen/Qwen3-Embedding-0.6B", "qwen3", "last", "Instruct: ", True),
        ("BAAI/bge-m3", "xlm-roberta", "cls", "", False),
        ("sentence-transformers/all-mpnet-base-v2", "mpnet", "mean", "", False),
        ("someone/their-llama", "llama", "last", "Instruct: ", True),
        ("someone/their-bert", "bert", "mean", "", False),
    ],
)
def test_a_model_is_used_as_it_was_trained(name: str, family: str, pooling: str, query_prompt: str, eos: bool) -> None:
    recipe = recipe_for(name, family)
    assert (recipe.pooling, recipe.append_eos) == (pooling, eos)
    assert recipe.query_prompt.startswith(query_prompt) and bool(recipe.query_prompt) == bool(query_prompt)


def test_only_e5_writes_before_documents() -> None:
    assert recipe_for("intfloat/multilingual-e5-small", "bert").document_prompt == "passage: "
    assert {model.name for model in PACKAGED.values() if model.recipe.document_prompt} == {"e5-small"}


def test_what_reelign_stored_comes_first(tmp_path: Path) -> None:
    kept = Recipe(Pooling.CLS, "q: ", "d: ", append_eos=True, max_length=77)
    write(tmp_path, {RECIPE_FILE: {"recipe": kept.as_dict()}, "modules.json": [], "1_Pooling/config.json": {}})
    assert recipe_for("intfloat/e5-small", "bert", tmp_path) == kept


@pytest.mark.parametrize(
    ("pooling", "expected"),
    [
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}, Pooling.MEAN),
        ({"pooling_mode_cls_token": True}, Pooling.CLS),
        ({"pooling_mode_lasttoken": True}, Pooling.LAST),
        ({"pooling_mode": "mean"}, Pooling.MEAN),
        ({"pooling_mode": "lasttoken"}, Pooling.LAST),
    ],
)
def test_the_sentence_transformers_files_are_believed(tmp_path: Path, pooling: Any, expected: Pooling) -> None:
    files = {
        "modules.json": [],
        "1_Pooling/config.json": pooling,
        "config_sentence_transformers.json": {"prompts": {"query": "find: ", "passage": "film: "}},
        "sentence_bert_config.json": {"max_seq_length": 99},
    }
    recipe = recipe_for("anything", "bert", write(tmp_path, files))
    assert recipe == Recipe(expected, "find: ", "film: ", append_eos=expected is Pooling.LAST, max_length=99)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({RECIPE_FILE: "{"}, RECIPE_FILE),
        ({RECIPE_FILE: {"recipe": {"pooling": "median"}}}, "median"),
        ({RECIPE_FILE: {"recipe": {"pooling": "mean", "colour": 1}}}, "colour"),
        ({"modules.json": [], "1_Pooling/config.json": {"pooling_mode_max_tokens": True}}, "1_Pooling"),
        ({"modules.json": [], "1_Pooling/config.json": "["}, "JSON"),
        ({"modules.json": [], "1_Pooling/config.json": []}, "1_Pooling"),
        ({"modules.json": [], "1_Pooling/config.json": {"pooling_mode": ["mean", "cls"]}}, "1_Pooling"),
        ({"modules.json": [{"type": "sentence_transformers.models.Dense"}]}, "layer 'Dense'"),
    ],
)
def test_files_that_say_nothing_usable_are_named(tmp_path: Path, files: dict[str, Any], said: str) -> None:
    with pytest.raises(ModelError, match=said):
        recipe_for("anything", "bert", write(tmp_path, files))


def test_version_6_keeps_the_length_with_the_tokenizer(tmp_path: Path) -> None:
    files = {"modules.json": [], "1_Pooling/config.json": {"pooling_mode": "mean"}, "sentence_bert_config.json": {}}
    for limit, expected in ((64, 64), (8192, 512), (int(1e30), 512)):
        write(tmp_path, {**files, "tokenizer_config.json": {"model_max_length": limit}})
        assert recipe_for("anything", "bert", tmp_path).max_length == expected


def test_recipes_survive_json() -> None:
    for recipe in (E5, DECODER):
        assert Recipe.from_dict(json.loads(json.dumps(recipe.as_dict()))) == recipe
