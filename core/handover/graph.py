"""A model as an ONNX graph, from token ids to unit vectors: pooling and normalisation are inside.

Two outputs: ``last_hidden_state``, which sentence-transformers pools itself, and ``sentence_embedding``, the vectors. A
runtime computes only what it is asked for.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import HandoverError
from core.handover.needed import in_a_line, needed
from core.models.pooling import Pooling

if TYPE_CHECKING:
    from torch import Tensor, nn

    from core.models.embedder import Embedder

INPUTS = ("input_ids", "attention_mask")
OUTPUTS = ("last_hidden_state", "sentence_embedding")


def write_graph(embedder: Embedder, path: Path) -> None:
    """Write the model of an embedder in float32, with its weights in ``path`` plus ``.data``, for any batch and length.

    Raises:
        HandoverError: onnx or onnxscript is not installed, or the model holds something that torch cannot write so.
    """
    import torch

    for package in ("onnx", "onnxscript"):
        needed(package)
    model: Any = embedder.model
    ids = torch.full((2, 8), embedder.backbone.frame.pad, dtype=torch.long)
    free = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    try:
        with quiet("torch.onnx", "onnx_ir", "onnxscript"), torch.no_grad():
            torch.onnx.export(
                graph_module(model, embedder.recipe.pooling),
                (ids, torch.ones_like(ids)),
                path,
                dynamo=True,
                input_names=list(INPUTS),
                output_names=list(OUTPUTS),
                dynamic_shapes=(free, free),
                external_data=True,
                verbose=False,
            )
    except Exception as reason:  # of many kinds, by what stands in its way
        raise HandoverError(
            f"This model cannot be written as a graph: {in_a_line(reason)}. Export it with '--form merged'."
        ) from reason


@contextmanager
def quiet(*names: str) -> Iterator[None]:
    """Keep what exporters say of their own insides out of the lines for the user: only errors are logged, no warning
    is shown, and what they print goes to standard error, for standard output may be somebody's JSON.
    """
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), redirect_stdout(sys.stderr):
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def graph_module(model: nn.Module, how: Pooling) -> nn.Module:
    """Return a module from ``(ids, mask)`` to hidden states and unit vectors, made of what a graph can hold.

    As ``core.models.pooling.pool``, without its check, which looks at values.
    """
    import torch
    from torch import nn

    class Vectors(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
            settings = {"use_cache": False} if hasattr(model.config, "use_cache") else {}
            hidden = self.model(input_ids=input_ids, attention_mask=attention_mask, **settings).last_hidden_state
            if how is Pooling.MEAN:
                weights = attention_mask.unsqueeze(-1).to(hidden.dtype)
                vectors = (hidden * weights).sum(dim=1) / weights.sum(dim=1)
            else:
                positions = torch.arange(hidden.shape[1], device=hidden.device) * attention_mask
                chosen = positions.argmax(dim=1) if how is Pooling.LAST else attention_mask.argmax(dim=1)
                places = chosen.view(-1, 1, 1).expand(-1, 1, hidden.shape[2])
                vectors = torch.gather(hidden, 1, places).squeeze(1)
            return hidden, nn.functional.normalize(vectors, dim=1)

    return Vectors().eval()
