"""TREC: ``qrels.txt`` (query, 0, film, grade) beside ``queries.tsv``.

Holds the team's grade of each pair that is decided, and each query's text, language, kind and split. Loses who judged,
notes, unsure, and the white space within a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import LabelError
from core.files import write_text
from core.judgments.exchange.problems import ProblemLog
from core.judgments.exchange.query_file import query_lines
from core.judgments.exchange.reading import lines_of
from core.judgments.exchange.row import Row
from core.judgments.exchange.sources import SourceFile, read_source
from core.judgments.grades import HIGHEST_GRADE
from core.judgments.types import Answer, NewQuery, QrelRow
from core.quoting import quoted

if TYPE_CHECKING:
    from core.catalog import Catalog
    from core.judgments.snapshots import Snapshot

BEIR_HEADER = ("query-id", "corpus-id", "score")
QUERY_FIELDS = ("query_id", "text", "lang", "kind", "split")


def write_trec(snapshot: Snapshot, folder: Path, catalog: Catalog) -> list[Path]:
    """Write ``qrels.txt`` and ``queries.tsv``.

    Raises:
        LabelError: a film's id holds white space.
    """
    rows = [row for row in snapshot.rows if row.grade is not None]
    for row in rows:
        if len(row.movie_id.split()) != 1:
            raise LabelError(
                f"Movie id {quoted(row.movie_id)} holds white space, which a TREC file cannot. Export as csv."
            )
    qrels = "".join(f"{row.query_id} 0 {row.movie_id} {row.grade}\n" for row in rows)
    queries = {row.query_id: row for row in rows}.values()
    table = [
        QUERY_FIELDS,
        *([" ".join(str(getattr(row, field)).split()) for field in QUERY_FIELDS] for row in queries),
    ]
    paths = [folder / "qrels.txt", folder / "queries.tsv"]
    write_text(paths[0], qrels)
    write_text(paths[1], "".join("\t".join(cells) + "\n" for cells in table))
    return paths


def read_qrels(path: str | Path) -> list[QrelRow]:
    """Return the rows of a qrels file, in its order.

    TREC's four columns (query, iteration, document, grade; between tabs or spaces), or BEIR's three under its header.

    Raises:
        LabelError: naming file, line, field and value.
    """
    problems = ProblemLog()
    rows = list(qrel_rows(read_source(path), problems))
    problems.refuse()
    if not rows:
        raise LabelError(f"{path} holds no judgment.")
    return rows


def qrel_rows(source: SourceFile, problems: ProblemLog) -> Iterator[QrelRow]:
    """Yield the rows of a qrels file that can be read; the others are noted."""
    expected = 0
    for number, line in lines_of(source, problems):
        columns = _columns(line)
        if not expected:
            expected = len(BEIR_HEADER) if tuple(columns) == BEIR_HEADER else 4
            if expected == len(BEIR_HEADER):
                continue
        if len(columns) != expected or not all(columns):
            message = (
                f"expected {expected} columns (query id, {'0, ' if expected == 4 else ''}movie id, grade), "
                f"found {len(columns)}: {quoted(line)}."
            )
            problems.note(source.name, number, message, value=line)
            continue
        try:
            yield QrelRow(number, columns[0], columns[-2], int(columns[-1]), source.name)
        except ValueError:
            message = f"grade is {quoted(columns[-1])}; expected a whole number, such as 0, 1 or 2."
            problems.note(source.name, number, message, field="grade", value=columns[-1])


def is_qrels(source: SourceFile) -> bool:
    """Tell whether a file's first line is one of a qrels file."""
    columns = next((_columns(line) for _, line in lines_of(source, ProblemLog())), [])
    return tuple(columns) == BEIR_HEADER or (len(columns) == 4 and columns[3].lstrip("+-").isdigit())


def read_trec(sources: Sequence[SourceFile], problems: ProblemLog) -> Iterator[Row]:
    """Yield the judgments of qrels files; the other files hold the queries that they are about."""
    qrels = [source for source in sources if is_qrels(source)]
    if not qrels:
        problems.note("", None, "No file holds qrels: lines of query id, 0, film id and grade. Add that file.")
    queries = {
        query.query_id: query
        for source in sources
        if source not in qrels
        for _, query in query_lines(source, problems)
        if query.query_id
    }
    for source in qrels:
        for row in qrel_rows(source, problems):
            yield graded(row, queries.get(row.query_id, NewQuery("", row.query_id)))


def graded(row: QrelRow, query: NewQuery) -> Row:
    """Return a line of qrels as a judgment: above 0 is positive (at most 2), 0 and below negative."""
    grade = max(0, min(row.grade, HIGHEST_GRADE))
    answer = Answer.POSITIVE if grade else Answer.NEGATIVE
    return Row(row.file, row.line, query, row.movie_id, answer=answer, grade=grade)


def _columns(line: str) -> list[str]:
    return [column.strip() for column in (line.split("\t") if "\t" in line else line.split())]
