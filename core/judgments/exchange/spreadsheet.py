"""Cells that no spreadsheet runs as a formula, and tables made of them.

A spreadsheet runs a cell that begins with one of these signs, in full width too; an apostrophe before it makes it text
(OWASP, CSV injection). An apostrophe that stood there already gets a second one, so that taking one off again always
gives back what was written.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from core.files import write_text

FORMULA = re.compile("'* *[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def guarded(cell: str) -> str:
    """Return a spreadsheet cell that is text whatever it begins with.

    >>> guarded("=1+1"), guarded("plain")
    ("'=1+1", 'plain')
    """
    return f"'{cell}" if FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """Return the text that ``guarded`` was given.

    >>> unguarded(guarded("'=1"))
    "'=1"
    """
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]], *, for_excel: bool = False) -> Path:
    """Write a CSV with every cell guarded and return its path.

    ``for_excel`` puts a byte order mark first: Excel reads UTF-8 only behind one, other programs stumble over it.
    """
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow([guarded(cell) for cell in header])
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    write_text(path, ("\ufeff" if for_excel else "") + table.getvalue())
    return path
