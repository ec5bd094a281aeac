"""Where memory runs out, passes get smaller, every text is still encoded once, and the log says so."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ModelError
from core.models.loading import load_embedder
from core.models.memory import TokenBudget, is_out_of_memory, run_in_chunks
from core.workspace import Workspace

GPU = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.\nGPU 0 has a total capacity of 8 GiB.")
LINUX = RuntimeError("[enforce fail at alloc_cpu.cpp:127] . DefaultCPUAllocator: can't allocate memory: you tried to")
WINDOWS = RuntimeError("[enforce fail at alloc_cpu.cpp:127] . DefaultCPUAllocator: not enough memory: you tried to")
DRIVER = RuntimeError("CUDA error: out of memory")
CUBLAS = RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")


class Machine:
    """Runs rows of given lengths, in passes of at most ``most`` tokens, padding included."""

    def __init__(self, lengths: list[int], most: int, error: Exception = GPU) -> None:
        self.lengths, self.most, self.error = lengths, most, error
        self.tries: list[int] = []

    def __call__(self, positions: list[int]) -> list[int]:
        tokens = max(self.lengths[position] for position in positions) * len(positions)
        self.tries.append(tokens)
        if tokens > self.most:
            raise type(self.error)(*self.error.args)
        return [self.lengths[position] for position in positions]


def run(machine: Machine, budget: TokenBudget) -> dict[int, int]:
    """Return the result of each position, having checked that none came twice."""
    found: dict[int, int] = {}
    for positions, results in run_in_chunks(machine.lengths, budget, machine):
        assert not found.keys() & set(positions)
        found.update(zip(positions, results, strict=True))
    return found


@settings(max_examples=100, deadline=None)
@given(lengths=st.lists(st.integers(1, 40), max_size=30), budget=st.integers(1, 400), most=st.integers(40, 400))
def test_every_row_is_run_once_whatever_fits(lengths: list[int], budget: int, most: int) -> None:
    left = TokenBudget(budget)
    machine = Machine(lengths, most)
    assert run(machine, left) == dict(enumerate(lengths))
    failed = [tokens for tokens in machine.tries if tokens > most]
    assert all(later < earlier for earlier, later in pairwise(failed)), "what failed is not tried again"
    assert left.tokens <= budget // 2 if failed else left.tokens == budget


@pytest.mark.parametrize("error", [GPU, LINUX, WINDOWS, DRIVER, CUBLAS, MemoryError()])
def test_the_budget_is_halved_stays_so_and_the_log_says_it(error: Exception, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    budget = TokenBudget(64)
    machine = Machine([8] * 12, most=17, error=error)
    assert len(run(machine, budget)) == 12
    assert budget.tokens == 16 and machine.tries == [64, 32, 16, 16, 16, 16, 16, 16]
    told = [record.getMessage() for record in caplog.records]
    assert [line.rpartition("at most ")[2] for line in told] == ["32 tokens a pass.", "16 tokens a pass."]
    assert all(line.startswith("Out of memory (") and "\n" not in line for line in told)
    machine.tries.clear()
    run(machine, budget)
    assert max(machine.tries) == 16, "what did not fit is not tried again"


def test_half_of_what_failed_is_tried_not_half_of_what_was_allowed() -> None:
    machine = Machine([8] * 4, most=17)
    run(machine, TokenBudget(1_000_000))
    assert machine.tries == [32, 16, 16]


def test_a_row_that_does_not_fit_alone_is_an_error_that_says_what_to_do() -> None:
    with pytest.raises(ModelError, match=r"single text of 9 tokens. Cut texts shorter.*smaller model") as caught:
        run(Machine([9, 3, 3], most=8), TokenBudget(64))
    assert "\n" not in str(caught.value)


def test_other_errors_are_not_taken_for_it() -> None:
    with pytest.raises(RuntimeError, match="size of tensor"):
        run(
            Machine([8] * 4, 1, RuntimeError("The size of tensor a (3) must match the size of tensor b (4)")),
            TokenBudget(64),
        )
    assert not is_out_of_memory(ValueError("can't allocate memory"))


def test_torch_itself_says_that_memory_ran_out() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(10**15)
    assert is_out_of_memory(caught.value)


def test_a_failed_pass_is_let_go_before_the_next() -> None:
    class Activations:
        pass

    kept: weakref.WeakSet[Activations] = weakref.WeakSet()

    def run_once_too_much(positions: list[int]) -> int:
        assert not kept
        mine = Activations()
        mine.itself = mine  # type: ignore[attr-defined]  # a cycle, which only the collector can free
        kept.add(mine)
        if len(positions) > 2:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        del mine.itself  # type: ignore[attr-defined]
        return len(positions)

    assert sum(count for _, count in run_in_chunks([4] * 8, TokenBudget(32), run_once_too_much)) == 8


def test_an_embedder_goes_on_with_smaller_passes(
    tiny_folder: Callable[[str], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.models import device as device_module

    monkeypatch.setattr(device_module, "cpu_has_bf16", lambda: False)
    texts = [f"{number} " * (number + 1) for number in range(30)]
    expected = load_embedder(str(tiny_folder("bert")), Workspace(tmp_path / "a"), device="cpu").encode(texts, "query")
    tight = load_embedder(str(tiny_folder("bert")), Workspace(tmp_path / "b"), device="cpu")
    tries: list[int] = []

    def fail_above(module: Any, args: Any, kwargs: Any) -> None:
        tries.append(kwargs["input_ids"].numel())
        if tries[-1] > 200:
            raise torch.OutOfMemoryError("CUDA out of memory.")

    hook = tight.model.register_forward_pre_hook(fail_above, with_kwargs=True)
    try:
        assert np.allclose(tight.encode(texts, "query"), expected, atol=1e-5)
        failed = [tokens for tokens in tries if tokens > 200]
        assert failed and all(later < earlier for earlier, later in pairwise(failed)), "what failed is not tried again"
        with pytest.raises(ModelError, match="single text"):
            tight.encode(["x" * 300], "query")
    finally:
        hook.remove()  # the backbone is shared
