"""The lines, cells and JSON objects of a file, each with its line number; what cannot be read is noted."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from typing import Any

from core.json_text import parse_json
from core.judgments.exchange.problems import ProblemLog
from core.judgments.exchange.sources import SourceFile


class PlainTabs(csv.Dialect):
    """Plain text between tabs: a quotation mark belongs to the query."""

    delimiter = "\t"
    quoting = csv.QUOTE_NONE
    lineterminator = "\n"


DIALECTS: dict[str, type[csv.Dialect]] = {".tsv": PlainTabs, ".csv": csv.excel}
# The csv module gives up at 131,072 characters by itself.
MAX_CELL = 10_000_000
MAX_LINE = 10_000_000  # characters
MAX_COLUMNS = 2_000
# What no database takes: half characters, and NULs, which PostgreSQL refuses. Bytes cannot hold the former.
ESCAPED = re.compile(r"\\u(?:d[89a-f]|0000)", re.IGNORECASE)
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def lines_of(source: SourceFile, problems: ProblemLog) -> Iterator[tuple[int, str]]:
    """Yield (line number from 1, line) of every line that is not blank."""
    for number, line in enumerate(_opened(source, problems, newline=None), start=1):
        if len(line) > MAX_LINE:
            problems.note(source.name, number, f"over {MAX_LINE:,} characters, which is not read. Split the line.")
            return
        if line.strip():
            yield number, line.rstrip("\n")


def cells_of(source: SourceFile, problems: ProblemLog) -> Iterator[tuple[int, list[str]]]:
    """Yield (number of its last line, cells) of every row that is not blank, by the dialect of the file's ending."""
    csv.field_size_limit(MAX_CELL)
    taken = 0

    def lines() -> Iterator[str]:
        nonlocal taken
        for line in _opened(source, problems, newline=""):
            taken += len(line)
            if taken > MAX_LINE:  # in a row, which may go over many lines
                message = f"a row of over {MAX_LINE:,} characters, which is not read; a quotation mark may be open."
                problems.note(source.name, reader.line_num + 1, message)
                return
            yield line

    reader = csv.reader(lines(), DIALECTS.get(source.suffix, csv.excel), strict=True)
    try:
        for cells in reader:
            taken = 0
            if len(cells) > MAX_COLUMNS:
                message = f"{len(cells):,} columns; at most {MAX_COLUMNS:,} are read. Keep those of labels."
                problems.note(source.name, reader.line_num, message)
                return
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error as reason:
        # Behind an open quotation mark nothing can be trusted, so the rest is not read.
        message = f"not a proper table ({reason}). A quotation mark is probably not closed or not doubled."
        problems.note(source.name, reader.line_num, message)


def objects_of(source: SourceFile, problems: ProblemLog) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, object) of every line of a JSONL file that holds one."""
    for number, line in lines_of(source, problems):
        try:
            value = parse_json(line)
        except ValueError as reason:
            problems.note(source.name, number, f"not JSON ({reason}).", value=line)
            continue
        if not isinstance(value, dict):
            message = f"expected one JSON object, found {type(value).__name__}."
            problems.note(source.name, number, message, value=line)
            continue
        if ESCAPED.search(line) and not _is_storable(value):
            message = (
                "holds half of an escaped character (\\ud800 to \\udfff), or a NUL. Write the file again as UTF-8."
            )
            problems.note(source.name, number, message)
            continue
        yield number, value


def records_of(source: SourceFile, problems: ProblemLog) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number, fields by lower-case name) of a JSONL file, or of a table under its header."""
    if source.suffix == ".jsonl":
        for number, values in objects_of(source, problems):
            yield number, {name.strip().lower(): value for name, value in values.items() if value is not None}
        return
    header: list[str] = []
    for number, cells in cells_of(source, problems):
        if not header:
            header = [cell.strip().lower() for cell in cells]
            continue
        if len(cells) != len(header):
            problems.note(source.name, number, f"expected {len(header)} columns, found {len(cells)}.")
            continue
        yield number, dict(zip(header, cells, strict=True))


def _opened(source: SourceFile, problems: ProblemLog, *, newline: str | None) -> io.StringIO:
    try:
        text = source.data.decode("utf-8-sig")
    except UnicodeDecodeError as reason:
        line = source.data.count(b"\n", 0, reason.start) + 1
        message = f"not UTF-8 ({reason.reason} at byte {reason.start}). Save it as UTF-8; in Excel, as 'CSV UTF-8'."
        problems.note(source.name, line, message)
        text = ""
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        problems.note(source.name, line, "holds a NUL, as no text does. Perhaps it is UTF-16; save it as UTF-8.")
        text = ""
    return io.StringIO(text, newline=newline)


def _is_storable(value: dict[str, Any]) -> bool:
    try:
        text = json.dumps(value, ensure_ascii=False)
        text.encode()
    except UnicodeEncodeError:
        return False
    return NUL.search(text) is None
