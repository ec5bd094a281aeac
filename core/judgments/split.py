"""Which queries train, which choose and which test: decided by the text alone, before anything is labelled.

A split by pair, or one that separates two spellings of one query, shows the model its own test. So the unit is
the group of queries with the same normalised text, and its split is read from a hash of that text: adding queries
never moves one that is already there, and every team gets the same split for the same query.
"""

from __future__ import annotations

import re
import unicodedata

from core.errors import LabelError
from core.fingerprint import fingerprint
from core.judgments.types import Split
from core.quoting import quoted

GROUP_DIGITS = 16
TRAIN_SHARE = 0.8
DEV_SHARE = 0.1

HANGUL = re.compile(r"[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]")
LATIN = re.compile(r"[A-Za-z]")

SPLIT_NAMES = {
    "train": Split.TRAIN,
    "dev": Split.DEV,
    "valid": Split.DEV,
    "validation": Split.DEV,
    "test": Split.TEST,
}


def normalise(text: str) -> str:
    """Return what two spellings of one query have in common: NFC, case and white space folded, no final punctuation.

    >>> normalise("  A sad  FILM? ") == normalise("a sad film")
    True
    """
    folded = unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())
    folded = " ".join(folded.split())
    end = len(folded)
    while end and (folded[end - 1].isspace() or unicodedata.category(folded[end - 1]).startswith("P")):
        end -= 1
    return folded[:end] or folded


def group_key(text: str) -> str:
    """Return the key that near-duplicate queries share: 16 hex digits of the normalised text's sha256."""
    return fingerprint(normalise(text))[:GROUP_DIGITS]


def assign_split(group: str) -> Split:
    """Return the split of a group: 80 % train, 10 % dev, 10 % test, by the group's own hash."""
    position = int(group, 16) / 16 ** len(group)
    if position < TRAIN_SHARE:
        return Split.TRAIN
    return Split.DEV if position < TRAIN_SHARE + DEV_SHARE else Split.TEST


def read_split(value: str) -> Split:
    """Return the split that a file means by ``value``; LabelError when it is none of the known names."""
    split = SPLIT_NAMES.get(value.strip().casefold())
    if split is None:
        raise LabelError(f"split is {quoted(value)}; expected one of {', '.join(SPLIT_NAMES)}.")
    return split


def detect_language(text: str) -> str:
    """Return "ko" for a text with any Hangul, "en" for one with Latin letters, else "" (unknown)."""
    if HANGUL.search(text):
        return "ko"
    return "en" if LATIN.search(text) else ""
