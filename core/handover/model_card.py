"""The card of an exported graph: how to use it without torch, and what it keeps of its model."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from core.handover.runtime import ONNX_FILE, OPENVINO_FILE
from core.handover.weights import GraphForm, Precision

if TYPE_CHECKING:
    from core.handover.kept import Kept
    from core.models.embedder import Embedder

_OPENING = {
    "onnx": f"""\
import onnxruntime

session = onnxruntime.InferenceSession("{ONNX_FILE}")
run = lambda inputs: session.run(["sentence_embedding"], inputs)[0]""",
    "openvino": f"""\
import openvino

model = openvino.Core().compile_model("{OPENVINO_FILE}", "CPU", {{"INFERENCE_PRECISION_HINT": "f32"}})
run = lambda inputs: model(inputs)["sentence_embedding"]""",
}


def kept_in_words(kept: Kept) -> str:
    """Return what an export keeps, in one sentence."""
    words = f"Lowest cosine to the vectors of torch in float32: {kept.cosine:.6f}."
    if kept.recall is None:
        return f"{words} There were too few films or no queries to measure recall on."
    return (
        f"{words} Of the ten best films of a query, {kept.recall:.1%} stay among the ten best (recall@10 on "
        f"{kept.films} films and {kept.queries} queries of the workspace)."
    )


def graph_card(name: str, form: GraphForm, precision: Precision, embedder: Embedder, kept: Kept) -> str:
    """Return the card, Markdown."""
    recipe = embedder.recipe
    query, document = (json.dumps(text, ensure_ascii=False) for text in (recipe.query_prompt, recipe.document_prompt))
    weights = "float32" if precision == "float32" else "8 bits, what is computed in float"
    return f"""\
# {name}

The model as a graph for {"ONNX Runtime" if form == "onnx" else "OpenVINO"}, from token ids to vectors of \
{embedder.dimension} dimensions and norm 1. Weights in {weights}.

{kept_in_words(kept)}

In this folder, with `{"onnxruntime" if form == "onnx" else "openvino"}`, `tokenizers` and `numpy` alone:

```python
import numpy as np
import tokenizers
{_OPENING[form]}
tokenizer = tokenizers.Tokenizer.from_file("tokenizer.json")


def encode(texts, prompt):
    rows = tokenizer.encode_batch([prompt + text for text in texts])
    ids = np.array([row.ids for row in rows], np.int64)
    mask = np.array([row.attention_mask for row in rows], np.int64)
    return run({{"input_ids": ids, "attention_mask": mask}})


queries = encode(["a heist that goes wrong"], {query})
films = encode(["..."], {document})
```

`tokenizer.json` cuts at {embedder.max_length} tokens and pads. The prompts are in `handover.json` too. A text that \
holds a special token written out, such as a separator, is read as that token here; Reelign leaves it out.
"""
