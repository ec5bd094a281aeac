"""The sum of the catalogue's file, beside it, so that a byte that the disk has changed is noticed.

It counts for the file as Reelign wrote it, told by its time. Whoever writes the file by another way, or puts back an
older one, has a catalogue without a sum, which is read as it stands.
"""

from __future__ import annotations

from pathlib import Path

from core.errors import CatalogError
from core.files import read_json, write_json
from core.fingerprint import fingerprint_file


def seal(path: Path) -> None:
    """Write the sum of a file that has just been written."""
    write_json(_beside(path), {"sha256": fingerprint_file(path), "written_ns": path.stat().st_mtime_ns})


def check_seal(path: Path) -> None:
    """Hold a file against its sum.

    Raises:
        CatalogError: nobody has written the file since, and yet it is not as it was written.
    """
    try:
        row = read_json(_beside(path), CatalogError)
        sha256, written = row["sha256"], row["written_ns"]
    except (CatalogError, KeyError, TypeError):
        return
    if written == path.stat().st_mtime_ns and sha256 != fingerprint_file(path):
        raise CatalogError(
            f"{path}: damaged; it is not as it was written, though nobody has written it since. Import the catalogue "
            "again, or put the file back from a backup."
        )


def _beside(path: Path) -> Path:
    return path.with_name(f"{path.name}.sum")
