"""The split: by the text alone, the same for every spelling of a query, and stable."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import LabelError
from core.judgments.split import assign_split, detect_language, group_key, normalise, read_split
from core.judgments.types import Split


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A sad film", "  a SAD\n film?! "),
        ("비 오는 날 영화", unicodedata.normalize("NFD", "비 오는  날 영화…")),
        ("Amélie", unicodedata.normalize("NFD", "AMÉLIE.")),
        ("straße", "STRASSE"),
        ("films　like Parasite", "Films like Parasite。"),
    ],
)
def test_spellings_of_one_query_share_a_group(one: str, other: str) -> None:
    assert group_key(one) == group_key(other)


@pytest.mark.parametrize(("one", "other"), [("a film", "a films"), ("비오는 날", "비 오는 날"), ("???", "!!!")])
def test_different_queries_have_different_groups(one: str, other: str) -> None:
    assert group_key(one) != group_key(other)


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_the_shares_are_eight_one_one() -> None:
    counts = Counter(assign_split(group_key(f"query number {number}")) for number in range(10_000))
    assert {split: round(count / 10_000, 1) for split, count in counts.items()} == {
        Split.TRAIN: 0.8,
        Split.DEV: 0.1,
        Split.TEST: 0.1,
    }


def test_the_split_of_a_text_never_changes_between_versions() -> None:
    splits = [assign_split(group_key(text)) for text in ("비 오는 날 보기 좋은 영화", "a heist gone wrong", "aa")]
    assert splits == [Split.TEST, Split.TRAIN, Split.DEV]


@pytest.mark.parametrize(
    ("value", "split"),
    [
        ("train", Split.TRAIN),
        ("validation", Split.DEV),
        (" Valid ", Split.DEV),
        ("dev", Split.DEV),
        ("TEST", Split.TEST),
    ],
)
def test_the_names_of_splits_in_files(value: str, split: Split) -> None:
    assert read_split(value) is split


def test_an_unknown_split_is_named() -> None:
    with pytest.raises(LabelError, match="'holdout'"):
        read_split("holdout")


@pytest.mark.parametrize(
    ("text", "language"),
    [("봉준호 영화", "ko"), ("films like 기생충", "ko"), ("a heist gone wrong", "en"), ("1999", ""), ("ㅋㅋ", "ko")],
)
def test_the_language_is_seen_by_its_letters(text: str, language: str) -> None:
    assert detect_language(text) == language
