"""What a vector store is given of a catalogue, film by film, in batches: never all of it as Python objects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.catalog import Catalog
from core.errors import HandoverError
from core.quoting import quoted

if TYPE_CHECKING:
    from core.index import MovieIndex

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,62}")  # what all three systems take without quotation marks
BATCH_BYTES = 8_000_000  # Qdrant takes requests of up to 32 MB, Milvus of up to 64 MB
NUMBER_BYTES = 13  # of one number of a vector, written out with what separates it from the next
FILM_BYTES = 4_000  # of a film's fields, roughly


@dataclass(frozen=True, slots=True)
class Batch:
    """Some films in the order of the index: ids, vectors (films, dimension), and their fields as JSON has them."""

    ids: tuple[str, ...]
    vectors: NDArray[np.float32]
    films: list[dict[str, Any]]


def batches(index: MovieIndex, catalog: Catalog) -> Iterator[Batch]:
    """Yield the films of an index in batches of some megabytes.

    Raises:
        CatalogError: the index holds a film that the catalogue has not.
    """
    size = films_in_a_batch(int(index.vectors.shape[1]))
    for start in range(0, len(index), size):
        ids = tuple(index.ids[start : start + size])
        vectors = np.asarray(index.vectors[start : start + size], dtype=np.float32)
        yield Batch(ids, vectors, [catalog[movie_id].row() for movie_id in ids])


def films_in_a_batch(dimension: int) -> int:
    """Return how many films of this dimension come to about ``BATCH_BYTES``, at least one."""
    return max(1, BATCH_BYTES // (NUMBER_BYTES * dimension + FILM_BYTES))


def numbers(vector: NDArray[np.float32]) -> str:
    """Return a vector as ``1,2.5,-3e-05``: nine digits name every float32 exactly."""
    return ",".join(map("%.9g".__mod__, vector.tolist()))


def checked_name(name: str) -> str:
    """Return the name of a collection or table as it is.

    Raises:
        HandoverError: it holds anything but letters, digits and underscores, begins with a digit, or is longer than
            PostgreSQL's 63 characters.
    """
    if not NAME.fullmatch(name):
        raise HandoverError(
            f"The collection's name is {quoted(name)}; expected up to 63 letters (A-Z), digits and underscores, "
            "no digit first. Name it with --collection."
        )
    return name
