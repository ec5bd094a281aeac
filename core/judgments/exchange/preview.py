"""Importing labels in two steps: a preview that shows what would happen, and doing all of it or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from core.errors import LabelError
from core.judgments.exchange.beir import read_beir
from core.judgments.exchange.detect import ExchangeFormat, detect_format
from core.judgments.exchange.effects import Gathered, PreviewRow, effect, gather, newly_contradicting, sample
from core.judgments.exchange.films import FilmFinder
from core.judgments.exchange.problems import Problem, ProblemLog
from core.judgments.exchange.quepid import read_quepid
from core.judgments.exchange.records import read_records
from core.judgments.exchange.resolve import FoundQueries, find_films, find_queries
from core.judgments.exchange.row import Row
from core.judgments.exchange.sources import SourceFile, unpacked
from core.judgments.exchange.trec import read_trec
from core.judgments.exchange.tuples import read_tuples
from core.judgments.new_judgment import NewJudgment
from core.judgments.types import Judgment, NewQuery, Split

if TYPE_CHECKING:
    from core.catalog import Catalog
    from core.judgments.store import LabelStore

READERS: Mapping[ExchangeFormat, Callable[[Sequence[SourceFile], ProblemLog], Iterator[Row]]] = {
    "trec": read_trec,
    "beir": read_beir,
    "pairs": read_tuples,
    "triplets": read_tuples,
    "tuples": read_tuples,
    "jsonl": read_records,
    "csv": read_records,
    "quepid": read_quepid,
}
NAMED_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What an import would do. Nothing has been written yet.

    ``lines`` counts the lines with a judgment, ``duplicates`` those among them that bring nothing beyond earlier ones,
    ``left_out`` those whose film is unknown (they are left out or forbid the import), ``unknown_films`` those films.
    ``new``, ``same`` and ``changed`` count judgments beside the annotator's own standing answers; ``contradicting``
    counts the pairs that would newly be answered both ways. ``splits`` counts the queries of the file by split,
    ``annotators`` the judgments of each. ``problems`` lists fatal ones first, at most 500 of either sort; the counts
    are of all. ``sample`` shows what changes most first.
    """

    format: ExchangeFormat
    files: tuple[str, ...]
    lines: int
    duplicates: int
    left_out: int
    unknown_films: int
    queries_new: int
    queries_known: int
    splits: dict[Split, int]
    annotators: dict[str, int]
    new: int
    same: int
    changed: int
    contradicting: int
    problems: tuple[Problem, ...]
    fatal_count: int
    remark_count: int
    sample: tuple[PreviewRow, ...]
    queries: tuple[NewQuery, ...]
    judgments: tuple[NewJudgment, ...]

    @property
    def fatal(self) -> tuple[Problem, ...]:
        """The problems that forbid the import."""
        return tuple(problem for problem in self.problems if problem.fatal)

    @property
    def writes(self) -> int:
        """How many judgments the import would record."""
        return self.new + self.changed


def preview_import(
    store: LabelStore,
    files: Sequence[SourceFile],
    annotator: str,
    catalog: Catalog,
    *,
    format: ExchangeFormat | None = None,
    split: Split | None = None,
    skip_unknown: bool = False,
) -> ImportPreview:
    """Read files of labels and return what importing them would do.

    ``annotator`` is whose judgments they are, where the format does not say it itself. ``format`` is told by the
    content where it is not given. ``split`` puts every query there, instead of where the file says or the text's hash
    does. ``skip_unknown`` leaves out the lines whose film the catalogue lacks, or has more than once.

    Raises:
        LabelError: the format is not to be told, an archive cannot be read, or nobody is named as the annotator.
    """
    if not annotator.strip():
        raise LabelError(f"annotator is {annotator!r}; say whose judgments these are.")
    sources = unpacked(files)
    format = format or detect_format(sources)
    names = tuple(source.name for source in files)
    if format is None:
        raise LabelError(f"{', '.join(names)}: cannot tell the format. Choose one of {', '.join(READERS)}.")
    problems = ProblemLog()
    rows = list(READERS[format](sources, problems))
    if split is not None:
        rows = [replace(row, query=replace(row.query, split=split)) for row in rows]
    if not rows and not problems.fatal_count:
        problems.note(names[0] if names else "", None, "The file holds no judgment.")
    judging = [row for row in rows if row.answer is not None]
    queries = find_queries(rows, store.queries(), store.imports.labelled_groups(), problems)
    films = find_films(judging, FilmFinder(catalog), problems, skip_unknown=skip_unknown)
    sound = [row for row in judging if row in films and row.query in queries.request_of]
    gathered = gather(sound, queries, films, annotator.strip(), problems)
    lost = [row for row in judging if row not in films]
    return _preview(format, names, rows, queries, gathered, lost, store.judgments(), problems)


def apply_import(preview: ImportPreview, store: LabelStore) -> int:
    """Write what a preview shows, all of it or nothing, and return how many judgments are new or changed.

    Raises:
        LabelError: the preview has fatal problems (the first five are named), or the labels have since changed so that
            it cannot be written any more.
    """
    if preview.fatal_count:
        named = "; ".join(str(problem) for problem in preview.fatal[:NAMED_PROBLEMS])
        more = preview.fatal_count - min(NAMED_PROBLEMS, len(preview.fatal))
        raise LabelError(f"Nothing was imported. {named}" + (f"; and {more:,} more." if more else ""))
    return store.imports.record(preview.queries, preview.judgments)


def _preview(
    format: ExchangeFormat,
    names: tuple[str, ...],
    rows: Sequence[Row],
    queries: FoundQueries,
    gathered: Gathered,
    lost: Sequence[Row],
    standing: Sequence[Judgment],
    problems: ProblemLog,
) -> ImportPreview:
    before = {(one.query_id, one.movie_id, one.annotator, one.adjudicates): one for one in standing}
    contradicting = newly_contradicting(before, gathered)
    effects = {key: effect(key, given, before, contradicting) for key, given in gathered.judgments.items()}
    found = {query.query_id: query for query in queries.by_request.values()}
    new_ids = {query.query_id for query in queries.plan.new}
    changed = sum(key in before and not given.agrees_with(before[key]) for key, given in gathered.judgments.items())
    same = sum(key in before and given.agrees_with(before[key]) for key, given in gathered.judgments.items())
    return ImportPreview(
        format=format,
        files=names,
        lines=len({(row.file, row.line) for row in rows if row.answer is not None}),
        duplicates=gathered.duplicates,
        left_out=len({(row.file, row.line) for row in lost}),
        unknown_films=len({row.movie_id.strip() or row.film_text for row in lost}),
        queries_new=len(new_ids),
        queries_known=len(found.keys() - new_ids),
        splits={split: sum(query.split is split for query in found.values()) for split in Split},
        annotators=dict(sorted(Counter(key[2] for key in gathered.judgments).items())),
        new=len(gathered.judgments) - changed - same,
        same=same,
        changed=changed,
        contradicting=len(contradicting),
        problems=problems.all,
        fatal_count=problems.fatal_count,
        remark_count=problems.remark_count,
        sample=sample(gathered, effects, found, before),
        queries=tuple(queries.by_request),
        judgments=tuple(gathered.judgments.values()),
    )
