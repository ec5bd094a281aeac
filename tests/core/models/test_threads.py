"""A small pass takes one thread and leaves the others' number as it was."""

from __future__ import annotations

import threading

import pytest
import torch
from torch import nn

from core.models.threads import SMALL, parameters_in_use, threads_for, usual_threads


def test_a_small_pass_takes_one_thread_and_a_large_one_the_usual_number() -> None:
    usual = usual_threads()
    with threads_for(SMALL):
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == usual
    with threads_for(SMALL * 2):
        assert torch.get_num_threads() == usual


def test_the_number_comes_back_after_a_pass_that_fails() -> None:
    with pytest.raises(RuntimeError), threads_for(1.0):
        raise RuntimeError
    assert torch.get_num_threads() == usual_threads()


def test_a_large_pass_beside_a_small_one_keeps_its_threads() -> None:
    seen: list[int] = []

    def large() -> None:
        with threads_for(SMALL * 2):
            seen.append(torch.get_num_threads())

    with threads_for(1.0):
        beside = threading.Thread(target=large)
        beside.start()
        beside.join()
        assert torch.get_num_threads() == 1
    assert seen == [usual_threads()]


def test_embeddings_do_not_count_since_each_token_takes_one_row() -> None:
    model = nn.Sequential(nn.Embedding(1000, 8), nn.Linear(8, 4))
    assert parameters_in_use(model) == 8 * 4 + 4
