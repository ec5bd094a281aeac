"""What a thousand labels and a million films cost on named GPUs, and how the work grows: tables, and a chart.

Measured here: which share of this CPU's speed at one layer (``cpu_speeds``) a training step and an encoding pass reach
with a packaged model. Computed from that share (or ``--utilisation``), the data sheets' peak rates and the
configurations of the models: seconds and money. That a GPU reaches the share that this CPU does is an assumption, and
so are the prices, in dollars an hour; they are nobody's list. Put your own: ``--price h100=2.5``. Exchange between
GPUs, tokenising and the start of a machine are not counted.

A thousand labels: so many pairs seen ``--epochs`` times, in batches of 32, each with a negative, texts of 128 tokens.
A million films: texts of 150 tokens, encoded once. The least number of cards that holds the model is taken, sharded
(with gradient checkpointing) where one is too small.

Growth: ``docs/LOG.md`` says what was measured (filled marks); the rest follows from those rates (lines).

Run: .venv/bin/python tests/bench/bench_costs.py [--price h100=4 ...] [--utilisation 0.3] [--svg docs/images/growth.svg]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bench_estimate import made_fit
from growth import GROWTH, growth_rows, growth_svg

from core.cli.output import table
from core.config import TrainConfig, make_config
from core.files import write_text
from core.models.device import choose_compute, cpu_speeds
from core.models.embedder import forward
from core.training.estimate import Estimate, estimate, step_flops
from core.training.gpus import GPUS
from core.training.shapes import Shape, shape_of
from core.workspace import Workspace

ASSUMED = {"h100": 4.00, "a100-80gb": 2.00, "l4": 0.80, "rtx4090": 0.50}  # dollars an hour, assumed, November 2026
MODELS = ("e5-small", "bge-m3", "qwen3-embedding-0.6b", "e5-mistral-7b-instruct", "solar-10.7b")
FILM, BATCH = 150, 32  # tokens; pairs
CARDS = (1, 2, 4, 8)
HEADERS = ["model", "GPU", "cards", "GB a card", "$ / 1,000 labels", "min", "$ / 1,000,000 films", "h"]


def encode_flops(shape: Shape, tokens: int) -> float:
    """Return the operations of encoding a text once: 2 a weight and token (Kaplan et al. 2020), and attention's."""
    scores = 4 * tokens * shape.heads * shape.head / (1 if shape.encoder else 2)
    return tokens * shape.layers * (2 * shape.linear_weights + scores)


def measured(name: str) -> tuple[float, float]:
    """Return which share of this CPU's speed at one layer a training step and an encoding pass reach."""
    import torch

    compute = choose_compute("cpu")
    speed = 1e9 * (cpu_speeds().bfloat16 if compute.bf16 else cpu_speeds().float32)
    with tempfile.TemporaryDirectory() as root:
        fit = made_fit(name, argparse.Namespace(pairs=8, length=128), Workspace.locate(root))
        batch = next(iter(fit.batches(0)))
        rows = fit.problem(batch, 0)[0]
        fit.keep()
        fit.step(batch, 0, 0)
        began = time.perf_counter()
        for number in range(1, 4):
            fit.step(batch, number, 0)
        step = (time.perf_counter() - began) / 3
        with torch.inference_mode():
            began = time.perf_counter()
            forward(fit.material.backbone.model, rows, fit.material.backbone, compute)
            encoding = time.perf_counter() - began
    shape = shape_of(name)
    trained = step_flops(shape, fit.material.config, sum(map(len, rows)))
    encoded = sum(encode_flops(shape, len(row)) for row in rows)
    return trained / step / speed, encoded / encoding / speed


def smallest(shape: Shape, base: str, gpu: str, share: float) -> Estimate | None:
    """Return the estimate of a step on the fewest cards that hold it, ``None`` where eight do not."""
    for cards in CARDS:
        config = _config(base, shard=cards > 1)
        found = estimate(shape, config, peak=GPUS[gpu].peak, room=GPUS[gpu].memory, gpus=cards, utilisation=share)
        if found.fits:
            return found
    return None


def _config(base: str, *, shard: bool) -> TrainConfig:
    settings = {"base": base, "batch_size": BATCH, "synthetic": 0}
    return make_config({**settings, "shard": shard, "gradient_checkpointing": shard})


def costs(prices: dict[str, float], epochs: int, train_share: float, encode_share: float) -> list[list[str]]:
    """Return the rows of the table."""
    rows = []
    for base in MODELS:
        shape = shape_of(base)
        for gpu, price in prices.items():
            found = smallest(shape, base, gpu, train_share)
            if found is None:
                rows.append([base, gpu, "", "", "does not fit 8 cards", "", "", ""])
                continue
            seconds = 1_000 * epochs / BATCH * found.seconds
            films = 1e6 * encode_flops(shape, FILM) / (GPUS[gpu].peak * encode_share * found.gpus)
            hour = price * found.gpus / 3_600
            rows.append(
                [
                    base,
                    gpu,
                    str(found.gpus),
                    f"{found.memory.peak / 1e9:.1f}",
                    f"{seconds * hour:.4f}",
                    f"{seconds / 60:.3f}",
                    f"{films * hour:.2f}",
                    f"{films / 3_600:.2f}",
                ]
            )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--price", nargs="+", default=[], metavar="GPU=DOLLARS", help="an hour")
    parser.add_argument("--utilisation", type=float, help="of a GPU's peak, instead of this CPU's measured share")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--measure", default="e5-small", help="the packaged model that is measured here")
    parser.add_argument("--svg", type=Path, help="where to write the chart of growth")
    given = parser.parse_args()
    own = {gpu: float(price) for gpu, _, price in (text.partition("=") for text in given.price)}
    if unknown := own.keys() - GPUS.keys():
        parser.error(f"--price {min(unknown)}: expected one of {', '.join(GPUS)}")
    prices = ASSUMED | own
    train_share, encode_share = (given.utilisation,) * 2 if given.utilisation else measured(given.measure)
    origin = "given" if given.utilisation else f"measured on this CPU with {given.measure}"
    print(f"Share of the peak: training {train_share:.2f}, encoding {encode_share:.2f} ({origin}).")
    said = ", ".join(f"{gpu} {price:g} ({'given' if gpu in own else 'assumed'})" for gpu, price in prices.items())
    print(f"Dollars an hour: {said}. Everything in this table is computed.")
    print(table(HEADERS, costs(prices, given.epochs, train_share, encode_share)))
    print()
    print(table(*growth_rows(GROWTH)))
    if given.svg:
        write_text(given.svg, growth_svg(GROWTH))


if __name__ == "__main__":
    main()
