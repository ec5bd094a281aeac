"""What a training takes, from its configuration alone: memory in bytes, floating-point operations, and time.

Nothing is loaded or measured, so a model can be planned with before it is downloaded, for a GPU that is not here.
``core.training.plan`` measures the same on real batches, where the model is. Weights, adapter and optimiser are exact
(``core.training.shapes``). Activations follow Korthikanti et al. 2022 ("Reducing Activation Recomputation in Large
Transformer Models", section 4), who add up what each operation keeps for its backward pass, here for what is trained:
frozen linear layers keep nothing but what their LoRA reads, no dropout, attention that keeps no table of scores.
Operations follow Kaplan et al. 2020: 2 a weight and token forwards, 2 backwards to the activations of frozen weights,
and 4 backwards for weights that are trained. Texts are taken to be as long as they may be, and synthetic pairs to join
every batch unless the setting says otherwise, so the figures are upper bounds of a step.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from core.config import TrainConfig
from core.models.embedder import TOKEN_BUDGET
from core.training.fit import SYNTHETIC_SHARE
from core.training.shapes import Shape

FLOAT, HALF = 4, 2  # bytes
ADAM = 2 * FLOAT  # mean and square of the gradient, a weight
STEP_COUNT = FLOAT  # AdamW keeps one for each tensor
NF4 = 0.5 + 1 / 64 + FLOAT / (64 * 256)  # a weight in 4 bits, and its doubly quantised scale (Dettmers et al. 2023)
USABLE = 0.9  # of a GPU's memory: the rest is for what passes by, and for the driver
UTILISATION = 0.3  # assumed of a GPU's peak where nobody names one; not measured
CPU_UTILISATION = 0.5  # assumed of a CPU's speed at one layer; tests/bench/bench_estimate.py prints what is reached


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes that one process holds at its fullest, by what they are for.

    Attributes:
        weights: the backbone's own, float32; of a sharded one this process's part.
        copy: the second set of linear weights that carries the adapter, absent where the backbone is sharded.
        gathered: the largest weights that are gathered at a time, of a sharded backbone.
    """

    weights: int
    copy: int
    adapter: int
    gradients: int
    optimizer: int
    activations: int
    gathered: int

    @property
    def peak(self) -> int:
        return sum(asdict(self).values())


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a step of a training takes.

    Attributes:
        memory: of each process.
        texts, tokens: of a batch, all processes together, at the longest.
        cached, chunk_tokens: whether GradCache cuts the step to fit, and into passes of how many tokens.
        flops: floating-point operations of a step, all processes together.
        seconds: of a step on ``gpus``, at ``utilisation`` of ``peak`` operations a second each. What is exchanged
            between GPUs is not in it; ``exchanged`` says how many bytes each receives.
        fits: whether the memory is enough, ``None`` where nobody said how much there is.
    """

    memory: Memory
    texts: int
    tokens: int
    cached: bool
    chunk_tokens: int
    flops: float
    seconds: float
    exchanged: int
    gpus: int
    utilisation: float
    fits: bool | None

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "memory": {**asdict(self.memory), "peak": self.memory.peak}}


def estimate(
    shape: Shape,
    config: TrainConfig,
    *,
    peak: float,
    room: float | None = None,
    gpus: int = 1,
    utilisation: float = UTILISATION,
    bf16: bool = True,
    device: str = "cuda",
    length: int | None = None,
) -> Estimate:
    """Estimate a step.

    Args:
        peak: operations a second of one device.
        room: bytes of its memory. Where a step does not fit, GradCache cuts it, as in a training.
        gpus: processes, one a GPU, over which texts (and with ``config.shard`` weights) are spread.
        utilisation: share of the peak that is reached.
        bf16: whether passes run in bfloat16.
        length: tokens of a text, at most ``config.max_length``, which it is by default.
    """
    texts = texts_of_a_batch(config)
    tokens = texts * min(length or config.max_length, config.max_length)
    own = math.ceil(tokens / gpus)
    held = _held(shape, config, gpus)
    a_token = activation_bytes(shape, config, bf16=bf16)
    one_block = config.gradient_checkpointing * block_activations(shape, config.lora_rank, bf16=bf16)
    chunk = own
    cached = room is not None and held.peak + own * (a_token + one_block) > USABLE * room
    if room is not None and cached:
        spare = USABLE * room - held.peak
        fitting = int(spare / (a_token + one_block)) if spare > 0 else 0
        chunk = max(min(own, config.max_length), min(own, TOKEN_BUDGET[device], fitting))  # one text at the least
    kept = (a_token + one_block) * chunk
    memory = Memory(**{**asdict(held), "activations": kept})
    flops = step_flops(shape, config, tokens, cached=cached)
    passes = math.ceil(own / chunk) * (3 if cached else 2)  # gathered forwards, again backwards; GradCache once more
    exchanged = held.adapter * (gpus > 1)
    if config.shard:
        exchanged += passes * FLOAT * shape.weights * (gpus - 1) // gpus
    fits = None if room is None else memory.peak <= USABLE * room
    seconds = flops / (peak * utilisation * gpus)
    return Estimate(memory, texts, tokens, cached, chunk, flops, seconds, exchanged, gpus, utilisation, fits)


def texts_of_a_batch(config: TrainConfig) -> int:
    """Return the texts of a batch: queries, and where films are tuned too, positives and negatives."""
    made = config.batch_size * (SYNTHETIC_SHARE if config.synthetic is None else config.synthetic)
    if config.side == "query":
        return round(config.batch_size + made)
    return round(config.batch_size * (2 + config.negatives + config.mined) + 2 * made)


def _held(shape: Shape, config: TrainConfig, gpus: int) -> Memory:
    lora = shape.lora_weights(config)
    tensors = 2 * len(shape.linear) * shape.adapted_blocks(config)
    part = gpus if config.shard else 1
    rest = shape.weights - shape.embeddings
    copy = FLOAT * rest
    if config.four_bit:
        packed = shape.layers * shape.linear_weights
        copy = FLOAT * (rest - packed) + int(NF4 * packed)
    return Memory(
        weights=math.ceil(FLOAT * shape.weights / part),
        copy=0 if config.shard else copy,
        adapter=FLOAT * lora,
        gradients=FLOAT * lora,
        optimizer=ADAM * lora + STEP_COUNT * tensors,
        activations=0,
        gathered=FLOAT * max(shape.embeddings, 2 * shape.block) if config.shard else 0,
    )


def activation_bytes(shape: Shape, config: TrainConfig, *, bf16: bool) -> int:
    """Return the bytes a token that all adapted blocks keep for the backward pass.

    With gradient checkpointing that is the input of each (Korthikanti et al. 2022, section 5); the one block that is
    computed again then comes on top (``block_activations``).
    """
    whole = block_activations(shape, config.lora_rank, bf16)
    a_block = FLOAT * shape.hidden if config.gradient_checkpointing else whole
    return shape.adapted_blocks(config) * a_block


def block_activations(shape: Shape, rank: int, bf16: bool) -> int:
    """Return the bytes a token that one adapted block keeps, each operation added up.

    An encoder: its input, queries, keys, values, what attention gives and the copy that its output layer reads, both
    inputs of the layer norms, the feed-forward part's input, and what goes into and comes out of its activation. A
    decoder: its input and both norms' inputs and outputs, rotated queries and keys, values, attention as above, and
    four widths of its gated feed-forward part. LoRA: what lies between its two matrices. In bfloat16 the inputs of
    norms stay in float32, and each LoRA layer keeps a rounded input of its own.
    """
    wide, narrow, hidden = shape.heads * shape.head, shape.key_heads * shape.head, shape.hidden
    normed = 2 * hidden
    if shape.encoder:
        others, own_copies = 7 * hidden + 2 * shape.inner, 2 * hidden
    else:
        others, own_copies = 2 * hidden + 5 * wide + 4 * shape.inner, 3 * hidden
        if shape.family == "qwen3":  # norms of queries and keys
            others += wide + narrow
    others += len(shape.linear) * rank
    return FLOAT * normed + (HALF * (others + own_copies) if bf16 else FLOAT * others)


def step_flops(shape: Shape, config: TrainConfig, tokens: int, *, cached: bool = False) -> float:
    """Return the floating-point operations of a step over ``tokens`` tokens of texts as long as may be.

    Frozen blocks beneath an encoder's adapter are computed once a text (``core.training.frozen``) and not counted,
    unless the backbone is sharded. GradCache and checkpointing compute a pass forwards once more each.
    """
    adapted = shape.adapted_blocks(config)
    frozen = shape.layers - adapted if config.shard or not shape.encoder else 0
    scores = 4 * config.max_length * shape.heads * shape.head / (1 if shape.encoder else 2)  # a causal half
    forward = 2 * shape.linear_weights + scores
    again = 1 + cached
    lora = shape.lora_weights(config)
    backward = adapted * (2 * shape.linear_weights + 2 * scores) + 4 * lora
    recomputed = config.gradient_checkpointing * (adapted * forward + 2 * lora)
    return float(tokens * (again * ((adapted + frozen) * forward + 2 * lora) + recomputed + backward))
