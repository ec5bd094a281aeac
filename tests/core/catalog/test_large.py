"""A catalogue that is gone through on disk is the one that is held in memory, and memory does not grow with it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.catalog import (
    Catalog,
    Movie,
    apply_import,
    import_file,
    load_catalog,
    open_films,
    plan_import,
    save_catalog,
)
from core.catalog import large as module
from core.catalog.spool import FilmSpool
from core.errors import CatalogError
from core.workspace import Workspace

ROOT = Path(__file__).resolve().parents[3]
HELD = Catalog(
    [Movie("1", "Up"), Movie("2", "Her", year=2013), Movie("4", "Kept"), Movie("가", "밀양", title_ko="밀양")]
)
FILES = {
    "plain.csv": "id,title,year\n1,Up,\n2,Her,2014\n3,New,\n1,Up,\n",
    "plain.jsonl": '{"id": "9", "title": "Nine", "overview": "A text."}\n\n{"id": "가", "title": "밀양"}\n',
    "tabs.tsv": 'id\ttitle\n1\t"Crocodile" Dundee\n2\t"Up\n',
    "array.json": '[{"id": "3", "title": "Three"}, {"id": "1", "title": "One"}]',
    "made ids.csv": "title,year\nUp,2009\nHer,2013\n",
    "wrong year.csv": "id,title,year\n1,Up,2009\n2,Her,never\n",
}


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(st.text("ab가힣é𝄞 zA", min_size=1, max_size=3), st.text(max_size=5)), max_size=30),
)
def test_a_spool_is_a_catalogue(rows: list[tuple[str, str]]) -> None:
    """Order and fingerprint too, whatever the letters: half characters apart, which no file of ours holds."""
    films: dict[str, Movie] = {}
    with FilmSpool() as spool:
        for row, (movie_id, title) in enumerate(rows, start=1):
            movie = Movie(movie_id, f"T{title.encode(errors='ignore').decode()}", year=row % 3 or None)
            first = films.setdefault(movie_id, movie)
            assert spool.add(movie, row)[1] == (first == movie)
        catalog = Catalog(films.values())
        assert (tuple(spool), len(spool)) == (catalog.movies, len(catalog))
        assert tuple(spool) == catalog.movies, "as often as one asks"
        assert spool.fingerprint == catalog.fingerprint
        assert all(spool[film.movie_id] == film for film in catalog)
        with pytest.raises(CatalogError, match="no film with the id 'none'"):
            _ = spool["none"]


@pytest.mark.parametrize("replace", [False, True])
@pytest.mark.parametrize("current", [None, HELD])
@pytest.mark.parametrize("name", FILES)
def test_importing_on_disk_is_importing_in_memory(
    name: str, current: Catalog | None, replace: bool, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(FILES[name])
    ours, theirs = Workspace(tmp_path / "ours"), Workspace(tmp_path / "theirs")
    if current is not None:
        save_catalog(current, ours)
        save_catalog(current, theirs)
    plan = plan_import(path, current=current, replace=replace)
    before = ours.catalog.read_bytes() if current else None
    dry = import_file(path, ours, replace=replace, dry_run=True)
    assert dry.films == len(current or ()) and (ours.catalog.read_bytes() if current else None) == before
    catalog = apply_import(plan, theirs)
    done = import_file(path, ours, replace=replace)
    for found in (dry, done):
        assert (found.added, found.updated, found.unchanged, found.removed) == (
            plan.added,
            plan.updated,
            plan.unchanged,
            plan.removed,
        )
        for field in ("source", "format", "encoding", "columns", "mapping", "unused", "rows", "problems", "duplicates"):
            assert getattr(found.read, field) == getattr(plan, field), field
    assert done.films == len(catalog)
    assert ours.catalog.read_bytes() == theirs.catalog.read_bytes()
    assert load_catalog(ours).movies == catalog.movies, "the sum beside the file fits too"


def test_a_file_with_fatal_problems_changes_nothing(tmp_path: Path) -> None:
    workspace, path = Workspace(tmp_path / "w"), tmp_path / "a.csv"
    save_catalog(HELD, workspace)
    path.write_text("id,title\n1,Up\n1,Down\n,None\n")
    with pytest.raises(CatalogError) as ours:
        import_file(path, workspace)
    with pytest.raises(CatalogError) as theirs:
        apply_import(plan_import(path, current=HELD), workspace)
    assert str(ours.value) == str(theirs.value) and "nothing was imported" in str(ours.value)
    assert load_catalog(workspace).movies == HELD.movies
    assert import_file(path, workspace, dry_run=True).read.fatal_count == 2


def test_a_catalogue_that_another_changes_meanwhile_is_not_overwritten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, path = Workspace(tmp_path / "w"), tmp_path / "a.csv"
    path.write_text("id,title\n1,Up\n")
    read = module.read_file

    def slowly(*arguments: object) -> object:
        save_catalog(HELD, workspace)
        return read(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "read_file", slowly)
    with pytest.raises(CatalogError, match="changed by another"):
        import_file(path, workspace)
    assert load_catalog(workspace).movies == HELD.movies


def wrong(*lines: str) -> str:
    return "".join(line + "\n" for line in lines)


@pytest.mark.parametrize(
    "content",
    [
        wrong('{"movie_id": "1", "title": "A"}', '{"movie_id": "1", "title": "B"}'),
        wrong('{"movie_id": "1", "title": ""}'),
        wrong('{"movie_id": "1", "name": "A"}'),
        wrong("{"),
    ],
)
def test_a_damaged_catalogue_is_refused_in_the_same_words(content: str, tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with pytest.raises(CatalogError, match="no catalogue yet"), open_films(workspace):
        pass
    workspace.catalog.parent.mkdir()
    workspace.catalog.write_text(content)
    with pytest.raises(CatalogError) as theirs:
        load_catalog(workspace)
    with pytest.raises(CatalogError) as ours, open_films(workspace):
        pass
    assert str(ours.value) == str(theirs.value)


def test_a_changed_byte_is_noticed(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    save_catalog(HELD, workspace)
    stat = workspace.catalog.stat()
    workspace.catalog.write_text(workspace.catalog.read_text().replace("Kept", "Kepd"))
    os.utime(workspace.catalog, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    with pytest.raises(CatalogError, match="damaged"), open_films(workspace):
        pass


def test_a_catalogue_in_another_order_comes_out_in_the_order_of_ids(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.catalog.parent.mkdir()
    workspace.catalog.write_text(wrong(*(json.dumps(film.row()) for film in HELD.movies[::-1])))
    with open_films(workspace) as films:
        assert tuple(films) == HELD.movies and films.fingerprint == HELD.fingerprint


IMPORT = "from core.catalog import import_file; import_file(Path(sys.argv[1]), Workspace(Path(sys.argv[2])))"
READ = (
    "from core.catalog import open_films\n"
    "with open_films(Workspace(Path(sys.argv[2]))) as films:\n"
    "    films.fingerprint; print(sum(1 for _ in films), file=sys.stderr)"
)
PEAK = """
import sys
from pathlib import Path
from core.catalog import spool
from core.workspace import Workspace
spool.CACHE_KIB = 1_024
{}
(most,) = (line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(most)
"""


def peak_bytes(code: str, *arguments: Path) -> int:
    """Return the most memory that a process of its own takes for some code."""
    command = [sys.executable, "-c", PEAK.format(code), *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return int(done.stdout) * 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="this system does not tell a process's peak memory")
@pytest.mark.parametrize("ending", ["jsonl", "csv"])
def test_memory_does_not_grow_with_the_catalogue(ending: str, tmp_path: Path) -> None:
    """Of 8,000 films of 1 kB more, at most 300 bytes each stay: SQLite's cache is full before."""
    peaks: dict[str, list[int]] = {"import": [], "read": []}
    for films in (4_000, 12_000):
        path, workspace = tmp_path / f"{films}.{ending}", tmp_path / str(films)
        with path.open("w") as file:
            if ending == "csv":
                file.write("id,title,overview\n")
            for number in range(films):
                row = (f"f{number:06d}", f"Film {number}", f"{number} " * 150)
                file.write(
                    ",".join(row) + "\n"
                    if ending == "csv"
                    else json.dumps(dict(zip(("id", "title", "overview"), row, strict=True))) + "\n"
                )
        peaks["import"].append(peak_bytes(IMPORT, path, workspace))
        peaks["read"].append(peak_bytes(READ, path, workspace))
    for few, many in peaks.values():
        assert (many - few) / 8_000 < 300, peaks
