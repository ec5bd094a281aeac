"""The number format is chosen by what was measured here, and the reason says what that was."""

from __future__ import annotations

import math

import pytest

from core.models import device as device_module
from core.models.device import LEAST_BF16_GAIN, Speeds, choose_compute, cpu_speeds


def measured(monkeypatch: pytest.MonkeyPatch, float32: float, bfloat16: float) -> None:
    monkeypatch.setattr(device_module, "cpu_speeds", lambda: Speeds(float32, bfloat16))


@pytest.mark.parametrize(
    ("bfloat16", "chosen"), [(1.0, False), (100.0, False), (119.0, False), (120.0, True), (240.0, True)]
)
def test_bfloat16_is_used_where_it_is_a_fifth_faster(
    monkeypatch: pytest.MonkeyPatch, bfloat16: float, chosen: bool
) -> None:
    measured(monkeypatch, 100.0, bfloat16)
    compute = choose_compute("cpu")
    assert compute.bf16 is chosen
    assert LEAST_BF16_GAIN == 1.2


def test_the_reason_gives_both_rates(monkeypatch: pytest.MonkeyPatch) -> None:
    measured(monkeypatch, 71.2, 171.0)
    assert choose_compute("cpu").reason == "bfloat16 2.4 times as fast as float32 here: 171 and 71 GFLOP/s"


def test_speeds_are_measured_once_a_process() -> None:
    speeds = cpu_speeds()
    assert cpu_speeds() is speeds
    assert all(math.isfinite(speed) and speed > 0 for speed in (speeds.float32, speeds.bfloat16))


def test_a_format_that_is_emulated_is_given_up_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    passes: list[float] = []
    clock = iter([0.0, 1.0, 1.0, 100.0])  # float32 takes one second, bfloat16 ninety-nine

    monkeypatch.setattr(device_module, "_layer", lambda *tensors: passes.append(1.0))
    monkeypatch.setattr(device_module.time, "perf_counter", lambda: next(clock))
    speeds = cpu_speeds.__wrapped__()
    assert len(passes) == 2 and speeds.gain == pytest.approx(1 / 99)
