"""Taking a tuned model elsewhere: a sentence-transformers folder that loads in one line.

The folder is opened again in a fresh process, through transformers alone, and must give the same vectors: a merge
that silently lost the adapter is the commonest defect of tuned embedders.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from core.errors import ModelError
from core.files import folder_written_aside, write_json, write_text
from core.models.embedder import Embedder
from core.models.loading import load_embedder
from core.models.pooling import Pooling
from core.models.recipe import RECIPE_FILE
from core.runs.folder import RunFolder
from core.workspace import REPOSITORY, Workspace

PROBES = (
    "비 오는 날 혼자 보기 좋은 영화",
    "a heist that goes wrong",
    "The Host (괴물), 2006. A family and a creature.",
)
LEAST_COSINE = 0.9999


def export_model(run: RunFolder, folder: Path, workspace: Workspace) -> float:
    """Write the merged model of a run and return the lowest cosine between its vectors here and when re-opened.

    Raises:
        ModelError: the folder exists, the run has no adapter, only its query side was tuned, or the copy differs.
    """
    if folder.exists():
        raise ModelError(f"{folder} exists already. Name a new folder.")
    embedder = load_embedder(run.name, workspace, device="cpu")
    if embedder.documents is not None:
        raise ModelError(
            f"Run '{run.name}' tuned the query side only: films need the base model, queries the tuned one. "
            "A single folder cannot hold both; train with --side both to export."
        )
    with folder_written_aside(folder.resolve()) as aside:
        write_model(embedder, aside)
        write_text(aside / "README.md", model_card(run, embedder))
        cosine = reopened_cosine(embedder, aside)
        if cosine < LEAST_COSINE:
            raise ModelError(f"The exported model gives other vectors (cosine {cosine:.4f}); nothing was written.")
    return cosine


def write_model(embedder: Embedder, folder: Path) -> None:
    """Write weights, tokenizer and the sentence-transformers files that say how to use them."""
    recipe = embedder.recipe
    embedder.model.save_pretrained(folder)  # type: ignore[operator]
    framed_tokenizer(embedder).save_pretrained(folder)
    module = "sentence_transformers.models"
    modules = [
        {"idx": 0, "name": "0", "path": "", "type": f"{module}.Transformer"},
        {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{module}.Pooling"},
        {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{module}.Normalize"},
    ]
    pooling = {
        "word_embedding_dimension": embedder.dimension,
        "pooling_mode_cls_token": recipe.pooling is Pooling.CLS,
        "pooling_mode_mean_tokens": recipe.pooling is Pooling.MEAN,
        "pooling_mode_lasttoken": recipe.pooling is Pooling.LAST,
    }
    prompts = {"query": recipe.query_prompt, "document": recipe.document_prompt}
    (folder / "1_Pooling").mkdir()
    (folder / "2_Normalize").mkdir()
    write_text(folder / "modules.json", json.dumps(modules, indent=2) + "\n")
    write_json(folder / "1_Pooling" / "config.json", pooling)
    write_json(folder / "2_Normalize" / "config.json", {})
    write_json(folder / "config_sentence_transformers.json", {"prompts": prompts, "similarity_fn_name": "cosine"})
    write_json(folder / "sentence_bert_config.json", {"max_seq_length": embedder.max_length, "do_lower_case": False})
    write_json(folder / RECIPE_FILE, {"recipe": {**recipe.as_dict(), "max_length": embedder.max_length}})


def framed_tokenizer(embedder: Embedder) -> Any:
    """Return a copy of the tokenizer that by itself pads, and frames a text with the ids that Reelign puts there."""
    from tokenizers import processors

    tokenizer = copy.deepcopy(embedder.backbone.tokenizer)
    frame = embedder.backbone.frame
    if tokenizer.pad_token is None:  # LLaMA and Mistral have none, and sentence-transformers pads every batch
        tokenizer.pad_token = tokenizer.convert_ids_to_tokens(frame.pad)
    if embedder.recipe.append_eos:
        names = {token: tokenizer.convert_ids_to_tokens(token) for token in (*frame.prefix, *frame.suffix)}
        template = [*(names[token] for token in frame.prefix), "$A", *(names[token] for token in frame.suffix)]
        tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
            single=" ".join(template), special_tokens=[(name, token) for token, name in names.items()]
        )
    return tokenizer


def reopened_cosine(embedder: Embedder, folder: Path) -> float:
    """Return the lowest cosine between vectors made here and by the folder opened in a fresh process."""
    code = (
        "import json, sys; from core.models.loading import load_embedder; from core.workspace import Workspace; "
        "embedder = load_embedder(sys.argv[1], Workspace.locate(sys.argv[2]), device='cpu'); "
        "print(json.dumps([embedder.encode(json.loads(sys.argv[3]), s).tolist() for s in ('query', 'document')]))"
    )
    with tempfile.TemporaryDirectory() as nowhere:  # a workspace without a vector cache
        command = [sys.executable, "-c", code, str(folder), nowhere, json.dumps(PROBES)]
        done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    if done.returncode:
        raise ModelError(f"The exported model cannot be opened again: {done.stderr.strip().splitlines()[-1]}")
    here = np.stack([embedder.encode(PROBES, "query"), embedder.encode(PROBES, "document")])
    there = np.array(json.loads(done.stdout.splitlines()[-1]), dtype=np.float32)
    return float((here * there).sum(axis=-1).min())


def model_card(run: RunFolder, embedder: Embedder) -> str:
    """Return the model card: what it is, what it was made from, and what it scored."""
    config = run.config()
    report: dict[str, Any] = run.report() or {}
    dev = report.get("dev") or {}
    return f"""---
library_name: sentence-transformers
pipeline_tag: sentence-similarity
base_model: {config.base}
tags: [film-search, reelign]
---

# {run.name}

A film retriever: `{config.base}` tuned with InfoNCE through LoRA on query-film pairs judged by curators.

```python
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("path/to/this/folder")
queries = model.encode(["..."], prompt_name="query")
films = model.encode(["..."], prompt_name="document")
```

| | |
|---|---|
| training pairs / queries | {report.get("pairs")} / {report.get("queries")} |
| labels (sha256) | `{report.get("snapshot")}` |
| catalogue (sha256) | `{report.get("catalog")}` |
| settings | {", ".join(f"{key} {value}" for key, value in config.model_dump().items())} |
| strength of the adapter | {report.get("alpha")} |
| dev nDCG@10, base and tuned | {dev.get("base")} and {dev.get("tuned")} |

Dev figures chose the checkpoint, so they flatter it; take the comparison on test queries for a decision.
"""
