"""Pooling is a plain loop over the tokens of a row, wherever the padding stands."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models.pooling import Pooling, pool


def plain(hidden: np.ndarray, mask: np.ndarray, how: Pooling) -> np.ndarray:
    vectors = []
    for states, flags in zip(hidden.astype(np.float64), mask, strict=True):
        tokens = [state for state, flag in zip(states, flags, strict=True) if flag]
        chosen = {Pooling.MEAN: sum(tokens) / len(tokens), Pooling.CLS: tokens[0], Pooling.LAST: tokens[-1]}[how]
        vectors.append(chosen / np.linalg.norm(chosen))
    return np.array(vectors)


def padded(rows: list[int], left: bool, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return hidden states whose padding is loud, so that a leak shows, and the mask."""
    dice = np.random.default_rng(seed)
    longest = max(rows) + 2
    hidden = dice.normal(size=(len(rows), longest, 5)).astype(np.float32)
    mask = np.zeros((len(rows), longest), np.int64)
    for number, length in enumerate(rows):
        inside = slice(longest - length, None) if left else slice(0, length)
        mask[number, inside] = 1
    hidden[mask == 0] *= 1e4
    return hidden, mask


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.integers(1, 9), min_size=1, max_size=5),
    left=st.booleans(),
    how=st.sampled_from(Pooling),
    seed=st.integers(0, 10_000),
)
def test_pooling_is_the_plain_loop(rows: list[int], left: bool, how: Pooling, seed: int) -> None:
    hidden, mask = padded(rows, left, seed)
    found = pool(torch.from_numpy(hidden), torch.from_numpy(mask), how)
    assert np.allclose(found.numpy(), plain(hidden, mask, how), atol=1e-5)


@pytest.mark.parametrize("how", Pooling)
def test_vectors_are_unit_float32_even_from_half_precision(how: Pooling) -> None:
    hidden, mask = padded([3, 7], left=False, seed=1)
    found = pool(torch.from_numpy(hidden).to(torch.bfloat16), torch.from_numpy(mask), how)
    assert found.dtype == torch.float32
    assert np.allclose(np.linalg.norm(found.numpy(), axis=1), 1.0, atol=1e-6)


def test_a_row_of_padding_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="without tokens"):
        pool(torch.ones(2, 3, 4), torch.tensor([[1, 1, 0], [0, 0, 0]]), Pooling.MEAN)
