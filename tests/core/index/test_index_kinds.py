"""The kind of an index follows from the number of films, their dimension and the memory, and from nothing else."""

from __future__ import annotations

from typing import get_args

import pytest

from core.cli import index as command
from core.errors import SearchIndexError
from core.index import Kind, choose_kind, machine_memory
from core.index.kinds import bytes_in_memory, cells_of, check_kind, codes_of

GB = 10**9


@pytest.mark.parametrize(
    ("films", "memory_gb", "kind"),
    [
        (1, 1, "exact"),
        (1_000_000, 1, "exact"),  # 1.5 GB, but a search of all is quick enough, whatever the memory
        (1_000_001, 16, "hnsw"),  # 1.8 GB
        (4_000_000, 15, "hnsw"),  # 7.2 of 7.5 GB
        (4_000_000, 14, "ivf"),  # 7.2 of 7.0 GB, while 6.2 fit
        (4_000_000, 12, "ivfpq"),  # 6.2 of 6.0 GB
        (10_000_001, 1_000, "ivf"),  # building a graph takes too long
        (100_000_000, 64, "ivfpq"),
        (10_000_000_000, 64, "ivfpq"),  # the last resort
    ],
)
def test_the_kind_for_films_of_384_numbers(films: int, memory_gb: int, kind: str) -> None:
    assert choose_kind(films, 384, memory_gb * GB) == kind


def test_bytes_are_those_of_the_guidelines() -> None:
    """(d * 4 + M * 2 * 4) for HNSW32; vectors and numbers for IVF; 48 codes and numbers for IVF-PQ at 384."""
    assert bytes_in_memory(Kind.EXACT, 1_000, 384) == 1_000 * 1_536
    assert bytes_in_memory(Kind.HNSW, 1_000, 384) == 1_000 * (1_536 + 256)
    assert bytes_in_memory(Kind.IVF, 1_000_000, 384) == 1_000_000 * (1_536 + 8) + 4_000 * 1_536
    assert bytes_in_memory(Kind.IVFPQ, 1_000_000, 384) == 1_000_000 * (48 + 8) + 4_000 * 1_536


@pytest.mark.parametrize(("films", "cells"), [(1, 1), (38, 1), (390, 10), (10_000, 256), (1_000_000, 4_000)])
def test_cells_grow_with_the_root_but_hold_39_films_or_more(films: int, cells: int) -> None:
    assert cells_of(films) == cells


@pytest.mark.parametrize("dimension", [1, 7, 8, 32, 384, 577, 768, 1024, 4096])
def test_codes_part_a_vector_evenly(dimension: int) -> None:
    assert dimension % codes_of(dimension) == 0 and 1 <= codes_of(dimension) <= 64


def test_too_few_films_for_code_books_are_refused_with_what_to_do() -> None:
    check_kind(Kind.IVFPQ, 9_984)
    check_kind(Kind.HNSW, 1)
    with pytest.raises(SearchIndexError, match=r"at least 9,984 films; the catalogue has 100.*--kind exact"):
        check_kind(Kind.IVFPQ, 100)


def test_the_command_offers_every_kind() -> None:
    literal, _ = get_args(get_args(command.Kind)[0])
    assert set(get_args(literal)) == set(Kind)
    assert machine_memory() > 10**8
