"""The workspace's catalogue, read and written film by film, however many there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from core.catalog.importing import FileRead, check_importable, read_file
from core.catalog.movie import read_movies
from core.catalog.seal import check_seal, seal
from core.catalog.spool import FilmSpool
from core.errors import CatalogError
from core.files import version_of, write_pieces
from core.object_store import Shared, offer, refresh
from core.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Imported:
    """What importing a file came to, or would: see ``ImportPlan``. ``films`` is how many the catalogue has then."""

    read: FileRead
    added: int
    updated: int
    unchanged: int
    removed: int
    films: int


@contextmanager
def open_films(workspace: Workspace) -> Iterator[FilmSpool]:
    """Yield the workspace's catalogue as it is now, read from disk as often as one goes through it.

    Raises:
        CatalogError: there is none yet, or its file is damaged (file, line and field are named).
    """
    path = workspace.catalog
    with FilmSpool() as spool:
        for line, movie in read_movies(workspace):
            if spool.add(movie, line)[0] != line:
                raise CatalogError(
                    f"{path}: Two films have the id '{movie.movie_id}': '{spool[movie.movie_id].title}' and "
                    f"'{movie.title}'."
                )
        check_seal(path)
        yield spool


def import_file(
    path: Path,
    workspace: Workspace,
    *,
    mapping: Mapping[str, str] | None = None,
    replace: bool = False,
    dry_run: bool = False,
) -> Imported:
    """Import a catalogue file, all of it or nothing, as ``plan_import`` and ``apply_import`` do, but film by film.

    With ``dry_run`` nothing is written, and what is wrong with the file is told in the answer instead of raised.

    Raises:
        CatalogError: the file cannot be read as a table, names a field or column that is not there, or has problems
            that forbid the import; or the catalogue at hand is damaged, or was changed by another meanwhile.
        StorageError: the disk is full.
    """
    if not dry_run:
        refresh(workspace, Shared.CATALOG)
    with ExitStack() as stack:
        before = version_of(workspace.catalog)
        known = stack.enter_context(open_films(workspace) if before else FilmSpool())
        new = stack.enter_context(FilmSpool())
        read = read_file(path, mapping, new)
        counts = dict.fromkeys(("added", "updated", "unchanged", "kept"), 0)
        for fate, _ in _joined(known, new):
            counts[fate] += 1
        kept = counts.pop("kept")
        imported = Imported(read, **counts, removed=kept if replace else 0, films=len(new) + (0 if replace else kept))
        if dry_run:
            return Imported(read, **counts, removed=imported.removed, films=len(known))
        check_importable(read)
        if version_of(workspace.catalog) != before:
            raise CatalogError(f"{workspace.catalog}: changed by another while {path} was read. Import the file again.")
        lines = (line + "\n" for fate, line in _joined(known, new) if not (replace and fate == "kept"))
        write_pieces(workspace.catalog, lines)
        seal(workspace.catalog)
        offer(workspace, Shared.CATALOG)
        return imported


def _joined(known: FilmSpool, new: FilmSpool) -> Iterator[tuple[str, str]]:
    """Yield the fate and the line of every film of either, in the order of ids: a new line takes the known one's place.

    A film is "added", "updated" or "unchanged" by the new ones, or "kept" as it was known.
    """
    old = ((movie_id, 0, line) for movie_id, line in known.lines())
    fresh = ((movie_id, 1, line) for movie_id, line in new.lines())
    for _, found in groupby(merge(old, fresh), key=itemgetter(0)):
        (_, is_new, line), *second = found
        if second:
            yield "unchanged" if second[0][2] == line else "updated", second[0][2]
        else:
            yield "added" if is_new else "kept", line
