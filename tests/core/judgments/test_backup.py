"""Backups: one moment of everything, written while others write, and brought back whole or not at all."""

from __future__ import annotations

import json
import os
import random
import threading
import zipfile
from collections.abc import Callable
from contextlib import closing, nullcontext
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from teams import fill

from core.activity_log import Kind, logged, note
from core.catalog import Catalog, Movie, load_catalog, save_catalog
from core.errors import LabelError
from core.grants import roles, set_role
from core.judgments import LabelStore, list_snapshots, name_snapshot, snapshot_names, take_snapshot
from core.judgments import backup as backup_module
from core.judgments import backup_file as backup_file_module
from core.judgments import restore as restore_module
from core.judgments.backup import back_up
from core.judgments.backup_file import MANIFEST
from core.judgments.copying import TableSum, table_sums
from core.judgments.database import MIGRATIONS, Database
from core.judgments.restore import restore
from core.roles import Role
from core.workspace import Workspace

Address = Callable[[str], str]
Change = Callable[[dict[str, bytes]], None]
STORES = ("sqlite", "postgresql")
WAYS = [(here, there) for here in STORES for there in STORES]
CATALOG = Catalog([Movie("m1", "비"), Movie("M1", "Rain")])


def sums(address: str) -> list[TableSum]:
    with closing(Database(address)) as database, database.reading() as connection:
        return table_sums(connection)


def backed_up(address: str, workspace: Workspace, path: Path) -> Path:
    with closing(Database(address)) as database:
        back_up(database, workspace, path)
    return path


def restored(path: Path, address: str, workspace: Workspace, *, replace: bool = False) -> list[TableSum]:
    with closing(Database(address)) as database:
        return restore(path, database, workspace, replace=replace)


def at_work(address: str, workspace: Workspace) -> None:
    """Fill a workspace with labels, a catalogue and a snapshot with a name, an hour old."""
    save_catalog(CATALOG, workspace)
    with LabelStore(address) as store:
        fill(store)
        snapshot = take_snapshot(store, workspace)
    assert snapshot.path is not None
    os.utime(snapshot.path, (1.7e9, 1.7e9))
    name_snapshot(workspace, snapshot.fingerprint, "spring")
    set_role(workspace, "mina", Role.TRAINER, by="ada")
    note(workspace, Kind.EXPORT, "mina", "labels.csv")
    (workspace.snapshots / ".gitkeep").touch()


@pytest.fixture
def there(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path / "there")


@pytest.fixture
def written(tmp_path: Path, address: Address) -> Path:
    """Return a backup of a workspace at work."""
    workspace = Workspace(tmp_path / "here")
    source = address("sqlite")
    at_work(source, workspace)
    return backed_up(source, workspace, tmp_path / "labels.zip")


def repacked(path: Path, change: Change, *, sealed: bool = True) -> None:
    """Change the files of a backup; when ``sealed``, its manifest says afterwards what is in it."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    change(files)
    if sealed:
        manifest = json.loads(files[MANIFEST])
        manifest["files"] = [
            {
                **{key: value for key, value in file.items() if key == "modified"},
                "name": file["name"],
                "bytes": len(files[file["name"]]),
                "sha256": sha256(files[file["name"]]).hexdigest(),
                "rows": files[file["name"]].count(b"\n") if "rows" in file else None,
            }
            for file in manifest["files"]
        ]
        files[MANIFEST] = json.dumps(manifest).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def assert_refused(path: Path, address: str, workspace: Workspace, said: str) -> None:
    before = sums(address)
    for replace in (False, True):
        with pytest.raises(LabelError, match=said) as caught:
            restored(path, address, workspace, replace=replace)
        assert path.name in str(caught.value)
    assert sums(address) == before
    assert not workspace.root.exists()


@pytest.mark.parametrize(("from_", "to"), WAYS)
def test_everything_comes_back_in_either_database(
    address: Address, tmp_path: Path, there: Workspace, from_: str, to: str
) -> None:
    here = Workspace(tmp_path / "here")
    source, target = address(from_), address(to)
    at_work(source, here)
    path = backed_up(source, here, tmp_path / "kept" / "labels.zip")
    assert restored(path, target, there) == sums(source) == sums(target)
    assert load_catalog(there).fingerprint == CATALOG.fingerprint
    assert [(one.name, one.created_at) for one in list_snapshots(there)] == [
        (one.name, one.created_at) for one in list_snapshots(here)
    ]
    assert snapshot_names(there) == snapshot_names(here) != {}
    assert roles(there) == roles(here) == {"mina": Role.TRAINER}
    assert logged(there) == logged(here) != []
    with LabelStore(source) as store, LabelStore(target) as again:
        assert again.events() == store.events() and again.judgments() == store.judgments()
        again.judge("a", "m9", "kim", "positive", event_id="after")
    assert [file.name for file in path.parent.iterdir()] == ["labels.zip"]
    assert path.stat().st_mode & 0o077 == 0, "it holds names"
    second = backed_up(source, here, tmp_path / "again.zip")
    with zipfile.ZipFile(path) as one, zipfile.ZipFile(second) as other:
        assert all(one.read(name) == other.read(name) for name in one.namelist() if name != MANIFEST)


@pytest.mark.parametrize("from_", STORES)
def test_a_backup_under_writers_holds_one_moment(
    address: Address, tmp_path: Path, there: Workspace, from_: str
) -> None:
    source, target, here = address(from_), address("sqlite"), Workspace(tmp_path / "here")
    at_work(source, here)
    stop, started = threading.Event(), threading.Barrier(4)
    acknowledged: dict[str, list[str]] = {name: [] for name in ("jun", "mina", "lee")}

    def write(name: str) -> None:
        with LabelStore(source) as store:
            started.wait()
            number = 0
            while not stop.is_set():
                store.judge("a", f"m{number}", name, "positive", event_id=f"{name}-{number}")
                acknowledged[name].append(f"{name}-{number}")
                number += 1

    writers = [threading.Thread(target=write, args=(name,)) for name in acknowledged]
    for writer in writers:
        writer.start()
    started.wait()
    paths, before = [], []
    for number in range(3):
        before.append({event_id for ids in acknowledged.values() for event_id in list(ids)})
        paths.append(backed_up(source, here, tmp_path / f"{number}.zip"))
    stop.set()
    for writer in writers:
        writer.join()
    with LabelStore(source) as store:
        events = store.events()
    for path, known in zip(paths, before, strict=True):
        restored(path, target, there, replace=True)
        with LabelStore(target) as again:
            kept, standing = again.events(), again.judgments()
            assert kept == events[: len(kept)]
            assert known <= {event.event_id for event in kept}
            again.rebuild()
            assert again.judgments() == standing
    restored(backed_up(source, here, tmp_path / "last.zip"), target, there, replace=True)
    assert sums(source) == sums(target)


@pytest.mark.parametrize("to", STORES)
def test_what_is_there_is_given_up_only_when_told_so(
    address: Address, written: Path, there: Workspace, to: str
) -> None:
    target = address(to)
    with LabelStore(target) as store:
        fill(store)
        store.judge("a", "m2", "jun", "negative", event_id="theirs")
        own = take_snapshot(store, there)
    save_catalog(Catalog([Movie("x", "Another")]), there)
    before = sums(target)
    with pytest.raises(LabelError, match="differs from that of"):
        restored(written, target, there)
    there.catalog.unlink()
    with pytest.raises(LabelError, match=r"13 in event.*--replace"):
        restored(written, target, there)
    assert sums(target) == before and not there.catalog.exists()
    save_catalog(Catalog([Movie("x", "Another")]), there)
    assert restored(written, target, there, replace=True) == sums(target) != before
    assert load_catalog(there).fingerprint == CATALOG.fingerprint
    assert own.name in {one.name for one in list_snapshots(there)} and len(list_snapshots(there)) == 2


def test_a_workspace_without_catalogue_and_snapshots_is_backed_up_too(
    address: Address, tmp_path: Path, there: Workspace
) -> None:
    path = backed_up(address("sqlite"), Workspace(tmp_path / "here"), tmp_path / "labels.zip")
    assert [one.rows for one in restored(path, address("sqlite"), there)] == [0] * 8
    assert not there.root.exists()


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_a_backup_of_an_older_schema_comes_back(
    address: Address, tmp_path: Path, there: Workspace, revision: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = address("sqlite")
    with LabelStore(source) as store:
        fill(store)
    engine = sa.create_engine(f"sqlite:///{source}")
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
    older = sa.MetaData()
    older.reflect(engine)
    older.remove(older.tables["alembic_version"])
    with engine.connect() as connection, monkeypatch.context() as patch:  # as the Reelign of that schema wrote it
        patch.setattr(backup_module, "metadata", older)
        patch.setattr(backup_module, "newest_revision", lambda: revision)
        patch.setattr(backup_module, "_still", lambda database, folder: nullcontext(connection))
        backed_up(address("sqlite"), Workspace(tmp_path / "here"), tmp_path / "old.zip")
    engine.dispose()
    Database(source).close()
    target = address("sqlite")
    assert restored(tmp_path / "old.zip", target, there) == sums(source) == sums(target)


def replaced(name: str, old: bytes, new: bytes) -> Change:
    def change(files: dict[str, bytes]) -> None:
        assert old in files[name]
        files[name] = files[name].replace(old, new, 1)

    return change


def added(name: str) -> Change:
    def change(files: dict[str, bytes]) -> None:
        files[name] = b"{}\n"

    return change


def listed(name: str) -> Change:
    def change(files: dict[str, bytes]) -> None:
        manifest = json.loads(files[MANIFEST])
        manifest["files"].append({"name": name, "bytes": 3, "sha256": "", "rows": 1})
        files |= {name: b"{}\n", MANIFEST: json.dumps(manifest).encode()}

    return change


@pytest.mark.parametrize(
    ("change", "sealed", "said"),
    [
        (replaced("tables/event.jsonl", b"positive", b"negative"), False, "tables/event.jsonl has been changed"),
        (replaced("catalog.jsonl", b"Rain", b"Pain"), False, "catalog.jsonl has been changed"),
        (replaced("tables/event.jsonl", b"\n", b""), False, "tables/event.jsonl has been changed"),
        (lambda files: files.pop("tables/skip.jsonl"), False, "differ, at 'tables/skip.jsonl'"),
        (lambda files: files.pop(MANIFEST), False, "no backup of Reelign"),
        (replaced(MANIFEST, b'"reelign_backup": 1', b'"reelign_backup": 2'), False, "reelign_backup"),
        (replaced(MANIFEST, b'"0003"', b'"9999"'), False, "'9999'.*newer"),
        (replaced(MANIFEST, b"{", b"["), False, "not that of a backup"),
        (added("../../evil.jsonl"), False, "differ, at '../../evil.jsonl'"),
        (listed("../../evil.jsonl"), True, "'../../evil.jsonl' is no file of a backup"),
        (listed("snapshots/../../evil.jsonl"), True, "no file of a backup"),
        (listed("tables/alembic_version.jsonl"), True, "not those of its schema"),
        (replaced("tables/event.jsonl", b'"grade":1', b'"grade":"one"'), True, "line 1: grade is 'one'"),
        (replaced("tables/event.jsonl", b'"adjudicates":false', b'"adjudicates":0'), True, "line 1: adjudicates is 0"),
        (replaced("tables/event.jsonl", b'"note":"', b'"note":null,"note":"'), True, "are not as a backup writes them"),
        (replaced("tables/query.jsonl", b'"lang":"en"', b'"lang":null'), True, "lang is None"),
        (replaced("tables/event.jsonl", b'"query_id":"b"', b'"query_id":"?"'), True, "do not fit.*FOREIGN KEY"),
        (replaced("tables/event.jsonl", b'"event_id":"e1"', b'"event_id":"e0"'), True, "do not fit together.*UNIQUE"),
        (replaced("tables/event.jsonl", b'"note"', b'"notes"'), True, r"tables/event.jsonl, line 1: expected.*note,"),
        (replaced("tables/event.jsonl", b"{", b"["), True, r"tables/event.jsonl, line 1: not JSON"),
        (replaced("tables/event.jsonl", b"{", b" {"), True, "are not as a backup writes them"),
        (replaced("catalog.jsonl", b"R", b"\xff"), True, "not UTF-8"),
    ],
)
def test_a_changed_or_foreign_file_is_refused_before_anything_is_touched(
    address: Address, written: Path, there: Workspace, change: Change, sealed: bool, said: str
) -> None:
    repacked(written, change, sealed=sealed)
    assert_refused(written, address("sqlite"), there, said)


def test_a_truncated_or_damaged_file_is_refused_wherever_it_is_hurt(
    address: Address, written: Path, there: Workspace
) -> None:
    whole, target = written.read_bytes(), address("sqlite")
    at = random.Random(1)
    damaged = [whole[: at.randrange(len(whole))] for _ in range(15)]
    for _ in range(40):
        place = at.randrange(len(whole))
        damaged.append(whole[:place] + bytes([whole[place] ^ (1 << at.randrange(8))]) + whole[place + 1 :])
    refused = 0
    for data in (b"", b"PK", *damaged):
        written.write_bytes(data)
        try:
            restored(written, target, there, replace=True)
        except LabelError:
            refused += 1
    # A bit of a date or a comment says nothing of what is in the file; what came back then is what was written.
    assert refused > 40
    written.write_bytes(whole)
    assert restored(written, target, there, replace=True) == sums(target)


def test_a_file_made_to_fill_a_disk_is_not_unpacked(
    address: Address, written: Path, there: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_file_module, "ALWAYS_ALLOWED_BYTES", 1024**2)

    def inflate(files: dict[str, bytes]) -> None:
        files["catalog.jsonl"] = b" " * 64 * 1024**2

    repacked(written, inflate)
    assert_refused(written, address("sqlite"), there, "would grow to")
    # The same with a manifest that makes it look small: no more is read than it says.
    repacked(written, replaced(MANIFEST, str(64 * 1024**2).encode(), b"1000"), sealed=False)
    assert_refused(written, address("sqlite"), there, "catalog.jsonl has been changed")


@pytest.mark.parametrize("to", STORES)
def test_a_restore_that_fails_at_its_end_changes_no_label(
    address: Address, written: Path, there: Workspace, to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = address(to)

    def full(path: Path, text: str) -> None:
        raise OSError(28, "No space left on device", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(restore_module, "write_text", full)
        with pytest.raises(OSError, match="No space"):
            restored(written, target, there)
    assert [one.rows for one in sums(target)] == [0] * 8
    restored(written, target, there)


def test_a_backup_takes_no_other_files_place(address: Address, tmp_path: Path, written: Path) -> None:
    source, here = address("sqlite"), Workspace(tmp_path / "here")
    Database(source).close()
    for other in (Path(source), written.parent / "notes.txt", here.catalog):
        other.exists() or other.write_text("notes")
        before = other.read_bytes()
        with pytest.raises(LabelError, match=f"{other.name} is there already and is no backup"):
            backed_up(source, here, other)
        assert other.read_bytes() == before
    backed_up(source, here, written)


def test_a_backup_that_fails_leaves_the_older_one(
    address: Address, tmp_path: Path, written: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = written.read_bytes()
    names = set(written.parent.iterdir())
    monkeypatch.setattr(os, "replace", lambda *paths: (_ for _ in ()).throw(OSError(5, "Input/output error")))
    with pytest.raises(OSError, match="Input/output"):
        backed_up(next(iter(str(path) for path in names if path.suffix == ".sqlite3")), Workspace(tmp_path), written)
    assert written.read_bytes() == before and set(written.parent.iterdir()) == names
