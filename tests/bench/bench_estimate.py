"""What ``train --estimate`` says against what a training takes on this CPU, for packaged models.

Every text is as long as it may be (random words, cut to ``--length`` tokens), and the settings are those of a training
by default, so that estimate and training speak of the same step. Measured are the bytes of the tensors that a ``Fit``
holds (weights, adapter, optimiser), the bytes that one pass keeps for its backward pass
(``core.training.plan.activation_bytes``), how far the memory of the process rises in its first step (with passing
values and what the allocator keeps), and the seconds of a step: the median of those after it. Utilisation is the
step's operations a second over those of one layer (``cpu_speeds``), both measured; the estimate's seconds are at
CPU_UTILISATION of the latter.

Run: .venv/bin/python tests/bench/bench_estimate.py [--models e5-small minilm smollm2-135m] [--pairs 8] [--steps 5]
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from core.catalog import Catalog, Movie
from core.cli.estimating import on_this_cpu
from core.cli.output import table
from core.config import make_config
from core.models.backbone import load_backbone
from core.models.device import choose_compute, cpu_speeds
from core.training.checkpoint import trainable
from core.training.distributed import World
from core.training.estimate import activation_bytes as estimated_activations
from core.training.fit import Fit, Material
from core.training.pairs import LabelledQueries
from core.training.plan import activation_bytes, process_memory
from core.training.shapes import shape_of
from core.workspace import Workspace

HEADERS = ["model", "", "estimated", "measured", "estimated / measured"]
MEGABYTE = 1e6


def made_fit(name: str, given: argparse.Namespace, workspace: Workspace) -> Fit:
    """Return a training of one batch of pairs whose texts are all cut to the same length."""
    chooser = random.Random(1)

    def text() -> str:
        return " ".join(chooser.choice(WORDS) for _ in range(2 * given.length))

    films = [Movie(f"film{number:03}", "w", overview=text()) for number in range(given.pairs)]
    texts = {f"query{number:03}": text() for number in range(given.pairs)}
    grades = {query: {film.movie_id: 1} for query, film in zip(texts, films, strict=True)}
    config = make_config(
        {
            "base": name,
            "batch_size": given.pairs,
            "max_length": given.length,
            "synthetic": 0,
            "negatives": 0,
            "device": "cpu",
        }
    )
    backbone = load_backbone(name, workspace)
    material = Material.of(config, backbone, choose_compute("cpu"), Catalog(films), texts, World())
    return Fit(material, LabelledQueries(texts, grades, {}))


WORDS = ("ghost", "heist", "train", "island", "chess", "opera", "desert", "robot", "garden", "storm", "circus")


def nbytes(*groups: list[torch.Tensor]) -> int:
    """Return the bytes of tensors, those that share their memory counted once."""
    storages = {tensor.untyped_storage().data_ptr(): tensor.nbytes for tensors in groups for tensor in tensors}
    return sum(storages.values())


def risen_memory(work: Callable[[], object]) -> int:
    """Return by how many bytes the process's memory rose at the most in ``work``, looked at 200 times a second."""
    before, most, done = process_memory("cpu"), [0], Event()

    def look() -> None:
        while not done.wait(0.005):
            most.append(process_memory("cpu"))

    watcher = Thread(target=look)
    watcher.start()
    work()
    done.set()
    watcher.join()
    return max(most) - before


def compare(name: str, given: argparse.Namespace, workspace: Workspace) -> list[list[str]]:
    """Return the rows of one model."""
    fit = made_fit(name, given, workspace)
    config, shape = fit.material.config, shape_of(name)
    found = on_this_cpu(config)
    batch = next(iter(fit.batches(0)))
    rows = fit.problem(batch, 0)[0]
    fit.keep()
    risen = risen_memory(lambda: fit.step(batch, 0, 0))
    seconds = []
    for number in range(1, given.steps + 1):
        began = time.perf_counter()
        fit.step(batch, number, 0)
        seconds.append(time.perf_counter() - began)
    own = list(trainable(fit.model).values())
    frozen = [weight for weight in fit.model.parameters() if not weight.requires_grad]
    optimizer = [value for state in fit.optimizer.state.values() for value in state.values()]
    kept = activation_bytes(lambda: fit.encoder.chunk(rows[:4])) / sum(map(len, rows[:4]))
    memory, bf16 = found.memory, fit.material.compute.bf16
    step = statistics.median(seconds)
    speed = 1e9 * (cpu_speeds().bfloat16 if bf16 else cpu_speeds().float32)
    pairs = [
        (
            "backbone and copy, MB",
            memory.weights + memory.copy,
            nbytes(list(fit.material.backbone.model.parameters()), frozen),
        ),
        ("adapter, MB", memory.adapter, nbytes(own)),
        ("optimiser, MB", memory.optimizer, nbytes(optimizer)),
        ("activations a token, MB", estimated_activations(shape, config, bf16=bf16), kept),
        ("rise in a step, MB", memory.activations + memory.gradients + memory.optimizer, risen),
    ]
    tokens = sum(map(len, rows))
    texts = [
        [name, what, f"{ours / MEGABYTE:,.3f}", f"{theirs / MEGABYTE:,.3f}", f"{ours / theirs:.3f}"]
        for what, ours, theirs in pairs
    ]
    texts.append(
        [
            name,
            "tokens of a batch",
            str(found.tokens),
            str(tokens),
            f"{found.tokens / tokens:.3f}",
        ]
    )
    texts.append([name, "s a step", f"{found.seconds:.2f}", f"{step:.2f}", f"{found.seconds / step:.3f}"])
    texts.append([name, "utilisation", f"{found.utilisation:.2f}", f"{found.flops / step / speed:.2f}", ""])
    texts.append([name, "pairs/s", f"{given.pairs / found.seconds:.2f}", f"{given.pairs / step:.2f}", ""])
    return texts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", default=["e5-small", "minilm", "smollm2-135m"])
    parser.add_argument("--pairs", type=int, default=8)
    parser.add_argument("--length", type=int, default=128)
    parser.add_argument("--steps", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        rows = [row for name in given.models for row in compare(name, given, Workspace.locate(root))]
    print(f"{given.pairs} pairs of {given.length} tokens; {choose_compute('cpu').reason}")
    print(table(HEADERS, rows))


if __name__ == "__main__":
    main()
