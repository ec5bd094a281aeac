"""Which device and number format a computation uses, and why."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from core.errors import ConfigError

if TYPE_CHECKING:
    import torch
    from torch import Tensor

DEVICES = ("auto", "cpu", "cuda")
LEAST_BF16_GAIN = 1.2  # below it, float32's exactness is worth more
# One layer of a small encoder: texts, tokens a text, heads, dimensions a head, inner dimensions.
TEXTS, LENGTH, HEADS, HEAD, INNER = 2, 128, 12, 32, 1536
REPEATS = 5
HOPELESS = 10.0  # times slower at the first go: emulated, and not worth a second


@dataclass(frozen=True, slots=True)
class Compute:
    """A device, whether bfloat16 pays on it, and the reason in words."""

    device: str
    bf16: bool
    reason: str

    def autocast(self) -> AbstractContextManager[object]:
        """Return the context in which a forward pass runs."""
        import torch

        return torch.autocast(self.device, dtype=torch.bfloat16) if self.bf16 else nullcontext()

    def torch_device(self) -> torch.device:
        import torch

        return torch.device(self.device)


def choose_compute(wanted: str = "auto") -> Compute:
    """Return the device to use.

    bfloat16 is used on GPUs that multiply it, and on a CPU where a short measurement finds it faster: some emulate
    it, and the name of an instruction set does not say how fast it is.

    Raises:
        ConfigError: an unknown device, or CUDA where there is none.
    """
    import torch

    if wanted not in DEVICES:
        raise ConfigError(f"device is '{wanted}'; expected one of {', '.join(DEVICES)}.")
    cuda = torch.cuda.is_available()
    if wanted == "cuda" and not cuda:
        raise ConfigError("device is 'cuda', but torch sees no CUDA GPU. Use 'auto' or 'cpu'.")
    if cuda and wanted != "cpu":
        return Compute("cuda", torch.cuda.is_bf16_supported(), torch.cuda.get_device_name())
    speeds = cpu_speeds()
    gain = f"bfloat16 {speeds.gain:.1f} times as fast as float32 here"
    return Compute("cpu", cpu_has_bf16(), f"{gain}: {speeds.bfloat16:.0f} and {speeds.float32:.0f} GFLOP/s")


def cpu_has_bf16() -> bool:
    """Return whether this CPU gains from bfloat16, as measured once a process."""
    return cpu_speeds().gain >= LEAST_BF16_GAIN


@dataclass(frozen=True, slots=True)
class Speeds:
    """How fast a layer of an encoder is computed in each format, in 1e9 floating-point operations a second."""

    float32: float
    bfloat16: float

    @property
    def gain(self) -> float:
        return self.bfloat16 / self.float32


@cache
def cpu_speeds() -> Speeds:
    """Measure both formats on this CPU in turn, the best of a few goes each: a part of a second, once a process."""
    import torch

    hidden = HEADS * HEAD
    shapes = ((3 * hidden, hidden), (hidden, hidden), (INNER, hidden), (hidden, INNER))
    operations = 2 * TEXTS * LENGTH * sum(rows * columns for rows, columns in shapes)
    operations += 4 * TEXTS * LENGTH**2 * hidden
    best: dict[torch.dtype, float] = {}
    with torch.inference_mode():
        layers = {
            dtype: [torch.ones(shape, dtype=dtype) for shape in ((TEXTS, LENGTH, hidden), *shapes)]
            for dtype in (torch.float32, torch.bfloat16)
        }
        for _ in range(REPEATS):
            for dtype, tensors in layers.items():
                started = time.perf_counter()
                _layer(*tensors)
                best[dtype] = min(time.perf_counter() - started, best.get(dtype, float("inf")))
            if best[torch.bfloat16] > HOPELESS * best[torch.float32]:
                break
    return Speeds(operations / best[torch.float32] / 1e9, operations / best[torch.bfloat16] / 1e9)


def _layer(texts: Tensor, joint: Tensor, output: Tensor, wide: Tensor, narrow: Tensor) -> Tensor:
    """Compute the products and the attention of one encoder layer; what they come to does not matter."""
    from torch.nn.functional import linear, scaled_dot_product_attention

    heads = linear(texts, joint).view(TEXTS, LENGTH, 3, HEADS, HEAD).permute(2, 0, 3, 1, 4)
    mixed = scaled_dot_product_attention(*heads).transpose(1, 2).reshape(texts.shape)
    return linear(linear(linear(mixed, output), wide), narrow)
