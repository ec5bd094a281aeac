"""Which device and number format a computation uses, and why."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import ConfigError

if TYPE_CHECKING:
    import torch

DEVICES = ("auto", "cpu", "cuda")


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

    bfloat16 is used where the hardware multiplies it: recent NVIDIA GPUs, and CPUs with AVX512-BF16 or AMX. On
    other CPUs it is emulated and slower than float32.

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
    fast = cpu_has_bf16()
    return Compute("cpu", fast, "CPU with bfloat16 instructions" if fast else "CPU without bfloat16 instructions")


def cpu_has_bf16() -> bool:
    """Return whether this CPU multiplies bfloat16 natively (AVX512-BF16 or AMX; Linux reports them)."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            flags = next((line.split() for line in file if line.startswith("flags")), [])
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags
