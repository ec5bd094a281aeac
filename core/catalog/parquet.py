"""Reading Parquet within bounds: a few kilobytes of it can stand for terabytes of repeated text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.errors import CatalogError

MAX_ROWS = 5_000_000
MAX_COLUMNS = 2_000
MAX_VALUES = 500_000_000
MAX_BYTES = 4 * 1024**3


def read_parquet(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """Return the rows of a file, counted from 1.

    Sizes that the file declares are checked before anything is read. Text stays in its dictionaries until its size
    is known, because a dictionary repeats one long text for every row at no cost to the file.

    Raises:
        CatalogError: the file is not Parquet, is damaged, or is too large once unpacked.
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
        return list(enumerate(table.to_pylist(), start=1))
    except CatalogError:
        raise
    # ArrowException, and what Arrow leaves to Python: dates out of range, text that is not UTF-8, names twice.
    except (pyarrow.ArrowException, OSError, ValueError, OverflowError, KeyError, TypeError) as reason:
        first_line = next(iter(str(reason).splitlines()), type(reason).__name__)
        raise CatalogError(f"{path}: not readable as Parquet ({first_line[:200]}).") from reason


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
