"""Lines that start other servers: options that are documented, values from the model, and what cannot be served."""

from __future__ import annotations

import json
import shlex

import pytest

from core.handover.launch import Launch, launch_section, launch_text, launches
from core.models.recipe import DECODER, E5, SENTENCE, Recipe

# As documented: text-embeddings-router --help of 1.7, and the engine arguments of vLLM 0.10.1.
TEI_OPTIONS = {"--model-id", "--pooling", "--auto-truncate", "--port"}
VLLM_OPTIONS = {"--runner", "--max-model-len", "--port"}
FOLDER = "/models/our run's"


@pytest.mark.parametrize(
    ("recipe", "family", "pooling"),
    [(E5, "bert", "mean"), (SENTENCE, "bert", "mean"), (DECODER, "qwen3", "last-token")],
)
def test_the_lines_hold_documented_options_and_the_values_of_the_model(
    recipe: Recipe, family: str, pooling: str
) -> None:
    tei, vllm = launches(recipe, FOLDER, family=family)
    words = shlex.split(tei.command)
    assert words[0] == "text-embeddings-router" and options(words) == TEI_OPTIONS
    assert words[words.index("--model-id") + 1] == FOLDER and words[words.index("--pooling") + 1] == pooling
    words = shlex.split(vllm.command)
    assert words[:3] == ["vllm", "serve", FOLDER] and options(words) == VLLM_OPTIONS
    assert words[words.index("--runner") + 1] == "pooling"
    assert words[words.index("--max-model-len") + 1] == str(recipe.max_length)


def test_a_query_gets_its_prompt_by_name_from_one_and_written_out_for_the_other() -> None:
    tei, vllm = launches(E5, FOLDER, family="bert")
    assert json.loads(tei.request)["prompt_name"] == "query" and '"document"' in tei.note
    assert json.loads(vllm.request)["input"].startswith("query: ") and '"passage: "' in vllm.note
    tei, vllm = launches(SENTENCE, FOLDER, family="bert")
    assert "prompt_name" not in json.loads(tei.request) and "prompts" not in vllm.note


@pytest.mark.parametrize("form", ["adapter", "onnx", "openvino"])
def test_neither_serves_another_form(form: str) -> None:
    for launch in launches(E5, FOLDER, family="bert", form=form):
        assert launch.command == "" and "--form merged" in launch.note


def test_a_family_that_a_server_has_not_is_said() -> None:
    tei, vllm = launches(DECODER, FOLDER, family="llama")
    assert tei.command == "" and "'llama'" in tei.note and vllm.command
    assert "GPU" in launches(DECODER, FOLDER, family="mistral")[0].note


def test_both_ways_of_showing_them_hold_command_request_and_note() -> None:
    made = launches(DECODER, FOLDER, family="llama")
    for text in (launch_text(made), launch_section(made)):
        for launch in made:
            assert all(part in text for part in parts(launch))


def options(words: list[str]) -> set[str]:
    return {word for word in words if word.startswith("--")}


def parts(launch: Launch) -> list[str]:
    return [part for part in (launch.server, launch.command, launch.request, launch.note) if part]
