"""Reading Parquet within bounds: a few kilobytes of it can stand for terabytes of repeated text."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

from core.errors import CatalogError
from core.quoting import first_line
from core.workspace import REPOSITORY

MAX_ROWS = 5_000_000
MAX_COLUMNS = 2_000
MAX_VALUES = 500_000_000
MAX_BYTES = 4 * 1024**3
MAGIC = b"PAR1"  # what a file begins and ends with
TRIAL = "import sys, pathlib, core.catalog.parquet as it; it.read_table(pathlib.Path(sys.argv[1]))"
PATIENCE = 600  # seconds


def read_parquet(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """Return the rows of a file, counted from 1.

    It is first read by a process of its own: on some damaged files Arrow ends the process that reads them.

    Raises:
        CatalogError: the file is not Parquet, is damaged, or is too large once unpacked.
    """
    if _has_magic(path):
        try_out(path)
    table = read_table(path)
    try:
        return list(enumerate(table.to_pylist(), start=1))
    except (ValueError, OverflowError) as reason:  # dates out of range
        raise _unreadable(path, reason) from reason


def try_out(path: Path) -> None:
    """Read a file in a process of its own.

    Raises:
        CatalogError: the process does not survive it, or has not come to an end in time. What it refuses in good order
            is left to whoever reads the file.
    """
    command = [sys.executable, "-c", TRIAL, str(path.resolve())]
    nothing = subprocess.DEVNULL
    try:
        done = subprocess.run(command, cwd=REPOSITORY, stdin=nothing, stdout=nothing, stderr=nothing, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        raise CatalogError(f"{path}: reading it as Parquet takes over {PATIENCE} s. Split the file.") from None
    if done.returncode < 0:
        raise CatalogError(
            f"{path}: damaged, in a way that ends the program that reads it (signal {-done.returncode}). Write it anew."
        )


def read_table(path: Path) -> Any:
    """Return a file as an Arrow table.

    Sizes that the file declares are checked before anything is read. Text stays in its dictionaries until its size
    is known, because a dictionary repeats one long text for every row at no cost to the file.

    Raises:
        CatalogError: as ``read_parquet``.
    """
    import pyarrow
    import pyarrow.parquet

    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            _check_declared(file.metadata, path)
        texts = [field.name for field in file.schema_arrow if pyarrow.types.is_string(field.type)]
        table = pyarrow.parquet.read_table(path, read_dictionary=texts, partitioning=None)
        size = sum(_unpacked_bytes(column) for column in table.columns)
        if size > MAX_BYTES:
            raise _too_large(path, "bytes once unpacked", size, MAX_BYTES)
        return table
    except CatalogError:
        raise
    # ArrowException, and what Arrow leaves to Python: text that is not UTF-8, names twice.
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError, KeyError, TypeError) as reason:
        raise _unreadable(path, reason) from reason


def _has_magic(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _check_declared(metadata: Any, path: Path) -> None:
    if metadata.num_rows > MAX_ROWS:
        raise _too_large(path, "rows", metadata.num_rows, MAX_ROWS)
    if metadata.num_columns > MAX_COLUMNS:
        raise _too_large(path, "columns", metadata.num_columns, MAX_COLUMNS)
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    chunks = [group.column(number) for group in groups for number in range(group.num_columns)]
    values, size = sum(chunk.num_values for chunk in chunks), sum(chunk.total_uncompressed_size for chunk in chunks)
    if values > MAX_VALUES:
        raise _too_large(path, "values", values, MAX_VALUES)
    if size > MAX_BYTES:
        raise _too_large(path, "bytes once unpacked", size, MAX_BYTES)


def _unpacked_bytes(column: Any) -> int:
    """Return the bytes of a column's values without its dictionary, each as often as it stands there."""
    import pyarrow
    from pyarrow import compute

    if not pyarrow.types.is_dictionary(column.type):
        return int(column.nbytes)
    total = 0
    for chunk in column.chunks:
        lengths = compute.binary_length(chunk.dictionary).cast(pyarrow.int64())
        total += compute.sum(lengths.take(chunk.indices)).as_py() or 0
    return total


def _too_large(path: Path, what: str, found: int, limit: int) -> CatalogError:
    return CatalogError(f"{path}: {found:,} {what}; at most {limit:,} are read. Split the file.")


def _unreadable(path: Path, reason: Exception) -> CatalogError:
    return CatalogError(f"{path}: not readable as Parquet ({first_line(reason)[:200]}).")
