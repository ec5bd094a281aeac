"""The blocks of an encoder that training does not change: computed once a text instead of once a step.

With the adapter on the upper half, what enters the lowest adapted block is the same in every epoch, in every dev
score and at every strength. Keeping it saves a third of a training step and half of a dev score, at the cost of
memory: tokens x hidden size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core.models.adapter import lora_layers
from core.models.backbone import Backbone, model_type
from core.models.device import Compute
from core.models.embedder import TOKEN_BUDGET
from core.models.pooling import pool
from core.models.tokens import batches_by_length, pad

if TYPE_CHECKING:
    from torch import Tensor, nn

# Families whose forward pass is embeddings, then ``encoder.layer`` one after another, and nothing else.
PLAIN_ENCODERS = frozenset({"bert", "roberta", "xlm-roberta", "camembert"})
MOST_BYTES = 2 * 2**30
ROWS_AT_ONCE = 512  # between looks at the memory

Row = tuple[int, ...]


@dataclass(slots=True)
class HiddenStore:
    """Hidden states by row, (tokens, hidden size) each; shared by all adapters of one training.

    They are kept in full, so the memory is bounded: beyond ``MOST_BYTES`` a row is computed anew each time.
    """

    kept: dict[Row, Tensor] = field(default_factory=dict)
    bytes: int = 0
    full: bool = False

    def add(self, row: Row, hidden: Tensor) -> None:
        """Keep the states of a row while there is room; the first that finds none ends the keeping."""
        size = hidden.element_size() * hidden.nelement()
        self.full = self.full or self.bytes + size > MOST_BYTES
        if not self.full:
            self.kept[row] = hidden
            self.bytes += size


class FrozenBlocks:
    """What the unadapted lower blocks make of token rows."""

    def __init__(self, wrapped: nn.Module, backbone: Backbone, compute: Compute, store: HiddenStore) -> None:
        """Find the lowest adapted block of a model wrapped by PEFT."""
        self._backbone, self._compute, self._store = backbone, compute, store
        self._model: Any = wrapped.get_base_model()  # type: ignore[operator]
        plain = model_type(backbone.model) in PLAIN_ENCODERS
        blocks = list(self._model.encoder.layer) if plain else []
        adapted = [number for number, block in enumerate(blocks) if lora_layers(block)]
        self.count = adapted[0] if adapted else 0
        self._lower, self._upper = blocks[: self.count], blocks[self.count :]

    def __bool__(self) -> bool:
        """Whether there is anything below the adapter to keep."""
        return self.count > 0

    def keep(self, rows: Sequence[Sequence[int]]) -> None:
        """Compute and keep the rows that are not kept yet, as far as memory allows.

        The same rows in the same order give the same values to the bit, which resuming relies on.
        """
        new = [row for row in dict.fromkeys(map(tuple, rows)) if row not in self._store.kept]
        for start in range(0, len(new), ROWS_AT_ONCE):
            if self._store.full:
                return
            part = new[start : start + ROWS_AT_ONCE]
            for row, hidden in zip(part, self._compute_lower(part), strict=True):
                self._store.add(row, hidden)

    def vectors(self, rows: Sequence[Sequence[int]]) -> Tensor:
        """Return the unit vectors of rows through the adapted blocks, (rows, dimension) float32, differentiable."""
        import torch

        kept = self._store.kept
        missing = [row for row in dict.fromkeys(map(tuple, rows)) if row not in kept]
        fresh = dict(zip(missing, self._compute_lower(missing), strict=True))
        hidden = [fresh[row] if row in fresh else kept[row] for row in map(tuple, rows)]
        device = self._compute.torch_device()
        entered = torch.nn.utils.rnn.pad_sequence(hidden, batch_first=True)
        _, mask = pad(rows, 0)
        mask = mask.to(device)
        with self._compute.autocast():
            states = self._through(self._upper, entered.to(device), mask)
        return pool(states, mask, self._backbone.recipe.pooling)

    def _compute_lower(self, rows: Sequence[Row]) -> list[Tensor]:
        import torch

        found: dict[int, Tensor] = {}
        device = self._compute.torch_device()
        with torch.no_grad():
            for chunk in batches_by_length([len(row) for row in rows], TOKEN_BUDGET[self._compute.device]):
                ids, mask = (part.to(device) for part in pad([rows[position] for position in chunk], self._pad))
                with self._compute.autocast():
                    states = self._through(self._lower, self._model.embeddings(input_ids=ids), mask)
                found |= {
                    position: states[number, : len(rows[position])].clone() for number, position in enumerate(chunk)
                }
        return [found[position] for position in range(len(rows))]

    @property
    def _pad(self) -> int:
        return self._backbone.frame.pad

    def _through(self, blocks: Sequence[Any], states: Tensor, mask: Tensor) -> Tensor:
        from transformers.masking_utils import create_bidirectional_mask

        seen = create_bidirectional_mask(config=self._model.config, inputs_embeds=states, attention_mask=mask)
        for block in blocks:
            states = block(states, seen)
        return states
