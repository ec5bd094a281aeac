"""Queries with judgments that stay apart from the team's labels: read and checked like an import, never written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.errors import LabelError
from core.judgments.exchange.detect import ExchangeFormat, detect_format
from core.judgments.exchange.effects import gather
from core.judgments.exchange.films import FilmFinder
from core.judgments.exchange.preview import READERS
from core.judgments.exchange.problems import Problem, ProblemLog
from core.judgments.exchange.resolve import find_films, find_queries
from core.judgments.exchange.sources import SourceFile, unpacked
from core.judgments.exchange.trec import is_qrels, qrel_rows
from core.judgments.grades import check_grade
from core.judgments.truth import truth
from core.judgments.types import Judgment, Query, Split

if TYPE_CHECKING:
    from core.catalog import Catalog

FROM_FILE = "file"  # whose judgments they are, where the format does not say
HIGHEST_QREL = 5


@dataclass(frozen=True, slots=True)
class JudgedQueries:
    """Queries of files with their grades, as the files have them.

    Attributes:
        queries: those with a judgment; ids, languages and kinds are the files' own where they have any.
        qrels: the grade of each film that is decided, for each query.
        train: ids of the queries that the files themselves give to training.
        lines: how many lines hold a judgment; ``left_out``: how many of them name a film that the catalogue lacks.
        problems: fatal ones first, at most 500 of either sort; the counts are of all.
    """

    files: tuple[str, ...]
    format: ExchangeFormat
    queries: tuple[Query, ...]
    qrels: dict[str, dict[str, int]]
    train: frozenset[str]
    lines: int
    left_out: int
    problems: tuple[Problem, ...]
    fatal_count: int
    remark_count: int


def read_judged_queries(files: Sequence[SourceFile], catalog: Catalog, *, skip_unknown: bool = False) -> JudgedQueries:
    """Read queries and judgments from files in any format that can be imported, told by their content.

    Grades of qrels are kept as they stand, up to 5; below 0 is 0. Pairs that annotators answer both ways, and those
    that nobody has decided, have no grade. Nothing is looked up among the team's queries: the files stand alone.

    Args:
        skip_unknown: leave out the lines whose film the catalogue lacks, or has more than once.

    Raises:
        LabelError: the format is not to be told, or an archive cannot be read.
    """
    sources = unpacked(files)
    format = detect_format(sources)
    names = tuple(source.name for source in files)
    if format is None:
        raise LabelError(
            f"{', '.join(names)}: cannot tell the format. Give a file of queries (id and text) together with TREC "
            "qrels, or one of the formats that labels are exported in."
        )
    problems = ProblemLog()
    rows = list(READERS[format](sources, problems))
    if not rows and not problems.fatal_count:
        problems.note(names[0] if names else "", None, "The file holds no judgment.")
    judging = [row for row in rows if row.answer is not None]
    found = find_queries(rows, (), (), problems)
    films = find_films(judging, FilmFinder(catalog), problems, skip_unknown=skip_unknown)
    sound = [row for row in judging if row in films and row.query in found.request_of]
    gathered = gather(sound, found, films, FROM_FILE, problems)
    grades = truth(
        Judgment(
            query_id,
            movie_id,
            annotator,
            *check_grade(given.answer, given.grade),
            "",
            given.event_id,
            given.decided_at,
            adjudicates,
        )
        for (query_id, movie_id, annotator, adjudicates), given in gathered.judgments.items()
    ).grades
    written = _grades_of_qrels(sources, problems)
    for (query_id, movie_id, _, _), row in gathered.rows.items():
        if (row.file, row.line) in written:
            grades[query_id][movie_id] = written[row.file, row.line]
    queries = {query.query_id: query for query in found.by_request.values()}
    train = {found.by_request[request].query_id for request in found.by_request if request.split is Split.TRAIN}
    return JudgedQueries(
        files=names,
        format=format,
        queries=tuple(query for query_id, query in queries.items() if query_id in grades),
        qrels=grades,
        train=frozenset(train),
        lines=len({(row.file, row.line) for row in judging}),
        left_out=len({(row.file, row.line) for row in judging if row not in films}),
        problems=problems.all,
        fatal_count=problems.fatal_count,
        remark_count=problems.remark_count,
    )


def _grades_of_qrels(sources: Sequence[SourceFile], problems: ProblemLog) -> dict[tuple[str, int], int]:
    """Return the grades as qrels files have them; labels of the team go to 2, measures take 5."""
    grades = {}
    for source in filter(is_qrels, sources):
        for row in qrel_rows(source, ProblemLog()):
            if row.grade > HIGHEST_QREL:
                message = f"grade is {row.grade}; expected a whole number up to {HIGHEST_QREL}."
                problems.note(source.name, row.line, message, field="grade", value=row.grade)
            grades[source.name, row.line] = min(max(row.grade, 0), HIGHEST_QREL)
    return grades
