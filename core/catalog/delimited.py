"""Reading CSV and TSV row by row: which sign parts the cells, and rows under a header, each within bounds."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from core.errors import CatalogError

# The csv module gives up at 131,072 characters, which the crew column of a TMDB export exceeds.
MAX_CELL = 10_000_000
MAX_ROW = 20_000_000  # characters
MAX_COLUMNS = 2_000
DELIMITERS = (",", "\t", ";", "|")
SHOWN_NAME = 80


def read_delimited(
    path: Path, codec: str, known_columns: Callable[[Iterable[str]], int]
) -> tuple[str, Callable[[], Iterator[tuple[int, dict[str, Any]]]]]:
    """Return the delimiter of a file, and what reads its rows under their header, numbered as a spreadsheet does.

    The file is gone through once to see which signs it has; its rows are read as often as one asks for them.

    The delimiter is the one whose header holds most ``known_columns``.

    Raises:
        CatalogError: a row is too long, has too many or too few cells, or a quotation mark is not closed.
    """
    csv.field_size_limit(MAX_CELL)
    with path.open(encoding=codec, newline="") as file:
        first_line = next((line for line in _Lines(file, path) if line.strip()), "")
    try:
        headers = {delimiter: next(csv.reader([first_line], delimiter=delimiter), []) for delimiter in DELIMITERS}
    except csv.Error as reason:
        raise CatalogError(f"{path}, row 1: not a header ({reason}). Write one name a column there.") from reason
    delimiter = max(headers, key=lambda one: (known_columns(headers[one]), len(headers[one])))
    records = partial(_records, path, codec, delimiter, csv.QUOTE_MINIMAL)
    try:
        _go_through(records())
    except CatalogError:
        if delimiter != "\t":
            raise
        # Many TSV exports do not quote at all; there a quotation mark is an ordinary character.
        records = partial(_records, path, codec, delimiter, csv.QUOTE_NONE)
        _go_through(records())
    return delimiter, lambda: _under_header(path, records())


def _go_through(records: Iterator[list[str]]) -> None:
    for _ in records:
        pass


class _Lines:
    """The lines of a file; one row over ``MAX_ROW`` characters is refused before it is held whole."""

    def __init__(self, file: TextIO, path: Path) -> None:
        self.file, self.path = file, path
        self.row, self.taken = 1, 0

    def __iter__(self) -> Iterator[str]:
        while line := self.file.readline(MAX_ROW + 1):
            self.taken += len(line)
            if self.taken > MAX_ROW:
                raise CatalogError(
                    f"{self.path}, row {self.row}: over {MAX_ROW:,} characters. A line end is missing, or a quotation "
                    "mark is not closed."
                )
            yield line

    def next_row(self) -> None:
        """Tell that a row is complete."""
        self.row, self.taken = self.row + 1, 0


def _records(path: Path, codec: str, delimiter: str, quoting: Any) -> Iterator[list[str]]:
    with path.open(encoding=codec, newline="") as file:
        lines = _Lines(file, path)
        try:
            for record in csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=True):
                if len(record) > MAX_COLUMNS:
                    raise CatalogError(
                        f"{path}, row {lines.row}: {len(record):,} cells; at most {MAX_COLUMNS:,} columns are read. "
                        "Keep those of films."
                    )
                yield record
                lines.next_row()
        except csv.Error as reason:
            raise CatalogError(
                f"{path}, row {lines.row}: {reason}. A quotation mark is probably not closed or not doubled."
            ) from reason


def _under_header(path: Path, records: Iterator[list[str]]) -> Iterator[tuple[int, dict[str, Any]]]:
    numbered = ((number, record) for number, record in enumerate(records, start=1) if any(record))
    _, names = next(numbered, (0, []))
    if not names:
        raise CatalogError(f"{path}: the file is empty.")
    header = [name.strip() or f"column {place}" for place, name in enumerate(names, start=1)]
    for name in header:
        if header.count(name) > 1:
            raise CatalogError(f"{path}: two columns are called {name[:SHOWN_NAME]!r}. Rename one of them.")
    for number, record in numbered:
        if len(record) != len(header):
            raise CatalogError(
                f"{path}, row {number}: {len(record)} cells under {len(header)} columns; "
                "a delimiter or a quotation mark is missing or too many."
            )
        yield number, dict(zip(header, record, strict=True))
