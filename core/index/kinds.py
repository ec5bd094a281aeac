"""Which kind of index fits a catalogue: how many films, how long their vectors are, how much memory there is.

The rule follows FAISS's "Guidelines to choose an index" (github.com/facebookresearch/faiss/wiki): exact results ask
for Flat; HNSW is the best where memory is no concern and takes (4 d + 8 M) bytes a vector; an inverted file keeps the
vectors as they are, a product quantizer replaces them by a few bytes each. An approximate index pays off only where a
search of all vectors is too slow, which on a CPU it is not up to a million films.
"""

from __future__ import annotations

import math
import os
from enum import StrEnum

from core.errors import SearchIndexError

EXACT_UP_TO = 1_000_000  # films
HNSW_UP_TO = 10_000_000  # films; adding one costs a search of the graph, so beyond it building takes days
LINKS = 32  # of a film in the graph on each level, and twice as many on the lowest: M in HNSW
SHARE_OF_MEMORY = 0.5  # that an index may take of a machine's
ROW_BYTES = 8  # of a film's number in an inverted list
LEAST_FOR_CODES = 39 * 256  # films; FAISS asks for 39 training points for each of a code book's 256 entries
DIMENSIONS_A_CODE = 8  # at least; each is replaced by one byte
MOST_CODES = 64


class Kind(StrEnum):
    """How an index finds: by all vectors (exact), by a graph, by cells, or by cells of shortened vectors."""

    EXACT = "exact"
    HNSW = "hnsw"
    IVF = "ivf"
    IVFPQ = "ivfpq"


def choose_kind(films: int, dimension: int, memory: int) -> Kind:
    """Return the kind for a number of films, by the rule above; ``memory`` is the machine's, in bytes.

    Exact up to a million films. Above, the first of these that fits into half of the memory: HNSW up to ten million
    films, IVF, IVF-PQ. IVF-PQ is the last resort, whether it fits or not.

    >>> choose_kind(1_000_000, 384, 16 * 10**9), choose_kind(2_000_000, 384, 16 * 10**9)
    (<Kind.EXACT: 'exact'>, <Kind.HNSW: 'hnsw'>)
    """
    if films <= EXACT_UP_TO:
        return Kind.EXACT
    room = SHARE_OF_MEMORY * memory
    if films <= HNSW_UP_TO and bytes_in_memory(Kind.HNSW, films, dimension) <= room:
        return Kind.HNSW
    return Kind.IVF if bytes_in_memory(Kind.IVF, films, dimension) <= room else Kind.IVFPQ


def bytes_in_memory(kind: Kind, films: int, dimension: int) -> int:
    """Return the bytes that an index of a kind takes, by FAISS's formulas; ids and NumPy's own are not counted."""
    vector = 4 * dimension
    cells = cells_of(films) * vector
    match kind:
        case Kind.EXACT:
            return films * vector
        case Kind.HNSW:
            return films * (vector + 8 * LINKS)
        case Kind.IVF:
            return films * (vector + ROW_BYTES) + cells
        case Kind.IVFPQ:
            return films * (codes_of(dimension) + ROW_BYTES) + cells


def cells_of(films: int) -> int:
    """Return how many cells an inverted file has: 4 √films (FAISS advises 4 to 16), with 39 films or more in each."""
    return max(1, min(round(4 * math.sqrt(films)), films // 39))


def codes_of(dimension: int) -> int:
    """Return the bytes of a vector in a product quantizer: the most, up to 64, of equal parts of 8 numbers or more.

    >>> codes_of(384), codes_of(768), codes_of(1024)
    (48, 64, 64)
    """
    most = max(1, min(MOST_CODES, dimension // DIMENSIONS_A_CODE))
    return next(parts for parts in range(most, 0, -1) if dimension % parts == 0)


def machine_memory() -> int:
    """Return the bytes of memory that this machine has."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def check_kind(kind: Kind, films: int) -> None:
    """Raise ``SearchIndexError`` where a catalogue has too few films for a kind."""
    if kind is Kind.IVFPQ and films < LEAST_FOR_CODES:
        raise SearchIndexError(
            f"An index of kind 'ivfpq' needs at least {LEAST_FOR_CODES:,} films; the catalogue has {films:,}. "
            "Build it with --kind exact, which is fast at this size."
        )
