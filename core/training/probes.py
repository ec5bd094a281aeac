"""Fixed texts, encoded here and by a fresh process: how one sees that two models are one.

Nothing is read from or written to the vector cache, and everything is computed in float32: bfloat16 alone moves a
cosine by more than the defects looked for.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.errors import ModelError, ReelignError
from core.models.embedder import Embedder, forward
from core.models.loading import load_embedder
from core.models.recipe import Side
from core.models.tokens import tokenize
from core.workspace import REPOSITORY, Workspace

if TYPE_CHECKING:
    from torch import nn

PROBES = (
    "비 오는 날 혼자 보기 좋은 영화",
    "a heist that goes wrong",
    "The Host (괴물), 2006. A family and a creature.",
)
LEAST_COSINE = 0.9999
Vectors = NDArray[np.float32]


def probe_vectors(embedder: Embedder) -> Vectors:
    """Return the probes as queries and as films, (2, probes, dimension) float32 of norm 1."""
    films = embedder.documents or embedder
    return np.stack([encode_probes(embedder, embedder.model, "query"), encode_probes(films, films.model, "document")])


def encode_probes(embedder: Embedder, model: nn.Module, side: Side) -> Vectors:
    """Return the probes of one side, (probes, dimension), by ``model`` with the embedder's prompts and tokens."""
    import torch

    backbone, recipe = embedder.backbone, embedder.recipe
    texts = [recipe.prompted(text, side) for text in PROBES]
    rows = tokenize(backbone.tokenizer, backbone.frame, texts, embedder.max_length)
    with torch.no_grad():  # not inference mode, which sharded weights do not bear
        vectors = forward(model, rows, backbone, replace(embedder.compute, bf16=False))
    return np.asarray(vectors.cpu().numpy(), dtype=np.float32)


def reopened_vectors(folder: Path, workspace: Workspace) -> Vectors:
    """Return ``probe_vectors`` of a model or adapter folder as a process that knows nothing else opens it, on the CPU.

    Raises:
        ModelError: the folder cannot be opened.
    """
    said = ask_fresh_process("core.training.probes", folder, str(workspace.root), error=ModelError)
    return np.array(json.loads(said.splitlines()[-1]), dtype=np.float32)


def ask_fresh_process(module: str, folder: Path, *arguments: str, error: type[ReelignError]) -> str:
    """Return what a module of ours prints about a model folder as a process that knows nothing else.

    Raises:
        error: the folder cannot be opened, with the last line of what the process complains of.
    """
    command = [sys.executable, "-m", module, str(folder.resolve()), *arguments]
    # The working folder stays: the base may have been named by a path from there.
    path = os.pathsep.join(filter(None, [str(REPOSITORY), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": path}, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or [f"the process ended with status {done.returncode}"]
        raise error(f"{folder} cannot be opened again: {said[-1]}")
    return done.stdout


def lowest_cosine(one: Vectors, other: Vectors) -> float:
    """Return the lowest cosine between vectors at the same place, computed in float64: 1 where all are equal, 0 where
    the two are not even of one dimension.
    """
    if one.shape != other.shape:
        return 0.0
    a, b = one.astype(np.float64), other.astype(np.float64)
    norms = np.linalg.norm(a, axis=-1) * np.linalg.norm(b, axis=-1)
    return float(((a * b).sum(axis=-1) / norms).min())


def main(folder: str, root: str) -> None:
    """Print what ``reopened_vectors`` reads; end with one line on standard error where the folder cannot be opened."""
    try:
        vectors = probe_vectors(load_embedder(folder, Workspace.locate(root), device="cpu"))
    except ReelignError as reason:
        sys.exit(str(reason))
    print(json.dumps(vectors.tolist()))


if __name__ == "__main__":
    main(*sys.argv[1:])
