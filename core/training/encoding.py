"""Encoding with gradients: texts tokenised once a run, and run through the model in even chunks."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, TypeVar

from core.models.adapter import is_sharded
from core.models.backbone import Backbone
from core.models.device import Compute
from core.models.embedder import TOKEN_BUDGET, forward
from core.models.recipe import Side
from core.models.tokens import batches_by_length, tokenize
from core.training.frozen import FrozenBlocks, HiddenStore
from core.training.gradcache import in_row_order

if TYPE_CHECKING:
    from torch import Tensor, nn


Key = TypeVar("Key", bound=Hashable)


class TextRows(Generic[Key]):
    """The token rows of texts by key, made when first asked for and kept for the following epochs."""

    def __init__(self, backbone: Backbone, texts: Mapping[Key, str], side: Side, max_length: int) -> None:
        self._texts = texts
        self._side = side
        self._backbone = backbone
        self._max_length = max_length
        self._rows: dict[Key, list[int]] = {}

    def __getitem__(self, keys: Sequence[Key]) -> list[list[int]]:
        new = [key for key in dict.fromkeys(keys) if key not in self._rows]
        rows = rows_of(self._backbone, [self._texts[key] for key in new], self._side, self._max_length)
        self._rows.update(zip(new, rows, strict=True))
        return [self._rows[key] for key in keys]


def rows_of(backbone: Backbone, texts: Sequence[str], side: Side, max_length: int) -> list[list[int]]:
    """Return the token rows of texts, prompt included."""
    prompted = [backbone.recipe.prompted(text, side) for text in texts]
    return tokenize(backbone.tokenizer, backbone.frame, prompted, max_length)


class RowEncoder:
    """A model that is being trained, as a function from token rows to unit vectors, differentiable."""

    def __init__(self, model: nn.Module, backbone: Backbone, compute: Compute, store: HiddenStore) -> None:
        self.model, self.backbone, self.compute = model, backbone, compute
        self._sharded = is_sharded(model)
        self._frozen = None if self._sharded else FrozenBlocks(model, backbone, compute, store)

    def keep(self, rows: Sequence[Sequence[int]]) -> None:
        """Compute once what no training changes of rows that will come again, where the model has such a part."""
        if self._frozen:
            self._frozen.keep(rows)

    def chunk(self, rows: Sequence[Sequence[int]]) -> Tensor:
        """Return the vectors of rows in one pass, (rows, dimension) float32."""
        if self._frozen:
            return self._frozen.vectors(rows)
        # Whether a pass pays for itself is another answer in each process, and all must compute equally many.
        return forward(self.model, rows, self.backbone, self.compute, one_pass=self._sharded)

    def __call__(self, rows: Sequence[Sequence[int]]) -> Tensor:
        """Return the vectors of rows in their order; rows of like length share a pass, so little is padding."""
        chunks = batches_by_length([len(row) for row in rows], TOKEN_BUDGET[self.compute.device])
        return in_row_order([self.chunk([rows[position] for position in chunk]) for chunk in chunks], chunks)
