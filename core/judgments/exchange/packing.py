"""Zip archives: what is handed over of an export, one file as it is and several as one, and what cannot be read."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path

# What reading an archive raises where its bytes are not as they should be; which of it depends on where they are not.
UNREADABLE = (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error)


def packed(paths: Sequence[Path], folder: Path) -> tuple[str, bytes]:
    """Return the name and the bytes of one file, or of an archive (named "labels.zip") of several.

    Equal files give an equal archive.
    """
    if len(paths) == 1:
        return paths[0].name, paths[0].read_bytes()
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in paths:
            # A member without a date of its own has the earliest that the format knows.
            member = zipfile.ZipInfo(path.relative_to(folder).as_posix())
            member.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(member, path.read_bytes())
    return "labels.zip", archive.getvalue()
