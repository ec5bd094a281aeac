"""The files of an import, held in memory: read from disk or uploaded, archives opened within bounds.

Nothing of an archive is ever written to disk, so no name in it can lead anywhere; the sizes that it claims are not
believed either.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from core.errors import LabelError
from core.judgments.exchange.packing import UNREADABLE
from core.judgments.split import SPLIT_NAMES
from core.judgments.types import Split
from core.quoting import quoted

ENDINGS = (".jsonl", ".tsv", ".csv", ".txt", ".qrels")
MAX_FILE_BYTES = 256 * 1024**2
MAX_TOTAL_BYTES = 512 * 1024**2
MAX_MEMBERS = 10_000


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file as the user knows it: its name, for every message, and its bytes."""

    name: str
    data: bytes

    @property
    def base(self) -> str:
        """The name without folders, in lower case."""
        return self.name.replace("\\", "/").rpartition("/")[2].lower()

    @property
    def suffix(self) -> str:
        """The ending, in lower case with its dot."""
        return PurePosixPath(self.base).suffix

    @property
    def split(self) -> Split | None:
        """The split that the name ends in ("train.tsv", "pairs.dev.jsonl"), None where it names none."""
        return SPLIT_NAMES.get(re.split(r"[._-]", PurePosixPath(self.base).stem)[-1])


def read_source(path: str | Path) -> SourceFile:
    """Return one file from disk.

    Raises:
        LabelError: it cannot be read, or is larger than ``MAX_FILE_BYTES``.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except OSError as reason:
        raise LabelError(f"{path}: cannot be read ({reason.strerror}).") from reason
    if len(data) > MAX_FILE_BYTES:
        raise LabelError(_too_large(str(path), MAX_FILE_BYTES))
    return SourceFile(str(path), data)


def read_sources(paths: Iterable[str | Path]) -> list[SourceFile]:
    """Return files from disk; a folder stands for the files in it that an import can be made of.

    Raises:
        LabelError: naming what cannot be read, is too large, or holds nothing to import.
    """
    found = []
    for path in map(Path, paths):
        if not path.is_dir():
            found.append(read_source(path))
            continue
        inside = sorted(inner for inner in path.rglob("*") if inner.is_file() and _is_wanted(inner.name))
        if not inside:
            raise LabelError(f"{path}: the folder holds no {', '.join(ENDINGS)} file.")
        found += [read_source(inner) for inner in inside]
    if sum(len(source.data) for source in found) > MAX_TOTAL_BYTES:
        raise LabelError(_too_large("The files together", MAX_TOTAL_BYTES))
    return found


def unpacked(sources: Iterable[SourceFile]) -> list[SourceFile]:
    """Return the sources with every zip archive replaced by the files in it that an import can be made of.

    Raises:
        LabelError: an archive is damaged, locked, too large once unpacked, or holds a name that leads out of it.
    """
    found: list[SourceFile] = []
    for source in sources:
        if source.suffix == ".zip":
            found += _members(source, MAX_TOTAL_BYTES - sum(len(one.data) for one in found))
        else:
            found.append(source)
    return found


def _members(source: SourceFile, room: int) -> Iterator[SourceFile]:
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise LabelError(f"{source.name}: {len(members):,} files; at most {MAX_MEMBERS:,} are read.")
            wanted = [member for member in members if _checked(source, member) and _is_wanted(member.filename)]
            for member in wanted:
                with archive.open(member) as file:
                    data = file.read(min(room, MAX_FILE_BYTES) + 1)
                room -= len(data)
                if room < 0 or len(data) > MAX_FILE_BYTES:
                    raise LabelError(_too_large(f"{source.name}, unpacked", MAX_FILE_BYTES))
                yield SourceFile(f"{source.name}/{member.filename}", data)
    except UNREADABLE as reason:
        raise LabelError(f"{source.name}: not readable as a zip archive ({reason}). Pack it again.") from reason
    if not wanted:
        raise LabelError(f"{source.name}: the archive holds no {', '.join(ENDINGS)} file.")


def _checked(source: SourceFile, member: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        raise LabelError(
            f"{source.name}: the file name {quoted(member.filename)} leads out of the archive. Pack it again."
        )
    return not member.is_dir() and "__MACOSX" not in path.parts


def _is_wanted(name: str) -> bool:
    base = name.replace("\\", "/").rpartition("/")[2].lower()
    # A corpus is the largest file of a data set and says nothing that the catalogue does not know better.
    return base.endswith(ENDINGS) and not base.startswith(("corpus.", "."))


def _too_large(name: str, limit: int) -> str:
    return f"{name}: more than {limit // 1024**2} MB, which is not read at once. Split it."
