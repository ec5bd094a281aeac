"""Training steps and encoding of a model the size of Mistral-7B on a GPU: Reelign against sentence-transformers.

The weights are random and made in memory, in bfloat16; nothing is downloaded. LoRA of rank 16 on all linear layers,
put there by Reelign on both sides; batches of 64 pairs of 128 tokens, the same token ids on both sides, so that the
first loss must agree; attention by torch's scaled_dot_product_attention; autocast in bfloat16.

A step is forward pass, InfoNCE over the batch, backward pass, clipping and AdamW; texts are tokenised beforehand.
Reelign's is ``Fit.step``, which finds out by itself how to cut a batch that does not fit (GradCache in chunks of
tokens). sentence-transformers' is MultipleNegativesRankingLoss, and CachedMultipleNegativesRankingLoss, its GradCache,
in mini-batches of 32 texts, its default, for where the first runs out of memory. Both sides also run with gradient
checkpointing. Two steps go before those that are timed and whose peak memory is read.

Model FLOPs of a step with T tokens, P weights in linear layers and L LoRA weights: 2PT forwards, 2PT backwards to the
activations (frozen weights need no gradient), and 6LT for LoRA. What GradCache or checkpointing computes twice, and
attention scores (under 1 % at 128 tokens), are not counted. Utilisation is their rate over the card's peak for dense
bfloat16 by its data sheet, or over a measured product of large matrices where the card is not known.

Encoding: documents a second, tokenising included; cosines are to Reelign's vectors.

Run: .venv/bin/python tests/bench/bench_gpu.py [--layers 32] [--pairs 64] [--length 128] [--steps 10]
On a CPU, to try the code: .venv/bin/python tests/bench/bench_gpu.py --device cpu --layers 2 --hidden 256 --pairs 4
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from random_mistral import make_backbone, random_texts, sentence_model
from sentence_transformers.sentence_transformer.losses import (
    CachedMultipleNegativesRankingLoss,
    MultipleNegativesRankingLoss,
)
from torch import nn

from core.catalog import Catalog, Movie
from core.cli.output import table
from core.config import make_config
from core.models.backbone import Backbone
from core.models.device import Compute, choose_compute
from core.models.embedder import Embedder
from core.models.memory import is_out_of_memory, release_memory
from core.models.tokens import pad
from core.training.checkpoint import trainable
from core.training.distributed import World
from core.training.fit import Fit, Material
from core.training.lora import add_adapter
from core.training.pairs import LabelledQueries

# Dense bfloat16 by the data sheets, of the SXM cards but for the one that says otherwise; the first that fits counts.
PEAK = {"H200": 989e12, "H100 PCIe": 756e12, "H100": 989e12, "A100": 312e12}
WARM_UP = 2
BATCH_SIZES = (32, 128, 512)
HEADERS = ["", "pairs/s", "s a step", "peak GB", "utilisation", "first loss"]
Step = Callable[[int], float]  # from its number to its loss


@dataclass(frozen=True, slots=True)
class Measured:
    """Seconds of each step, peak memory of the GPU in bytes, and the loss before anything was learnt."""

    seconds: list[float]
    memory: int
    first_loss: float


def make_material(
    given: argparse.Namespace, backbone: Backbone, compute: Compute, *, checkpointing: bool
) -> tuple[Material, LabelledQueries]:
    """Return one batch of pairs as a training has it: a catalogue, queries, and a film for each."""
    config = make_config(
        {
            "base": backbone.name,
            "epochs": WARM_UP + given.steps,
            "batch_size": given.pairs,
            "max_length": given.length,
            "synthetic": 0,
            "gradient_checkpointing": checkpointing,
            "device": compute.device,
        }
    )
    overviews = random_texts(given.pairs, given.length, 1)
    films = [Movie(f"film{number:04}", "w0", overview=text) for number, text in enumerate(overviews)]
    texts = {f"query{number:04}": text for number, text in enumerate(random_texts(given.pairs, given.length, 2))}
    grades = {query: {film.movie_id: 1} for query, film in zip(texts, films, strict=True)}
    material = Material.of(config, backbone, compute, Catalog(films), texts, World())
    return material, LabelledQueries(texts, grades, {})


def reelign_step(given: argparse.Namespace, backbone: Backbone, compute: Compute, *, checkpointing: bool) -> Step:
    """Return a step of a training as ``core.training`` takes it."""
    fit = Fit(*make_material(given, backbone, compute, checkpointing=checkpointing))

    def step(number: int) -> float:
        (batch,) = fit.batches(number)
        return fit.step(batch, number, number)["loss"]

    return step


def sentence_step(
    given: argparse.Namespace, backbone: Backbone, compute: Compute, *, cached: bool = False, checkpointing: bool
) -> Step:
    """Return the same step by the model and the loss of sentence-transformers."""
    material, train = make_material(given, backbone, compute, checkpointing=checkpointing)
    config, device = material.config, compute.torch_device()
    wrapped = add_adapter(backbone.model, config).to(device)
    if checkpointing:
        wrapped.train()
        wrapped.get_base_model().gradient_checkpointing_enable({"use_reentrant": False})
    model = sentence_model(wrapped.get_base_model(), backbone, compute, given.length)
    plain_forward = model.forward

    def forward(*arguments: Any, **settings: Any) -> Any:  # accelerate wraps it so for the trainer
        with compute.autocast():
            return plain_forward(*arguments, **settings)

    model.forward = forward  # type: ignore[method-assign]
    kind = CachedMultipleNegativesRankingLoss if cached else MultipleNegativesRankingLoss
    loss_of: nn.Module = kind(model, scale=1 / config.temperature)
    weights = list(trainable(wrapped).values())
    optimizer = torch.optim.AdamW(weights, lr=material.learning_rate, weight_decay=config.weight_decay)
    pairs = train.pairs()
    queries = material.queries[[pair.query_id for pair in pairs]]
    movies = material.movies[[(pair.movie_id, False) for pair in pairs]]
    padded = [pad(rows, backbone.frame.pad) for rows in (queries, movies)]
    features = [{"input_ids": ids.to(device), "attention_mask": mask.to(device)} for ids, mask in padded]

    def step(number: int) -> float:
        optimizer.zero_grad(set_to_none=True)
        loss = loss_of([dict(side) for side in features], None)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, config.max_grad_norm)
        optimizer.step()
        return float(loss.detach())

    return step


def measure(make: Callable[[], Step], steps: int, compute: Compute) -> Measured | None:
    """Return what the steps of one side take, ``None`` where memory runs out."""
    on_gpu = compute.device == "cuda"
    seconds, losses = [], []
    try:
        step = make()
        for number in range(WARM_UP + steps):
            if on_gpu and number == WARM_UP:
                torch.cuda.reset_peak_memory_stats()
            started = time.perf_counter()
            losses.append(step(number))
            if on_gpu:
                torch.cuda.synchronize()
            seconds.append(time.perf_counter() - started)
    except RuntimeError as error:
        if not is_out_of_memory(error):
            raise
        return None
    return Measured(seconds[WARM_UP:], torch.cuda.max_memory_allocated() if on_gpu else 0, losses[0])


def peak_flops(compute: Compute) -> tuple[float, str]:
    """Return the operations a second that the device can do, and where that is from."""
    name = torch.cuda.get_device_name() if compute.device == "cuda" else "CPU"
    for card, peak in PEAK.items():
        if card in name:
            return peak, f"of {peak / 1e12:.0f} a second by the data sheet of {card}"
    size = 8192 if compute.device == "cuda" else 1024
    number_format = torch.bfloat16 if compute.bf16 else torch.float32
    matrix = torch.ones(size, size, dtype=number_format, device=compute.torch_device())
    best = float("inf")
    for _ in range(10):
        started = time.perf_counter()
        (matrix @ matrix)[0, 0].item()
        best = min(best, time.perf_counter() - started)
    return 2 * size**3 / best, f"of {2 * size**3 / best / 1e12:.3f} a second in a product of {size} x {size} matrices"


def model_flops(given: argparse.Namespace, backbone: Backbone) -> float:
    """Return the operations of one step as the head of this file counts them."""
    linear = [module.weight for module in backbone.model.modules() if isinstance(module, nn.Linear)]
    weights = sum(weight.numel() for weight in linear)
    lora = make_config({}).lora_rank * sum(sum(weight.shape) for weight in linear)
    return float((4 * weights + 6 * lora) * 2 * given.pairs * given.length)


def encoding_rows(given: argparse.Namespace, backbone: Backbone, compute: Compute) -> list[list[str]]:
    """Return the lines of documents a second."""
    texts = random_texts(given.documents, given.length, 3)
    ours = Embedder(backbone, compute, max_length=given.length)
    theirs = sentence_model(ours.model, backbone, compute, given.length)
    ways: dict[str, Callable[[list[str]], Any]] = {"Reelign": lambda part: ours.encode(part, "document")}
    for size in BATCH_SIZES:
        encode_batches = partial(theirs.encode, batch_size=size, show_progress_bar=False)
        ways[f"sentence-transformers, batches of {size}"] = encode_batches
    lines, reference = [], None
    for way, encode in ways.items():
        encode(texts[: len(texts) // 4])
        started = time.perf_counter()
        vectors = encode(texts)  # on the CPU when they are there, so nothing is left to wait for
        rate = len(texts) / (time.perf_counter() - started)
        reference = vectors if reference is None else reference
        lines.append([way, f"{rate:.1f}", f"{(vectors * reference).sum(axis=1).min():.4f}"])
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layers", type=int, default=32)
    parser.add_argument("--hidden", type=int, default=4_096)
    parser.add_argument("--pairs", type=int, default=64)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--documents", type=int, default=512)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    given = parser.parse_args()
    if given.device == "cuda" and not torch.cuda.is_available():
        print("No CUDA GPU here, so there is nothing to measure; --device cpu with a small --hidden tries the code.")
        return
    compute = choose_compute(given.device)
    backbone = make_backbone(given.layers, given.hidden, compute)
    ours = partial(reelign_step, given, backbone, compute)
    theirs = partial(sentence_step, given, backbone, compute)
    sides: dict[str, Callable[[], Step]] = {
        "Reelign": partial(ours, checkpointing=False),
        "sentence-transformers": partial(theirs, checkpointing=False),
        "sentence-transformers, cached loss": partial(theirs, cached=True, checkpointing=False),
        "Reelign, checkpointing": partial(ours, checkpointing=True),
        "sentence-transformers, checkpointing": partial(theirs, checkpointing=True),
    }
    flops = model_flops(given, backbone)
    peak, source = peak_flops(compute)
    lines = []
    for side, make in sides.items():
        print(f"{side} ...", file=sys.stderr, flush=True)
        found = measure(make, given.steps, compute)
        release_memory()
        if found is None:
            lines.append([side, "out of memory", "", "", "", ""])
            continue
        seconds = statistics.median(found.seconds)
        memory = f"{found.memory / 1e9:.1f}" if found.memory else "-"
        line = [side, f"{given.pairs / seconds:.1f}", f"{seconds:.3f}", memory]
        lines.append([*line, f"{flops / seconds / peak:.1%}", f"{found.first_loss:.4f}"])
    print(
        f"{compute.reason}; Mistral of {given.layers} layers of {given.hidden}, {given.pairs} pairs of {given.length} "
        f"tokens, median of {given.steps} steps; {flops / 1e12:.4g} TFLOP a step {source}"
    )
    print(table(HEADERS, lines))
    print()
    print(table(["", "documents/s", "lowest cosine"], encoding_rows(given, backbone, compute)))


if __name__ == "__main__":
    main()
