"""A step that does not fit is done again in smaller chunks, gives the same gradient, and says what happened."""

from __future__ import annotations

import json
import logging
import weakref
from dataclasses import asdict

import pytest
import torch

from core.errors import TrainingError
from core.training.out_of_memory import MemoryPlan, backward_that_fits

ROWS = [[number % 7 + 1] * (number % 5 + 4) for number in range(12)]  # 4 to 8 tokens, 71 in all
GPU = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.\nGPU 0 has a total capacity of 8 GiB.")


class Kept:
    """The activations of one pass: here as long as autograd, or a frame that failed, holds on to them."""

    def __init__(self, tokens: int) -> None:
        self.tokens = tokens


class Machine:
    """An encoder of one weight on a machine that can keep the activations of ``most`` tokens, padding included."""

    def __init__(self, most: int, error: Exception = GPU) -> None:
        self.most, self.error = most, error
        self.weight = torch.nn.Parameter(torch.full((3,), 0.5))
        self.tries: list[tuple[bool, int]] = []  # with activations?, tokens
        self.kept: weakref.WeakSet[Kept] = weakref.WeakSet()

    def __call__(self, rows):
        tokens = len(rows) * max(map(len, rows))
        self.tries.append((torch.is_grad_enabled(), tokens))
        kept = Kept(tokens)
        with torch.autograd.graph.saved_tensors_hooks(lambda tensor: (tensor.detach(), kept), lambda packed: packed[0]):
            vectors = torch.tensor([[float(sum(row))] for row in rows]) * self.weight
            vectors = torch.nn.functional.dropout(torch.tanh(vectors / 50), 0.3)
        if torch.is_grad_enabled():
            self.kept.add(kept)
            if sum(kept.tokens for kept in self.kept) > self.most:
                self.fail()
        return vectors

    def fail(self):
        raise type(self.error)(*self.error.args)


def loss_of(vectors):
    return (vectors @ vectors.T).logsumexp(dim=1).sum()


def step(machine, plan, seed=4):
    torch.manual_seed(seed)
    machine.weight.grad = None
    loss, plan = backward_that_fits(machine, ROWS, loss_of, [machine.weight], plan)
    return float(loss), machine.weight.grad.clone(), plan, torch.get_rng_state()


@pytest.fixture
def warnings(caplog):
    caplog.set_level(logging.WARNING)
    return caplog


def test_what_fits_is_done_in_one_pass_without_a_word(warnings):
    machine = Machine(most=1000)
    *_, plan, _ = step(machine, MemoryPlan(False, 32))
    assert plan == MemoryPlan(False, 32)
    assert all(with_activations for with_activations, _ in machine.tries)
    assert not warnings.records


def test_a_batch_that_does_not_fit_is_cached_and_gives_the_same_gradient(warnings):
    loss, gradient, _, random_state = step(Machine(most=1000), MemoryPlan(False, 32))
    machine = Machine(most=40)
    cached_loss, cached_gradient, plan, cached_random_state = step(machine, MemoryPlan(False, 32))
    assert plan == MemoryPlan(True, 32)
    assert cached_loss == pytest.approx(loss, rel=1e-6)
    assert torch.allclose(cached_gradient, gradient, rtol=1e-5)
    assert torch.equal(cached_random_state, random_state)
    (warning,) = [record.getMessage() for record in warnings.records]
    assert "Out of memory" in warning and "GradCache" in warning and "32 tokens" in warning
    assert "\n" not in warning


def test_chunks_are_halved_until_they_fit_and_stay_so(warnings):
    machine = Machine(most=17)
    *_, plan, _ = step(machine, MemoryPlan(False, 64))
    assert plan == MemoryPlan(True, 16)
    assert [record.args[1] for record in warnings.records] == [64, 32, 16]
    machine.tries.clear()
    *_, again, _ = step(machine, plan)
    assert again == plan
    assert max(tokens for _, tokens in machine.tries) <= 16


def test_no_try_is_made_that_would_change_nothing():
    machine = Machine(most=40)
    *_, plan, _ = step(machine, MemoryPlan(False, 100_000))
    with_activations = [tokens for with_activations, tokens in machine.tries if with_activations]
    assert with_activations[0] == 96  # all rows in one chunk, padded to 8 tokens
    assert with_activations[1] < 96
    assert plan.cached and plan.token_budget < 96


def test_a_resumed_run_computes_the_same_to_the_bit():
    machine = Machine(most=17)
    *_, plan, _ = step(machine, MemoryPlan(False, 64))
    loss, gradient, *_ = step(machine, plan, seed=5)
    restored = MemoryPlan(**json.loads(json.dumps(asdict(plan))))
    again, same, *_ = step(Machine(most=17), restored, seed=5)
    assert again == loss
    assert torch.equal(same, gradient)


def test_a_failed_try_leaves_no_gradient_and_no_activation_behind():
    """Memory runs out in the second chunk's second pass, when the first has already left its gradient."""
    machine = Machine(most=1000)
    _, gradient, *_ = step(machine, MemoryPlan(True, 16))

    class FailsOnce(Machine):
        def __call__(self, rows):
            vectors = super().__call__(rows)
            if torch.is_grad_enabled() and self.weight.grad is not None and self.most == 1000:
                self.most = 999
                self.fail()
            return vectors

    broken = FailsOnce(most=1000)
    *_, plan, _ = step(broken, MemoryPlan(True, 32))
    assert broken.most == 999
    assert plan == MemoryPlan(True, 16)
    assert torch.equal(broken.weight.grad, gradient)
    assert not broken.kept


def test_one_text_that_does_not_fit_ends_the_training_with_advice():
    machine = Machine(most=7)
    with pytest.raises(TrainingError, match=r"one text of at most 8 tokens.*Lower max_length, batch_size"):
        step(machine, MemoryPlan(False, 64))
    assert machine.weight.grad is None
    assert max(tokens for _, tokens in machine.tries[-3:]) <= 8


@pytest.mark.parametrize("error", [RuntimeError("The size of tensor a (3) must match"), ValueError("out of memory")])
def test_other_errors_are_not_taken_for_it(error):
    with pytest.raises(type(error), match=str(error)[:12]):
        step(Machine(most=40, error=error), MemoryPlan(False, 32))


def test_the_cpus_own_error_is_understood():
    with pytest.raises(RuntimeError) as caught:
        torch.empty(10**15)
    *_, plan, _ = step(Machine(most=40, error=RuntimeError(*caught.value.args)), MemoryPlan(False, 32))
    assert plan == MemoryPlan(True, 32)


def test_memory_that_ran_out_in_another_process_counts_as_our_own(warnings):
    """The other process fails once before its vectors are there, once after, and then fits."""
    answers = iter([True, True, False, True, True, False, False])
    machine = Machine(most=1000)
    torch.manual_seed(4)
    asked = []

    def agree(flag):
        asked.append(flag)
        return next(answers) or flag

    _, plan = backward_that_fits(machine, ROWS, loss_of, [machine.weight], MemoryPlan(False, 32), agree)
    # Vectors? no. | Cache? yes. | Vectors? all. Done? no. | Halve to 16? yes. | Vectors? all. Done? all.
    assert asked == [False, True, False, False, True, False, False]
    assert plan == MemoryPlan(True, 16)
    assert "in another process" in warnings.records[0].getMessage()
