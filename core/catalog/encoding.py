"""Finding out how a text file is encoded: UTF-8, with or without a byte order mark, or CP949."""

from __future__ import annotations

import codecs
from pathlib import Path

from core.errors import CatalogError
from core.fingerprint import CHUNK_BYTES

UTF8, UTF8_BOM, CP949 = "UTF-8", "UTF-8 with BOM", "CP949"
CODECS = {UTF8: "utf-8", UTF8_BOM: "utf-8-sig", CP949: "cp949"}


def detect_encoding(path: Path) -> str:
    """Return "UTF-8", "UTF-8 with BOM" or "CP949", the first in which every byte of the file has a meaning.

    Raises:
        CatalogError: none fits; the offset and line of the first byte that does not are named.
    """
    with path.open("rb") as file:
        marked = file.read(3) == codecs.BOM_UTF8
    wrong_utf8 = _first_wrong_byte(path, "utf-8")
    if wrong_utf8 is None:
        return UTF8_BOM if marked else UTF8
    wrong_cp949 = None if marked else _first_wrong_byte(path, "cp949")
    if wrong_cp949 is None and not marked:
        return CP949
    # The encoding that read further is the one the file was meant to be in.
    raise _unreadable(path, max(wrong_utf8, wrong_cp949 or 0))


def _first_wrong_byte(path: Path, codec: str) -> int | None:
    decoder = codecs.getincrementaldecoder(codec)()
    done = 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(CHUNK_BYTES)
            pending = _pending_bytes(decoder)
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as reason:
                return done - pending + reason.start
            if not chunk:
                return None
            done += len(chunk)


def _pending_bytes(decoder: codecs.IncrementalDecoder) -> int:
    return len(decoder.getstate()[0])


def _unreadable(path: Path, offset: int) -> CatalogError:
    with path.open("rb") as file:
        line = 1
        left = offset
        while left and (chunk := file.read(min(left, CHUNK_BYTES))):
            line += chunk.count(b"\n")
            left -= len(chunk)
        byte = file.read(1)
    return CatalogError(
        f"{path}: the byte 0x{byte.hex()} at offset {offset:,} (line {line:,}) is neither UTF-8 nor CP949. "
        "Save the file as UTF-8 (in Excel: 'CSV UTF-8') and import it again."
    )
