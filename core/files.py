"""Writing files so that a reader sees the old content or the new, never half of either."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.errors import ReelignError, StorageError
from core.fingerprint import canonical_json
from core.json_text import parse_json

MOST_LINE = 100_000_000  # characters of a line of JSON Lines


def write_text(path: Path, text: str) -> None:
    """Replace ``path`` by ``text`` (UTF-8): written aside, flushed to disk, then renamed.

    Raises:
        StorageError: the disk is full, or the folder may not be written. The file is then as it was.
    """
    write_pieces(path, [text])


def write_pieces(path: Path, pieces: Iterable[str]) -> None:
    """Replace ``path`` by pieces of text one after the other, never holding more than one; see ``write_text``."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(temporary, 0o644)
            os.replace(temporary, path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Let an ``OSError`` of the block come out as a ``StorageError`` that names ``path`` and says what to do."""
    try:
        yield
    except OSError as reason:
        raise StorageError(reason.errno, reason.strerror or str(reason), str(path)) from reason


def write_json(path: Path, value: Any) -> None:
    """Replace ``path`` by readable JSON."""
    write_text(path, json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True) + "\n")


def write_jsonl(path: Path, rows: Iterable[Any]) -> None:
    """Replace ``path`` by one canonical JSON object a line."""
    write_pieces(path, (canonical_json(row) + "\n" for row in rows))


def read_json(path: Path, error: type[ReelignError]) -> Any:
    """Read a JSON file; a file that is absent or damaged raises ``error`` naming it."""
    try:
        return parse_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise error(f"{path}: no such file.") from None
    except (OSError, ValueError) as reason:
        raise error(f"{path}: not readable as JSON ({reason}).") from reason


def read_jsonl(path: Path, error: type[ReelignError]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield ``(line number from 1, object)``; a line that is not a JSON object raises ``error`` naming it."""
    try:
        file = path.open(encoding="utf-8-sig")
    except OSError as reason:
        raise error(f"{path}: cannot be read ({reason.strerror}).") from reason
    with file:
        try:
            for number, line in enumerate(iter(lambda: file.readline(MOST_LINE + 1), ""), start=1):
                if len(line) > MOST_LINE:
                    raise error(f"{path}, line {number}: over {MOST_LINE:,} characters, which no line of ours has.")
                if not line.strip():
                    continue
                try:
                    value = parse_json(line)
                except ValueError as reason:
                    raise error(f"{path}, line {number}: not JSON ({reason}).") from reason
                if not isinstance(value, dict):
                    raise error(f"{path}, line {number}: expected one JSON object, found {type(value).__name__}.")
                yield number, value
        except UnicodeDecodeError as reason:
            raise error(f"{path}: not UTF-8 ({reason.reason} at byte {reason.start}). Save it as UTF-8.") from reason


@contextmanager
def folder_written_aside(target: Path) -> Iterator[Path]:
    """Yield an empty folder beside ``target`` that takes its place when the block ends without an error.

    A folder already at ``target`` is moved out of the way and deleted only after the new one stands.

    Raises:
        StorageError: the disk is full, or the folder may not be written. What was at ``target`` is still there.
    """
    with writing(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))
        try:
            yield aside
            for path in sorted(aside.rglob("*")):
                if path.is_file():
                    sync(path)
            os.chmod(aside, 0o755)
            if target.exists():
                old = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}.old."))
                os.rename(target, old / target.name)
                try:
                    os.rename(aside, target)
                except OSError:
                    os.rename(old / target.name, target)
                    raise
                finally:
                    shutil.rmtree(old, ignore_errors=True)
            else:
                os.rename(aside, target)
        except BaseException:
            shutil.rmtree(aside, ignore_errors=True)
            raise


@contextmanager
def in_turn(path: Path) -> Iterator[None]:
    """Hold the lock at ``path`` until the block ends, waiting for whoever holds it: for what takes moments."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def remove(path: Path) -> None:
    """Delete a file or folder. It is renamed first, so that nobody meets half of it, nor takes it for whole later."""
    gone = path.with_name(f".{path.name}.deleted")
    unlink(gone)  # what an earlier deletion has left
    try:
        path.rename(gone)
    except FileNotFoundError:  # another process was quicker
        return
    unlink(gone)


def unlink(path: Path) -> None:
    """Delete a file, a link, or a folder with all that is in it; what is not there is no error."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def version_of(path: Path) -> tuple[int, int, int] | None:
    """Return what changes whenever a file is replaced, ``None`` while it is not there."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    return stat.st_ino, stat.st_mtime_ns, stat.st_size


def size_of(path: Path) -> int:
    """Return the bytes of a file, or of all files in a folder."""
    return sum(one.lstat().st_size for one in _files(path))


def last_written(path: Path) -> float:
    """Return when a file, or any file in a folder, was last written, in seconds since the epoch."""
    return max((one.lstat().st_mtime for one in _files(path)), default=path.lstat().st_mtime)


def _files(path: Path) -> Iterator[Path]:
    if path.is_symlink() or not path.is_dir():
        yield path
        return
    for folder, _, names in os.walk(path):
        yield from (Path(folder, name) for name in names)


def sync(path: Path) -> None:
    """Flush one file to disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
