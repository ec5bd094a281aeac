"""Importing a catalogue file in two steps: a plan that shows what would happen, and doing all of it or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from core.catalog.columns import TITLE_FIELDS, known_columns, map_columns, recognise_source
from core.catalog.movie import Catalog, Movie, load_catalog, save_catalog
from core.catalog.reading import Gathered, ImportProblem, InMemory, ProblemLog, Reading, read_rows
from core.catalog.table import read_table
from core.errors import CatalogError
from core.object_store import Shared, refresh
from core.workspace import Workspace

NAMED_PROBLEMS = 5


@dataclass(frozen=True, slots=True)
class FileRead:
    """What a catalogue file holds, apart from its films.

    ``source`` is "TMDB", "MovieLens", "KMDb", "KOBIS", "Reelign" or "unknown"; ``mapping`` gives the column of each
    field. ``problems`` lists fatal ones first, at most 500 of either sort; the counts are of all. ``duplicates``
    counts rows that repeat another one; ``without_text`` counts films that have no synopsis.
    """

    path: Path
    source: str
    format: str
    encoding: str
    columns: tuple[str, ...]
    mapping: dict[str, str]
    unused: tuple[str, ...]
    rows: int
    problems: tuple[ImportProblem, ...]
    fatal_count: int
    warning_count: int
    duplicates: int
    without_text: int

    @property
    def fatal(self) -> tuple[ImportProblem, ...]:
        """The problems that forbid the import."""
        return tuple(problem for problem in self.problems if problem.fatal)


@dataclass(frozen=True, slots=True)
class ImportPlan(FileRead):
    """What an import would do. Nothing has been written yet.

    ``added``, ``updated``, ``unchanged`` and ``removed`` compare with the catalogue at hand.
    """

    movies: tuple[Movie, ...]
    added: int
    updated: int
    unchanged: int
    removed: int
    replace: bool


def plan_import(
    path: Path, *, current: Catalog | None, mapping: Mapping[str, str] | None = None, replace: bool = False
) -> ImportPlan:
    """Read a catalogue file and return what importing it would do. The films of both are held in memory.

    ``mapping`` overrides the recognised columns field by field (``{"overview": "줄거리"}``; an empty column leaves
    the field unfilled). A film that the catalogue has is replaced whole; with ``replace`` the films that the file
    lacks are removed.

    Raises:
        CatalogError: the file cannot be read as a table, or the mapping names a field or column that is not there.
    """
    gathered, current = InMemory(), current or Catalog()
    read = read_file(path, mapping, gathered)
    known = [movie for movie in gathered.movies.values() if movie.movie_id in current]
    unchanged = sum(current[movie.movie_id] == movie for movie in known)
    return ImportPlan(
        **{name: getattr(read, name) for name in FILE_FIELDS},
        movies=tuple(gathered.movies.values()),
        added=len(gathered.movies) - len(known),
        updated=len(known) - unchanged,
        unchanged=unchanged,
        removed=len(current) - len(known) if replace else 0,
        replace=replace,
    )


FILE_FIELDS = tuple(field.name for field in fields(FileRead))


def read_file(path: Path, mapping: Mapping[str, str] | None, gathered: Gathered) -> FileRead:
    """Gather the films of a catalogue file, and return what else there is to say of it; see ``plan_import``.

    Raises:
        CatalogError: the file cannot be read as a table, or the mapping names a field or column that is not there.
    """
    path = Path(path)
    table = read_table(path, known_columns)
    columns = map_columns(table.columns, mapping)
    log = ProblemLog()
    if any(name in columns for name in TITLE_FIELDS):
        reading = read_rows(table.rows(), columns, log, gathered)
    else:
        reading = Reading()
        found = ", ".join(table.columns)
        log.note(None, "", "", f"No column holds the title. The file has {found}: choose one of them", fatal=True)
    _note_films_without_text(reading, log)
    if reading.films and "movie_id" not in columns:
        log.note(None, "", "", "No column holds an id; ids were made from title and year, and change with them")
    return FileRead(
        path=path,
        source=recognise_source(table.columns),
        format=table.format,
        encoding=table.encoding,
        columns=table.columns,
        mapping=columns,
        unused=tuple(column for column in table.columns if column not in columns.values()),
        rows=table.count,
        problems=(*log.fatal, *log.warnings),
        fatal_count=log.fatal_count,
        warning_count=log.warning_count,
        duplicates=reading.duplicates,
        without_text=reading.without_text,
    )


def _note_films_without_text(reading: Reading, log: ProblemLog) -> None:
    count = reading.without_text
    if not count:
        return
    rows = ", ".join(map(str, reading.first_without_text))
    more = ", ..." if count > len(reading.first_without_text) else ""
    films = f"1 film has no synopsis (row {rows}); a search will hardly find it"
    if count > 1:
        films = f"{count:,} films have no synopsis (rows {rows}{more}); searches will hardly find them"
    log.note(None, "", "", films)


def check_importable(read: FileRead) -> None:
    """Raise ``CatalogError`` where a file has fatal problems; the first five are named."""
    if read.fatal_count:
        named = "; ".join(str(problem) for problem in read.fatal[:NAMED_PROBLEMS])
        more = f"; and {read.fatal_count - NAMED_PROBLEMS:,} more" if read.fatal_count > NAMED_PROBLEMS else ""
        raise CatalogError(f"{read.path}: nothing was imported. {named}{more}.")


def apply_import(plan: ImportPlan, workspace: Workspace) -> Catalog:
    """Write the catalogue that the plan leads to, in one step, and return it.

    Films that were added to the workspace since the plan was made are kept, unless it replaces the catalogue.

    Raises:
        CatalogError: the plan has fatal problems (the first five are named), or the catalogue at hand is damaged.
    """
    check_importable(plan)
    films = {movie.movie_id: movie for movie in plan.movies}
    refresh(workspace, Shared.CATALOG)
    if not plan.replace and workspace.catalog.exists():
        films = {movie.movie_id: movie for movie in load_catalog(workspace)} | films
    catalog = Catalog(films.values())
    save_catalog(catalog, workspace)
    return catalog
