"""``train --estimate``: what a step would take, without a model, labels or a GPU at hand."""

from __future__ import annotations

from typing import Any

from core.cli.output import emit, table
from core.config import TrainConfig
from core.errors import ConfigError
from core.training.estimate import CPU_UTILISATION, UTILISATION, Estimate, estimate
from core.training.gpus import gpu_named
from core.training.shapes import shape_of

PARTS = {
    "weights": "backbone",
    "copy": "its copy that carries the adapter",
    "adapter": "adapter",
    "gradients": "gradients",
    "optimizer": "optimiser",
    "activations": "activations",
    "gathered": "weights gathered at a time",
    "peak": "in all",
}


def show_estimate(config: TrainConfig, gpu: str | None, gpus: int, as_json: bool) -> None:
    """Print the estimate of a step on named GPUs, or on this CPU.

    Raises:
        ConfigError: the GPU is not known, or its number makes no sense.
        ModelError: the model's configuration is not here.
    """
    if gpus < 1 or (config.shard and gpus < 2):
        raise ConfigError(f"gpus is {gpus}; expected at least {2 if config.shard else 1}.")
    if gpu is None and gpus > 1:
        raise ConfigError(f"gpus is {gpus}, of which kind? Add --gpu.")
    found = on_gpus(config, gpu, gpus) if gpu else on_this_cpu(config)
    where = f"{gpus} x {gpu}" if gpu else "this CPU"
    emit({"base": config.base, "on": where, **found.as_dict()}, _text(config, found, where), as_json)


def on_gpus(config: TrainConfig, gpu: str, gpus: int = 1) -> Estimate:
    """Estimate a step on GPUs that nobody needs to have."""
    card = gpu_named(gpu)
    return estimate(shape_of(config.base), config, peak=card.peak, room=card.memory, gpus=gpus, utilisation=UTILISATION)


def on_this_cpu(config: TrainConfig) -> Estimate:
    """Estimate a step on this CPU, by its speed at one layer (a part of a second) and the memory that is free."""
    from core.models.device import cpu_has_bf16, cpu_speeds
    from core.training.plan import free_memory

    bf16 = cpu_has_bf16()
    peak = 1e9 * (cpu_speeds().bfloat16 if bf16 else cpu_speeds().float32)
    return estimate(
        shape_of(config.base),
        config,
        peak=peak,
        room=free_memory(),
        utilisation=CPU_UTILISATION,
        bf16=bf16,
        device="cpu",
    )


def _text(config: TrainConfig, found: Estimate, where: str) -> str:
    sizes: dict[str, Any] = found.as_dict()["memory"]
    rows = [[meaning, f"{sizes[part] / 1e9:,.2f} GB"] for part, meaning in PARTS.items() if sizes[part]]
    cut = f", cut by GradCache into passes of {found.chunk_tokens:,} tokens" if found.cached else ""
    lines = [
        f"{config.base} on {where}: estimated from its configuration, not measured.",
        table(["held by each process", ""], rows),
        f"A step of {config.batch_size} pairs: {found.texts} texts, at most {found.tokens:,} tokens{cut}; "
        f"{found.flops / 1e12:,.1f} TFLOP, {found.seconds:,.2f} s at {found.utilisation:.0%} (assumed) of "
        f"{'the speed of one layer, just measured' if where == 'this CPU' else 'the peak by the data sheet'}; "
        f"1,000 pairs: {1000 / config.batch_size * found.seconds:,.0f} s.",
    ]
    if found.exchanged:
        lines.append(f"Each GPU receives {found.exchanged / 1e9:,.1f} GB a step; that time is not counted.")
    if found.fits is False:
        lines.append("That is more memory than there is. Use --shard on more GPUs, or a smaller model or batch.")
    return "\n".join(lines)
