"""Which format files are in, told by what is in them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Literal

from core.judgments.exchange.problems import ProblemLog
from core.judgments.exchange.quepid import is_quepid
from core.judgments.exchange.reading import cells_of, lines_of, objects_of
from core.judgments.exchange.records import NAMES
from core.judgments.exchange.sources import SourceFile, unpacked
from core.judgments.exchange.trec import BEIR_HEADER, is_qrels
from core.judgments.exchange.tuples import columns_of

ExchangeFormat = Literal["trec", "beir", "pairs", "triplets", "tuples", "jsonl", "csv", "quepid"]
HEAD_BYTES = 1 << 20
LINES_LOOKED_AT = 20


def detect_format(sources: Sequence[SourceFile]) -> ExchangeFormat | None:
    """Return the format that the first lines of the files speak of, None where they speak of none.

    Raises:
        LabelError: a zip archive among them cannot be read.
    """
    heads = [_head(source) for source in unpacked(sources)]
    qrels = [head for head in heads if is_qrels(head)]
    if qrels:
        return "beir" if any(_first_columns(head) == BEIR_HEADER for head in qrels) else "trec"
    found = [format for head in heads if (format := _of_table(head)) is not None]
    # An export of triplets brings its pairs along.
    return max(found, key=("csv", "jsonl", "quepid", "pairs", "triplets", "tuples").index, default=None)


def _head(source: SourceFile) -> SourceFile:
    # In another encoding the columns can mostly be read all the same, and the reader then says what is wrong.
    return SourceFile(source.name, source.data[:HEAD_BYTES].decode("utf-8-sig", errors="replace").encode())


def _of_table(head: SourceFile) -> ExchangeFormat | None:
    names = _names(head)
    if head.suffix == ".csv" and is_quepid(names):
        return "quepid"
    columns = columns_of(names)
    if columns is not None:
        return "pairs" if not columns[2] else "triplets" if len(columns[2]) == 1 else "tuples"
    is_judgment = set(names) & {*NAMES["movie_id"], *NAMES["title"], *NAMES["answer"], "snapshot"}
    if not is_judgment:
        return None
    return "jsonl" if head.suffix == ".jsonl" else "csv"


def _names(head: SourceFile) -> list[str]:
    if head.suffix != ".jsonl":
        cells = next((cells for _, cells in cells_of(head, ProblemLog())), [])
        return [cell.strip().lower() for cell in cells]
    found = islice(objects_of(head, ProblemLog()), LINES_LOOKED_AT)
    return [name.strip().lower() for name in dict.fromkeys(name for _, values in found for name in values)]


def _first_columns(head: SourceFile) -> tuple[str, ...]:
    _, line = next(lines_of(head, ProblemLog()), (0, ""))
    return tuple(line.split())
