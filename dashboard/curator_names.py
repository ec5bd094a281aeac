"""Curators' names: how one is written down, and which known ones it may have been meant for."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

LONGEST = 60


def tidy_name(name: str) -> str:
    """Return a name as it goes on record: NFC, single spaces, nothing invisible, at most ``LONGEST`` letters.

    >>> tidy_name("  Mina   Kim ")
    'Mina Kim'
    """
    spaced = " ".join(unicodedata.normalize("NFC", name).split())
    visible = "".join(letter for letter in spaced if not unicodedata.category(letter).startswith("C"))
    return visible[:LONGEST].strip()


def close_names(name: str, known: Iterable[str]) -> list[str]:
    """Return the known names that differ from ``name`` only in case, spacing, signs or how Hangul is composed."""
    wanted = _folded(name)
    return sorted(other for other in known if other != name and _folded(other) == wanted)


def _folded(name: str) -> tuple[str, ...]:
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name).casefold())
    return tuple(_letter(one) for one in letters if unicodedata.category(one)[0] in "LN")


def _letter(letter: str) -> str:
    """Return a letter; of a Hangul one its name, so that ㅁ counts the same at either end of a syllable."""
    name = unicodedata.name(letter, "")
    return name.rpartition(" ")[2] if name.startswith("HANGUL ") else letter
