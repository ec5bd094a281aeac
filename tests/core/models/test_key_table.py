"""Keys and their places agree with a dictionary, however they were added."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from core.models import key_table
from core.models.key_table import KeyTable


def key(number: int) -> bytes:
    return hashlib.sha256(str(number).encode()).digest()[:16]


def rows(keys: list[bytes]) -> np.ndarray:
    return np.frombuffer(b"".join(keys), np.uint8).reshape(-1, 16)


@pytest.mark.parametrize("kept_apart", [1, 7, 100, 10_000])
def test_a_table_finds_what_a_dictionary_finds(kept_apart: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_table, "NEW_KEPT_APART", kept_apart)
    table, known = KeyTable(), {}
    for file, (start, end) in enumerate([(0, 50), (50, 53), (53, 400), (400, 401)]):
        keys = [key(number) for number in range(start, end)]
        table.add(rows(keys), file)
        known |= {one: (file, row) for row, one in enumerate(keys)}
    asked = [key(number) for number in range(-20, 420)]
    assert table.places(asked) == [known.get(one) for one in asked]
    table.forget(2)
    assert table.places(asked) == [known.get(one) if known.get(one, (2, 0))[0] != 2 else None for one in asked]


@pytest.mark.parametrize("kept_apart", [1, 100])
def test_keys_that_differ_in_their_last_byte_or_end_in_zeros_are_told_apart(
    kept_apart: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_table, "NEW_KEPT_APART", kept_apart)
    keys = [bytes(15) + bytes([last]) for last in range(5)] + [b"a" + bytes(15), b"aa" + bytes(14)]
    table = KeyTable()
    table.add(rows(keys), 4)
    assert table.places([*keys, bytes(14) + b"\1\0"]) == [*((4, row) for row in range(7)), None]


def test_an_empty_table_knows_nothing() -> None:
    assert KeyTable().places([key(1)]) == [None] and KeyTable().places([]) == []
