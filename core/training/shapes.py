"""The shapes of a model's weights, from its configuration alone: nothing is loaded.

Families whose weights are counted to the last one: encoders of BERT's build, and decoders of Llama's.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.config import TrainConfig
from core.errors import ModelError
from core.files import read_json
from core.models.named import NAMED
from core.training.lora import DECODER_SHARE, ENCODER_SHARE

ENCODERS = frozenset({"bert", "roberta", "xlm-roberta", "camembert"})
LLAMAS = frozenset({"llama", "mistral", "qwen2", "qwen3", "gemma"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What a transformer without a head is made of.

    Attributes:
        family: ``model_type`` of its configuration.
        hidden, inner: width of the residual stream, and of the feed-forward part.
        heads, key_heads, head: attention heads, those of keys and values (grouped queries), and a head's width.
        positions, types: rows of an encoder's tables of positions and of token types; 0 for a decoder.
        attention_bias: whether a decoder's attention has biases, as Qwen2's queries, keys and values have.
    """

    family: str
    layers: int
    hidden: int
    heads: int
    key_heads: int
    head: int
    inner: int
    vocabulary: int
    positions: int = 0
    types: int = 0
    attention_bias: bool = False

    @property
    def encoder(self) -> bool:
        return self.family in ENCODERS

    @property
    def linear(self) -> tuple[tuple[int, int], ...]:
        """Inputs and outputs of a block's linear layers, all of which may carry LoRA."""
        wide, narrow, hidden = self.heads * self.head, self.key_heads * self.head, self.hidden
        attention = ((hidden, wide), (hidden, narrow), (hidden, narrow), (wide, hidden))
        forward = ((hidden, self.inner), (self.inner, hidden))
        return attention + (forward if self.encoder else ((hidden, self.inner), *forward))

    @property
    def linear_weights(self) -> int:
        """Weights in the linear layers of one block, each of which multiplies every token."""
        return sum(inputs * outputs for inputs, outputs in self.linear)

    @property
    def block(self) -> int:
        """Weights of one block."""
        if self.encoder:
            return self.linear_weights + sum(outputs for _, outputs in self.linear) + 4 * self.hidden
        biases = {"qwen2": 3}.get(self.family, 4 if self.attention_bias else 0)
        biased = sum(outputs for _, outputs in self.linear[:biases])
        return self.linear_weights + biased + 2 * self.hidden + (2 * self.head if self.family == "qwen3" else 0)

    @property
    def embeddings(self) -> int:
        """Weights of the table of tokens."""
        return self.vocabulary * self.hidden

    @property
    def weights(self) -> int:
        """All weights."""
        tables = (self.positions + self.types + 2) * self.hidden if self.encoder else self.hidden
        return self.embeddings + tables + self.layers * self.block

    def adapted_blocks(self, config: TrainConfig) -> int:
        """Return how many blocks, from the top, carry the adapter."""
        share = config.lora_layers or (ENCODER_SHARE if self.encoder else DECODER_SHARE)
        return math.ceil(self.layers * share)

    def lora_weights(self, config: TrainConfig) -> int:
        """Return the weights of the adapter: a rank of each layer's inputs, and one of its outputs (Hu et al. 2021)."""
        a_block = sum(config.lora_rank * (inputs + outputs) for inputs, outputs in self.linear)
        return self.adapted_blocks(config) * a_block


def _encoder(layers: int, hidden: int, vocabulary: int, positions: int, family: str = "bert", types: int = 2) -> Shape:
    heads = 12 if hidden == 384 else 16
    return Shape(
        family, layers, hidden, heads, heads, hidden // heads, 4 * hidden, vocabulary, positions=positions, types=types
    )


# As the configurations of these models say, so that a model can be planned with before it is downloaded.
SHAPES: dict[str, Shape] = {
    "e5-small": _encoder(12, 384, 250_037, 512),
    "minilm": _encoder(6, 384, 30_522, 512),
    "smollm2-135m": Shape("llama", 30, 576, 9, 3, 64, 1_536, 49_152),
    "multilingual-e5-large": _encoder(24, 1_024, 250_002, 514, "xlm-roberta", 1),
    "bge-m3": _encoder(24, 1_024, 250_002, 8_194, "xlm-roberta", 1),
    "qwen3-embedding-0.6b": Shape("qwen3", 28, 1_024, 16, 8, 128, 3_072, 151_669),
    "e5-mistral-7b-instruct": Shape("mistral", 32, 4_096, 32, 8, 128, 14_336, 32_000),
    "solar-10.7b": Shape("llama", 48, 4_096, 32, 8, 128, 14_336, 32_000),
}


def shape_of(name: str) -> Shape:
    """Return the shape of a model: by its short name or Hub id, or by the ``config.json`` of its folder.

    Raises:
        ModelError: the name is not known and no folder, or the configuration is of a family that is not counted.
    """
    short = {model.hub_id: model.name for model in NAMED.values()}.get(name, name)
    if short in SHAPES:
        return SHAPES[short]
    path = Path(name).expanduser()
    file = path if path.name == "config.json" else path / "config.json"
    if not file.is_file():
        raise ModelError(
            f"No configuration of '{name}' here: expected one of {', '.join(SHAPES)}, or a folder with a model's "
            "config.json, which can be downloaded alone."
        )
    values = read_json(file, ModelError)
    try:
        return shape_from(values)
    except (AttributeError, KeyError, TypeError, ValueError, ZeroDivisionError) as reason:
        raise ModelError(f"{file}: cannot be planned with ({reason}).") from reason


def shape_from(values: Mapping[str, Any]) -> Shape:
    """Read a transformers configuration; KeyError, TypeError or ValueError where a size is absent or no number."""
    family, heads, hidden = str(values["model_type"]), int(values["num_attention_heads"]), int(values["hidden_size"])
    if family not in ENCODERS | LLAMAS:
        raise ValueError(f"model_type is {family!r}; the weights of {', '.join(sorted(ENCODERS | LLAMAS))} are counted")
    encoder = family in ENCODERS
    return Shape(
        family,
        int(values["num_hidden_layers"]),
        hidden,
        heads,
        heads if encoder else int(values.get("num_key_value_heads") or heads),
        hidden // heads if encoder else int(values.get("head_dim") or hidden // heads),
        int(values["intermediate_size"]),
        int(values["vocab_size"]),
        int(values["max_position_embeddings"]) if encoder else 0,
        int(values.get("type_vocab_size", 2)) if encoder else 0,
        bool(values.get("attention_bias", False)),
    )
