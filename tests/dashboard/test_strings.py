"""Every sentence is there in both languages, fills the same placeholders, and every key that a page asks for exists."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from core.workspace import REPOSITORY
from dashboard.strings import texts

ALL = texts()
HANGUL = re.compile(r"[가-힣]")
ASKED = re.compile(r"""\bt\(\s*["']([a-z_]+\.[A-Za-z_0-9 ]+)["']""")
SAME_IN_BOTH = re.compile(r"^[\W\d\sA-Za-z]*$")


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", sorted(ALL))
def test_both_languages_say_it(key):
    english, korean = ALL[key]
    assert english.strip()
    assert korean.strip()
    assert placeholders(english) == placeholders(korean)
    assert HANGUL.search(korean) or SAME_IN_BOTH.match(korean)
    assert (
        not HANGUL.search(english)
        or "한국어" in english
        or key.startswith(("settings.", "label.", "help.", "catalog."))
    )


def sources() -> list[Path]:
    return sorted((REPOSITORY / "dashboard").rglob("*.py"))


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_every_key_that_is_asked_for_exists(path):
    asked = ASKED.findall(path.read_text(encoding="utf-8"))
    assert [key for key in asked if key not in ALL and not key.endswith("_")] == []


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_no_sentence_stands_outside_the_catalogue_of_strings(path):
    if "strings" in path.parts:
        return
    assert not HANGUL.search(path.read_text(encoding="utf-8"))
