"""Lines that start a server of others with an exported model: text-embeddings-inference, and vLLM.

The options are those documented for text-embeddings-inference 1.7 and later
(https://huggingface.co/docs/text-embeddings-inference/cli_arguments) and for vLLM 0.10.1 and later
(https://docs.vllm.ai/en/latest/models/pooling_models/). Neither computes prompts for a plain request, so each line
comes with how a request names or brings them.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Sequence
from dataclasses import dataclass

from core.models.pooling import Pooling
from core.models.recipe import Recipe

PORT = 8080
TEI_POOLING = {Pooling.MEAN: "mean", Pooling.CLS: "cls", Pooling.LAST: "last-token"}
# As model_type in config.json. Others may have come since.
TEI_FAMILIES = frozenset(
    {"bert", "roberta", "xlm-roberta", "camembert", "distilbert", "mpnet", "modernbert"}
    | {"mistral", "qwen2", "qwen3", "gemma3_text"}
)
TEI_GPU_FAMILIES = frozenset({"mistral", "qwen2"})
WHY_MERGED = "It reads weights as transformers writes them: export with '--form merged'."


@dataclass(frozen=True, slots=True)
class Launch:
    """How one server is started with an export, and asked.

    Attributes:
        server: its name and the first version that the line holds for.
        command: the line for a shell; empty where it cannot serve this export.
        request: the body of a request for a query's vector.
        note: what else there is to know, or why it cannot serve this export.
    """

    server: str
    command: str = ""
    request: str = ""
    note: str = ""


def launches(recipe: Recipe, folder: str, *, family: str = "", form: str = "merged") -> tuple[Launch, ...]:
    """Return how text-embeddings-inference and vLLM are started with an export.

    Args:
        folder: where the export lies on the machine that serves it.
        family: ``model_type`` of its configuration; empty where that is not known.
        form: of the export; neither reads any but ``merged``.
    """
    return _tei(recipe, folder, family, form), _vllm(recipe, folder, form)


def launch_text(made: Sequence[Launch]) -> str:
    """Return launches in lines for a terminal."""
    blocks = []
    for launch in made:
        lines = [f"{launch.server}:", f"  {launch.command}" if launch.command else f"  not as it is. {launch.note}"]
        if launch.command:
            lines += [f"  a query: {launch.request}", f"  {launch.note}"]
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


def launch_section(made: Sequence[Launch]) -> str:
    """Return launches as a section of a card, Markdown."""
    parts = ["## Serving"]
    for launch in made:
        if launch.command:
            parts.append(f"With {launch.server}:\n\n```sh\n{launch.command}\n```")
            parts.append(f"A query's vector is asked for with\n\n```json\n{launch.request}\n```\n\n{launch.note}")
        else:
            parts.append(f"{launch.server} cannot serve it as it is. {launch.note}")
    return "\n\n".join(parts)


def _tei(recipe: Recipe, folder: str, family: str, form: str) -> Launch:
    server = "text-embeddings-inference 1.7"
    if form != "merged":
        return Launch(server, note=WHY_MERGED)
    if family and family not in TEI_FAMILIES:
        return Launch(server, note=f"It has no models of the family '{family}'. Use vLLM, or '--form onnx'.")
    words = ["text-embeddings-router", "--model-id", folder, "--pooling", TEI_POOLING[recipe.pooling]]
    words += ["--auto-truncate", "--port", str(PORT)]
    body = {"inputs": "a heist that goes wrong", "truncate": True, "normalize": True}
    if recipe.query_prompt:
        body["prompt_name"] = "query"
    note = 'POST it to /embed; films with "prompt_name": "document".' if recipe.query_prompt else "POST it to /embed."
    if family in TEI_GPU_FAMILIES:
        note += " This family needs a GPU there."
    return Launch(server, shlex.join(words), json.dumps(body), note)


def _vllm(recipe: Recipe, folder: str, form: str) -> Launch:
    server = "vLLM 0.10.1"
    if form != "merged":
        return Launch(server, note=WHY_MERGED)
    words = ["vllm", "serve", folder, "--runner", "pooling", "--max-model-len", str(recipe.max_length)]
    words += ["--port", str(PORT)]
    body = {
        "model": folder,
        "input": recipe.query_prompt + "a heist that goes wrong",
        "truncate_prompt_tokens": recipe.max_length,
    }
    note = "POST it to /v1/embeddings. Pooling and norm 1 are read from modules.json."
    if recipe.query_prompt or recipe.document_prompt:
        note += f" It adds no prompts: write {json.dumps(recipe.document_prompt, ensure_ascii=False)} before films."
    return Launch(server, shlex.join(words), json.dumps(body, ensure_ascii=False), note)
