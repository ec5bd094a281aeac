"""GPUs by name, for plans that are made where none is: memory, and the rate of dense bfloat16 by the data sheets."""

from __future__ import annotations

from dataclasses import dataclass

from core.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Gpu:
    """Attributes:
    memory: bytes.
    peak: floating-point operations a second, dense bfloat16 with sums in float32; sparsity is not counted.
    """

    memory: float
    peak: float


# NVIDIA's data sheets; of the H100, H200 and A100 the SXM cards.
GPUS: dict[str, Gpu] = {
    "h200": Gpu(141e9, 989e12),
    "h100": Gpu(80e9, 989e12),
    "a100-80gb": Gpu(80e9, 312e12),
    "l40s": Gpu(48e9, 362e12),
    "l4": Gpu(24e9, 121e12),
    "rtx4090": Gpu(24e9, 165e12),
}


def gpu_named(name: str) -> Gpu:
    """Return a GPU; raises ``ConfigError`` naming those that are known."""
    if name not in GPUS:
        raise ConfigError(f"gpu is '{name}'; expected one of {', '.join(GPUS)}.")
    return GPUS[name]
