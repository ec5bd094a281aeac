"""Whatever the bytes are, a reader gives a value or one sentence of why not, and writes nothing."""

from __future__ import annotations

from random import Random

import pytest
from fuzz.mutations import PIECES, mutated
from fuzz.readers import Reader, all_readers
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

READERS = {reader.name: reader for reader in all_readers()}
PARQUET = "catalogue.parquet"  # a process for each, so few
FEW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
each_reader = pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
PARTS = some.lists(some.one_of(some.sampled_from(PIECES), some.binary(max_size=8)), max_size=12)


@each_reader
def test_valid_files_are_read(reader: Reader) -> None:
    assert all(map(reader.accepts, reader.seeds))


@each_reader
@FEW
@given(parts=PARTS)
def test_arbitrary_bytes_are_read_or_refused(reader: Reader, parts: list[bytes]) -> None:
    reader.accepts(b"".join(parts))


@pytest.mark.parametrize("reader", [one for one in READERS.values() if one.name != PARQUET], ids=lambda one: one.name)
@FEW
@given(which=some.integers(0, 1), random=some.randoms(use_true_random=False))
def test_damaged_files_are_read_or_refused(reader: Reader, which: int, random: Random) -> None:
    reader.accepts(mutated(reader.seeds[which % len(reader.seeds)], random))


@settings(FEW, max_examples=30)
@given(random=some.randoms(use_true_random=False))
def test_damaged_parquet_is_read_or_refused(random: Random) -> None:
    reader = READERS[PARQUET]
    reader.accepts(mutated(reader.seeds[0], random))
