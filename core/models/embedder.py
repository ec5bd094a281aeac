"""The embedder: texts in, unit vectors out, with a cache beneath."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.fingerprint import fingerprint
from core.models.cache import VectorCache, text_key
from core.models.memory import TokenBudget, run_in_chunks
from core.models.packed import hidden_packed, packs, use_flash_attention
from core.models.pooling import pool
from core.models.prefix import hidden_after_shared, sees_backwards_only, worth_sharing
from core.models.recipe import Side
from core.models.threads import parameters_in_use, threads_for
from core.models.tokens import pad, tokenize

if TYPE_CHECKING:
    from torch import Tensor, nn

    from core.models.backbone import Backbone
    from core.models.device import Compute

Progress = Callable[[int, int], None]
TOKEN_BUDGET = {"cpu": 2_048, "cuda": 65_536}
TEXTS_SORTED_TOGETHER = 2_048  # with 128, every fifth token computed was padding
TEXTS_BETWEEN_SAVES = 128


class Embedder:
    """One way of turning text into vectors: a backbone, perhaps an adapter merged into it, and a recipe.

    Attributes:
        name: what users call it.
        fingerprint: names everything that a vector depends on, apart from the text.
        dimension: length of a vector.
        documents: the embedder that encodes documents where only the query side was tuned; their vectors, and so
            their index, are then the base's own.
    """

    def __init__(
        self,
        backbone: Backbone,
        compute: Compute,
        *,
        name: str = "",
        model: nn.Module | None = None,
        adapter: str = "",
        alpha: float = 1.0,
        max_length: int | None = None,
        cache: Path | None = None,
        documents: Embedder | None = None,
    ) -> None:
        recipe = backbone.recipe
        self.name = name or backbone.name
        self.backbone = backbone
        self.recipe = recipe
        self.max_length = min(max_length or recipe.max_length, recipe.max_length)
        self.compute = compute
        self.dimension = backbone.dimension
        self.model = (model if model is not None else backbone.model).to(compute.torch_device())
        use_flash_attention(self.model, compute)
        self.fingerprint = fingerprint(
            {
                "weights": backbone.fingerprint,
                "adapter": adapter,
                "alpha": alpha if adapter else 0,
                "pooling": recipe.pooling,
                "frame": [backbone.frame.prefix, backbone.frame.suffix],
                "max_length": self.max_length,
            }
        )
        self.documents = documents
        owner = self.name if adapter else backbone.name
        self._cache = VectorCache(cache / self.fingerprint[:16], self.dimension, owner) if cache else None
        self._budget = TokenBudget(TOKEN_BUDGET[compute.device])
        self._lock = threading.Lock()
        self._parameters = parameters_in_use(self.model)

    @property
    def device(self) -> str:
        return self.compute.device

    @property
    def document_fingerprint(self) -> str:
        """The fingerprint of whatever encodes documents: two embedders with the same one share an index."""
        return (self.documents or self).fingerprint

    def without_cache(self) -> Embedder:
        """Return this embedder, the same model behind the same lock, but keeping no vectors.

        For a service: questions seldom come twice, and each would leave a file and a row in memory for good.
        """
        twin = copy.copy(self)
        twin._cache = None
        return twin

    def in_float32(self) -> Embedder:
        """Return this embedder without a cache, computing in float32 whatever it would have chosen."""
        twin = self.without_cache()
        twin.compute = replace(self.compute, bf16=False)
        return twin

    def encode(self, texts: Sequence[str], side: Side, *, progress: Progress | None = None) -> NDArray[np.float32]:
        """Return one unit vector a text, (len(texts), dimension) float32.

        Each distinct text is encoded once, ever: vectors come from the cache where it has them. ``progress`` is
        called with (texts done, texts to do) of those that had to be encoded. Where memory runs out, passes get
        smaller.

        Raises:
            ModelError: there is not memory enough for one text alone.
        """
        if side == "document" and self.documents is not None:
            return self.documents.encode(texts, side, progress=progress)
        prompted = [self.recipe.prompted(text, side) for text in texts]
        keys = [text_key(text) for text in prompted]
        found: dict[bytes, NDArray[np.float32]] = {}
        if self._cache:
            cached = self._cache.get(keys)
            found = {key: vector for key, vector in zip(keys, cached, strict=True) if vector is not None}
        known = len(found)
        missing = {key: text for key, text in zip(keys, prompted, strict=True) if key not in found}
        unsaved: dict[bytes, NDArray[np.float32]] = {}
        try:
            for new in self._encode_new(missing):
                found |= new
                unsaved |= new
                if len(unsaved) >= TEXTS_BETWEEN_SAVES:
                    self._save(unsaved)
                    unsaved = {}
                if progress:
                    progress(len(found) - known, len(missing))
        finally:
            self._save(unsaved)
        if not keys:
            return np.zeros((0, self.dimension), np.float32)
        return np.stack([found[key] for key in keys])

    def unknown(self, texts: Sequence[str], side: Side) -> list[str]:
        """Return those texts, each once, whose vectors the cache does not have yet."""
        if side == "document" and self.documents is not None:
            return self.documents.unknown(texts, side)
        distinct = list(dict.fromkeys(texts))
        if not self._cache:
            return distinct
        found = self._cache.get([text_key(self.recipe.prompted(text, side)) for text in distinct])
        return [text for text, vector in zip(distinct, found, strict=True) if vector is None]

    def keep(self, texts: Sequence[str], vectors: NDArray[np.float32], side: Side) -> None:
        """Put vectors, (len(texts), dimension), into the cache that the same embedder has computed elsewhere."""
        if side == "document" and self.documents is not None:
            self.documents.keep(texts, vectors, side)
        else:
            keys = [text_key(self.recipe.prompted(text, side)) for text in texts]
            self._save(dict(zip(keys, vectors, strict=True)))

    def _encode_new(self, texts: dict[bytes, str]) -> Iterator[dict[bytes, NDArray[np.float32]]]:
        """Yield the vectors of texts by key, pass by pass: those of like length together, so little is padding.

        The lock is held for one pass at a time (a tokenizer's truncation settings are shared state, and two passes
        at once gain nothing), so a query need not wait for a whole catalogue.
        """
        waiting = list(texts)
        for start in range(0, len(waiting), TEXTS_SORTED_TOGETHER):
            keys = waiting[start : start + TEXTS_SORTED_TOGETHER]
            with self._lock:
                wanted = [texts[key] for key in keys]
                rows = tokenize(self.backbone.tokenizer, self.backbone.frame, wanted, self.max_length)
            for chunk, vectors in run_in_chunks([len(row) for row in rows], self._budget, partial(self._pass, rows)):
                yield {keys[position]: vector for position, vector in zip(chunk, vectors, strict=True)}

    def _pass(self, rows: Sequence[Sequence[int]], chunk: Sequence[int]) -> NDArray[np.float32]:
        import torch

        wanted = [rows[position] for position in chunk]
        work = self._parameters * sum(map(len, wanted))
        with self._lock, threads_for(work), torch.inference_mode():
            return np.asarray(forward(self.model, wanted, self.backbone, self.compute).cpu().numpy())

    def _save(self, vectors: dict[bytes, NDArray[np.float32]]) -> None:
        if self._cache and vectors:
            self._cache.put(list(vectors), np.stack(list(vectors.values())))


def forward(
    model: nn.Module, rows: Sequence[Sequence[int]], backbone: Backbone, compute: Compute, *, one_pass: bool = False
) -> Tensor:
    """Return the unit vectors of token rows, (rows, dimension) float32, on the device of ``compute``.

    ``model`` is the backbone's own or one made from it; tokens, pooling and padding are the backbone's. What all rows
    of a decoder begin with, such as the instruction of queries, is computed once for all of them where that pays, in
    a pass of its own unless ``one_pass`` forbids it.
    """
    if packs(model):
        with compute.autocast():
            packed, seen = hidden_packed(model, rows, compute.torch_device())
        return pool(packed, seen, backbone.recipe.pooling)
    ids, mask = pad(rows, backbone.frame.pad)
    device = compute.torch_device()
    ids, mask = ids.to(device), mask.to(device)
    causal = sees_backwards_only(backbone.model)
    hidden = None
    with compute.autocast():
        if causal and not one_pass and (shared := worth_sharing(rows, compute.device)):
            hidden = hidden_after_shared(model, ids, mask, shared)
        if hidden is None:
            settings = {"use_cache": False} if causal else {}  # nobody reads on from here
            hidden = model(input_ids=ids, attention_mask=mask, **settings).last_hidden_state
    return pool(hidden, mask, backbone.recipe.pooling)
